"""The feed of events: what a client is owed word of, in order, and its word that it has taken note.

A cursor is a place in this client's own feed, under a name that says nothing of how much happens in the vault. It stays good
when events before it are forgotten.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

import msgspec

from vault import events, pairwise
from vault.events import EventType
from vault.ids import IdError
from vault.session import Vault
from vault.store.events import EventRow
from web.server import answers, heard
from web.server.answers import Answer
from web.server.bodies import QueryError
from web.server.routes import LOCKED, Access, Asked, Route, effects

LIMIT: Final = 50
MOST: Final = 100
IDENTIFIED: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)
_REFUSED: Final = ("unauthenticated", "forbidden")
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_QUERY: Final = {
    "after": "The `next` of the page before; from the beginning without it.",
    "limit": f"How many at most: 1 to {MOST}, {LIMIT} without it.",
}


class Data(msgspec.Struct, frozen=True):
    """`id` is what it is about, as the API names it; empty where there is one thing only that it can be about."""

    id: str


class Event(msgspec.Struct, frozen=True):
    """Thin: what it is now is read with a token. `id` is that of the webhook message too."""

    id: str
    type: str
    timestamp: str
    data: Data


class Events(msgspec.Struct, frozen=True):
    """Oldest first. `next` is where to go on, also when nothing is new."""

    events: tuple[Event, ...]
    next: str


class Acknowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of events."""

    events: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(min_length=1, max_length=MOST)
    ]


class Acknowledged(msgspec.Struct, frozen=True):
    """How many of the ids are of events of this client, all acknowledged now; others were passed over."""

    acknowledged: int


async def _list(asked: Asked) -> Answer:
    limit = _limit(asked.query.get("limit"))

    def page(vault: Vault) -> Answer:
        with vault.transaction():
            return answers.json(_page(vault, asked.principal.number, asked.query.get("after"), limit))

    # A write, since reading marks what was seen; where nothing is new, nothing is written.
    return await asked.serving.vault.write(page)


def _page(vault: Vault, client: int, after: str | None, limit: int) -> Events:
    found = events.read(vault, client, _place(vault, client, after), limit)
    heard.seen(vault, found.news)
    return Events(tuple(map(_event, found.events)), pairwise.name(vault, client, "event", found.last))


def _place(vault: Vault, client: int, after: str | None) -> int:
    if after is None:
        return 0
    try:
        return pairwise.number_of(vault, client, "event", after)
    except IdError:
        raise QueryError("`after` is no cursor of this feed", hint="take `next` of an answer") from None


def _limit(written: str | None) -> int:
    if written is None:
        return LIMIT
    if not _LIMIT.fullmatch(written) or int(written) > MOST:
        raise QueryError("`limit` is no number that is taken here", hint=f"1 to {MOST}")
    return int(written)


def _event(row: EventRow) -> Event:
    return Event(row.id, row.type, row.at, Data(row.subject))


def _acknowledge(vault: Vault, asked: Asked, said: Acknowledge) -> Answer:
    own, news = events.acknowledge(vault, asked.principal.number, said.events)
    heard.acknowledged(vault, news)
    return answers.json(Acknowledged(len(own)))


_ID: Final = "msg_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
_EXAMPLE = Events(
    (Event(_ID, EventType.GRANT_REVOKED, "2026-03-31T18:05:09Z", Data("grt_06h2m1x9k3v7q")),),
    "cur_0123456789abcdefghjkmnpqrs",
)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/events",
        _list,
        IDENTIFIED,
        "What you are owed word of",
        Events,
        _EXAMPLE,
        errors=(*_REFUSED, "query"),
        query=_QUERY,
    ),
    Route(
        "POST",
        "/v1/events/acknowledge",
        effects(_acknowledge, Acknowledge),
        IDENTIFIED,
        "Say that you have taken note of events",
        Acknowledged,
        Acknowledged(1),
        body=Acknowledge,
        body_example=Acknowledge((_ID,)),
        errors=_REFUSED,
    ),
)
