"""Reads an agreement's file, strictly: every field is there, of its type, and none is unknown.

The files are part of the program, so a fault in one is a fault of the program; it is refused when the roster is first
read, and named, rather than granting something by a slip of spelling.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Literal, cast

from terms.activities import ACTIVITIES
from terms.errors import FirstpartyError
from terms.roster.agreement import Agreement
from terms.roster.clauses import Action, Clause, Party, Scope, rules

_TEXTS = ("id", "iri", "name", "label", "offered_to", "intro", "otherwise", "icon", "upstream_label")
_LISTS = ("upstream_rules", "old_ids", "old_iris")
_FIELDS = frozenset({*_TEXTS, *_LISTS, "position", "clause"})
_CLAUSE_FIELDS = frozenset({"action", "activity", "by", "data", "says"})


class RosterFileError(FirstpartyError):
    """A file of the roster does not read."""

    code = "roster-file"


def read(text: str, file: str) -> Agreement:
    """The agreement of one file's text; `RosterFileError` names the file and what is wrong."""
    try:
        return _agreement(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise RosterFileError(f"agreement file `{file}` does not read: {fault}") from fault


def _agreement(table: Mapping[str, object]) -> Agreement:
    _only(table, _FIELDS)
    texts = {name: _text(table, name).strip() for name in _TEXTS}
    lists = {name: _texts(table, name) for name in _LISTS}
    if texts["offered_to"] not in ("organisation", "person"):
        raise ValueError("`offered_to` is `organisation` or `person`")
    position = table["position"]
    if type(position) is not int:
        raise TypeError("`position` is a whole number")
    clauses = _clauses(table["clause"])
    return Agreement(
        id=texts["id"],
        iri=texts["iri"],
        name=texts["name"],
        label=texts["label"],
        offered_to=cast(Literal["organisation", "person"], texts["offered_to"]),
        position=position,
        clauses=clauses,
        rules=rules(clauses),
        intro=_flow(texts["intro"]),
        otherwise=_flow(texts["otherwise"]),
        icon=texts["icon"],
        upstream_label=texts["upstream_label"],
        upstream_rules=lists["upstream_rules"],
        old_ids=lists["old_ids"],
        old_iris=lists["old_iris"],
    )


def _clauses(rows: object) -> tuple[Clause, ...]:
    if not isinstance(rows, list):
        raise TypeError("`clause` is a list of tables")
    clauses = tuple(_clause(row) for row in rows)
    if len({clause.id for clause in clauses}) != len(clauses):
        raise ValueError("two clauses have the same action and activity")
    permitted = {act for clause in clauses if clause.action != "forbid" for act in clause.acts()}
    if permitted & {act for clause in clauses if clause.action == "forbid" for act in clause.acts()}:
        raise ValueError("one clause forbids what another permits")
    return clauses


def _clause(row: Mapping[str, object]) -> Clause:
    _only(row, _CLAUSE_FIELDS)
    action = _one_of(row, "action", ("permit", "forbid", "require"))
    data = _one_of(row, "data", ("any", "anonymised", "identifiable"))
    by = _texts(row, "by")
    if by not in (("second",), ("third",), ("second", "third")):
        raise ValueError("`by` is a list of `second` and `third`")
    activity = _one_of(row, "activity", tuple(ACTIVITIES))
    says = _flow(_text(row, "says"))
    return Clause(cast(Action, action), activity, cast(tuple[Party, ...], by), cast(Scope, data), says)


def _only(table: Mapping[str, object], fields: frozenset[str]) -> None:
    if table.keys() != fields:
        raise ValueError(f"missing or unknown: {sorted(table.keys() ^ fields)}")


def _one_of(table: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(table, name)
    if value not in allowed:
        raise ValueError(f"`{name}` is `{value}`, not one of {', '.join(allowed)}")
    return value


def _text(table: Mapping[str, object], name: str) -> str:
    value = table[name]
    if not isinstance(value, str):
        raise TypeError(f"`{name}` is a text")
    return value


def _texts(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = table[name]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError(f"`{name}` is a list of texts")
    return tuple(value)


def _flow(text: str) -> str:
    return " ".join(text.split())
