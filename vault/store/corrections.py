"""Rows of what the owner corrected; the last word about one thing counts."""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection


def put(connection: Connection, kind: str, subject: str, value: str, at: str) -> None:
    connection.execute("DELETE FROM correction WHERE kind = ? AND subject = ?", (kind, subject))
    connection.execute(
        "INSERT INTO correction (kind, subject, object, at) VALUES (?, ?, ?, ?)", (kind, subject, value, at)
    )


def dismissed_questions(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT subject FROM correction WHERE kind = 'question'")}


class Row(msgspec.Struct, frozen=True):
    """`kind` is question, or an action of `OwnerRule`, whose JSON `value` then is."""

    id: int
    kind: str
    subject: str
    value: str
    at: str


def latest(connection: Connection, limit: int) -> list[Row]:
    """The newest first."""
    rows = connection.execute(
        "SELECT id, kind, subject, object, at FROM correction ORDER BY at DESC, id DESC LIMIT ?", (limit,)
    )
    return [Row(*row) for row in rows]


def remove(connection: Connection, number: int) -> bool:
    return bool(connection.execute("DELETE FROM correction WHERE id = ?", (number,)).rowcount)


def of_kind(connection: Connection, kind: str) -> list[Row]:
    """The oldest first."""
    rows = connection.execute(
        "SELECT id, kind, subject, object, at FROM correction WHERE kind = ? ORDER BY id", (kind,)
    )
    return [Row(*row) for row in rows]
