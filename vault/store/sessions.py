"""Rows of the owner's sessions."""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection


class SessionRow(msgspec.Struct, frozen=True):
    """`way` is how it was begun, `agent` the browser as it names itself. Times are RFC 3339."""

    id: int
    hash: bytes
    way: str
    agent: str
    created_at: str
    seen_at: str


_COLUMNS = ", ".join(SessionRow.__struct_fields__)


def add(connection: Connection, hash: bytes, way: str, agent: str, at: str) -> int:
    cursor = connection.execute(
        "INSERT INTO owner_session (hash, way, agent, created_at, seen_at) VALUES (?, ?, ?, ?, ?)",
        (hash, way, agent, at, at),
    )
    return int(cursor.lastrowid or 0)


def by_hash(connection: Connection, hash: bytes) -> SessionRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM owner_session WHERE hash = ?", (hash,)).fetchone()
    return SessionRow(*row) if row else None


def all_of_them(connection: Connection) -> list[SessionRow]:
    """Last seen first."""
    return [
        SessionRow(*row)
        for row in connection.execute(f"SELECT {_COLUMNS} FROM owner_session ORDER BY seen_at DESC, id")
    ]


def saw(connection: Connection, id: int, at: str) -> None:
    connection.execute("UPDATE owner_session SET seen_at = ? WHERE id = ?", (at, id))


def remove(connection: Connection, id: int) -> bool:
    return connection.execute("DELETE FROM owner_session WHERE id = ?", (id,)).rowcount > 0


def remove_over(connection: Connection, created_before: str, seen_before: str) -> None:
    connection.execute("DELETE FROM owner_session WHERE created_at < ? OR seen_at < ?", (created_before, seen_before))
