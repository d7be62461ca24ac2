"""Rows of what the owner corrected; the last word about one thing counts."""

from __future__ import annotations

from vault.store.connection import Connection


def put(connection: Connection, kind: str, subject: str, value: str, at: str) -> None:
    connection.execute("DELETE FROM correction WHERE kind = ? AND subject = ?", (kind, subject))
    connection.execute(
        "INSERT INTO correction (kind, subject, object, at) VALUES (?, ?, ?, ?)", (kind, subject, value, at)
    )


def dismissed_questions(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT subject FROM correction WHERE kind = 'question'")}
