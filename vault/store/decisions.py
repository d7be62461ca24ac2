"""Rows of rule-sets, requests, decisions and overrides. All but settings are only ever added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from vault.store.connection import Connection

# Our own log of `audit`, which checks these rows and so stands above this module.
OWN_LOG = 1
# Before it is in the log; no such leaf exists, so the row cannot be stored.
NO_LEAF = -1

# Of the engine's limit on parameters, the smallest that was ever in use.
_AT_ONCE = 500
# `log` and `leaf` are the last two columns of what has a leaf.
_LEAF_LAST = -2
# The tables of the butler with what their rows are named by.
_KEYS = {"request": "id", "decision": "id", "decision_override": "id", "intention": "id", "offer": "request"}


class RulesRow(msgspec.Struct, frozen=True):
    """A version of the owner's rules; `source` is the file as it was written."""

    number: int
    at: str
    note: str
    source: str
    sha256: str
    log: int
    leaf: int


class RequestRow(msgspec.Struct, frozen=True):
    """`body` is the request as canonical JSON; `domain` is what the sender is counted by; `occasion` names what happened,
    where the vault itself found it, so that it is judged once; `source` is where it came from (`file`, `analysis`)."""

    id: int
    kind: str
    sender: str
    domain: str
    vendor: int | None
    body: str
    sha256: str
    occasion: str | None
    source: str
    received_at: str


class DecisionRow(msgspec.Struct, frozen=True):
    """`reasons`, `counters` and `facts` are JSON; `rules` the hash of the rule-set, built-in checks included."""

    id: int
    request: int
    at: str
    verdict: str
    effect: str
    by_default: int
    reasons: str
    counters: str
    facts: str
    rules: str
    log: int = OWN_LOG
    leaf: int = NO_LEAF


class PastRow(msgspec.Struct, frozen=True):
    """What trying other rules on a decision needs of it."""

    id: int
    request: int
    at: str
    verdict: str
    facts: str
    kind: str
    sender: str


class OverrideRow(msgspec.Struct, frozen=True):
    id: int
    decision: int
    at: str
    verdict: str
    effect: str
    because: str
    log: int = OWN_LOG
    leaf: int = NO_LEAF


def _columns(row: type[msgspec.Struct]) -> str:
    return ", ".join(row.__struct_fields__)


def _insert(connection: Connection, table: str, row: msgspec.Struct) -> None:
    values = msgspec.structs.astuple(row)
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({_columns(type(row))}) VALUES ({marks})", values)


# --- rules --------------------------------------------------------------------------------------------------------------


def keep_rule_set(connection: Connection, sha256: str, body: bytes, at: str) -> bool:
    """Kept once, by its hash; says whether it was there."""
    # It is there from the second decision on; its body is not handed over for nothing.
    is_there = connection.execute("SELECT 1 FROM rule_set WHERE sha256 = ?", (sha256,)).fetchone() is not None
    if not is_there:
        connection.execute("INSERT INTO rule_set VALUES (?, ?, ?)", (sha256, body, at))
    return is_there


def rule_set(connection: Connection, sha256: str) -> bytes | None:
    row = connection.execute("SELECT body FROM rule_set WHERE sha256 = ?", (sha256,)).fetchone()
    return bytes(row[0]) if row else None


def add_rules(connection: Connection, row: RulesRow) -> None:
    _insert(connection, "rules_version", row)


def rules(connection: Connection, number: int | None = None) -> RulesRow | None:
    """One version of the owner's rules, or the latest."""
    query = f"SELECT {_columns(RulesRow)} FROM rules_version"
    if number is None:
        row = connection.execute(f"{query} ORDER BY number DESC LIMIT 1").fetchone()
    else:
        row = connection.execute(f"{query} WHERE number = ?", (number,)).fetchone()
    return RulesRow(*row) if row else None


def all_rules(connection: Connection) -> list[RulesRow]:
    """Every version, oldest first."""
    rows = connection.execute(f"SELECT {_columns(RulesRow)} FROM rules_version ORDER BY number")
    return [RulesRow(*row) for row in rows]


def settings(connection: Connection) -> tuple[tuple[str, str], ...]:
    """(key, value) of the butler's settings."""
    return tuple(connection.execute("SELECT key, value FROM butler_setting ORDER BY key").fetchall())


def put_setting(connection: Connection, key: str, value: str, at: str) -> None:
    connection.execute("INSERT OR REPLACE INTO butler_setting VALUES (?, ?, ?)", (key, value, at))


