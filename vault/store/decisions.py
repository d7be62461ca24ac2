"""Rows of rule-sets, requests, decisions and overrides. All but settings are only ever added."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vault.store.connection import Connection


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
    """`body` is the request as JSON; `occasion` names what happened, where the vault itself found it, so that it is
    judged once; `source` is where it came from (`file`, `analysis`, `api`)."""

    id: int
    kind: str
    sender: str
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
    log: int
    leaf: int


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
    log: int
    leaf: int


def _columns(row: type[msgspec.Struct]) -> str:
    return ", ".join(row.__struct_fields__)


def _insert(connection: Connection, table: str, row: msgspec.Struct) -> None:
    values = msgspec.structs.astuple(row)
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({_columns(type(row))}) VALUES ({marks})", values)


# --- rules --------------------------------------------------------------------------------------------------------------


def keep_rule_set(connection: Connection, sha256: str, body: bytes, at: str) -> None:
    """Kept once, by its hash."""
    connection.execute("INSERT OR IGNORE INTO rule_set VALUES (?, ?, ?)", (sha256, body, at))


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


def setting(connection: Connection, key: str) -> str:
    """A setting of the butler; empty when it was never put."""
    row = connection.execute("SELECT value FROM butler_setting WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def put_setting(connection: Connection, key: str, value: str, at: str) -> None:
    connection.execute("INSERT OR REPLACE INTO butler_setting VALUES (?, ?, ?)", (key, value, at))


# --- requests and decisions ---------------------------------------------------------------------------------------------


def add_request(connection: Connection, row: RequestRow) -> None:
    _insert(connection, "request", row)


def request(connection: Connection, id: int) -> RequestRow | None:
    row = connection.execute(f"SELECT {_columns(RequestRow)} FROM request WHERE id = ?", (id,)).fetchone()
    return RequestRow(*row) if row else None


def has_occasion(connection: Connection, occasion: str) -> bool:
    return connection.execute("SELECT 1 FROM request WHERE occasion = ?", (occasion,)).fetchone() is not None


def requests_since(connection: Connection, sender: str, since: str, kinds: tuple[str, ...]) -> int:
    """How many requests of these kinds came from a sender at or after a time."""
    marks = ", ".join("?" * len(kinds))
    query = f"SELECT count(*) FROM request WHERE sender = ? AND received_at >= ? AND kind IN ({marks})"
    return int(connection.execute(query, (sender, since, *kinds)).fetchone()[0])


def undecided(connection: Connection) -> list[RequestRow]:
    """Requests without any decision, oldest first."""
    columns = ", ".join(f"r.{name}" for name in RequestRow.__struct_fields__)
    rows = connection.execute(
        f"SELECT {columns} FROM request r WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.request = r.id) ORDER BY r.id"
    )
    return [RequestRow(*row) for row in rows]


def add_decision(connection: Connection, row: DecisionRow) -> None:
    _insert(connection, "decision", row)


def decision(connection: Connection, id: int) -> DecisionRow | None:
    row = connection.execute(f"SELECT {_columns(DecisionRow)} FROM decision WHERE id = ?", (id,)).fetchone()
    return DecisionRow(*row) if row else None


def latest_decision(connection: Connection, request: int) -> DecisionRow | None:
    row = connection.execute(
        f"SELECT {_columns(DecisionRow)} FROM decision WHERE request = ? ORDER BY id DESC LIMIT 1", (request,)
    ).fetchone()
    return DecisionRow(*row) if row else None


def decisions(connection: Connection, *, since: str = "", limit: int = -1) -> Iterator[tuple[DecisionRow, RequestRow]]:
    """Decisions with their requests, newest first."""
    columns = [f"d.{name}" for name in DecisionRow.__struct_fields__]
    columns += [f"r.{name}" for name in RequestRow.__struct_fields__]
    rows = connection.execute(
        f"SELECT {', '.join(columns)} FROM decision d JOIN request r ON r.id = d.request WHERE d.at >= ? "
        "ORDER BY d.id DESC LIMIT ?",
        (since, limit),
    )
    width = len(DecisionRow.__struct_fields__)
    for row in rows:
        yield DecisionRow(*row[:width]), RequestRow(*row[width:])


class CountersRow(msgspec.Struct, frozen=True):
    request: RequestRow
    counters: str


def counters_to(connection: Connection, sender: str, *, since: str, until: int) -> Iterator[CountersRow]:
    """The counters of decisions on a sender's requests from a time to a decision, oldest first."""
    columns = ", ".join(f"r.{name}" for name in RequestRow.__struct_fields__)
    rows = connection.execute(
        f"SELECT d.counters, {columns} FROM decision d JOIN request r ON r.id = d.request "
        "WHERE r.sender = ? AND d.at >= ? AND d.id <= ? AND d.counters <> '[]' ORDER BY d.id",
        (sender, since, until),
    )
    return (CountersRow(RequestRow(*row[1:]), row[0]) for row in rows)


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
    """The largest id of a table of this module."""
    assert table in ("request", "decision", "decision_override"), table
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])
