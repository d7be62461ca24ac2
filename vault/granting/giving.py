"""The owner's steps in the life of a grant, and what time does to it: each is one transaction with its leaf.

The leaf names the agreement at its top, so a dispute bundle shows what was granted and when it ended; it holds categories
and purposes, and no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids
from vault.events import EventType, emit
from vault.granting import noticing, standing
from vault.granting.covering import any_covers, category_of
from vault.granting.permission import Permission, beyond, checked
from vault.granting.standing import Grant
from vault.lettering import is_plain
from vault.policy.grant_life import LIVE, Event, State, due, next_state
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import grants as store
from vault.store.agreements import AgreementRow
from vault.store.audit import OWN_LOG
from vault.times import stamp

# Each is owed a notice at every change; a vendor with more grants than purposes of DPV asks for something else.
MAX_LIVE: Final = 100
# A sentence on why; not a place for documents.
MAX_BECAUSE: Final = 200
MAX_LABEL: Final = 40
_TOLD_AS: Final = {
    State.NARROWED: EventType.GRANT_NARROWED,
    State.REVOKED: EventType.GRANT_REVOKED,
    State.EXPIRED: EventType.GRANT_EXPIRED,
    State.ENDED: EventType.GRANT_EXPIRED,
}


class MoreThanAskedError(FirstpartyError):
    code = "more-than-asked"


class NotAllowedError(FirstpartyError):
    """The agreement, or the owner's own limits, do not allow what was to be granted; `reasons` are sentences."""

    code = "exceeds-agreement"

    def __init__(self, agreement: AgreementRow, reasons: tuple[str, ...]) -> None:
        super().__init__(
            f"{agreement.terms} and your own limits do not allow this: {'; '.join(reasons)}",
            hint="grant less, or agree on other terms",
        )
        self.reasons = reasons


class NoAgreementError(FirstpartyError):
    code = "no-agreement"


class NotNarrowerError(UsageError):
    code = "not-narrower"


def give(
    vault: Vault,
    agreement: str,
    permission: Permission,
    *,
    asked: Permission | None = None,
    labels: Sequence[str] = (),
    expires: datetime | None = None,
) -> Grant:
    """Grant `permission` under the agreement, of what was `asked` (the same, where the owner asks himself). With `labels`,
    only attributes that have one of them."""
    permission = checked(permission)
    wanted = permission if asked is None else checked(asked)
    if more := beyond(permission, wanted):
        raise MoreThanAskedError(
            phrase("more would be granted than was asked: %(more)s", more=", ".join(more)),
            hint=phrase("grant what was asked"),
        )
    if expires is not None and expires <= vault.now:
        raise UsageError(phrase("a grant cannot end before it begins"), hint=phrase("name a later end"))
    with vault.transaction():
        _check_allowed(vault, agreement, permission)
        new = store.NewGrant(
            id=ids.first_of_block(vault.now, after=store.largest(vault.connection)),
            agreement=agreement,
            state=State.ACTIVE,
            permission=permission.encoded(),
            asked=wanted.encoded(),
            labels=_labels(labels),
            expires_at=stamp(expires) if expires else None,
        )
        _write_new(vault, new, permission)
        return standing.held(vault.connection, new.id, vault.now)


def _check_allowed(vault: Vault, id: str, permission: Permission) -> None:
    row = agreement_store.agreement(vault.connection, id)
    if row is None:
        raise NoAgreementError(
            phrase("there is no agreement `%(id)s`", id=id[:60]), hint=phrase("see `firstparty agreements`")
        )
    agreement = standing.in_its_place(vault.connection, row)
    if not standing.binds(agreement, vault.now):
        raise NoAgreementError(
            phrase("no agreement binds under `%(id)s` now", id=id),
            hint=phrase("agree first: `firstparty agreement proffer`"),
        )
    if store.count_of(vault.connection, id, LIVE) >= MAX_LIVE:
        raise UsageError(
            phrase("there are %(max_live)s grants under `%(id)s` already", max_live=MAX_LIVE, id=id),
            hint=phrase("revoke those that are not needed"),
        )
    found = standing.compared(permission, agreement.terms, standing.additions(vault.connection, agreement))
    if why := standing.reasons(found, agreement.terms):
        raise NotAllowedError(agreement, why)