def digest(row: DecisionRow | OverrideRow) -> str:
    """SHA-256 in hex over everything of a row but its place in the log: what its leaf says of it."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.astuple(row)[:_LEAF_LAST])).hexdigest()


def body_digest(body: str) -> str:
    """SHA-256 in hex of a request: its body is kept in the canonical form."""
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()


# --- requests and decisions ---------------------------------------------------------------------------------------------


def add_request(connection: Connection, row: RequestRow) -> None:
    _insert(connection, "request", row)


def request(connection: Connection, id: int) -> RequestRow | None:
    row = connection.execute(f"SELECT {_columns(RequestRow)} FROM request WHERE id = ?", (id,)).fetchone()
    return RequestRow(*row) if row else None


def charge_marks(connection: Connection, contract: int) -> list[str]:
    """What the charges of a contract are known by, also when they are taken back and brought in again; oldest first."""
    rows = connection.execute("SELECT hex(dedup) FROM charge WHERE contract = ? ORDER BY booked, id", (contract,))
    return [row[0] for row in rows]


def has_occasion(connection: Connection, occasions: Sequence[str]) -> bool:
    """Whether a request is remembered by any of these."""
    return any(
        connection.execute("SELECT 1 FROM request WHERE occasion = ?", (one,)).fetchone() is not None
        for one in occasions
    )


def times_since(connection: Connection, domain: str, since: str, kinds: tuple[str, ...]) -> list[str]:
    """When requests of these kinds came from a domain, at or after a time; earliest first."""
    marks = ", ".join("?" * len(kinds))
    query = f"SELECT received_at FROM request WHERE domain = ? AND received_at >= ? AND kind IN ({marks}) ORDER BY 1"
    return [row[0] for row in connection.execute(query, (domain, since, *kinds))]


def requests_after(connection: Connection, id: int) -> list[tuple[int, str, str, str]]:
    """(id, domain, kind, received_at) of the requests after one, in the order in which they were written."""
    query = "SELECT id, domain, kind, received_at FROM request WHERE id > ? ORDER BY id"
    return connection.execute(query, (id,)).fetchall()


def add_decision(connection: Connection, row: DecisionRow) -> None:
    _insert(connection, "decision", row)


def decision(connection: Connection, id: int) -> DecisionRow | None:
    row = connection.execute(f"SELECT {_columns(DecisionRow)} FROM decision WHERE id = ?", (id,)).fetchone()
    return DecisionRow(*row) if row else None


_BOTH = ", ".join(
    [f"d.{name}" for name in DecisionRow.__struct_fields__] + [f"r.{name}" for name in RequestRow.__struct_fields__]
)
_WIDTH = len(DecisionRow.__struct_fields__)
Decided = tuple[DecisionRow, RequestRow]


def _both(row: tuple[object, ...]) -> Decided:
    return DecisionRow(*row[:_WIDTH]), RequestRow(*row[_WIDTH:])  # type: ignore[arg-type]


def decisions(connection: Connection, *, since: str = "", limit: int = -1) -> Iterator[Decided]:
    """Decisions with their requests, newest first."""
    rows = connection.execute(
        f"SELECT {_BOTH} FROM decision d JOIN request r ON r.id = d.request WHERE d.at >= ? "
        "ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (since, limit),
    )
    return map(_both, rows)


# The overrides that count, and the decisions without any: each half goes along an index, however rare a verdict is.
_OF_VERDICT = (
    f"SELECT {_BOTH} FROM decision d JOIN request r ON r.id = d.request WHERE d.id IN ("
    "SELECT * FROM (SELECT id FROM decision WHERE verdict = ?1 AND at >= ?2 "
    "AND NOT EXISTS (SELECT 1 FROM decision_override o WHERE o.decision = decision.id) ORDER BY at DESC, id DESC LIMIT ?3)"
    " UNION ALL SELECT o.decision FROM decision_override o WHERE o.verdict = ?1 "
    "AND o.id = (SELECT max(id) FROM decision_override WHERE decision = o.decision)"
    ") AND d.at >= ?2 ORDER BY d.at DESC, d.id DESC LIMIT ?3"
)


def decisions_of(connection: Connection, verdict: str, *, since: str = "", limit: int = -1) -> Iterator[Decided]:
    """Decisions whose verdict, the owner's where there is an override, is this one; newest first."""
    return map(_both, connection.execute(_OF_VERDICT, (verdict, since, limit)))


