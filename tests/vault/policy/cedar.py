"""Rule-sets of the boolean fragment written as Cedar policies, and a verdict from Cedar's answers.

The fragment: facts that are true, false or unknown, `is` and `is not`, `is known` and `is unknown`. Cedar has two values
and skips a policy whose condition errors, a `forbid` too, which would let a vendor pass by hiding a fact. So nothing here
is left to error: every test of a fact is guarded by `context has`. Accept and refuse are two actions: a rule that applies
permits its own, a refuse or ask rule that is not ruled out forbids `accept`, and what neither permits is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import cedarpy

from vault.policy.rules import Condition, Operator, Rule, RuleSet
from vault.policy.verdicts import Kind, Verdict


def verdict(rules: RuleSet, kind: Kind, facts: Mapping[str, bool | None]) -> Verdict:
    policies = "\n".join(_policies(rules, kind))
    context = {_name(fact): value for fact, value in facts.items() if value is not None}
    if _allowed("refuse", policies, context):
        return Verdict.REFUSE
    return Verdict.ACCEPT if _allowed("accept", policies, context) else Verdict.ASK


def _allowed(action: str, policies: str, context: Mapping[str, bool]) -> bool:
    request = {
        "principal": 'Vendor::"v"',
        "action": f'Action::"{action}"',
        "resource": 'Vault::"me"',
        "context": context,
    }
    answer = cedarpy.is_authorized(request, policies, [])
    assert not answer.diagnostics.errors, answer.diagnostics.errors
    return bool(answer.allowed)


def _policies(rules: RuleSet, kind: Kind) -> Iterator[str]:
    mine = [rule for rule in rules.rules if kind in rule.kinds]
    something = " || ".join(["false", *(_applies(rule) for rule in mine)])
    for rule in mine:
        yield f'permit(principal, action == Action::"{rule.then}", resource) when {{ {_applies(rule)} }};'
        if rule.then is not Verdict.ACCEPT:
            # An undetermined ask or refuse asks, and so does one that applies: neither leaves an accept standing.
            yield f'forbid(principal, action == Action::"accept", resource) when {{ {_not_ruled_out(rule)} }};'
    if rules.default(kind) is Verdict.REFUSE:
        yield f'permit(principal, action == Action::"refuse", resource) when {{ !({something}) }};'


def _applies(rule: Rule) -> str:
    return _all([*(_true(one) for one in rule.when), *(_false(one) for one in rule.unless)])


def _not_ruled_out(rule: Rule) -> str:
    return _all([*(f"!{_false(one)}" for one in rule.when), *(f"!{_true(one)}" for one in rule.unless)])


def _all(parts: list[str]) -> str:
    return "(" + " && ".join(parts) + ")"


def _true(condition: Condition) -> str:
    return _comes_out(condition, True)


def _false(condition: Condition) -> str:
    return _comes_out(condition, False)


def _comes_out(condition: Condition, wanted: bool) -> str:
    name = _name(condition.fact)
    if condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        known = wanted is (condition.operator is Operator.IS_KNOWN)
        return f"(context has {name})" if known else f"(!(context has {name}))"
    value = condition.operand is (wanted is (condition.operator is Operator.IS))
    return f"(context has {name} && context.{name} == {'true' if value else 'false'})"


def _name(fact: str) -> str:
    return fact.replace(".", "_")
