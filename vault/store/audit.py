"""The audit log: what was done, in an RFC 6962 tree, in the same transaction as what it did.

`append` inside a transaction is the whole interface for a new kind of event. A leaf is five lines (version, number,
time, event, digest); the digest is SHA-256 over a random salt and the body, so that a body can be erased later without
breaking the tree and cannot be guessed from the leaf. `checkpoint`, at the end of the transaction, grows the tree by all of its
leaves at once and signs the root; `verify` recomputes all of it.

A log belongs to one signing key. Bringing in another vault's archive adds its log, closed, beside our own.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

import msgspec

from terms.phrases import Phrase, phrase
from terms.proof import merkle, note
from terms.proof.leaf import digest_of, leaf_bytes
from vault.store import choices, decision_leaves, engaging, grants, message_leaves
from vault.store.connection import Connection

SALT_BYTES = 16
# The roots of the last frontiers, by log, size and digest of the last leaf. That digest is over a salt that is drawn for each
# leaf, so it stands for one tree alone, whoever else writes and whatever is taken back: nothing is remembered that could be over.
_MAX_FRONTIERS = 64
_frontiers: OrderedDict[tuple[int, int, bytes], tuple[bytes, ...]] = OrderedDict()
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
    text = msgspec.json.encode(body, order="deterministic").decode()
    salt = secrets.token_bytes(SALT_BYTES)
    # Two statements cost less than one that reads what it writes to, for which the engine makes tables for the time.
    (last,) = connection.execute("SELECT max(n) FROM audit_leaf WHERE log = ?", (log,)).fetchone()
    number = 0 if last is None else int(last) + 1
    connection.execute(
        "INSERT INTO audit_leaf (log, n, at, event, digest, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (log, number, at, event, digest_of(salt, text), salt, text),
    )
    return number


def checkpoint(connection: Connection, *, public: bytes, sign: Callable[[bytes], bytes], log: int = OWN_LOG) -> str:
    """Sign the log as it stands, and keep the note; call it last in the transaction that appended.

    INVARIANT: the leaves up to the last checkpoint have their nodes, those after it have none."""
    origin = connection.execute("SELECT origin FROM audit_log WHERE id = ?", (log,)).fetchone()[0]
    frontier = _grown(connection, log)
    signed = note.signed(note.Checkpoint(origin, frontier.size, frontier.root()), public=public, sign=sign)
    connection.execute("INSERT OR REPLACE INTO audit_checkpoint VALUES (?, ?, ?)", (log, frontier.size, signed))
    return signed


def _grown(connection: Connection, log: int) -> merkle.Frontier:
    """The tree with the leaves that came since it was signed; their nodes are written."""
    signed = connection.execute("SELECT max(size) FROM audit_checkpoint WHERE log = ?", (log,)).fetchone()[0] or 0
    leaves = connection.execute(
        "SELECT n, at, event, digest FROM audit_leaf WHERE log = ? AND n >= ? ORDER BY n", (log, signed - 1)
    ).fetchall()
    digest = leaves.pop(0)[3] if signed else b""
    frontier = _frontier(connection, log, signed, digest)
    nodes: list[tuple[int, int, bytes]] = []
    for number, at, event, digest in leaves:
        nodes += frontier.append(merkle.leaf_hash(leaf_bytes(number, at, event, digest)))
    connection.executemany(
        "INSERT INTO audit_node (log, last, level, hash) VALUES (?, ?, ?, ?)",
        [(log, _last(level, index), level, hash) for level, index, hash in nodes],
    )
    _remember(log, frontier, digest)
    return frontier


def _last(level: int, index: int) -> int:
    """The number of the last leaf under a node, by which nodes are kept: so they are only ever added at the end."""
    return ((index + 1) << level) - 1


def node(connection: Connection, log: int, level: int, index: int) -> bytes:
    row = connection.execute(
        "SELECT hash FROM audit_node WHERE log = ? AND last = ? AND level = ?", (log, _last(level, index), level)
    ).fetchone()
    return bytes(row[0])


def erase_bodies(connection: Connection, leaves: Iterable[tuple[int, int]]) -> None:
    """Forget for good what these leaves, by (log, number), said; that they were written stays provable."""
    connection.executemany("UPDATE audit_leaf SET body = NULL, salt = NULL WHERE log = ? AND n = ?", list(leaves))


def latest_checkpoint(connection: Connection) -> str:
    row = connection.execute(
        "SELECT note FROM audit_checkpoint WHERE log = ? ORDER BY size DESC LIMIT 1", (OWN_LOG,)
    ).fetchone()
    return str(row[0]) if row else ""


def verify(connection: Connection, *, public: bytes, witnessed: str = "") -> Verification:
    """Recompute every leaf, node, root and signature. `witnessed` is a checkpoint that somebody kept elsewhere.

    INVARIANT: every log ends in a signed checkpoint, so leaves that nobody signed are a fault, and so is no log at all.
    """
    strictly, connection.text_factory = connection.text_factory, _any_text
    try:
        return _verification(connection, public, witnessed)
    finally:
        connection.text_factory = strictly


def _any_text(written: bytes) -> str:
    # Columns are not typed by the engine: whoever edits them may put anything there, and that is a fault to report.
    return written.decode("utf-8", "surrogateescape")


def _printable(text: object) -> str:
    return str(text).encode("utf-8", "replace").decode()


def _verification(connection: Connection, public: bytes, witnessed: str) -> Verification:
    faults: list[str] = []
    replays: dict[int, _Replay] = {}
    for log, origin, key in connection.execute("SELECT id, origin, public_key FROM audit_log ORDER BY id").fetchall():
        witness = None
        if log == OWN_LOG:
            if key != public:
                faults.append(str(phrase("the log is not signed by this vault's key")))
            witness = _witness(witnessed, _printable(origin), public, faults)
        known = key if isinstance(key, bytes) else b""
        replays[log] = _Replay(connection, log, _printable(origin), known, witness, faults)
        replays[log].run()
    if OWN_LOG not in replays:
        faults.append(str(phrase("there is no log")))
    faults += _effects_without_leaf(connection)
    return Verification(
        ok=not faults,
        size=sum(replay.frontier.size for replay in replays.values()),
        root=(replays[OWN_LOG].frontier.root() if OWN_LOG in replays else merkle.EMPTY_ROOT).hex(),
        logs=len(replays),
        checkpoints=sum(replay.signed for replay in replays.values()),
        erased=sum(replay.erased for replay in replays.values()),
        faults=tuple(faults),
    )


def _witness(witnessed: str, origin: str, key: bytes, faults: list[str]) -> note.Checkpoint | None:
    if not witnessed:
        return None
    kept = note.opened(witnessed, origin=origin, public=key)
    if kept is None:
        faults.append(str(phrase("the checkpoint to compare with was not signed by this vault")))
    return kept


class _Replay:
    """Grows one log's tree leaf by leaf and compares at every stored node and signed size; appends to `faults`."""

    def __init__(
        self,
        connection: Connection,
        log: int,
        origin: str,
        key: bytes,
        witness: note.Checkpoint | None,
        faults: list[str],
    ) -> None:
        self.frontier, self.erased, self.signed = merkle.Frontier(), 0, 0
        self._origin, self._key, self._witness, self._faults = origin, key, witness, faults
        # What is left in these two at the end belongs to no leaf.
        self._nodes: dict[tuple[int, int], bytes] = {
            (last, level): node
            for last, level, node in connection.execute(
                "SELECT last, level, hash FROM audit_node WHERE log = ?", (log,)
            )
        }
        self._notes: dict[int, str] = dict(
            connection.execute("SELECT size, note FROM audit_checkpoint WHERE log = ?", (log,)).fetchall()
        )
        self._leaves = connection.execute(
            "SELECT n, at, event, digest, salt, body FROM audit_leaf WHERE log = ? ORDER BY n", (log,)
        )

    def run(self) -> None:
        signed_at = 0
        for number, at, event, digest, salt, body in self._leaves:
            if number != self.frontier.size:
                self._found(phrase("leaf %(size)s of `%(origin)s` is missing"), size=self.frontier.size)
                break
            self._add_leaf(number, at, event, digest, salt, body)
            signed = self._notes.pop(self.frontier.size, None)
            if signed is not None:
                signed_at, self.signed = self.frontier.size, self.signed + 1
                self._compare(signed)
        self._judge_end(signed_at)

    def _found(self, fault: Phrase, **values: object) -> None:
        self._faults.append(str(fault.of(origin=self._origin, **values)))

    def _add_leaf(self, number: int, at: str, event: str, digest: object, salt: object, body: object) -> None:
        known = digest if isinstance(digest, bytes) else b""
        if body is None:
            self.erased += 1
        if known != digest or (body is not None and not _fits(salt, body, known)):
            self._found(
                phrase("leaf %(number)s of `%(origin)s` (%(event)s) was changed"),
                number=number,
                event=_printable(event),
            )
        for level, index, node in self.frontier.append(merkle.leaf_hash(leaf_bytes(number, at, event, known))):
            if self._nodes.pop((_last(level, index), level), None) != node:
                self._found(
                    phrase("node %(level)s/%(index)s of `%(origin)s` does not follow from its leaves"),
                    level=level,
                    index=index,
                )

    def _compare(self, signed: object) -> None:
        size, root = self.frontier.size, self.frontier.root()
        opened = note.opened(str(signed), origin=self._origin, public=self._key)
        if opened is None:
            self._found(phrase("the checkpoint at %(size)s of `%(origin)s` has no good signature"), size=size)
        elif opened.size != size or opened.root != root:
            self._found(phrase("the checkpoint at %(size)s of `%(origin)s` is of another tree"), size=size)
        if self._witness and self._witness.size == size and self._witness.root != root:
            self._found(phrase("the log was rewritten: at %(size)s leaves it is not what was witnessed"), size=size)

    def _judge_end(self, signed_at: int) -> None:
        size, witness = self.frontier.size, self._witness
        if self._nodes:
            self._found(phrase("`%(origin)s` has %(count)s nodes that belong to no leaf"), count=len(self._nodes))
        if self._notes:
            self._found(
                phrase("`%(origin)s` has %(size)s leaves, but other sizes were signed: %(notes)s"),
                size=size,
                notes=_listed(self._notes),
            )
        if signed_at != size or not size:
            self._found(
                phrase("`%(origin)s` has %(size)s leaves, of which %(signed_at)s are signed"),
                size=size,
                signed_at=signed_at,
            )
        if witness and witness.size > size:
            self._found(
                phrase("the log was rolled back: %(witnessed)s leaves were witnessed, %(size)s are here"),
                witnessed=witness.size,
                size=size,
            )