def rule_hits(connection: Connection, since: str) -> dict[str, int]:
    """How many decisions since then each rule applied to, by its id."""
    rows = connection.execute(
        "SELECT json_extract(r.value, '$.rule'), count(*) FROM decision d, json_each(d.reasons) r "
        "WHERE d.at >= ? AND json_extract(r.value, '$.state') = 'applies' GROUP BY 1",
        (since,),
    )
    return {str(rule): int(count) for rule, count in rows}


def decisions_by_rule(connection: Connection, rule: str, *, since: str, limit: int) -> Iterator[Decided]:
    """Decisions that a rule applied to, newest first."""
    rows = connection.execute(
        f"SELECT {_BOTH} FROM decision d JOIN request r ON r.id = d.request WHERE d.at >= ? AND EXISTS ("
        "SELECT 1 FROM json_each(d.reasons) e WHERE json_extract(e.value, '$.rule') = ? "
        "AND json_extract(e.value, '$.state') = 'applies') ORDER BY d.at DESC, d.id DESC LIMIT ?",
        (since, rule, limit),
    )
    return map(_both, rows)


def latest(connection: Connection, requests: Sequence[int]) -> dict[int, Decided]:
    """The last decision of each of these requests."""
    found: dict[int, Decided] = {}
    for start in range(0, len(requests), _AT_ONCE):
        some = requests[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(
            f"SELECT {_BOTH} FROM decision d JOIN request r ON r.id = d.request WHERE r.id IN ({marks}) "
            "AND d.id = (SELECT max(id) FROM decision WHERE request = r.id)",
            some,
        )
        found.update((request.id, (decision, request)) for decision, request in map(_both, rows))
    return found


class AnsweredRow(msgspec.Struct, frozen=True):
    """What telling a vendor of a decision needs of those before it; `sha256` is the request's."""

    id: int
    at: str
    sha256: str
    counters: str


def first_decided(
    connection: Connection, domain: str, kind: str, intent: str | None, *, since: str, after: int, until: int
) -> AnsweredRow | None:
    """The first decision from a time on, after one decision and not after another, on one kind of request of a domain for one
    intention (none: for none). A request is written when it is decided, so its time is the decision's."""
    row = connection.execute(
        "SELECT d.id, d.at, r.sha256, d.counters FROM request r JOIN decision d ON d.request = r.id "
        "WHERE r.domain = ? AND r.kind = ? AND r.received_at >= ? AND d.id > ? AND d.id <= ? "
        "AND json_extract(r.body, '$.intent') IS ? ORDER BY r.received_at, r.id LIMIT 1",
        (domain, kind, since, after, until, intent),
    ).fetchone()
    return AnsweredRow(*row) if row else None


def past(connection: Connection, *, since: str = "") -> Iterator[PastRow]:
    """Decisions, newest first, as trying other rules needs them."""
    rows = connection.execute(
        "SELECT d.id, d.request, d.at, d.verdict, d.facts, r.kind, r.sender FROM decision d "
        "JOIN request r ON r.id = d.request WHERE d.at >= ? ORDER BY d.id DESC",
        (since,),
    )
    return (PastRow(*row) for row in rows)


def add_override(connection: Connection, row: OverrideRow) -> None:
    _insert(connection, "decision_override", row)


def overrides(connection: Connection, decision: int) -> list[OverrideRow]:
    """What the owner said otherwise of a decision, oldest first; the last one counts."""
    rows = connection.execute(
        f"SELECT {_columns(OverrideRow)} FROM decision_override WHERE decision = ? ORDER BY id", (decision,)
    )
    return [OverrideRow(*row) for row in rows]


def largest(connection: Connection, table: str) -> int:
    """The largest id of a table of the butler; 0 where it is empty."""
    return int(connection.execute(f"SELECT coalesce(max({_KEYS[table]}), 0) FROM {table}").fetchone()[0])


def largest_request(connection: Connection) -> int:
    """The largest id of a request, of those too that wait to become one."""
    row = connection.execute(
        "SELECT max(coalesce((SELECT max(id) FROM request), 0), coalesce((SELECT max(request) FROM signed_offer), 0))"
    ).fetchone()
    return int(row[0])


def between(connection: Connection, table: str, first: int, last: int) -> list[int]:
    """Up to two ids from `first` to `last`: enough to tell whether there is exactly one."""
    key = _KEYS[table]
    rows = connection.execute(
        f"SELECT {key} FROM {table} WHERE {key} BETWEEN ? AND ? ORDER BY 1 LIMIT 2", (first, last)
    )
    return [row[0] for row in rows]
