"""The audit log: what was done, in an RFC 6962 tree, in the same transaction as what it did.

`append` inside a transaction is the whole interface for a new kind of event. A leaf is five lines (version, number,
time, event, digest); the digest is SHA-256 over a random salt and the body, so that a body can be erased later without
breaking the tree and cannot be guessed from the leaf. `checkpoint` signs the root; `verify` recomputes all of it.

A log belongs to one signing key. Bringing in another vault's archive adds its log, closed, beside our own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

import msgspec

from terms.proof import merkle, note
from vault.store.connection import Connection

SALT_BYTES = 16
OWN_LOG = 1


class Verification(msgspec.Struct, frozen=True):
    """`ok` with no `faults`; sizes count leaves over all logs. `root` is our own log's, in hex."""

    ok: bool
    size: int
    root: str
    logs: int
    checkpoints: int
    erased: int
    faults: tuple[str, ...]


def open_log(connection: Connection, origin: str, public: bytes) -> int:
    cursor = connection.execute("INSERT INTO audit_log (origin, public_key) VALUES (?, ?)", (origin, public))
    return int(cursor.lastrowid or 0)


def append(connection: Connection, event: str, body: dict[str, object], *, at: str, log: int = OWN_LOG) -> int:
    """Add one leaf; gives its number. `event` is dotted (`import.committed`), `body` JSON without secrets."""
    size = _size(connection, log)
    text = msgspec.json.encode(body, order="deterministic").decode()
    salt = secrets.token_bytes(SALT_BYTES)
    digest = _digest(salt, text)
    connection.execute(
        "INSERT INTO audit_leaf (log, n, at, event, digest, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (log, size, at, event, digest, salt, text),
    )
    frontier = _frontier(connection, log, size)
    nodes = frontier.append(merkle.leaf_hash(leaf_bytes(size, at, event, digest)))
    connection.executemany(
        "INSERT INTO audit_node (log, level, idx, hash) VALUES (?, ?, ?, ?)", [(log, *node) for node in nodes]
    )
    return size


def checkpoint(connection: Connection, *, public: bytes, sign: Callable[[bytes], bytes], log: int = OWN_LOG) -> str:
    """Sign the log as it stands, and keep the note; call it last in the transaction that appended."""
    size = _size(connection, log)
    origin = connection.execute("SELECT origin FROM audit_log WHERE id = ?", (log,)).fetchone()[0]
    signed = note.signed(
        note.Checkpoint(origin, size, _frontier(connection, log, size).root()), public=public, sign=sign
    )
    connection.execute("INSERT OR REPLACE INTO audit_checkpoint VALUES (?, ?, ?)", (log, size, signed))
    return signed


def latest_checkpoint(connection: Connection) -> str:
    row = connection.execute(
        "SELECT note FROM audit_checkpoint WHERE log = ? ORDER BY size DESC LIMIT 1", (OWN_LOG,)
    ).fetchone()
    return str(row[0]) if row else ""


def leaf_bytes(number: int, at: str, event: str, digest: bytes) -> bytes:
    return f"firstparty-leaf-1\n{number}\n{at}\n{event}\n{digest.hex()}\n".encode()


def verify(connection: Connection, *, public: bytes, witnessed: str = "") -> Verification:
    """Recompute every leaf, node, root and signature. `witnessed` is a checkpoint that somebody kept elsewhere."""
    faults: list[str] = []
    total = erased = signed = 0
    own_root = merkle.EMPTY_ROOT
    logs = connection.execute("SELECT id, origin, public_key FROM audit_log ORDER BY id").fetchall()
    for log, origin, key in logs:
        notes = dict(connection.execute("SELECT size, note FROM audit_checkpoint WHERE log = ?", (log,)).fetchall())
        witness = None
        if log == OWN_LOG:
            if key != public:
                faults.append("the log is not signed by this vault's key")
            witness = _witness(witnessed, origin, key, faults)
        size, root, gone = _replay(connection, log, origin, key, notes, witness, faults)
        total, erased, signed = total + size, erased + gone, signed + len(notes)
        if log == OWN_LOG:
            own_root = root
    if not logs:
        faults.append("there is no log")
    faults += _effects_without_leaf(connection)
    return Verification(not faults, total, own_root.hex(), len(logs), signed, erased, tuple(faults))