def _write_new(vault: Vault, new: store.NewGrant, permission: Permission) -> None:
    body: dict[str, object] = {
        "agreement": standing.carrying(vault.connection, new.agreement).id,
        "grant": ids.text("grant", new.id),
        "permission": permission.to_json(),
        "expires": new.expires_at,
    }
    leaf = vault.log("grant.given", body)
    store.add_grant(vault.connection, new, at=stamp(vault.now), log=OWN_LOG, leaf=leaf)
    one = standing.held(vault.connection, new.id, vault.now)
    noticing.note_coming(vault, one)
    emit(vault, one.row.client, EventType.GRANT_GIVEN, one.id)


def _labels(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label_of(label) for label in written))


def label_of(written: str) -> str:
    """A label as it is kept: small letters, one space between words; empty is none."""
    label = " ".join(written.split()).casefold()
    if len(label) > MAX_LABEL or not is_plain(label):
        raise UsageError(
            phrase("`%(label)s` is no label", label=label[:40]),
            hint=phrase("write at most %(max_label)s printable characters", max_label=MAX_LABEL),
        )
    return label


# --- less, and no more ----------------------------------------------------------------------------------------------


def narrow(vault: Vault, id: int, only: Sequence[str]) -> Grant:
    """Leave of the data of a grant only these categories, each of which it has to cover."""
    data = tuple(dict.fromkeys(category_of(term) for term in only))
    with vault.transaction():
        one = standing.held(vault.connection, id, vault.now)
        for category in data:
            if not any_covers(one.permission.data, category):
                raise NotNarrowerError(
                    phrase("the grant does not cover `%(category)s`", category=category),
                    hint=phrase("a grant is never widened"),
                )
        if not data or all(any_covers(data, category) for category in one.permission.data):
            raise NotNarrowerError(
                phrase("that leaves the grant as it is") if data else phrase("that leaves nothing of the grant"),
                hint=phrase("or revoke it"),
            )
        _become(vault, one, Event.NARROW, replace(one.permission, data=data))
        return standing.held(vault.connection, id, vault.now)


def revoke(vault: Vault, id: int, because: str = "") -> Grant:
    """End a grant. Once this has returned, nothing more is released by it."""
    why = " ".join(because.split())
    if len(why) > MAX_BECAUSE or not is_plain(why):
        raise UsageError(
            phrase("the reason is too long"),
            hint=phrase("write at most %(max_because)s printable characters", max_because=MAX_BECAUSE),
        )
    with vault.transaction():
        one = standing.held(vault.connection, id, vault.now)
        _become(vault, one, Event.REVOKE, one.permission, because=why)
        return standing.held(vault.connection, id, vault.now)


def settle(vault: Vault, only: int | None = None) -> list[Grant]:
    """Put on record which grants are over by time or with their agreement, all or one; gives those."""
    if not _all_due(vault, only):
        return []
    with vault.transaction():
        found = _all_due(vault, only)
        for row, event in found:
            one = standing.as_of(vault.connection, row, vault.now)
            _become(vault, replace(one, state=State(row.state)), event, one.permission)
        return [standing.held(vault.connection, row.id, vault.now) for row, _ in found]


def _all_due(vault: Vault, only: int | None) -> list[tuple[store.GrantRow, Event]]:
    rows = [row for row in store.recorded_as(vault.connection, LIVE) if only in (None, row.id)]
    return [(row, event) for row in rows if (event := _due(vault, row)) is not None]


def _due(vault: Vault, row: store.GrantRow) -> Event | None:
    agreement = standing.in_its_place(vault.connection, row.under)
    is_bound, is_up = standing.binds(agreement, vault.now), standing.time_is_up(row, vault.now)
    return due(State(row.state), binds=is_bound, time_is_up=is_up)


def _become(vault: Vault, one: Grant, event: Event, permission: Permission, **said: str) -> None:
    """Inside a transaction: the grant after an event; what the table does not have raises, and changes nothing."""
    state = next_state(one.state, event)
    body: dict[str, object] = {"agreement": one.agreement.id, "grant": one.id, **said}
    if event is Event.NARROW:
        body["permission"] = permission.to_json()
    leaf = vault.log(f"grant.{state}", body)
    at = stamp(vault.now)
    store.set_grant(vault.connection, one.row.id, state, permission.encoded(), at=at, log=OWN_LOG, leaf=leaf)
    emit(vault, one.row.client, _TOLD_AS[state], one.id)
