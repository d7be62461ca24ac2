"""Proving: is there a request that breaks the assertion?

Every kind and every verdict that would break it is taken through its cases (`cases`), each as one search. A solution is
evaluated by the very function that judges requests before it is believed; one that does not stand makes the answer
undecided at worst. What is found is then made small: each fact that the counterexample does without is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vault.policy.evaluation import evaluate, seen
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.outcome import Outcome
from vault.policy.proving.answers import Answer, Assertion, Beyond, Counterexample, Proven, Undecided
from vault.policy.proving.cases import TRUE, Case, Clause, cases
from vault.policy.proving.laws import ALWAYS_KNOWN, facts_of, kinds_of
from vault.policy.proving.search import MAX_STEPS, Budget, Domains, Search
from vault.policy.proving.space import Space
from vault.policy.rules import Condition, Rule, RuleSet
from vault.policy.values import Value
from vault.policy.verdicts import Kind, Verdict

# Solutions of one case that evaluation did not confirm, before the case is left undecided.
_UNCONFIRMED = 8


def prove(
    rules: RuleSet, assertion: Assertion, table: Mapping[str, Fact] = TABLE, max_steps: int = MAX_STEPS
) -> Answer:
    """Proven of every request there can be, broken by the one given, or neither."""
    budget = Budget(max_steps)
    try:
        return _Proof(rules, assertion, table, budget).answer()
    except Beyond as why:
        return Undecided(str(why))


def groups(rules: RuleSet, kinds: Iterable[Kind]) -> Iterator[tuple[Kind, tuple[Rule, ...], Verdict]]:
    """Kinds with the rules for them; one stands for all that have the same rules and default."""
    done = set()
    for kind in sorted(kinds, key=list(Kind).index):
        own = tuple(rule for rule in rules.rules if kind in rule.kinds)
        key = (tuple(map(id, own)), rules.default(kind))
        if key not in done:
            done.add(key)
            yield kind, own, rules.default(kind)


def conditions_of(rules: Iterable[Rule]) -> Iterator[Condition]:
    for rule in rules:
        yield from rule.when
        yield from rule.unless


class _Proof:
    def __init__(self, rules: RuleSet, assertion: Assertion, table: Mapping[str, Fact], budget: Budget) -> None:
        self._rules, self._assertion, self._table, self._budget = rules, assertion, table, budget
        self._kinds = assertion.kinds or kinds_of(name for c in assertion.when for name in facts_of(c))
        self._doubt: str = ""

    def answer(self) -> Answer:
        for kind, own, default in groups(self._rules, self._kinds):
            space = Space([*self._assertion.when, *conditions_of(own)], self._table)
            for verdict in self._assertion.broken_by:
                for case in cases(own, default, verdict):
                    found = self._found(space, kind, case)
                    if found is not None:
                        return self._smaller(kind, found)
        return Undecided(self._doubt) if self._doubt else Proven(self._budget.taken)

    def _found(self, space: Space, kind: Kind, case: Case) -> dict[str, Value | None] | None:
        for facts in assignments(space, [*(((c, TRUE),) for c in self._assertion.when), *case], self._budget):
            if isinstance(facts, str):
                self._doubt = facts
            elif self._broken(kind, facts):
                return facts
            else:
                self._doubt = "what the search found was not confirmed by evaluation"
        return None

    def _outcome(self, kind: Kind, facts: Mapping[str, Value | None]) -> Outcome:
        return evaluate(self._rules, kind, facts, self._table)

    def _broken(self, kind: Kind, facts: Mapping[str, Value | None]) -> bool:
        met = all(seen(c, facts, self._table).value is True for c in self._assertion.when)
        return met and self._outcome(kind, facts).verdict in self._assertion.broken_by

    def _smaller(self, kind: Kind, facts: Mapping[str, Value | None]) -> Counterexample:
        kept = {name: value for name, value in facts.items() if value is not None}
        for name in list(kept):
            fewer = {other: value for other, value in kept.items() if other != name}
            if name not in ALWAYS_KNOWN and self._broken(kind, fewer):
                kept = fewer
        return Counterexample(kind, kept, self._outcome(kind, kept))


def assignments(space: Space, case: Case, budget: Budget) -> Iterator[dict[str, Value | None] | str]:
    """Values that fulfil a case, and reasons (texts) where a branch could not be decided; few of either."""
    for count, domains in enumerate(solutions(space, case, budget), 1):
        try:
            yield space.assignment(domains)
        except Beyond as why:
            yield str(why)
        if count == _UNCONFIRMED:
            return


def solutions(space: Space, case: Sequence[Clause], budget: Budget) -> Iterator[Domains]:
    clauses = [space.clause(clause) for clause in case]
    return Search(clauses, space.links, budget).solutions(space.start())
