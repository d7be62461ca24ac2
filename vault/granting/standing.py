"""How a grant stands at a moment: its state, the agreement that carries it, and what that and the owner allow now.

The agreement is the one that the grant was given under, or, where that was amended, the one accepted in its place. The
limits are read anew each time and never remembered: the owner may have refused something since.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from terms.additions import Additions
from terms.comparison import Comparison, compare
from terms.errors import FirstpartyError
from terms.lifecycle import BINDING
from terms.lifecycle import State as AgreementState
from terms.phrases import phrase
from terms.roster import OffRosterError, find
from vault import choosing, ids
from vault.agreements import state_at as agreement_state_at
from vault.granting.permission import Permission, decoded
from vault.policy import grant_life
from vault.policy.grant_life import LIVE, State
from vault.policy.known import Granted
from vault.policy.retention import kept
from vault.store import agreements as agreement_store
from vault.store import grants as store
from vault.store import vendors as vendor_store
from vault.store.agreements import AgreementRow
from vault.store.connection import Connection, DatabaseDamagedError
from vault.store.grants import GrantRow
from vault.times import stamp

_ADDITION: Final = "additions/"
# What a vendor is told of what the owner added to the agreement.
OWN_LIMITS: Final = "the person does not allow it"


class UnknownGrantError(FirstpartyError):
    code = "not-found"


class Grant(Struct, frozen=True):
    """A grant as of a moment. `expires` is when it or its agreement runs out, whatever is first."""

    row: GrantRow
    permission: Permission
    agreement: AgreementRow
    state: State
    expires: str | None
    id: str

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def vendor(self) -> str:
        """The name of the vendor of the vault, or of its client where none is linked."""
        return self.row.vendor_name or self.row.client_name


# --- reading --------------------------------------------------------------------------------------------------------


def held(connection: Connection, id: int, now: datetime) -> Grant:
    row = store.grant(connection, id)
    if row is None:
        raise UnknownGrantError(
            phrase("there is no grant `%(value)s`", value=ids.text("grant", id)), hint=phrase("see `firstparty grants`")
        )
    return as_of(connection, row, now)


def listed(connection: Connection, now: datetime) -> list[Grant]:
    """Every grant, newest first."""
    return [as_of(connection, row, now) for row in store.grants(connection)]


def recorded_live(connection: Connection, now: datetime) -> list[Grant]:
    """The grants of which nobody has put on record that they are over, oldest first; time may have ended some."""
    return [as_of(connection, row, now) for row in store.recorded_as(connection, LIVE)]


def as_of(connection: Connection, row: GrantRow, now: datetime) -> Grant:
    agreement, id = in_its_place(connection, row.under), ids.text("grant", row.id)
    ends = [at for at in (row.expires_at, agreement.valid_until) if at is not None]
    state = grant_life.state_at(State(row.state), binds=binds(agreement, now), time_is_up=time_is_up(row, now))
    try:
        permission = decoded(row.permission)
    except (FirstpartyError, msgspec.MsgspecError):
        # It was checked when it was written, so it was written by something else.
        raise DatabaseDamagedError(
            phrase("the grant `%(id)s` is damaged", id=id), hint=phrase("put the vault back from a backup")
        ) from None
    return Grant(row, permission, agreement, state, min(ends, default=None), id)


def binds(agreement: AgreementRow, now: datetime) -> bool:
    return agreement_state_at(agreement, now) in BINDING


def time_is_up(row: GrantRow, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= stamp(now)


def carrying(connection: Connection, id: str) -> AgreementRow:
    """The agreement, or the last of those by which it was amended."""
    row = agreement_store.agreement(connection, id)
    assert row is not None  # the engine keeps what is referred to
    return in_its_place(connection, row)


def in_its_place(connection: Connection, row: AgreementRow) -> AgreementRow:
    """The same of one that was read."""
    while row.state == AgreementState.AMENDED and (successor := store.successor(connection, row.id)) is not None:
        found = agreement_store.agreement(connection, successor)
        assert found is not None  # the engine keeps what is referred to
        row = found
    return row


def granted(connection: Connection, id: str, clients: set[int], now: datetime) -> Granted | None:
    """What the rules know of the grant of this id, if it is one of these clients'."""
    parsed = ids.parse(id)
    row = store.grant(connection, parsed[1]) if parsed and parsed[0] == "grant" else None
    if row is None or row.client not in clients:
        return None
    one = as_of(connection, row, now)
    permission = one.permission
    return Granted(
        purposes=frozenset(permission.purposes),
        data=frozenset(permission.data),
        actions=frozenset(permission.actions),
        recipients=frozenset(str(recipient) for recipient in permission.recipients),
        retention=kept(permission.retention),
        ai_training=permission.ai_training,
        revoked=not one.is_live,
    )


# --- what is allowed ------------------------------------------------------------------------------------------------


# The comparison of the same three is the same each time; whether a grant lives, and what the owner has added, is never kept.
@lru_cache(maxsize=512)
def compared(permission: Permission, terms: str, additions: Additions) -> Comparison | None:
    """The permission against the terms of an agreement and the owner's additions; None where the roster of this version has
    no such terms, so that nothing is known of what they allow."""
    try:
        found = find(terms).agreement
    except OffRosterError:
        return None
    return compare(permission.practice, found, additions)


def additions(connection: Connection, agreement: AgreementRow) -> Additions:
    """The owner's additions for the vendor of an agreement as they are now, without what is about contact and about how
    long an agreement runs: neither is up to a grant."""
    row = vendor_store.vendor(connection, agreement.vendor) if agreement.vendor is not None else None
    return _of_grants(choosing.effective_for(connection, row).additions)


@lru_cache(maxsize=64)
def _of_grants(additions: Additions) -> Additions:
    return replace(additions, contact=None, duration=None)


def reasons(found: Comparison | None, terms: str) -> tuple[str, ...]:
    """Why a permission is not allowed under these terms, in sentences; none where it is."""
    return tuple(why for _, why in _answers(found, terms))


def told(found: Comparison | None, terms: str) -> tuple[str, ...]:
    """The same as a vendor may know it. What the owner added to the agreement is the owner's business: of that a vendor is
    told that there is something, and no more."""
    answers = _answers(found, terms)
    return tuple(dict.fromkeys(OWN_LIMITS if clause.startswith(_ADDITION) else why for clause, why in answers))


def _answers(found: Comparison | None, terms: str) -> list[tuple[str, str]]:
    """(clause, sentence) of whatever stands in the way."""
    if found is None:
        return [("", f"this version knows no terms `{terms}`")]
    if found.result == "within":
        return []
    answers = (*found.clauses, *found.doubts) if found.result == "exceeds" else found.why
    return [(answer.clause, answer.why) for answer in answers]
