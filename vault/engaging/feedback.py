"""What the person thinks of a vendor, and how they want to be reached. It is theirs, and told only where they say so.

    give(vault, to, said, share=False)      kept; with `share` told to the vendor's client
    listed(vault)                           all of it, for the person
    shared(vault, client, after, limit)     what was shared with this client, for the client

Sharing takes a binding agreement with the vendor, since a wish and a grade say something of a person. What was not shared when
it was given stays the person's alone.
"""

from __future__ import annotations

import re
from typing import Final, get_args

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.lifecycle import BINDING
from terms.phrases import phrase
from vault import ids
from vault.agreements import state_at
from vault.engaging import texts
from vault.engaging.addressees import Addressee, connected
from vault.events import EventType, emit
from vault.policy.requests import Channel
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import rights as store
from vault.store.message_leaves import digest
from vault.store.rights import FeedbackRow
from vault.times import stamp

GIVEN: Final = "feedback.given"
LEAST, MOST = 1, 5
CHANNELS: Final[tuple[str, ...]] = get_args(Channel)
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


class NoAgreementError(FirstpartyError):
    code = "no-agreement"


class Contact(msgspec.Struct, frozen=True):
    """How the person wants to be reached: by which ways, never by which, and between which hours where they live."""

    channels: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    times: str | None = None


class Said(msgspec.Struct, frozen=True):
    satisfaction: int | None = None
    note: str = ""
    contact: Contact | None = None


_contact = msgspec.json.Decoder(Contact).decode


def give(vault: Vault, to: Addressee, said: Said, *, share: bool = False) -> FeedbackRow:
    """Keep it, and tell the vendor if `share`; `NoAgreementError` where nothing binds the vendor."""
    _check(said)
    client = connected(to) if share else None
    if client is not None and not binds(vault, client.id):
        raise NoAgreementError(
            phrase("no agreement binds `%(name)s`", name=to.name),
            hint=phrase("make one first, or keep the feedback for yourself"),
        )
    at = stamp(vault.now)
    with vault.transaction():
        number = ids.first_of_block(vault.now, after=store.largest(vault.connection, FeedbackRow))
        name = ids.text("feedback", number)
        contact = msgspec.json.encode(said.contact).decode() if said.contact else None
        sha256 = digest(str(said.satisfaction or ""), said.note, contact or "")
        row = FeedbackRow(
            id=number,
            vendor=to.vendor.id if to.vendor else None,
            client=client.id if client else _only_client(to),
            addressee=to.name,
            satisfaction=said.satisfaction,
            note=said.note,
            contact=contact,
            at=at,
            shared_at=at if client else None,
            leaf=vault.log(GIVEN, {"feedback": name, "shared": client.url if client else None, "sha256": sha256}),
        )
        store.put(vault.connection, row)
        if client is not None:
            emit(vault, client.id, EventType.FEEDBACK_SHARED, name)
    return row


def listed(vault: Vault) -> list[FeedbackRow]:
    """All of it, newest first."""
    return store.feedback(vault.connection)


def shared(vault: Vault, client: int, after: int, limit: int) -> list[FeedbackRow]:
    """What was shared with this client beyond a number, oldest first."""
    return store.shared_feedback(vault.connection, client, after, limit)


def contact_of(row: FeedbackRow) -> Contact | None:
    return _contact(row.contact) if row.contact else None


def binds(vault: Vault, client: int) -> bool:
    """Whether an agreement binds this client now."""
    rows = agreement_store.agreements(vault.connection)
    return any(one.client == client and state_at(one, vault.now) in BINDING for one in rows)


def _only_client(to: Addressee) -> int | None:
    return to.clients[0].id if len(to.clients) == 1 else None


def _check(said: Said) -> None:
    texts.check(said.note, "note", texts.MAX_NOTE)
    if said.satisfaction is not None and not LEAST <= said.satisfaction <= MOST:
        raise UsageError(phrase("satisfaction is %(least)s to %(most)s", least=LEAST, most=MOST))
    contact = said.contact or Contact()
    for channel in (*contact.channels, *contact.avoid):
        if channel not in CHANNELS:
            raise UsageError(
                phrase("there is no way `%(channel)s` to reach you", channel=channel[:40]),
                hint=phrase("write one of: %(listed)s", listed=", ".join(CHANNELS)),
            )
    if both := set(contact.channels) & set(contact.avoid):
        raise UsageError(phrase("`%(both)s` is wished and ruled out", both=min(both)), hint=phrase("leave one out"))
    if contact.times is not None and not _HOURS.fullmatch(contact.times):
        raise UsageError(
            phrase("`%(times)s` are no hours", times=contact.times[:40]), hint=phrase("write them as 18:00-20:00")
        )
    if said == Said():
        raise UsageError(
            phrase("there is nothing to keep"), hint=phrase("give --satisfaction, --note, --prefer, --not or --between")
        )
