"""The evaluator on every case of the public suite, and on what the suite does not reach."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph

from terms import odrl
from terms.odrl import actions, writing
from terms.odrl.evaluation import Asked, Request, World
from terms.odrl.names import ODRL
from terms.odrl.policy import (
    Conflict,
    Constraint,
    Join,
    Joined,
    Literal,
    Operator,
    Policy,
    PolicyKind,
    Rule,
    RuleKind,
    Target,
)
from terms.odrl.report import Activation, Attempt, Deontic, DutyState, Performance, State, Verdict
from tests.terms import odrl_suite as suite

# rdflib's own JSON-LD parser still uses a class that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
DOCS = Path(__file__).parents[2] / "docs" / "odrl.md"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
A, B, X = "urn:x-test:alice", "urn:x-test:bob", "urn:x-test:x"
USE, READ, SELL = (ODRL + name for name in ("use", "read", "sell"))
PURPOSE, DELAY = ODRL + "purpose", ODRL + "elapsedTime"


# The public suite


@cache
def inside() -> tuple[list[suite.Case], dict[str, str]]:
    """The cases inside of the fragment, and those outside with the reason."""
    found, left = [], {}
    for file in suite.CASES:
        try:
            found.append(suite.read(file))
        except suite.Outside as reason:
            left[file.stem.removeprefix("testcase-")] = str(reason)
    return found, left


def reported(case: suite.Case) -> Graph:
    report = odrl.evaluate(case.policy, case.request, case.world)
    return Graph().parse(data=json.dumps(writing.report(report)), format="json-ld")


@suite.needs_suite
def test_the_report_on_every_case_inside_of_the_fragment_equals_the_expected_one() -> None:
    cases, _ = inside()
    differing = [case.name for case in cases if suite.form(reported(case)) != suite.form(case.expected)]
    print(f"{len(cases)} cases inside of the fragment, {len(differing)} differ: {differing}")
    assert not differing


@suite.needs_suite
def test_the_cases_inside_and_outside_are_counted_and_documented() -> None:
    cases, left = inside()
    print(f"{len(cases)} cases inside of the fragment, {len(left)} outside: {left}")
    assert (len(cases), len(left)) == (64, 4)
    documented = dict(re.findall(r"^\| `(\d\d\d[^`]*)` \| (.+) \|$", DOCS.read_text("utf-8"), re.MULTILINE))
    assert documented == left
    assert f"{len(cases)} of the {len(cases) + len(left)} cases" in DOCS.read_text("utf-8")


@suite.needs_suite
def test_the_cases_outside_agree_in_all_but_the_report_on_the_other_policys_duty() -> None:
    for file in suite.CASES:
        name = file.stem.removeprefix("testcase-")
        if name not in inside()[1]:
            continue
        case = suite.read(file, strict=False)
        (rule,) = odrl.evaluate(case.policy, case.request, case.world).rules
        node = next(case.expected.subjects(RDF.type, suite.R.PermissionReport))
        assert f"{suite.R}{rule.activation}" == str(case.expected.value(node, suite.R.activationState))
        assert not rule.duties
        # Case 065 names premises that it does not describe; it describes others, which nothing names.
        described = {
            (str(kind), str(case.expected.value(one, suite.R.satisfactionState)))
            for one, kind in case.expected.subject_objects(RDF.type)
            if str(kind).endswith(("TargetReport", "PartyReport", "ActionReport"))
        }
        ours = {(f"{suite.R}{one.kind}", f"{suite.R}{one.state}") for one in rule.findings[:3]}
        assert described == ours, name


@suite.needs_suite
def test_the_verdicts_on_the_suite_follow_from_the_states_of_its_rules() -> None:
    for case in inside()[0]:
        report = odrl.evaluate(case.policy, case.request, case.world)
        active = {rule.kind for rule in report.rules if rule.activation is Activation.ACTIVE}
        assert (report.verdict is Verdict.PERMIT) == (active == {RuleKind.PERMISSION}), case.name


# One rule at a time


def rule(kind: RuleKind = RuleKind.PERMISSION, **more: Any) -> Rule:
    return Rule(kind, f"urn:x-test:{kind}", **more)


def policy(*rules: Rule, conflict: Conflict = Conflict.PROHIBIT) -> Policy:
    return Policy(PolicyKind.SET, "urn:x-test:policy", rules, conflict)


def ask(action: str = READ, assignee: str = A, target: str = X, **values: tuple[Any, ...]) -> Request:
    named = {ODRL + name: value for name, value in values.items()}
    return Request("urn:x-test:request", (Asked("urn:x-test:asked", action, assignee, target, named),))


def verdict(given: Policy, request: Request, **world: Any) -> str:
    return str(odrl.evaluate(given, request, World(**world)).verdict)


PERMIT, PROHIBIT = rule(), rule(RuleKind.PROHIBITION)
PROHIBIT_SELLING = rule(RuleKind.PROHIBITION, action=SELL)


def test_what_nothing_permits_is_denied_without_a_rule_behind_it() -> None:
    (decision,) = odrl.evaluate(policy(), ask(), World()).decisions
    assert (decision.verdict, decision.rules) == (Verdict.DENY, ())


def test_a_decision_names_the_rules_behind_it() -> None:
    (decision,) = odrl.evaluate(policy(PERMIT, PROHIBIT), ask(), World()).decisions
    assert (decision.verdict, decision.rules) == (Verdict.DENY, ("urn:x-test:prohibition",))


@pytest.mark.parametrize(
    ("conflict", "expected"),
    [(Conflict.PROHIBIT, "deny"), (Conflict.PERMIT, "permit"), (Conflict.INVALID, "undetermined")],
)
def test_where_a_permission_meets_a_prohibition_the_strategy_decides(conflict: Conflict, expected: str) -> None:
    assert verdict(policy(PERMIT, PROHIBIT, conflict=conflict), ask()) == expected
    assert verdict(policy(PERMIT, PROHIBIT_SELLING, conflict=conflict), ask()) == "permit"


def test_what_is_not_known_leaves_the_verdict_open_only_where_it_matters() -> None:
    asked_for_some_action = ask(action="")
    assert verdict(policy(PERMIT, PROHIBIT_SELLING), asked_for_some_action) == "undetermined"
    assert verdict(policy(rule(action=READ)), asked_for_some_action) == "undetermined"
    assert verdict(policy(PROHIBIT_SELLING), asked_for_some_action) == "deny"
    assert verdict(policy(PROHIBIT, rule(action=READ)), asked_for_some_action) == "deny"
    assert verdict(policy(rule(action=READ), PERMIT), asked_for_some_action) == "permit"


def test_a_request_is_permitted_if_all_of_it_is() -> None:
    both = Request("urn:x-test:request", (*ask(READ).asked, *ask(SELL).asked))
    report = odrl.evaluate(policy(rule(action=READ)), both, World())
    assert [str(one.verdict) for one in report.decisions] == ["permit", "deny"]
    assert report.verdict is Verdict.DENY


def test_an_action_includes_those_below_it_and_no_others() -> None:
    assert verdict(policy(rule(action=USE)), ask(ODRL + "display")) == "permit"
    assert verdict(policy(rule(action=USE)), ask(ODRL + "write")) == "permit"
    assert verdict(policy(rule(action=USE)), ask(SELL)) == "deny"
    assert verdict(policy(rule(action=ODRL + "play")), ask(USE)) == "deny"
    tops = {
        above for action in actions.INCLUDED_IN for above in actions.INCLUDED_IN[action]
    } - actions.INCLUDED_IN.keys()
    assert tops == {USE, ODRL + "transfer"}


def test_membership_reaches_over_several_steps_and_ends_in_a_circle() -> None:
    given = policy(rule(assignee="urn:x-test:all"))
    steps = {A: frozenset({"urn:x-test:team"}), "urn:x-test:team": frozenset({"urn:x-test:all", A})}
    assert verdict(given, ask(), part_of=steps) == "permit"
    assert verdict(given, ask(assignee=B), part_of=steps) == "deny"


def limited(operator: Operator, *right: Any, left: str = PURPOSE) -> Policy:
    return policy(rule(constraints=(Constraint("urn:x-test:c", left, operator, right),)))


GOOD, BETTER, BAD = "urn:x-test:good", "urn:x-test:better", "urn:x-test:bad"
BELOW = {BETTER: frozenset({GOOD})}


@pytest.mark.parametrize(
    ("operator", "right", "values", "expected"),
    [
        (Operator.IS_ANY_OF, (GOOD, BAD), (GOOD,), "permit"),
        (Operator.IS_ANY_OF, (GOOD,), (BETTER,), "permit"),
        (Operator.IS_ANY_OF, (BETTER,), (GOOD,), "deny"),
        (Operator.IS_ANY_OF, (GOOD,), (GOOD, BAD), "deny"),
        (Operator.IS_ANY_OF, (GOOD,), (), "permit"),
        (Operator.IS_A, (GOOD,), (BETTER,), "permit"),
        (Operator.IS_PART_OF, (GOOD,), (BETTER,), "permit"),
        (Operator.IS_NONE_OF, (BAD,), (GOOD,), "permit"),
        (Operator.IS_NONE_OF, (GOOD,), (BETTER,), "deny"),
        # What stands above a refused thing may or may not be it.
        (Operator.IS_NONE_OF, (BETTER,), (GOOD,), "undetermined"),
        (Operator.EQ, (GOOD,), (GOOD,), "permit"),
        (Operator.EQ, (GOOD,), (BETTER,), "deny"),
        (Operator.NEQ, (GOOD,), (BETTER,), "permit"),
        # Names have no order, and unlike things do not compare.
        (Operator.LT, (GOOD,), (BETTER,), "undetermined"),
        (Operator.EQ, (GOOD,), (NOW,), "undetermined"),
        (Operator.EQ, (Literal("P1Y"),), (Literal("P12M"),), "deny"),
        (Operator.EQ, (Literal("P1Y", duration=True),), (Literal("P12M", duration=True),), "permit"),
        (Operator.LTEQ, (Literal("P30D", duration=True),), (Literal("P4W", duration=True),), "permit"),
        (Operator.LT, (Literal("P30D", duration=True),), (Literal("indefinite", duration=True),), "deny"),
        (Operator.GT, (NOW,), (NOW.replace(tzinfo=None),), "undetermined"),
    ],
)
def test_operators(operator: Operator, right: tuple[Any, ...], values: tuple[Any, ...], expected: str) -> None:
    assert verdict(limited(operator, *right), ask(purpose=values), part_of=BELOW) == expected


def test_without_a_value_a_constraint_is_unknown() -> None:
    assert verdict(limited(Operator.IS_ANY_OF, GOOD), ask()) == "undetermined"
    at_some_time = limited(Operator.LT, NOW, left=ODRL + "dateTime")
    assert verdict(at_some_time, ask()) == "undetermined"
    assert verdict(at_some_time, ask(), now=NOW - timedelta(seconds=1)) == "permit"
    assert verdict(at_some_time, ask(), now=NOW) == "deny"


@pytest.mark.parametrize(
    ("join", "values", "expected"),
    [
        (Join.AND, "yy", "permit"),
        (Join.AND, "yn", "deny"),
        (Join.AND, "y?", "undetermined"),
        (Join.AND, "n?", "deny"),
        (Join.OR, "ny", "permit"),
        (Join.OR, "nn", "deny"),
        (Join.OR, "y?", "permit"),
        (Join.OR, "n?", "undetermined"),
        (Join.XONE, "yn", "permit"),
        (Join.XONE, "yy", "deny"),
        (Join.XONE, "yy?", "deny"),
        (Join.XONE, "nn", "deny"),
        (Join.XONE, "y?", "undetermined"),
        (Join.XONE, "n?", "undetermined"),
    ],
)
def test_joined_constraints_have_three_answers(join: Join, values: str, expected: str) -> None:
    parts = tuple(Constraint(f"urn:x-test:{at}", f"{ODRL}{at}", Operator.EQ, (GOOD,)) for at in range(len(values)))
    given = policy(rule(constraints=(Joined("urn:x-test:j", join, parts),)))
    said = {str(at): (GOOD if value == "y" else BAD,) for at, value in enumerate(values) if value != "?"}
    assert verdict(given, ask(**said)) == expected


def test_a_refined_collection_is_the_part_of_its_source_that_fits() -> None:
    refinement = Constraint("urn:x-test:r", PURPOSE, Operator.EQ, (GOOD,))
    given = policy(rule(target=Target("urn:x-test:part", True, "urn:x-test:whole", (refinement,))))
    lies = {X: frozenset({"urn:x-test:whole"})}
    assert verdict(given, ask(purpose=(GOOD,)), part_of=lies) == "permit"
    assert verdict(given, ask(purpose=(BAD,)), part_of=lies) == "deny"
    assert verdict(given, ask(purpose=(GOOD,))) == "deny"
    assert verdict(given, ask(), part_of=lies) == "undetermined"


# Duties


DUTY = Rule(RuleKind.OBLIGATION, "urn:x-test:duty", ODRL + "compensate")
VIOLATED = DutyState("urn:x-test:report", DUTY.uid, Attempt.ATTEMPTED, Performance.UNPERFORMED, Deontic.VIOLATED)


def test_a_violated_duty_ends_its_permission_and_an_open_one_does_not() -> None:
    given = policy(rule(duties=(DUTY,)))
    assert verdict(given, ask()) == "permit"
    assert verdict(given, ask(), duties={DUTY.uid: replace(VIOLATED, deontic=Deontic.FULFILLED)}) == "permit"
    assert verdict(given, ask(), duties={DUTY.uid: VIOLATED}) == "deny"
    assert verdict(given, ask(), duties={"urn:x-test:another": VIOLATED}) == "permit"


def test_an_obligation_is_reported_with_what_the_world_knows_of_it_and_decides_nothing() -> None:
    given = policy(PERMIT, DUTY)
    (_, unknown) = odrl.evaluate(given, ask(), World()).rules
    assert (unknown.attempt, unknown.activation, unknown.duties) == (Attempt.NOT_ATTEMPTED, Activation.ACTIVE, ())
    (_, known) = odrl.evaluate(given, ask(), World(duties={DUTY.uid: VIOLATED})).rules
    assert known.duties == (VIOLATED,)
    assert verdict(given, ask(), duties={DUTY.uid: VIOLATED}) == "permit"
    written = writing.report(odrl.evaluate(given, ask(), World(duties={DUTY.uid: VIOLATED})))
    assert written["report:ruleReport"][1]["report:deonticState"] == {"@id": "report:Violated"}


def test_a_report_tells_the_values_that_were_compared() -> None:
    (found,) = odrl.evaluate(limited(Operator.EQ, GOOD), ask(purpose=(BAD,)), World()).rules[0].findings
    assert (found.state, found.values) == (State.UNSATISFIED, (BAD,))
    assert found.constraint is not None
    assert found.constraint.right == (GOOD,)
