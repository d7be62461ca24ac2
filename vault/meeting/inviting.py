"""Invitations: the owner hands a vendor a code, by a link or on paper, and the client that brings it is that vendor's.

* A code is for one vendor and for one use, and runs out. A new one for the same vendor revokes the one before, so there is
  never more than one that is good.
* It is 130 random bits, and kept as its SHA-256 alone: whoever reads the vault's file later cannot use it. It is shown once.
* Whoever holds a code can use it. So the owner sees in the list which client did, and whether that client has a domain of the
  vendor; the owner's word (`screening`) is stronger afterwards.
* A code that is unknown, used, revoked or has run out is refused alike.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids
from vault.meeting import linking
from vault.meeting.life import InvitationEvent, InvitationState, invitation_after, invitation_at
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store import vendors as vendor_store
from vault.store.meeting import InvitationRow
from vault.times import stamp

MADE, USED, REVOKED = "invitation.made", "invitation.used", "invitation.revoked"
DEFAULT_DAYS: Final = 30
# A code that lies about for longer than this is forgotten by the one who made it.
MAX_DAYS: Final = 365
_PREFIX: Final = "meet"


class InvitationError(FirstpartyError):
    """The code opens nothing; which of the reasons it is, is told to the owner alone."""

    code = "invitation"


class Invitation(msgspec.Struct, frozen=True):
    """For the owner. `client` is the one that used it, and `fits` whether that lies at a domain of the vendor."""

    id: str
    vendor: int
    vendor_name: str
    state: InvitationState
    made: str
    expires: str
    client: str | None
    fits: bool | None


class Made(msgspec.Struct, frozen=True):
    """`code` is shown once."""

    invitation: Invitation
    code: str


def invite(vault: Vault, vendor: int, *, days: int = DEFAULT_DAYS) -> Made:
    """A new invitation for a vendor of the vault, in the place of one that was still open."""
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(phrase("an invitation holds for 1 to %(most_days)s days", most_days=MAX_DAYS))
    code = ids.unguessable(_PREFIX)
    with vault.transaction():
        for row in store.invitations(vault.connection):
            if row.vendor == vendor and state(vault, row) is InvitationState.OPEN:
                _happened(vault, row, InvitationEvent.REVOKE, REVOKED)
        number = ids.first_of_block(vault.now, after=store.largest_invitation(vault.connection))
        at, expires = stamp(vault.now), stamp(vault.now + timedelta(days=days))
        row = InvitationRow(number, vendor, _hash(code), InvitationState.OPEN, None, at, expires, at)
        store.put_invitation(vault.connection, row)
        vault.log(MADE, {"invitation": ids.text("invitation", number), "vendor": ids.text("vendor", vendor)})
    return Made(_shown(vault, row), code)


def redeem(vault: Vault, client: int, code: str) -> int:
    """Inside a transaction: the code is used up and the client is its vendor's; gives the vendor."""
    row = store.invitation_by_code(vault.connection, _hash(code))
    if row is None or state(vault, row) is not InvitationState.OPEN:
        raise InvitationError(phrase("this invitation is not good"), hint=phrase("ask the person for another"))
    linking.link(vault, client, row.vendor)
    _happened(vault, msgspec.structs.replace(row, client=client), InvitationEvent.USE, USED)
    return row.vendor


def revoke(vault: Vault, id: int) -> Invitation:
    row = store.invitation(vault.connection, id)
    if row is None:
        raise FirstpartyError(
            phrase("there is no invitation `%(value)s`", value=ids.text("invitation", id)),
            hint=phrase("see `firstparty invite --list`"),
            code="not-found",
        )
    with vault.transaction():
        return _shown(vault, _happened(vault, row, InvitationEvent.REVOKE, REVOKED))


def invitations(vault: Vault) -> list[Invitation]:
    """Newest first."""
    return [_shown(vault, row) for row in store.invitations(vault.connection)]


def state(vault: Vault, row: InvitationRow) -> InvitationState:
    return invitation_at(InvitationState(row.state), time_is_up=row.expires_at <= stamp(vault.now))


def _happened(vault: Vault, row: InvitationRow, event: InvitationEvent, leaf: str) -> InvitationRow:
    after = invitation_after(state(vault, row), event)
    changed = msgspec.structs.replace(row, state=after, changed_at=stamp(vault.now))
    store.put_invitation(vault.connection, changed)
    body: dict[str, object] = {"invitation": ids.text("invitation", row.id), "vendor": ids.text("vendor", row.vendor)}
    if row.client is not None:
        body["client"] = agreement_store.client(vault.connection, row.client).url
    vault.log(leaf, body)
    return changed


def _shown(vault: Vault, row: InvitationRow) -> Invitation:
    vendor = vendor_store.vendor(vault.connection, row.vendor)
    assert vendor is not None  # an invitation refers to it
    url = agreement_store.client(vault.connection, row.client).url if row.client is not None else None
    return Invitation(
        id=ids.text("invitation", row.id),
        vendor=row.vendor,
        vendor_name=vendor.name,
        state=state(vault, row),
        made=row.created_at,
        expires=row.expires_at,
        client=url,
        fits=registrable(url) in vendor.domains if url is not None else None,
    )


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.strip().lower().encode()).digest()
