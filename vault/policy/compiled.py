"""Rule-sets compiled: the outcomes of `evaluation`, many times as fast.

Of a rule-set, each kind of request has a branch with the rules for it, in order. Where rules speak of the offer's category,
the branch has one function for each way in which their conditions on it can come out: a rule for energy costs an offer of
insurance nothing, and 200 rules little more than the dozen that matter. Functions are written (`rule_source`) and compiled
when first needed, once.

Promises: the same outcomes as `evaluation.evaluate`, reasons and observed values included; total and pure like it; safe to
share between threads (two may compile the same function, and one of the two stays).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import cast

from vault.policy.conditions import truth
from vault.policy.evaluation import DATED, evaluate
from vault.policy.fact import Fact
from vault.policy.fact_source import CATEGORY
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.outcome import Outcome
from vault.policy.rule_source import Decide, decision_function, facts_of
from vault.policy.rules import Condition, NamedList, OtherFact, RuleSet
from vault.policy.values import FactType
from vault.policy.verdicts import Kind, Truth

# Rules of one kind that are compiled; compiling as many takes a second or so, and nobody writes them by hand. A larger
# rule-set is interpreted.
MOST_RULES = 5_000


def compiled(rules: RuleSet, table: Mapping[str, Fact] = TABLE) -> Callable[[Kind, Facts], Outcome]:
    """A function that gives what `evaluate(rules, …)` gives."""
    branches = {kind: _Branch(rules, kind, table) for kind in Kind}
    functions = {kind: branch.functions for kind, branch in branches.items()}

    def judge(kind: Kind, facts: Facts) -> Outcome:
        # The short way, for a plain dict that has every fact asked for and a category seen before.
        if facts.__class__ is dict:
            try:
                category = facts[CATEGORY]
                if category.__class__ is str:
                    return functions[kind][category](facts, category)
            except KeyError:
                pass
        return branches[kind](facts)

    return judge


class _Answering(dict[str, object]):
    """The facts that a mapping gives, each asked for once; what it lacks is not known."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __missing__(self, name: str) -> object:
        try:
            value: object = self._facts[name]
        except KeyError:
            value = None
        self[name] = value
        return value


class _Branch:
    """The rules for one kind of request."""

    def __init__(self, rules: RuleSet, kind: Kind, table: Mapping[str, Fact]) -> None:
        self._rules = tuple(rule for rule in rules.rules if kind in rule.kinds)
        self._kind = kind
        self._default = rules.default(kind)
        self._table = table
        conditions = [condition for rule in self._rules for condition in (*rule.when, *rule.unless)]
        self._by_category = CATEGORY in table and any(CATEGORY in facts_of(condition) for condition in conditions)
        self._asking = tuple(dict.fromkeys(condition for condition in conditions if _is_about_category(condition)))
        self.functions: dict[str | None, Decide] = {}
        self._for_answers: dict[tuple[Truth, ...], Decide] = {}

    def __call__(self, facts: Facts) -> Outcome:
        if type(facts) is dict and not self._by_category:
            with suppress(KeyError):
                return self._function(None)(facts, None)
        answering = _Answering(facts)
        category = self._fitted(answering[CATEGORY]) if self._by_category else None
        return self._function(category)(answering, category)

    def _fitted(self, category: object) -> str | None:
        return cast("str | None", fitting(self._table[CATEGORY], category))

    def _function(self, category: str | None) -> Decide:
        found = self.functions.get(category)
        if found is not None:
            return found
        if len(self._rules) > MOST_RULES:
            return self._interpreted
        answers = tuple([_answer(condition, category) for condition in self._asking])
        decide = self._for_answers.get(answers)
        if decide is None:
            decided = dict(zip(self._asking, answers, strict=True))
            decide = self._for_answers[answers] = decision_function(self._rules, self._default, decided, self._table)
        # INVARIANT: only categories of the tree come here, so that foreign texts cannot fill the memory.
        self.functions[category] = decide
        return decide

    def _interpreted(self, facts: Mapping[str, object], category: str | None) -> Outcome:
        return evaluate(
            RuleSet(self._rules, dict.fromkeys(Kind, self._default)), self._kind, cast(Facts, facts), self._table
        )


def _is_about_category(condition: Condition) -> bool:
    """Whether the category alone says how the condition comes out."""
    alone = not isinstance(condition.operand, OtherFact) and condition.operator not in DATED
    return alone and condition.fact == CATEGORY


def _answer(condition: Condition, category: str | None) -> Truth:
    operand = condition.operand
    assert not isinstance(operand, OtherFact)
    required = operand.members if isinstance(operand, NamedList) else operand
    return truth(FactType.CATEGORY, condition.operator, category, required)
