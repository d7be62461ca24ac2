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
from typing import cast

from vault.policy.conditions import truth
from vault.policy.evaluation import DATED, evaluate
from vault.policy.fact import Fact
from vault.policy.fact_source import CATEGORY
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.outcome import Outcome
from vault.policy.rule_source import Decide, Look, decision_function, facts_of
from vault.policy.rules import Condition, NamedList, OtherFact, Rule, RuleSet
from vault.policy.values import FactType, Value
from vault.policy.verdicts import Kind, Truth

# Rules of one kind that are compiled; compiling as many takes a second or so, and nobody writes them by hand. A larger
# rule-set is interpreted.
MOST_RULES = 5_000


def compiled(rules: RuleSet, table: Mapping[str, Fact] = TABLE) -> Callable[[Kind, Facts], Outcome]:
    """A function that gives what `evaluate(rules, …)` gives."""
    branches: dict[Kind, Callable[[Facts], Outcome]] = {}

    def judge(kind: Kind, facts: Facts) -> Outcome:
        branch = branches.get(kind)
        if branch is None:
            branch = branches[kind] = _branch(rules, kind, table)
        return branch(facts)

    return judge


def _branch(rules: RuleSet, kind: Kind, table: Mapping[str, Fact]) -> Callable[[Facts], Outcome]:
    mine = tuple(rule for rule in rules.rules if kind in rule.kinds)
    if len(mine) > MOST_RULES:
        return lambda facts: evaluate(rules, kind, facts, table)
    return _Branch(mine, rules, kind, table)


def _look_in(facts: Facts) -> Look:
    """A plain dict answers by itself; of any other mapping only `[]` is relied upon."""
    if type(facts) is dict:
        return facts.get

    def look(name: str) -> object:
        try:
            return facts[name]
        except KeyError:
            return None

    return look


class _Branch:
    """The rules for one kind of request."""

    def __init__(self, mine: tuple[Rule, ...], rules: RuleSet, kind: Kind, table: Mapping[str, Fact]) -> None:
        self._rules = mine
        self._default = rules.default(kind)
        self._table = table
        conditions = [condition for rule in mine for condition in (*rule.when, *rule.unless)]
        self._by_category = CATEGORY in table and any(CATEGORY in facts_of(condition) for condition in conditions)
        self._asking = tuple(dict.fromkeys(condition for condition in conditions if _is_about_category(condition)))
        self._for_category: dict[Value | None, Decide] = {}
        self._for_answers: dict[tuple[Truth, ...], Decide] = {}

    def __call__(self, facts: Facts) -> Outcome:
        look = _look_in(facts)
        category = look(CATEGORY) if self._by_category else None
        # Any other object may not hash.
        decide = self._for_category.get(category) if category is None or type(category) is str else None
        if decide is None:
            category = fitting(self._table[CATEGORY], category) if self._by_category else None
            decide = self._for_category.get(category) or self._function(cast("str | None", category))
        return decide(look, cast("str | None", category))

    def _function(self, category: str | None) -> Decide:
        answers = tuple(_answer(condition, category) for condition in self._asking)
        decide = self._for_answers.get(answers)
        if decide is None:
            decided = dict(zip(self._asking, answers, strict=True))
            decide = self._for_answers[answers] = decision_function(self._rules, self._default, decided, self._table)
        # INVARIANT: only categories of the tree come here, so that foreign texts cannot fill the memory.
        self._for_category[category] = decide
        return decide


def _is_about_category(condition: Condition) -> bool:
    """Whether the category alone says how the condition comes out."""
    alone = not isinstance(condition.operand, OtherFact) and condition.operator not in DATED
    return alone and condition.fact == CATEGORY


def _answer(condition: Condition, category: str | None) -> Truth:
    operand = condition.operand
    assert not isinstance(operand, OtherFact)
    required = operand.members if isinstance(operand, NamedList) else operand
    return truth(FactType.CATEGORY, condition.operator, category, required)
