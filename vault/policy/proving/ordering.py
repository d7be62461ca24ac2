"""Facts compared with multiples of one another: `offer.price.per_month <= 90% of contract.price.per_month`.

For money a currency is chosen for each fact first (a comparison across two is unknown), then a span of its line, then how
each pair is ordered; what is then left is linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from msgspec import Struct

from vault.policy.conditions import truth
from vault.policy.fact import Fact
from vault.policy.proving.answers import Beyond
from vault.policy.proving.candidates import line_of, value_of
from vault.policy.proving.line import Span
from vault.policy.proving.linear import Bounds, Constraint, constraint, highest, solution
from vault.policy.proving.sets import BIT
from vault.policy.rules import Condition, Operator, OtherFact
from vault.policy.values import Amount, FactType, Value

# Choices of a currency and a span for one fact after the other in a space, over all questions: some seconds.
MAX_RUNS: Final = 50_000

# How two values stand: less, equal, more, of two currencies, or one of them not known.
_APART, _MISSING = "apart", "missing"
_Order = int | str
_SAMPLES: Final[Mapping[_Order, tuple[Value | None, Value | None]]] = {
    -1: (Amount(0, "EUR"), Amount(1, "EUR")),
    0: (Amount(0, "EUR"), Amount(0, "EUR")),
    1: (Amount(1, "EUR"), Amount(0, "EUR")),
    _APART: (Amount(0, "EUR"), Amount(0, "USD")),
    _MISSING: (None, None),
}
_ORDERS: Final = (-1, 0, 1)


class Run(Struct, frozen=True):
    """Spans of one fact that touch, as one; without a span the fact is unknown."""

    currency: str = ""
    bounds: Bounds | None = None


class Pair(Struct, frozen=True):
    """`left` against `factor` times `right`, with every condition that compares them so."""

    left: str
    right: str
    factor: Fraction
    conditions: tuple[tuple[int, Operator], ...]

    def orders(self, domains: Sequence[int]) -> list[_Order]:
        """How the two may stand, as far as the conditions go."""
        return [order for order in _SAMPLES if all(domains[at] & _bit(op, order) for at, op in self.conditions)]


def _bit(operator: Operator, order: _Order) -> int:
    return BIT[truth(FactType.MONEY, operator, *_SAMPLES[order])]


def pairs(conditions: Sequence[tuple[int, Condition]]) -> list[Pair]:
    found: dict[tuple[str, str, Fraction], list[tuple[int, Operator]]] = {}
    for variable, condition in conditions:
        other = condition.operand
        assert isinstance(other, OtherFact)
        found.setdefault((condition.fact, other.name, other.factor), []).append((variable, condition.operator))
    return [Pair(*key, tuple(listed)) for key, listed in found.items()]


class LinearLink:
    """Ordered facts of one line (all money, or all plain numbers) that are compared with one another."""

    def __init__(
        self, facts: Mapping[str, tuple[int, Fact, Sequence[Span | None]]], compared: Sequence[tuple[int, Condition]]
    ) -> None:
        self.facts = facts
        self._pairs = pairs(compared)
        self._chosen = 0
        self.variables = (*(at for at, _, _ in facts.values()), *(at for at, _ in compared))

    def solve(self, domains: Sequence[int]) -> dict[str, Value | None] | None:
        return next(self._solutions(domains), None)

    def highest(self, domains: Sequence[int], name: str) -> Iterator[tuple[str, Bounds]]:
        """The bounds of one fact with its currency, for each way in which values can be found."""
        for runs, constraints in self._systems(domains):
            run = runs[name]
            known = [one for one, other in runs.items() if other.bounds]
            if run.bounds is not None and solution(constraints, known, ()) is not None:
                yield run.currency, highest(constraints, known, name)

    def _solutions(self, domains: Sequence[int]) -> Iterator[dict[str, Value | None]]:
        for runs, constraints in self._systems(domains):
            known = [name for name, run in runs.items() if run.bounds]
            whole = {name for name in known if line_of(self.facts[name][1]).whole}
            found = solution(constraints, known, whole)
            if found is not None:
                yield {
                    name: value_of(self.facts[name][1], found[name], run.currency) if run.bounds else None
                    for name, run in runs.items()
                }

    def _systems(self, domains: Sequence[int]) -> Iterator[tuple[dict[str, Run], list[Constraint]]]:
        for runs in self._runs(list(self.facts), {}, domains):
            own = [c for name, run in runs.items() if run.bounds for c in _own(name, run.bounds)]
            yield from ((runs, own + more) for more in self._orders(list(self._pairs), runs, domains))

    def _runs(self, names: list[str], chosen: dict[str, Run], domains: Sequence[int]) -> Iterator[dict[str, Run]]:
        """A run for each fact; a pair of which both are chosen must be able to stand so."""
        if not names:
            yield chosen
            return
        at, _, spans = self.facts[names[0]]
        for run in runs_of(spans, domains[at]):
            self._chosen += 1
            if self._chosen > MAX_RUNS:
                raise Beyond("too many facts are compared with one another")
            both = {**chosen, names[0]: run}
            if all(_possible(pair, both, domains) for pair in self._pairs):
                yield from self._runs(names[1:], both, domains)

    def _orders(self, pairs: list[Pair], runs: dict[str, Run], domains: Sequence[int]) -> Iterator[list[Constraint]]:
        if not pairs:
            yield []
            return
        for these in _ordered(pairs[0], runs, domains):
            yield from (these + others for others in self._orders(pairs[1:], runs, domains))


def runs_of(spans: Sequence[Span | None], domain: int) -> Iterator[Run]:
    """The cells that are left, neighbours of one currency put together."""
    left = [(at, span) for at, span in enumerate(spans) if domain >> at & 1]
    if any(span is None for _, span in left):
        yield Run()
    known = [(at, span) for at, span in left if span is not None]
    places = {at: (at - place, span.currency) for place, (at, span) in enumerate(known)}
    for (_, currency), group in groupby(known, key=lambda cell: places[cell[0]]):
        together = [span for _, span in group]
        first, last = together[0], together[-1]
        low = None if first.low is None else Fraction(first.low)
        high = None if last.high is None else Fraction(last.high)
        yield Run(currency, Bounds(low, not first.is_point, high, not last.is_point))


def _own(name: str, bounds: Bounds) -> list[Constraint]:
    found = []
    if bounds.low is not None:
        found.append(constraint({name: -1}, bounds.low, bounds.low_open))
    if bounds.high is not None:
        found.append(constraint({name: 1}, -bounds.high, bounds.high_open))
    return found


def _possible(pair: Pair, runs: Mapping[str, Run], domains: Sequence[int]) -> bool:
    if pair.left not in runs or pair.right not in runs:
        return True
    return bool(_standing(pair, runs, domains))


def _standing(pair: Pair, runs: Mapping[str, Run], domains: Sequence[int]) -> list[_Order]:
    left, right = runs[pair.left], runs[pair.right]
    if left.bounds is None or right.bounds is None:
        can: tuple[_Order, ...] = (_MISSING,)
    else:
        can = _ORDERS if left.currency == right.currency else (_APART,)
    return [order for order in pair.orders(domains) if order in can]


def _ordered(pair: Pair, runs: Mapping[str, Run], domains: Sequence[int]) -> list[list[Constraint]]:
    """The constraints of each way in which the pair may stand; neighbouring ways are one."""
    standing = set(_standing(pair, runs, domains))
    if not standing & set(_ORDERS) or standing >= set(_ORDERS):
        return [[]] if standing else []
    less = constraint({pair.left: 1, pair.right: -pair.factor}, 0, 0 not in standing)
    more = constraint({pair.left: -1, pair.right: pair.factor}, 0, 0 not in standing)
    if pair.left == pair.right:
        less = constraint({pair.left: 1 - pair.factor}, 0, less.strict)
        more = constraint({pair.left: pair.factor - 1}, 0, more.strict)
    if standing == {0}:
        return [[less, more]]
    return [*([[less]] if -1 in standing else []), *([[more]] if 1 in standing else [])]
