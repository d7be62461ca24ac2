"""What of an audit log can be shown to others: leaves with their salt and body, and proofs that they are in the log.

A proof is computed from the stored nodes, in time logarithmic in the size of the log. Whoever gets a leaf can compute its
hash; a leaf whose body was erased is shown by its digest alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from terms.proof import merkle
from vault.store import audit
from vault.store.connection import Connection


class LogRow(msgspec.Struct, frozen=True):
    """A log with its size as last signed, and that checkpoint."""

    id: int
    origin: str
    public: bytes
    size: int
    note: str


class LeafRow(msgspec.Struct, frozen=True):
    n: int
    at: str
    event: str
    digest: bytes
    salt: bytes
    body: str | None


def log(connection: Connection, number: int) -> LogRow:
    row = connection.execute(
        "SELECT l.id, l.origin, l.public_key, c.size, c.note FROM audit_log l JOIN audit_checkpoint c ON c.log = l.id "
        "WHERE l.id = ? ORDER BY c.size DESC LIMIT 1",
        (number,),
    ).fetchone()
    return LogRow(row[0], row[1], bytes(row[2]), row[3], row[4])


def leaf(connection: Connection, log: int, number: int) -> LeafRow | None:
    row = connection.execute(
        "SELECT n, at, event, digest, salt, body FROM audit_leaf WHERE log = ? AND n = ?", (log, number)
    ).fetchone()
    return LeafRow(row[0], row[1], row[2], bytes(row[3]), bytes(row[4] or b""), row[5]) if row else None


def leaves_naming(connection: Connection, log: int, agreement: str, *, besides: Iterable[int] = ()) -> list[LeafRow]:
    """The leaves whose body names the agreement at its top, and those `besides`, by number."""
    rows = connection.execute(
        # The text is looked for before it is parsed: the log is long and few leaves are about agreements.
        "SELECT n, at, event, digest, salt, body FROM audit_leaf WHERE log = ? AND (n IN (SELECT value FROM json_each(?)) "
        "OR (instr(body, ?) AND json_extract(body, '$.agreement') = ?)) ORDER BY n",
        (log, msgspec.json.encode(sorted(besides)).decode(), agreement, agreement),
    )
    return [LeafRow(n, at, event, bytes(digest), bytes(salt or b""), body) for n, at, event, digest, salt, body in rows]


def checkpoint_after(connection: Connection, log: int, leaf: int) -> tuple[int, str]:
    """The first signed checkpoint that has the leaf: (size, note)."""
    row = connection.execute(
        "SELECT size, note FROM audit_checkpoint WHERE log = ? AND size > ? ORDER BY size LIMIT 1", (log, leaf)
    ).fetchone()
    return int(row[0]), str(row[1])


def checkpoint_at(connection: Connection, log: int, size: int) -> str:
    """The checkpoint that was signed at this size; empty when there was none."""
    row = connection.execute("SELECT note FROM audit_checkpoint WHERE log = ? AND size = ?", (log, size)).fetchone()
    return str(row[0]) if row else ""


def inclusion(connection: Connection, log: int, leaf: int, size: int) -> tuple[bytes, ...]:
    """That the leaf is in the log of this size."""
    return tuple(merkle.inclusion_proof(leaf, size, _nodes(connection, log)))


def extension(connection: Connection, log: int, old: int, new: int) -> tuple[bytes, ...]:
    """That the log of the new size begins with the log of the old one."""
    return tuple(merkle.consistency_proof(old, new, _nodes(connection, log)))


def _nodes(connection: Connection, log: int) -> merkle.Node:
    return lambda level, index: audit.node(connection, log, level, index)
