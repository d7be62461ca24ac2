"""Answers kept by the client's `Idempotency-Key`, so that a request that is sent twice has its effect once.

Written in the transaction of the effect: either both are there after a crash, or neither. Kept until `expires_at`.
"""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection

# Rows dropped in passing by each write: more than one, so that the table shrinks; few, so that no write waits for it.
_DROPPED_AT_ONCE = 20


class Answered(msgspec.Struct, frozen=True):
    """What was answered; `headers` is a JSON object of those that belong to the answer (`Location`, not `Date`)."""

    request_sha256: str
    status: int
    headers: str
    body: bytes


def find(connection: Connection, client: str, key_sha256: str, *, at: str) -> Answered | None:
    """The answer given under this key, unless it has expired."""
    row = connection.execute(
        "SELECT request_sha256, status, headers, body FROM idempotent_answer "
        "WHERE client = ? AND key_sha256 = ? AND expires_at > ?",
        (client, key_sha256, at),
    ).fetchone()
    return Answered(str(row[0]), int(row[1]), str(row[2]), bytes(row[3])) if row else None


def drop_expired(connection: Connection, at: str, limit: int) -> int:
    """Forget so many of those that have expired; gives how many went."""
    # Most often there is none, and to look along the index is cheaper than to find that out by deleting.
    if connection.execute("SELECT 1 FROM idempotent_answer WHERE expires_at <= ? LIMIT 1", (at,)).fetchone() is None:
        return 0
    return connection.execute(
        "DELETE FROM idempotent_answer WHERE (client, key_sha256) IN "
        "(SELECT client, key_sha256 FROM idempotent_answer WHERE expires_at <= ? LIMIT ?)",
        (at, limit),
    ).rowcount


def put(connection: Connection, client: str, key_sha256: str, answer: Answered, *, at: str, expires_at: str) -> None:
    """Keep an answer, in the place of an expired one; drops some that have expired."""
    drop_expired(connection, at, _DROPPED_AT_ONCE)
    connection.execute(
        "INSERT OR REPLACE INTO idempotent_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (client, key_sha256, *msgspec.structs.astuple(answer), at, expires_at),
    )
