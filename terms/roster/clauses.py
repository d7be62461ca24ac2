"""Clauses: what an agreement permits, forbids and requires, as values.

A clause binds one party, normally the second. It says what may, must not or must be done (`action`, `activity`), by
whom (`by`: the second party, third parties, or both) and with which data: `any`, only `anonymised`, or only
`identifiable` (all that is not fully anonymised).

For comparison a clause falls apart into atoms: one actor, one kind of data. Two agreements are equal where their
atoms are. What is required is permitted as well, unless it is owed to the person (portability uses no data); what no
clause permits is not permitted (the vocabulary calls this the prohibitive interpretation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from terms.activities import ACTIVITIES

Action = Literal["permit", "forbid", "require"]
Party = Literal["second", "third"]
Scope = Literal["any", "anonymised", "identifiable"]
Kind = Literal["anonymised", "identifiable"]

_KINDS: dict[Scope, tuple[Kind, ...]] = {
    "any": ("anonymised", "identifiable"),
    "anonymised": ("anonymised",),
    "identifiable": ("identifiable",),
}


class Act(NamedTuple):
    """Something that can be done: an activity, by one party, with one kind of data."""

    activity: str
    by: Party
    kind: Kind


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; `says` is its sentence in plain language, `party` whom it binds."""

    action: Action
    activity: str
    by: tuple[Party, ...] = ("second",)
    data: Scope = "any"
    says: str = ""
    party: Party = "second"

    @property
    def id(self) -> str:
        """Unique within an agreement: `forbid-tracking`."""
        return f"{self.action}-{self.activity}"

    def acts(self) -> frozenset[Act]:
        return frozenset(Act(self.activity, by, kind) for by in self.by for kind in _KINDS[self.data])


@dataclass(frozen=True, slots=True)
class Rules:
    """Clauses in normal form: the acts that are permitted (required ones included), forbidden and required."""

    permits: frozenset[Act]
    forbids: frozenset[Act]
    requires: frozenset[Act]


def rules(clauses: Iterable[Clause]) -> Rules:
    """The normal form of some clauses. A prohibition prevails over a permission of the same act."""
    acts: dict[Action, set[Act]] = {"permit": set(), "forbid": set(), "require": set()}
    for clause in clauses:
        acts[clause.action] |= clause.acts()
    forbids, requires = frozenset(acts["forbid"]), frozenset(acts["require"])
    used = {act for act in requires if not ACTIVITIES[act.activity].owed}
    return Rules((frozenset(acts["permit"]) | used) - forbids, forbids, requires)
