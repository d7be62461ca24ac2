"""Facts compared with one another where the values can be listed: names, days, durations, and what else there is.

Every combination of the values listed is tried, with a fact's own conditions and those between facts checked as soon as
their facts are chosen. A list that is complete makes an empty search a proof; one that is not makes it undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from vault.policy.evaluation import DATED, TODAY, seen
from vault.policy.fact import Fact
from vault.policy.proving.answers import Beyond
from vault.policy.proving.laws import ALWAYS_KNOWN, facts_of
from vault.policy.proving.sets import BIT
from vault.policy.rules import Condition
from vault.policy.values import Value

# Values that are tried in a space, over all questions: some seconds.
MAX_TRIED: Final = 1_000_000

Scenario = Mapping[str, Sequence[Value | None]]


class Own(Struct, frozen=True):
    """The variable of a fact, and the cell of it in which each listed value lies."""

    variable: int
    cells: Mapping[Value | None, int]


def named_by(condition: Condition) -> frozenset[str]:
    """The facts that a condition hangs on, today included where it does."""
    return facts_of(condition) | ({TODAY} if condition.operator in DATED else set())


class FiniteLink:
    """`scenarios` list values for each fact; `incomplete` says why they may not be all, or nothing."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        own: Mapping[str, Own],
        conditions: Sequence[tuple[int, Condition]],
        table: Mapping[str, Fact],
        incomplete: str,
    ) -> None:
        self._scenarios, self._own, self._table, self._incomplete = scenarios, own, table, incomplete
        self._conditions = [(at, condition, named_by(condition)) for at, condition in conditions]
        self._truths: dict[tuple[object, ...], int] = {}
        self._tried = 0
        self.variables = (*(one.variable for one in own.values()), *(at for at, _ in conditions))

    def solve(self, domains: Sequence[int]) -> dict[str, Value | None] | None:
        for scenario in self._scenarios:
            found = self._extended({}, list(scenario), scenario, domains)
            if found is not None:
                return found
        if self._incomplete:
            raise Beyond(self._incomplete)
        return None

    def _extended(
        self, chosen: dict[str, Value | None], names: list[str], scenario: Scenario, domains: Sequence[int]
    ) -> dict[str, Value | None] | None:
        if not names:
            return chosen
        for value in scenario[names[0]]:
            self._count()
            both = {**chosen, names[0]: value}
            if self._fits(both, names[0], domains):
                found = self._extended(both, names[1:], scenario, domains)
                if found is not None:
                    return found
        return None

    def _count(self) -> None:
        self._tried += 1
        if self._tried > MAX_TRIED:
            raise Beyond(f"more than {MAX_TRIED} combinations of {', '.join(f'`{name}`' for name in self._own)}")

    def _fits(self, chosen: dict[str, Value | None], last: str, domains: Sequence[int]) -> bool:
        own = self._own.get(last)
        if own is not None and not domains[own.variable] & own.cells[chosen[last]]:
            return False
        return all(
            domains[at] & self._truth(condition, named, chosen)
            for at, condition, named in self._conditions
            if last in named and named <= chosen.keys()
        )

    def _truth(self, condition: Condition, named: frozenset[str], chosen: dict[str, Value | None]) -> int:
        key = (condition, *(chosen[name] for name in sorted(named)))
        if key not in self._truths:
            self._truths[key] = BIT[seen(condition, chosen, self._table).value]
        return self._truths[key]


class Doubt:
    """Facts whose conditions are beyond the search: they may be unknown, and of anything else it cannot say whether it
    is possible."""

    def __init__(
        self, facts: Sequence[str], conditions: Sequence[tuple[int, Condition]], table: Mapping[str, Fact], why: str
    ) -> None:
        self._unknown: dict[str, Value | None] = dict.fromkeys(facts)
        self._truths = [(at, BIT[seen(condition, self._unknown, table).value]) for at, condition in conditions]
        self._why = why
        self.variables = tuple(at for at, _ in conditions)

    def solve(self, domains: Sequence[int]) -> dict[str, Value | None]:
        if ALWAYS_KNOWN.isdisjoint(self._unknown) and all(domains[at] & bit for at, bit in self._truths):
            return self._unknown
        raise Beyond(self._why)
