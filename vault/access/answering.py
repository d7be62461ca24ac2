"""How the owner answers: what is asked, with the values that would be given; approved, in part if wanted, or denied.

An approval makes the grant at once, in one write with it, so that the owner sees it and can take it back from that moment.
If the client never comes for it, the grant is revoked when the request is over (`settling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terms.errors import FirstpartyError, UsageError
from vault import granting, ids
from vault.access import details, handles
from vault.access.refusals import plain
from vault.granting.covering import category_of, covers_attribute
from vault.granting.permission import Permission
from vault.policy.authorization_details import Details
from vault.policy.authorization_life import Event, State, next_state, state_at
from vault.session import Vault
from vault.store import access as store
from vault.store import agreements as agreement_store
from vault.store import profile as profile_store
from vault.store.access import RequestRow
from vault.times import stamp

# FAPI 2.0, 5.3.2.1: at most 60 seconds.
CODE_SECONDS: Final = 60
MAX_BECAUSE: Final = 200


class UnknownRequestError(FirstpartyError):
    code = "not-found"


class Shown(Struct, frozen=True):
    """An attribute that is asked for, as it is now. `withheld`: the owner's limits keep it back, even if approved."""

    category: str
    label: str
    value: str | tuple[str, ...]
    withheld: bool


class Consent(Struct, frozen=True):
    """What the owner decides about. `is_browser`: the customer is there, and is sent on to `redirect_uri`."""

    id: str
    client_url: str
    client_name: str
    is_browser: bool
    state: State
    asked: Details
    values: tuple[Shown, ...]
    absent: tuple[str, ...]
    redirect_uri: str | None
    message: str | None
    received: str
    expires: str


class Answered(Struct, frozen=True):
    """`redirect` is where the browser goes, None where there is none; `grant` the id of the grant that was made."""

    redirect: str | None
    grant: str | None


# --- reading --------------------------------------------------------------------------------------------------------


def state(row: RequestRow, now: datetime) -> State:
    return state_at(State(row.state), time_is_up=row.expires_at <= stamp(now))


def consent(vault: Vault, id: int) -> Consent:
    """A request as the owner sees it."""
    return _consent(vault, _row(vault, id))


def waiting(vault: Vault) -> tuple[Consent, ...]:
    """What waits for the owner's answer, oldest first."""
    rows = store.requests_in(vault.connection, (State.SHOWN,))
    return tuple(_consent(vault, row) for row in rows if state(row, vault.now) is State.SHOWN)


def _row(vault: Vault, id: int) -> RequestRow:
    row = store.request(vault.connection, id)
    if row is None:
        raise UnknownRequestError(
            f"there is no request `{ids.text('authorization', id)}`", hint="see `firstparty requests`"
        )
    return row


def _consent(vault: Vault, row: RequestRow) -> Consent:
    client = agreement_store.client(vault.connection, row.client)
    asked = asked_of(row)
    wanted = details.permission(asked)
    values = _values(vault, row, wanted)
    return Consent(
        id=ids.text("authorization", row.id),
        client_url=client.url,
        client_name=client.name,
        is_browser=row.kind == "code",
        state=state(row, vault.now),
        asked=asked,
        values=values,
        absent=tuple(
            term for term in wanted.data if not any(covers_attribute((term,), (), one.category, "") for one in values)
        ),
        redirect_uri=row.redirect_uri,
        message=row.message,
        received=row.created_at,
        expires=row.expires_at,
    )


def asked_of(row: RequestRow) -> Details:
    return msgspec.json.decode(row.asked, type=Details)


def _values(vault: Vault, row: RequestRow, wanted: Permission) -> tuple[Shown, ...]:
    found = []
    for attribute, value in profile_store.current(vault.connection, stamp(vault.now)[:10]):
        if covers_attribute(wanted.data, (), attribute.category, attribute.label):
            written = msgspec.json.decode(value.value, type=str | list[str])
            plain = written if isinstance(written, str) else tuple(written)
            barred = bool(details.too_much(vault, replace(wanted, data=(attribute.category,)), row.agreement))
            found.append(Shown(attribute.category, attribute.label, plain, barred))
    return tuple(found)


