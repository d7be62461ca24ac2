"""Rows of the events that clients are owed word of."""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection


class EventRow(msgspec.Struct, frozen=True):
    """`subject` is what it is about, as its client names it. Times are RFC 3339."""

    number: int
    id: str
    client: int
    type: str
    subject: str
    at: str
    seen_at: str | None
    acknowledged_at: str | None


_COLUMNS = ", ".join(EventRow.__struct_fields__)


def add(connection: Connection, *, id: str, client: int, type: str, subject: str, at: str) -> int:
    """Keep an event; gives its number."""
    cursor = connection.execute(
        "INSERT INTO client_event (id, client, type, subject, at) VALUES (?, ?, ?, ?, ?)",
        (id, client, type, subject, at),
    )
    return int(cursor.lastrowid or 0)


def event(connection: Connection, client: int, id: str) -> EventRow | None:
    """One of this client's; any other is as unknown as one that does not exist."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM client_event WHERE id = ? AND client = ?", (id, client)
    ).fetchone()
    return EventRow(*row) if row else None


def after(connection: Connection, client: int, number: int, limit: int) -> list[EventRow]:
    """The client's events beyond this number, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM client_event WHERE client = ? AND number > ? ORDER BY number LIMIT ?",
        (client, number, limit),
    )
    return [EventRow(*row) for row in rows]
