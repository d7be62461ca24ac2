"""Compares a vendor's declared practice with an agreement and the owner's additions.

    compare(practice, agreement, additions) -> Within | Exceeds | Unknown

Three answers, never a guess. `Exceeds`: at least one declared item is not allowed, whatever else there is. `Unknown`:
nothing declared is disallowed, but something is undeclared or unrecognised that matters. `Within`: everything that
matters is declared and allowed. The rules for single items are those of `terms.limits`.

Promises, each a property test:

* The smallest change, applied to the practice, compares as within; and no part of it can be left out.
* Taking something out of a practice (a purpose, a category, a recipient, …) never makes the answer worse.
* An agreement that protects at least as much never answers better; nor do more additions.

What it does not do: it does not check that the declaration is true, and it grants nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from terms.additions import NO_ADDITIONS, Additions
from terms.findings import Answer, Finding, Repair, Value
from terms.limits import Limits, NotOfferedError
from terms.practice import Contact, Practice
from terms.roster import Agreement

__all__ = [
    "Answer",
    "Change",
    "Comparison",
    "Exceeds",
    "NotOfferedError",
    "Unknown",
    "Within",
    "compare",
    "to_json",
]


_INSIDE = "contact."


@dataclass(frozen=True, slots=True)
class Change:
    """What to change in a practice: entries to remove from fields, and values to set. `contact.hours` names a field
    inside `contact`."""

    remove: tuple[tuple[str, tuple[str, ...]], ...] = ()
    set: tuple[tuple[str, Value], ...] = ()

    def applied_to(self, practice: Practice) -> Practice:
        """The practice after the change."""
        values: dict[str, object] = dict(self.set)
        for field, entries in self.remove:
            values[field] = tuple(one for one in _entries(practice, field) if str(one) not in entries)
        inside = {field.removeprefix(_INSIDE): values.pop(field) for field in [*values] if field.startswith(_INSIDE)}
        if inside:
            values["contact"] = replace(practice.contact or Contact(), **inside)  # type: ignore[arg-type]
        return replace(practice, **values)  # type: ignore[arg-type]

    def to_json(self) -> dict[str, object]:
        """`{"remove": {field: [entries]}, "set": {field: value}}`, either left out where empty."""
        removed = {field: list(entries) for field, entries in self.remove}
        values = {field: list(value) if isinstance(value, tuple) else value for field, value in self.set}
        return {name: part for name, part in (("remove", removed), ("set", values)) if part}

    def in_words(self) -> list[str]:
        """A line for each field: `take Example Ads Ltd out of recipients`, `set ai_training to no`."""
        removed = [f"take {', '.join(entries)} out of {field}" for field, entries in self.remove]
        return [*removed, *(f"set {field} to {_in_words(value)}" for field, value in self.set)]


@dataclass(frozen=True, slots=True)
class Within:
    """Everything that matters is declared and allowed."""

    agreement: str
    result: Literal["within"] = "within"


@dataclass(frozen=True, slots=True)
class Exceeds:
    """`clauses` are the points that exceed; `doubts` what is unknown besides; the change repairs both."""

    agreement: str
    clauses: tuple[Answer, ...]
    smallest_change: Change
    doubts: tuple[Answer, ...] = ()
    result: Literal["exceeds"] = "exceeds"


@dataclass(frozen=True, slots=True)
class Unknown:
    """`why` are the points that are undeclared or unrecognised."""

    agreement: str
    why: tuple[Answer, ...]
    result: Literal["unknown"] = "unknown"


Comparison = Within | Exceeds | Unknown


def compare(practice: Practice, agreement: Agreement, additions: Additions = NO_ADDITIONS) -> Comparison:
    """Whether a practice stays within an agreement and the owner's additions; `NotOfferedError` for an agreement
    between persons."""
    limits = _limits(agreement, additions)
    found = limits.examine(practice)
    if not found:
        return Within(agreement.id)
    exceeding = tuple(one.answer for one in found if one.exceeds)
    doubts = tuple(one.answer for one in found if not one.exceeds)
    if not exceeding:
        return Unknown(agreement.id, doubts)
    return Exceeds(agreement.id, exceeding, _smallest_change(practice, limits, found), doubts)


def to_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as a JSON object: result, agreement, clauses and smallest change. Where a practice exceeds, the
    points that are unknown besides follow the exceeding ones, and their `why` says so."""
    if isinstance(comparison, Exceeds):
        clauses = [*map(_plain, comparison.clauses), *(_plain(one, "unknown: ") for one in comparison.doubts)]
    else:
        clauses = [_plain(one) for one in comparison.why] if isinstance(comparison, Unknown) else []
    change = comparison.smallest_change.to_json() if isinstance(comparison, Exceeds) else None
    return {
        "result": comparison.result,
        "agreement": comparison.agreement,
        "clauses": clauses,
        "smallest_change": change,
    }


# One owner has a few sets of additions and there are 13 agreements; a host's vaults share those without additions.
@lru_cache(maxsize=256)
def _limits(agreement: Agreement, additions: Additions) -> Limits:
    return Limits(agreement, additions)


def _smallest_change(practice: Practice, limits: Limits, found: Iterable[Finding]) -> Change:
    """Each entry that is not allowed has to go, and each undeclared list has to be declared, whatever else changes. The
    other values to set are those that the practice still needs then: a cap on health data binds only while there is
    health data."""
    removed: dict[str, dict[str, None]] = {}
    for one in found:
        if one.repair.entry:
            removed.setdefault(one.repair.field, {})[one.repair.entry] = None
    lists = _values(one.repair for one in found if isinstance(one.repair.value, tuple))
    change = Change(tuple((field, tuple(entries)) for field, entries in removed.items()), lists)
    left = limits.examine(change.applied_to(practice))
    return replace(change, set=(*lists, *_values(one.repair for one in left)))


def _values(repairs: Iterable[Repair]) -> tuple[tuple[str, Value], ...]:
    return tuple({repair.field: repair.value for repair in repairs}.items())


def _in_words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)


def _entries(practice: Practice, field: str) -> tuple[object, ...]:
    name, _, part = field.partition(".")
    value = getattr(practice, name)
    entries = getattr(value, part) if part and value is not None else value
    return entries if isinstance(entries, tuple) else ()


def _plain(answer: Answer, prefix: str = "") -> dict[str, object]:
    return {
        "clause": answer.clause,
        "asked": answer.asked,
        "allowed": answer.allowed,
        "why": prefix + answer.why,
    }
