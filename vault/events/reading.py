"""The feed: a client's events in their order, and its word that it has taken note.

`seen` is when an event first stood in an answer or was taken by the client's server; `acknowledged` when the client said so.
Neither ends anything by itself: who asks again from an earlier place reads the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from vault.session import Vault
from vault.store import events as store
from vault.store.events import EventRow
from vault.times import stamp

# What was seen is kept for as long as somebody may ask about it; what was not, until a client that long silent is gone.
KEPT_SEEN: Final = timedelta(days=90)
KEPT: Final = timedelta(days=365)
# Forgotten in one write, so that none waits for it.
DROPPED_AT_ONCE: Final = 500


class Page(msgspec.Struct, frozen=True):
    """`last` is the number to go on from; `news` are those that were not seen before."""

    events: tuple[EventRow, ...]
    last: int
    news: tuple[EventRow, ...]


def read(vault: Vault, client: int, after: int, limit: int) -> Page:
    """The client's events beyond a number, which are seen by that."""
    found = tuple(store.after(vault.connection, client, after, limit))
    news = tuple(one for one in found if one.seen_at is None)
    see(vault, news)
    return Page(found, found[-1].number if found else after, news)


def see(vault: Vault, events: Sequence[EventRow]) -> None:
    """These were seen by the client."""
    if events:
        with vault.transaction():
            store.set_seen(vault.connection, [one.number for one in events], stamp(vault.now))


def acknowledge(vault: Vault, client: int, ids: Sequence[str]) -> tuple[tuple[EventRow, ...], tuple[EventRow, ...]]:
    """The client has taken note; gives those of the ids that are its own, and of them those that it says so of for the first
    time. Others are passed over: they may be forgotten already."""
    with vault.transaction():
        rows = [store.event(vault.connection, client, id) for id in dict.fromkeys(ids)]
        own = tuple(one for one in rows if one is not None)
        news = tuple(one for one in own if one.acknowledged_at is None)
        for one in news:
            store.set_acknowledged(vault.connection, one.number, stamp(vault.now))
    return own, news


def forget(vault: Vault) -> int:
    """Drop what is kept no longer, some of it at a time; gives how many went."""
    seen, made = stamp(vault.now - KEPT_SEEN), stamp(vault.now - KEPT)
    with vault.transaction():
        return store.drop(vault.connection, seen_before=seen, made_before=made, limit=DROPPED_AT_ONCE)