def _fits(salt: object, body: object, digest: bytes) -> bool:
    return isinstance(salt, bytes) and isinstance(body, str) and hmac.compare_digest(digest_of(salt, body), digest)


def _listed(sizes: Iterable[object]) -> str:
    return ", ".join(str(size) for size in list(sizes)[:3])


def _effects_without_leaf(connection: Connection) -> list[str]:
    """An import's leaf is in our own log, or in that of the vault whose archive it came in; so is an agreement entry's,
    and that of a version of the choice, and of what `decision_leaves` looks at."""
    missing = connection.execute(
        "SELECT count(*) FROM batch WHERE leaf >= 0 AND NOT EXISTS "
        "(SELECT 1 FROM audit_leaf WHERE log IN (SELECT id FROM audit_log) AND n = leaf AND event = 'import.committed')"
    ).fetchone()[0]
    faults = [f"{missing} imports have no leaf in the log"] if missing else []
    unlogged = connection.execute(
        "SELECT count(*) FROM agreement_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.log = e.log "
        "AND l.n = e.leaf AND l.event = 'agreement.' || e.kind AND (l.body IS NULL OR instr(l.body, e.digest)))"
    ).fetchone()[0]
    faults += [f"{unlogged} entries of agreements have no leaf in the log"] if unlogged else []
    faults += decision_leaves.faults(connection)
    faults += grants.without_leaf(connection)
    faults += message_leaves.faults(connection)
    faults += engaging.without_leaf(connection)
    return faults + [
        f"version {number} of the choice has no leaf in the log" for number in choices.without_leaf(connection)
    ]


