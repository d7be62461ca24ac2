"""The evaluator against the plain reference, and what must hold of every verdict whatever the rules and facts are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.vault.policy import reference
from tests.vault.policy.generating import FACTS, Case, cases, rule
from vault.policy import compiled as compiling
from vault.policy import evaluation
from vault.policy.facts import Facts
from vault.policy.outcome import Outcome
from vault.policy.rules import Rule, RuleSet
from vault.policy.verdicts import Kind, State, Verdict

Evaluate = Callable[[RuleSet, Kind, Facts], Outcome]


def interpreted(rules: RuleSet, kind: Kind, facts: Facts) -> Outcome:
    return evaluation.evaluate(rules, kind, facts)


def compiled(rules: RuleSet, kind: Kind, facts: Facts) -> Outcome:
    return compiling.compiled(rules)(kind, facts)


EVALUATORS = (interpreted, compiled)
anyone = pytest.mark.parametrize("evaluate", EVALUATORS)
randoms = st.randoms(use_true_random=False)


def outcome(evaluate: Evaluate, case: Case) -> Outcome:
    return evaluate(case.rules, case.kind, cast(Facts, case.facts))


def joined(case: Case, *more: Rule) -> Case:
    return replace(case, rules=RuleSet((*case.rules.rules, *more), case.rules.defaults))


@anyone
@settings(max_examples=400, deadline=None)
@given(case=cases())
def test_every_outcome_is_that_of_the_reference(evaluate: Evaluate, case: Case) -> None:
    found, expected = outcome(evaluate, case), reference.evaluate(case.rules, case.kind, case.facts)
    assert found == expected
    assert repr(found) == repr(expected)  # True is not 1 here


@anyone
@settings(max_examples=200, deadline=None)
@given(case=cases(), random=randoms)
def test_another_refuse_rule_is_never_milder(evaluate: Evaluate, case: Case, random: Random) -> None:
    more = joined(case, rule(random, "another", Verdict.REFUSE))
    assert outcome(evaluate, more).verdict >= outcome(evaluate, case).verdict


@anyone
@settings(max_examples=200, deadline=None)
@given(case=cases(), random=randoms)
def test_the_order_of_rules_does_not_matter(evaluate: Evaluate, case: Case, random: Random) -> None:
    shuffled = list(case.rules.rules)
    random.shuffle(shuffled)
    found = outcome(evaluate, replace(case, rules=RuleSet(tuple(shuffled), case.rules.defaults)))
    before = outcome(evaluate, case)
    assert (found.verdict, found.by_default) == (before.verdict, before.by_default)
    assert set(found.reasons) == set(before.reasons)


@anyone
@settings(max_examples=200, deadline=None)
@given(case=cases(), hidden=st.sampled_from(FACTS), left_out=st.booleans())
def test_hiding_a_fact_never_leads_to_accept(evaluate: Evaluate, case: Case, hidden: str, left_out: bool) -> None:
    facts = {name: value for name, value in case.facts.items() if name != hidden}
    if not left_out:
        facts[hidden] = None
    if outcome(evaluate, replace(case, facts=facts)).verdict is Verdict.ACCEPT:
        assert outcome(evaluate, case).verdict is Verdict.ACCEPT


@anyone
@settings(max_examples=200, deadline=None)
@given(case=cases(), random=randoms, default=st.sampled_from((Verdict.ASK, Verdict.REFUSE)))
def test_an_undetermined_rule_is_never_milder(evaluate: Evaluate, case: Case, random: Random, default: Verdict) -> None:
    case = replace(case, rules=RuleSet(case.rules.rules, {case.kind: default}))
    added = structs.replace(rule(random, "another"), kinds=frozenset({case.kind}))
    after = outcome(evaluate, joined(case, added))
    if any(reason.rule == added and reason.state is State.UNDETERMINED for reason in after.reasons):
        assert after.verdict >= outcome(evaluate, case).verdict
