"""The evaluators against an engine that others wrote, on what both can say: rules over facts that are true or false."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import cedarpy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.policy import cedar
from vault.policy.compiled import compiled
from vault.policy.evaluation import evaluate
from vault.policy.rules import Condition, Operator, Rule, RuleSet
from vault.policy.verdicts import Kind, Verdict

KIND, OTHER = Kind.OFFER, Kind.MESSAGE
FACTS = ("vendor.verified", "me.quiet.now", "me.budget.exceeded", "offer.expired", "offer.binding")


def condition(random: Random, presence: Operator) -> Condition:
    fact = random.choice(FACTS)
    if random.randrange(5) == 0:
        return Condition(fact, presence, None, "")
    return Condition(fact, random.choice((Operator.IS, Operator.IS_NOT)), bool(random.randrange(2)), "")


def rule(random: Random, id: str) -> Rule:
    then = random.choice(tuple(Verdict))
    asks, spares = Operator.IS_UNKNOWN, Operator.IS_KNOWN
    if then is Verdict.ACCEPT:
        asks, spares = spares, asks
    kinds = frozenset({KIND} if random.randrange(6) else {OTHER})
    when = tuple(condition(random, asks) for _ in range(random.randrange(1, 4)))
    return Rule(
        id, kinds, when, then, unless=tuple(condition(random, spares) for _ in range(random.choice((0, 0, 1, 2))))
    )


def case(random: Random) -> tuple[RuleSet, Mapping[str, bool | None]]:
    rules = tuple(rule(random, f"rule-{n}") for n in range(random.randrange(6)))
    facts = {fact: random.choice((True, False, None)) for fact in FACTS if random.randrange(6)}
    return RuleSet(rules, {KIND: random.choice((Verdict.ASK, Verdict.REFUSE))}), facts


@settings(max_examples=400, deadline=None)
@given(st.randoms(use_true_random=False))
def test_cedar_comes_to_the_same_verdict(random: Random) -> None:
    rules, facts = case(random)
    expected = cedar.verdict(rules, KIND, facts)
    assert evaluate(rules, KIND, facts).verdict is expected
    assert compiled(rules)(KIND, dict(facts)).verdict is expected


def test_cedar_lets_pass_what_errors_in_a_forbid_and_we_ask() -> None:
    policies = """permit(principal, action, resource) when { context.verified };
    forbid(principal, action, resource) when { context.exceeded };"""
    request = {"principal": 'V::"v"', "action": 'A::"a"', "resource": 'R::"r"', "context": {"verified": True}}
    assert cedarpy.is_authorized(request, policies, []).allowed
    accept = Rule("a", frozenset({KIND}), (Condition("vendor.verified", Operator.IS, True, ""),), Verdict.ACCEPT)
    refuse = Rule("b", frozenset({KIND}), (Condition("me.budget.exceeded", Operator.IS, True, ""),), Verdict.REFUSE)
    assert evaluate(RuleSet((accept, refuse)), KIND, {"vendor.verified": True}).verdict is Verdict.ASK