# --- answering ------------------------------------------------------------------------------------------------------


def approve(
    vault: Vault,
    id: int,
    *,
    issuer: str,
    only: Sequence[str] = (),
    labels: Sequence[str] = (),
    expires: datetime | None = None,
) -> Answered:
    """Grant what was asked, or `only` these data categories of it, or only what has one of the `labels`."""
    with vault.transaction():
        row = _answerable(vault, id)
        wanted = details.permission(asked_of(row))
        data = tuple(dict.fromkeys(category_of(term) for term in only)) or wanted.data
        given = approved_inside(vault, row, Event.APPROVE, replace(wanted, data=data), labels=labels, expires=expires)
        return _redirected(vault, given, issuer)


def deny(vault: Vault, id: int, because: str = "", *, issuer: str) -> Answered:
    """Refuse it; the client is told that, and `because` if it is given."""
    told = " ".join(because.split())
    if len(told) > MAX_BECAUSE or not told.isprintable():
        raise UsageError("the reason is too long", hint=f"write at most {MAX_BECAUSE} printable characters")
    with vault.transaction():
        row = denied_inside(vault, _answerable(vault, id), Event.DENY, told)
        return Answered(_address(row, issuer, error="access_denied", error_description=plain(told)), None)


def _answerable(vault: Vault, id: int) -> RequestRow:
    """The request; one that is over by time is refused by the table."""
    row = _row(vault, id)
    return msgspec.structs.replace(row, state=state(row, vault.now))


def approved_inside(
    vault: Vault,
    row: RequestRow,
    event: Event,
    permission: Permission,
    *,
    labels: Sequence[str] = (),
    expires: datetime | None = None,
) -> RequestRow:
    """Inside a transaction: the request approved, with its grant; what the table or the agreement forbids raises."""
    after = next_state(State(row.state), event)
    asked = details.permission(asked_of(row))
    grant = granting.give(vault, row.agreement, permission, asked=asked, labels=labels, expires=expires)
    row = msgspec.structs.replace(row, state=after, data_grant=grant.row.id, changed_at=stamp(vault.now))
    store.put_request(vault.connection, row)
    vault.log("authorization.approved", _leaf(row, event) | {"grant": grant.id})
    return row


def denied_inside(vault: Vault, row: RequestRow, event: Event, told: str) -> RequestRow:
    after = next_state(State(row.state), event)
    row = msgspec.structs.replace(row, state=after, answer=told, changed_at=stamp(vault.now))
    store.put_request(vault.connection, row)
    vault.log("authorization.denied", _leaf(row, event))
    return row


def _leaf(row: RequestRow, event: Event) -> dict[str, object]:
    by = "rules" if event in (Event.ACCEPT, Event.REFUSE) else "owner"
    return {"agreement": row.agreement, "authorization": ids.text("authorization", row.id), "by": by}


def _redirected(vault: Vault, row: RequestRow, issuer: str) -> Answered:
    assert row.data_grant is not None
    grant = ids.text("grant", row.data_grant)
    if row.kind != "code":
        return Answered(None, grant)
    code, kept = handles.new()
    expires = stamp(vault.now + timedelta(seconds=CODE_SECONDS))
    store.put_request(vault.connection, msgspec.structs.replace(row, code=kept, expires_at=expires))
    return Answered(_address(row, issuer, code=code), grant)


def _address(row: RequestRow, issuer: str, **answer: str) -> str | None:
    """Where the browser goes, with who answers (RFC 9207: a client that talks to several servers cannot mix them up)."""
    if row.redirect_uri is None:
        return None
    said = {name: value for name, value in answer.items() if value}
    state = {"state": row.client_state} if row.client_state is not None else {}
    joined = "&" if "?" in row.redirect_uri else "?"
    return f"{row.redirect_uri}{joined}{urlencode({**said, **state, 'iss': issuer})}"
