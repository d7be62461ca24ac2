"""Lists that go on: pages by cursor, and the feed of events, which is read again from where it was left.

An event is handed out at least once: its cursor is saved when the caller comes back for the next one, so whoever stops in between
meets it again, under the same id. Act on each id once.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

from connectors.kit.session import Session
from connectors.kit.shapes import Event

EVENTS: Final = "/v1/events"
_LIMIT: Final = "100"

Item = TypeVar("Item")


class Cursor(Protocol):
    """Where an events cursor is kept. Saving it in the transaction of the effect makes each event count exactly once."""

    def load(self) -> str | None: ...

    def save(self, cursor: str) -> None: ...


class FileCursor:
    """In a file."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def load(self) -> str | None:
        with contextlib.suppress(FileNotFoundError):
            return self._path.read_text().strip() or None
        return None

    def save(self, cursor: str) -> None:
        staged = self._path.with_suffix(".new")
        staged.write_text(cursor)
        staged.replace(self._path)


class Beginning:
    """Nowhere: from the first event on, each time."""

    def load(self) -> str | None:
        return None

    def save(self, cursor: str) -> None:
        pass


async def pages(
    session: Session,
    path: str,
    items: str,
    shape: type[Item],
    query: Mapping[str, str] | None = None,
    *,
    feed: bool = False,
) -> AsyncIterator[Item]:
    """Every item of a list. A `feed` has a cursor to go on from even where it has nothing more."""
    after: str | None = ""
    while after is not None:
        found, after = await page(session, path, items, shape, {**(query or {}), **({"after": after} if after else {})})
        for one in found:
            yield one
        if feed and not found:
            return


async def page(
    session: Session, path: str, items: str, shape: type[Item], query: Mapping[str, str]
) -> tuple[list[Item], str | None]:
    """One page, and the cursor of the next."""
    said = await session.read(path, dict[str, msgspec.Raw], query={"limit": _LIMIT, **query})
    found = msgspec.json.decode(said.get(items, b"[]"), type=list[shape])  # type: ignore[valid-type]  # a type at run time
    return found, msgspec.json.decode(said.get("next", b"null"), type=str | None)


async def events(session: Session, cursor: Cursor, *, poll: float | None) -> AsyncIterator[Event]:
    """Events as they come; asks every `poll` seconds, or ends with the last where it is none. Each is acknowledged with the
    page that it came on, once the caller asked for what follows."""
    after = cursor.load() or ""
    while True:
        found, then = await page(session, EVENTS, "events", Event, {"after": after} if after else {})
        for one in found:
            yield one
        if found:
            await acknowledged(session, [one.id for one in found])
            after = then or after
            cursor.save(after)
        elif poll is None:
            return
        else:
            await session.pause(poll)


async def acknowledged(session: Session, ids: list[str]) -> int:
    answer = await session.post(f"{EVENTS}/acknowledge", {"events": ids}, dict[str, int])
    return answer.get("acknowledged", 0)
