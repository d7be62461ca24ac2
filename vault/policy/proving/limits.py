"""How high a fact can go over all requests that get a verdict: the most that a rule-set can commit its owner to.

The search finds one request with the verdict, says how high the fact may go in that branch, and asks for one that goes
higher still, until there is none. Each currency has a limit of its own; the currencies that no rule names share one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Final

from msgspec import Struct

from vault.policy.evaluation import evaluate, seen
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.fitting import LARGEST
from vault.policy.proving.answers import Beyond, Undecided
from vault.policy.proving.candidates import literals, value_of
from vault.policy.proving.cases import TRUE, cases
from vault.policy.proving.laws import COMMITTING, kinds_of
from vault.policy.proving.line import plain
from vault.policy.proving.linear import Bounds
from vault.policy.proving.ordering import LinearLink, runs_of
from vault.policy.proving.proof import conditions_of, groups, solutions
from vault.policy.proving.search import MAX_STEPS, Budget, Domains
from vault.policy.proving.space import Space
from vault.policy.rules import Condition, Operator, RuleSet
from vault.policy.values import Amount, FactType, Value
from vault.policy.verdicts import Kind, Verdict

COMMITMENT: Final = "offer.cost.commitment"
# The key of all currencies that the rules do not name; and of facts that are no money.
OTHER: Final = ""
# A currency that nobody names: no country has it.
_NOBODYS: Final = "XXX"


class Highest(Struct, frozen=True):
    """No request goes above `value`; `reached` is false when they only come as near as one likes."""

    value: Value
    reached: bool


class Unlimited(Struct, frozen=True):
    """However high, there is a request that goes higher; `facts` are those of one such."""

    facts: Mapping[str, Value]


class Supremum(Struct, frozen=True):
    """`limits` by currency; one that is missing cannot get the verdict at all. `unknown`: whether a request can get it with
    the fact not known, None where that was not decided."""

    fact: str
    verdict: Verdict
    limits: Mapping[str, Highest | Unlimited | Undecided]
    unknown: bool | None


def most_committed(rules: RuleSet, table: Mapping[str, Fact] = TABLE) -> Supremum:
    """The most that an accepted offer can commit to, by currency."""
    return supremum(rules, COMMITMENT, Verdict.ACCEPT, table, COMMITTING)


def supremum(
    rules: RuleSet,
    fact: str,
    verdict: Verdict,
    table: Mapping[str, Fact] = TABLE,
    kinds: frozenset[Kind] = frozenset(),
    max_steps: int = MAX_STEPS,
) -> Supremum:
    """Of an ordered fact (no duration); `kinds` are those that can have it, unless given."""
    climb = _Climb(rules, table[fact], verdict, table, kinds or kinds_of([fact]), Budget(max_steps))
    named = sorted({v.currency for v in literals(conditions_of(rules.rules)) if isinstance(v, Amount)})
    keys = [*named, OTHER] if table[fact].type is FactType.MONEY else [OTHER]
    limits = {key: limit for key in keys if (limit := climb.limit(key or _NOBODYS)) is not None}
    return Supremum(fact, verdict, limits, climb.unknown())


class _Climb:
    def __init__(
        self,
        rules: RuleSet,
        fact: Fact,
        verdict: Verdict,
        table: Mapping[str, Fact],
        kinds: frozenset[Kind],
        budget: Budget,
    ) -> None:
        self._rules, self._fact, self._verdict, self._table = rules, fact, verdict, table
        self._kinds, self._budget = kinds, budget

    def limit(self, currency: str) -> Highest | Unlimited | Undecided | None:
        best: Highest | None = None
        wanted = self._at_least(-LARGEST if self._fact.least is None else self._fact.least, currency)
        try:
            while (found := self._witness(wanted)) is not None:
                space, domains, facts = found
                bounds = max(self._bounds(space, domains, currency), key=_height)
                if bounds.high is None:
                    return Unlimited({name: value for name, value in facts.items() if value is not None})
                best = self._top(bounds, currency)
                operator = Operator.MORE if best.reached else Operator.AT_LEAST
                wanted = Condition(self._fact.name, operator, best.value, "higher still")
        except Beyond as why:
            return Undecided(str(why))
        return best

    def unknown(self) -> bool | None:
        try:
            return self._witness(Condition(self._fact.name, Operator.IS_UNKNOWN, None, "unknown")) is not None
        except Beyond:
            return None

    def _at_least(self, number: int, currency: str) -> Condition:
        return Condition(self._fact.name, Operator.AT_LEAST, value_of(self._fact, number, currency), "at least that")

    def _top(self, bounds: Bounds, currency: str) -> Highest:
        high, reached = bounds.high, not bounds.high_open
        assert high is not None
        if self._fact.type in (FactType.INTEGER, FactType.TIME):
            # The next whole number below is reached, as far as comparing with fractions can tell.
            high, reached = Fraction(ceil(high) - 1 if bounds.high_open else floor(high)), True
        return Highest(value_of(self._fact, plain(high), currency), reached)

    def _witness(self, wanted: Condition) -> tuple[Space, Domains, Mapping[str, Value | None]] | None:
        """A request that gets the verdict and meets the condition, with the branch that it was found in."""
        for kind, own, default in groups(self._rules, self._kinds):
            space = Space([wanted, *conditions_of(own)], self._table, self._fact.name)
            for case in cases(own, default, self._verdict):
                for domains in solutions(space, [((wanted, TRUE),), *case], self._budget):
                    facts = space.assignment(domains)
                    self._confirm(kind, wanted, facts)
                    return space, domains, facts
        return None

    def _confirm(self, kind: Kind, wanted: Condition, facts: Mapping[str, Value | None]) -> None:
        met = seen(wanted, facts, self._table).value is True
        if not met or evaluate(self._rules, kind, facts, self._table).verdict is not self._verdict:
            raise Beyond("what the search found was not confirmed by evaluation")

    def _bounds(self, space: Space, domains: Domains, currency: str) -> Iterator[Bounds]:
        name = self._fact.name
        linked = [link for link in space.links.all if isinstance(link, LinearLink) and name in link.facts]
        if linked:
            yield from (bounds for one, bounds in linked[0].highest(domains, name) if one in (currency, ""))
            return
        at, cells = space.facts[name]
        runs = runs_of(cells.spans, domains[at])
        yield from (run.bounds or Bounds() for run in runs if run.currency in (currency, ""))


def _height(bounds: Bounds) -> tuple[bool, Fraction, bool]:
    return bounds.high is None, bounds.high or Fraction(0), not bounds.high_open
