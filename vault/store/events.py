"""Rows of the events that clients are owed word of."""

from __future__ import annotations

from collections.abc import Sequence

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


def set_seen(connection: Connection, numbers: Sequence[int], at: str) -> None:
    """Those not seen before were seen now."""
    connection.executemany(
        "UPDATE client_event SET seen_at = ? WHERE number = ? AND seen_at IS NULL", [(at, number) for number in numbers]
    )


def set_acknowledged(connection: Connection, number: int, at: str) -> None:
    connection.execute(
        "UPDATE client_event SET acknowledged_at = ?, seen_at = coalesce(seen_at, ?) WHERE number = ?", (at, at, number)
    )


def drop(connection: Connection, *, seen_before: str, made_before: str, limit: int) -> int:
    """Forget so many of those that were seen before a time and do not wait to be sent, or that were made before another,
    seen or not, with their deliveries; gives how many went."""
    return connection.execute(
        "DELETE FROM client_event WHERE number IN (SELECT e.number FROM client_event e "
        "LEFT JOIN delivery d ON d.event = e.number WHERE e.at < ? "
        "OR (coalesce(e.acknowledged_at, e.seen_at) < ? AND coalesce(d.state, '') != 'waiting') LIMIT ?)",
        (made_before, seen_before, limit),
    ).rowcount