def _witness(witnessed: str, origin: str, key: bytes, faults: list[str]) -> note.Checkpoint | None:
    if not witnessed:
        return None
    kept = note.opened(witnessed, origin=origin, public=key)
    if kept is None:
        faults.append("the checkpoint to compare with was not signed by this vault")
    return kept


def _replay(
    connection: Connection,
    log: int,
    origin: str,
    key: bytes,
    notes: dict[int, str],
    witness: note.Checkpoint | None,
    faults: list[str],
) -> tuple[int, bytes, int]:
    """Grow the tree leaf by leaf and compare at every stored node and signed size."""
    stored = {
        (level, index): node
        for level, index, node in connection.execute("SELECT level, idx, hash FROM audit_node WHERE log = ?", (log,))
    }
    frontier, erased = merkle.Frontier(), 0
    leaves = connection.execute(
        "SELECT n, at, event, digest, salt, body FROM audit_leaf WHERE log = ? ORDER BY n", (log,)
    )
    for number, at, event, digest, salt, body in leaves:
        if number != frontier.size:
            faults.append(f"leaf {frontier.size} of `{origin}` is missing")
            break
        if body is None:
            erased += 1
        elif not hmac.compare_digest(_digest(salt or b"", body), digest):
            faults.append(f"leaf {number} of `{origin}` ({event}) was changed")
        for level, index, node in frontier.append(merkle.leaf_hash(leaf_bytes(number, at, event, digest))):
            if stored.pop((level, index), None) != node:
                faults.append(f"node {level}/{index} of `{origin}` does not follow from its leaves")
        _compare(frontier, notes.get(frontier.size), origin, key, faults)
        if witness and witness.size == frontier.size and witness.root != frontier.root():
            faults.append(f"the log was rewritten: at {witness.size} leaves it is not what was witnessed")
    if stored:
        faults.append(f"`{origin}` has {len(stored)} nodes that belong to no leaf")
    if notes and max(notes) != frontier.size:
        faults.append(f"`{origin}` has {frontier.size} leaves, but {max(notes)} were signed")
    if witness and witness.size > frontier.size:
        faults.append(f"the log was rolled back: {witness.size} leaves were witnessed, {frontier.size} are here")
    return frontier.size, frontier.root(), erased


def _compare(frontier: merkle.Frontier, signed: str | None, origin: str, key: bytes, faults: list[str]) -> None:
    if signed is None:
        return
    opened = note.opened(signed, origin=origin, public=key)
    if opened is None:
        faults.append(f"the checkpoint at {frontier.size} of `{origin}` has no good signature")
    elif opened.size != frontier.size or opened.root != frontier.root():
        faults.append(f"the checkpoint at {frontier.size} of `{origin}` is of another tree")


def _effects_without_leaf(connection: Connection) -> list[str]:
    missing = connection.execute(
        "SELECT count(*) FROM batch LEFT JOIN audit_leaf ON log = ? AND n = leaf AND event = 'import.committed' "
        "WHERE n IS NULL AND leaf >= 0",
        (OWN_LOG,),
    ).fetchone()[0]
    return [f"{missing} imports have no leaf in the log"] if missing else []


def _digest(salt: bytes, body: str) -> bytes:
    return hashlib.sha256(salt + body.encode()).digest()


def _size(connection: Connection, log: int) -> int:
    return int(connection.execute("SELECT coalesce(max(n) + 1, 0) FROM audit_leaf WHERE log = ?", (log,)).fetchone()[0])


def _frontier(connection: Connection, log: int, size: int) -> merkle.Frontier:
    def node(level: int, index: int) -> bytes:
        row = connection.execute(
            "SELECT hash FROM audit_node WHERE log = ? AND level = ? AND idx = ?", (log, level, index)
        ).fetchone()
        return bytes(row[0])

    return merkle.Frontier(size, [node(*place) for place in merkle.perfect_subtrees(0, size)])


class Leaf(msgspec.Struct, frozen=True):
    """`body` is JSON, or none once it was erased."""

    n: int
    at: str
    event: str
    body: str | None


def leaves(connection: Connection, limit: int) -> list[Leaf]:
    """Our own log, newest first."""
    rows = connection.execute(
        "SELECT n, at, event, body FROM audit_leaf WHERE log = ? ORDER BY n DESC LIMIT ?", (OWN_LOG, limit)
    )
    return [Leaf(*row) for row in rows]
