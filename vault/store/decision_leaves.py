"""Whether rules, decisions, overrides and awards are what the log says: each has its leaf, and each leaf its row."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vault import ids
from vault.store import decisions as store
from vault.store.connection import Connection

DECIDED, OVERRIDDEN, INSTALLED, AWARDED = (
    "decision.made",
    "decision.overridden",
    "rules.installed",
    "intention.awarded",
)
_TABLES = {DECIDED: "decision", OVERRIDDEN: "decision_override", INSTALLED: "rules_version"}
_NOUNS = {DECIDED: "decisions", OVERRIDDEN: "overrides", INSTALLED: "versions of the rules"}


class _Body(msgspec.Struct, frozen=True):
    """What a leaf says of its row; `version` and `rules_sha256` of rules."""

    sha256: str = ""
    version: int = 0
    rules_sha256: str = ""


_body = msgspec.json.Decoder(_Body).decode


def faults(connection: Connection) -> list[str]:
    found = [*_rows_without_leaf(connection), *_leaves_without_row(connection), *_changed_requests(connection)]
    awards = _awards_without_leaf(connection)
    return found + ([f"{awards} awards have no leaf in the log"] if awards else [])


def _rows_without_leaf(connection: Connection) -> Iterator[str]:
    kinds = ((DECIDED, store.DecisionRow), (OVERRIDDEN, store.OverrideRow), (INSTALLED, store.RulesRow))
    for event, row_type in kinds:
        bad = sum(not fits for fits in _fits(connection, event, row_type))
        if bad:
            yield f"{bad} {_NOUNS[event]} have no leaf in the log that fits"


def _fits(connection: Connection, event: str, row_type: type[msgspec.Struct]) -> Iterator[bool]:
    columns = ", ".join(f"t.{name}" for name in row_type.__struct_fields__)
    rows = connection.execute(
        f"SELECT l.event, l.body, {columns} FROM {_TABLES[event]} t "
        "LEFT JOIN audit_leaf l ON l.log = t.log AND l.n = t.leaf"
    )
    for said, body, *values in rows:
        yield said == event and (body is None or _says(str(body), row_type(*values)))


def _says(body: str, row: msgspec.Struct) -> bool:
    try:
        said = _body(body)
        if isinstance(row, store.RulesRow):
            return (said.version, said.rules_sha256) == (row.number, row.sha256)
        assert isinstance(row, store.DecisionRow | store.OverrideRow)
        return said.sha256 == store.digest(row)
    except (msgspec.MsgspecError, UnicodeEncodeError, TypeError):  # columns hold whatever somebody put there
        return False


def _leaves_without_row(connection: Connection) -> Iterator[str]:
    """They are only ever added, so a leaf without one is a row that was taken away."""
    for event, table in _TABLES.items():
        query = (
            f"SELECT count(*) FROM (SELECT log, n FROM audit_leaf WHERE event = ? EXCEPT SELECT log, leaf FROM {table})"
        )
        missing = connection.execute(query, (event,)).fetchone()[0]
        if missing:
            yield f"{missing} {_NOUNS[event]} that the log has are missing"


def _changed_requests(connection: Connection) -> Iterator[str]:
    rows = connection.execute("SELECT body, sha256 FROM request")
    changed = sum(store.body_digest(str(body)) != sha256 for body, sha256 in rows)
    if changed:
        yield f"{changed} requests were changed"


def _awards_without_leaf(connection: Connection) -> int:
    leaves = {body for (body,) in connection.execute("SELECT body FROM audit_leaf WHERE event = ?", (AWARDED,)) if body}
    erased = connection.execute(
        "SELECT count(*) FROM audit_leaf WHERE event = ? AND body IS NULL", (AWARDED,)
    ).fetchone()[0]
    awards = connection.execute("SELECT id, awarded FROM intention WHERE awarded IS NOT NULL")
    unsaid = sum(_award(id, offer) not in leaves for id, offer in awards)
    return int(max(unsaid - erased, 0))


def _award(intention: int, offer: int) -> str:
    named = {"intention": ids.text("intention", intention), "offer": ids.text("request", offer)}
    return msgspec.json.encode(named, order="deterministic").decode()
