"""What the person tells a vendor about it, where they share it."""

from __future__ import annotations

from typing import Final

import msgspec

from vault import ids
from vault.engaging import feedback
from vault.session import Vault
from vault.store.rights import FeedbackRow
from web.server import answers
from web.server.answers import Answer
from web.server.routes import LOCKED, Access, Asked, Route, reads
from web.vendors import paging

PATH: Final = "/v1/feedback"


class Contact(msgspec.Struct, frozen=True):
    """How the person wants to be reached, best first; how not; and between which hours where they live."""

    channels: tuple[str, ...]
    avoid: tuple[str, ...]
    times: str | None


class Feedback(msgspec.Struct, frozen=True):
    """`satisfaction` is 1 to 5, the best."""

    id: str
    at: str
    satisfaction: int | None
    note: str
    contact: Contact | None


class Shared(msgspec.Struct, frozen=True):
    """Oldest first; the latest `contact` holds."""

    feedback: tuple[Feedback, ...]
    next: str | None


def _shared(vault: Vault, asked: Asked) -> Answer:
    limit = paging.limit(asked.query)
    try:
        after = ids.number_of("feedback", asked.query["after"]) if "after" in asked.query else 0
    except ids.IdError as error:
        raise paging.no_cursor(error) from None
    found = feedback.shared(vault, asked.principal.number, after, limit + 1)
    told = tuple(map(_told, found[:limit]))
    return answers.json(Shared(told, told[-1].id if len(found) > limit else None))


def _told(row: FeedbackRow) -> Feedback:
    said = feedback.contact_of(row)
    contact = Contact(said.channels, said.avoid, said.times) if said else None
    return Feedback(ids.text("feedback", row.id), row.at, row.satisfaction, row.note, contact)


_EXAMPLE: Final = Feedback(
    "fbk_06h2m1x9k3v7q", "2026-03-31T12:00:00Z", 4, "Quick, but too many messages.",
    Contact(("mail", "chat"), ("phone",), "18:00-20:00"),
)  # fmt: skip
ROUTES = (
    Route(
        "GET",
        PATH,
        reads(_shared),
        Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401),
        "What the person shares with you of what they think of you",
        Shared,
        Shared((_EXAMPLE,), None),
        errors=("unauthenticated", "forbidden"),
        query=paging.QUERY,
    ),
)
