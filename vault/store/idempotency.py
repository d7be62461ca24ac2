"""Answers kept by the client's `Idempotency-Key`, so that a request that is sent twice has its effect once.

Written in the transaction of the effect: either both are there after a crash, or neither. Kept until `expires_at`.
"""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection

# Rows dropped in passing; few, so that no write waits for it. The rest goes by `jobs`.
_DROPPED_AT_ONCE = 20


class Answered(msgspec.Struct, frozen=True):
    """What was answered; `headers` is a JSON object of those that belong to the answer (`Location`, not `Date`)."""

    request_sha256: str
    status: int
    headers: str
    body: bytes


def find(connection: Connection, client: str, key_sha256: str, *, at: str) -> Answered | None:
    """The answer given under this key, unless it has expired; then it goes, with some others."""
    rows = connection.execute(
        "SELECT request_sha256, status, headers, body, expires_at FROM idempotent_answer "
        "WHERE substr(key_sha256, 1, 8) = ? AND key_sha256 = ? AND client = ?",
        (key_sha256[:8], key_sha256, client),
    ).fetchall()
    for request_sha256, status, headers, body, expires_at in rows:
        if expires_at > at:
            return Answered(str(request_sha256), int(status), str(headers), bytes(body))
    if rows:
        drop_expired(connection, at, _DROPPED_AT_ONCE)
    return None


def drop_expired(connection: Connection, at: str, limit: int) -> int:
    """Forget so many of those that have expired; gives how many went."""
    return connection.execute(
        "DELETE FROM idempotent_answer WHERE rowid IN (SELECT rowid FROM idempotent_answer WHERE expires_at <= ? LIMIT ?)",
        (at, limit),
    ).rowcount


def put(connection: Connection, client: str, key_sha256: str, answer: Answered, *, at: str, expires_at: str) -> None:
    """Keep an answer; in the same write `find` has found none."""
    connection.execute(
        "INSERT INTO idempotent_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (client, key_sha256, *msgspec.structs.astuple(answer), at, expires_at),
    )
