"""Counter-offers on generated rule-sets: what is proposed is accepted, needed, and the vendor's to change."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from random import Random
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.policy import generating
from tests.vault.policy.generating import FACTS, POOLS, Case
from vault.policy.countering import MOST, Changed, counters, taken_up
from vault.policy.countering.nearby import distance
from vault.policy.evaluation import evaluate
from vault.policy.fact import Influence
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.rules import Condition, Operator, OtherFact
from vault.policy.values import NAMES, SETS, Amount, Value
from vault.policy.verdicts import Verdict

CHANGEABLE = [name for name in FACTS if TABLE[name].influence in (Influence.VENDOR, Influence.DERIVED)]


def facts_of(case: Case) -> Facts:
    return cast(Mapping[str, Value | None], case.facts)


@settings(max_examples=300)
@given(generating.cases())
def test_a_counter_that_is_taken_up_is_accepted_and_nothing_of_it_can_be_left_out(case: Case) -> None:
    found = counters(case.rules, case.kind, facts_of(case))
    assert len(found) <= MOST
    for counter in found:
        assert evaluate(case.rules, case.kind, taken_up(facts_of(case), counter)).verdict is Verdict.ACCEPT
        for fewer in combinations(counter.changes, len(counter.changes) - 1):
            left = Changed(facts_of(case), {change.fact: change.value for change in fewer})
            assert evaluate(case.rules, case.kind, left).verdict is not Verdict.ACCEPT
        assert {change.fact for change in counter.changes} <= set(CHANGEABLE)


@settings(max_examples=300)
@given(generating.cases())
def test_what_is_accepted_needs_no_counter(case: Case) -> None:
    if evaluate(case.rules, case.kind, facts_of(case)).verdict is Verdict.ACCEPT:
        assert counters(case.rules, case.kind, facts_of(case)) == ()


def _proposes_nothing(condition: Condition) -> bool:
    """Where any value will do there is none to propose; and nobody writes a multiple of nothing or a part of a cent."""
    operand = condition.operand
    if isinstance(operand, OtherFact):
        return operand.factor <= 0
    if isinstance(operand, Amount):
        return not isinstance(operand.minor, int)
    return condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN)


@settings(max_examples=200)
@given(st.integers(0, 10**9))
def test_where_one_change_is_enough_a_counter_is_found_and_no_single_change_is_smaller(seed: int) -> None:
    random = Random(seed)
    rules = generating.rule_set(random, most=3)
    facts = cast(Mapping[str, Value | None], generating.facts(random))
    kind = random.choice(generating.KINDS)
    if evaluate(rules, kind, facts).verdict is Verdict.ACCEPT:
        return
    if any(map(_proposes_nothing, (one for rule in rules.rules for one in (*rule.when, *rule.unless)))):
        return
    found = counters(rules, kind, facts)
    singles = {counter.changes[0].fact: counter.changes[0].value for counter in found if len(counter.changes) == 1}
    for name in CHANGEABLE:
        if TABLE[name].type in SETS | NAMES:
            continue  # sets have more neighbours than are tried, and a category is not changed
        for value in POOLS[TABLE[name].type]:
            changed = Changed(facts, {name: cast(Value, value)})
            if evaluate(rules, kind, changed).verdict is Verdict.ACCEPT:
                assert found, (name, value)
                observed = fitting(TABLE[name], facts.get(name))
                if name in singles and observed is not None:
                    assert distance(observed, singles[name]) <= distance(observed, cast(Value, value))