class End(NamedTuple):
    """How many leaves there are, and the digest of the last: over a salt drawn for it, so that equal ends have equal logs."""

    size: int
    digest: bytes


def end(connection: Connection, log: int = OWN_LOG) -> End:
    row = connection.execute(
        "SELECT n, digest FROM audit_leaf WHERE log = ? ORDER BY n DESC LIMIT 1", (log,)
    ).fetchone()
    return End(row[0] + 1, row[1]) if row else End(0, b"")


def events(connection: Connection, first: int, last: int) -> list[tuple[str, bytes]]:
    """(event, digest) of our own log's leaves from one number to another."""
    # A limit given as a parameter would have the engine plan anew each time.
    rows = connection.execute(
        "SELECT event, digest FROM audit_leaf WHERE log = ? AND n BETWEEN ? AND ? ORDER BY n", (OWN_LOG, first, last)
    )
    return rows.fetchall()


def _frontier(connection: Connection, log: int, size: int, last_digest: bytes) -> merkle.Frontier:
    known = _frontiers.get((log, size, last_digest))
    if known is not None:
        return merkle.Frontier(size, known)
    return merkle.Frontier(size, [node(connection, log, *place) for place in merkle.perfect_subtrees(0, size)])


def _remember(log: int, frontier: merkle.Frontier, last_digest: bytes) -> None:
    _frontiers[log, frontier.size, last_digest] = frontier.roots
    if len(_frontiers) > _MAX_FRONTIERS:
        with suppress(KeyError):  # another thread's vault may have been quicker
            _frontiers.popitem(last=False)


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


def last(connection: Connection, event: str) -> str | None:
    """When something was last done."""
    row = connection.execute("SELECT max(at) FROM audit_leaf WHERE log = ? AND event = ?", (OWN_LOG, event)).fetchone()
    return row[0] if row else None


def last_body(connection: Connection, event: str) -> str:
    """What the last leaf of an event says, as JSON; empty where there is none, or it was erased."""
    row = connection.execute(
        "SELECT body FROM audit_leaf WHERE log = ? AND event = ? ORDER BY n DESC LIMIT 1", (OWN_LOG, event)
    ).fetchone()
    return str(row[0]) if row and row[0] else ""


def written_at(connection: Connection) -> str:
    """When the last leaf was written; empty while there is none."""
    row = connection.execute("SELECT at FROM audit_leaf WHERE log = ? ORDER BY n DESC LIMIT 1", (OWN_LOG,)).fetchone()
    return str(row[0]) if row else ""
