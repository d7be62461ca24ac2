"""The nearest value with which a condition comes out as wanted, one condition at a time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.vault.policy.generating import TODAY
from vault.policy.conditions import truth
from vault.policy.countering import MOST, counters
from vault.policy.countering.nearby import Want, distance, nearest
from vault.policy.evaluation import seen
from vault.policy.facts import TABLE
from vault.policy.rules import Condition, NamedList, Operand, Operator, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, Value
from vault.policy.verdicts import Kind, Verdict

OP = Operator
OFFER = frozenset({Kind.OFFER})
MARKETING, SERVICE = "dpv:Marketing", "dpv:ServiceProvision"


def near(name: str, observed: Value | None, *wants: tuple[Operator, Operand, bool]) -> Value | None:
    """What is proposed for a fact, with today as it is in all tests."""
    fact = TABLE[name]
    return nearest(
        fact,
        observed,
        [Want(Condition(name, operator, operand, ""), value) for operator, operand, value in wants],
        lambda one: seen(one, {}).required,
        lambda one, value: seen(one, {name: value, "now.date": TODAY}).value,
        TODAY,
    )


@pytest.mark.parametrize(
    ("name", "observed", "operator", "operand", "value", "found"),
    [
        ("offer.returns.days", 14, OP.AT_LEAST, 30, True, 30),
        ("offer.returns.days", 14, OP.MORE, 30, True, 31),
        ("offer.returns.days", 14, OP.AT_LEAST, Fraction(61, 2), True, 31),
        ("offer.returns.days", 40, OP.LESS, Fraction(61, 2), True, 30),
        ("offer.returns.days", 40, OP.MORE, 30, False, 30),
        ("offer.returns.days", 40, OP.AT_LEAST, 30, False, 29),
        ("offer.returns.days", 5, OP.LESS, 0, True, None),
        ("offer.returns.days", 30, OP.IS, 30, False, 29),
        ("offer.returns.days", None, OP.AT_LEAST, -5, True, 0),
        ("offer.unit_rate", Fraction(40), OP.LESS, 30, True, Fraction(29_999, 1_000)),
        ("offer.unit_rate", Fraction(20), OP.MORE, 30, True, Fraction(30_001, 1_000)),
        ("offer.unit_rate", Fraction(40), OP.AT_MOST, 30, True, 30),
        ("offer.price.total", Amount(9_000, "EUR"), OP.LESS, Amount(5_000, "EUR"), True, Amount(4_999, "EUR")),
        ("offer.price.total", Amount(4_000, "EUR"), OP.MORE, Amount(5_000, "EUR"), True, Amount(5_001, "EUR")),
        ("offer.price.total", None, OP.AT_MOST, Amount(5_000, "EUR"), True, Amount(5_000, "EUR")),
        ("offer.price.total", None, OP.AT_LEAST, Amount(5_000, "EUR"), True, Amount(5_000, "EUR")),
        ("offer.price.total", None, OP.LESS, Amount(5_000, "EUR"), False, Amount(5_000, "EUR")),
        ("offer.contract.notice", Duration(3), OP.AT_MOST, Duration(1), True, Duration(1)),
        ("offer.contract.notice", Duration(3), OP.LESS, Duration(2), True, Duration(0, 58)),
        ("offer.contract.notice", Duration(0, 3), OP.MORE, Duration(0, 14), True, Duration(0, 15)),
        ("offer.contract.notice", Duration(1), OP.MORE, Duration(2), True, Duration(2, 1)),
        ("offer.contract.notice", Duration(0, 40), OP.AT_MOST, Duration(1), True, Duration(1)),
        ("offer.valid_until", date(2026, 1, 1), OP.AT_LEAST, date(2026, 4, 1), True, date(2026, 4, 1)),
        ("offer.valid_until", date(2026, 1, 1), OP.MORE, date(2026, 4, 1), True, date(2026, 4, 2)),
        ("offer.valid_until", date(2026, 1, 1), OP.WITHIN_NEXT, Duration(0, 10), True, TODAY),
        ("offer.valid_until", date(2027, 1, 1), OP.WITHIN_NEXT, Duration(0, 10), True, date(2026, 3, 10)),
        ("offer.valid_until", date(2025, 1, 1), OP.WITHIN_LAST, Duration(1), True, date(2026, 1, 28)),
        ("offer.valid_until", date(2026, 2, 1), OP.WITHIN_LAST, Duration(1), False, date(2026, 1, 27)),
        ("offer.valid_until", date(2026, 5, 1), OP.LESS, date(2026, 4, 1), True, date(2026, 3, 31)),
        ("offer.valid_until", date(2026, 1, 1), OP.AT_MOST, date.min, True, date.min),
        ("offer.valid_until", date.max, OP.MORE, date.max, True, None),
        ("offer.valid_until", date.min, OP.AT_LEAST, date.max, True, date.max),
        ("offer.resolution", "sd", OP.ANY_OF, frozenset({"4k", "8k"}), True, "4k"),
        ("offer.resolution", "sd", OP.IS, "sd", False, "hd"),
        ("offer.binding", True, OP.IS, False, True, False),
        ("offer.binding", None, OP.IS, True, True, True),
        ("offer.category", "insurance", OP.WITHIN, "energy", True, None),
        ("offer.renewable", Claim(False), OP.IS, True, True, Claim(True)),
        ("offer.renewable", Claim(True), OP.IS, False, True, Claim(False)),
        ("offer.renewable", None, OP.ATTESTED_BY, NamedList("l", frozenset("ba")), True, Claim(True, frozenset("a"))),
        ("data.purposes", frozenset({SERVICE, MARKETING}), OP.WITHIN, SERVICE, True, frozenset({SERVICE})),
        ("data.purposes", frozenset({SERVICE, MARKETING}), OP.NONE_OF, MARKETING, True, frozenset({SERVICE})),
        ("data.purposes", frozenset({SERVICE, "no:such", MARKETING}), OP.NONE_OF, MARKETING, True, {SERVICE}),
        ("data.purposes", frozenset(), OP.ANY_OF, frozenset({SERVICE, MARKETING}), True, {MARKETING}),
        ("data.recipients", frozenset(), OP.ALL_OF, frozenset({"a", "b"}), True, {"a", "b"}),
        ("data.recipients", frozenset({"c"}), OP.CONTAINS, "a", True, {"a", "c"}),
    ],
)
def test_the_nearest_value(
    name: str, observed: Value | None, operator: Operator, operand: Operand, value: bool, found: Value | None
) -> None:
    proposed = near(name, observed, (operator, operand, value))
    assert proposed == found
    if proposed is not None and operator not in (OP.WITHIN_LAST, OP.WITHIN_NEXT):
        required = operand.members if isinstance(operand, NamedList) else operand
        assert truth(TABLE[name].type, operator, proposed, required) is value  # type: ignore[arg-type]


def test_a_value_for_two_conditions_at_once() -> None:
    wants = (OP.MORE, 10, True), (OP.LESS, 12, True)
    assert near("offer.returns.days", 5, *wants) == 11
    assert near("offer.returns.days", 15, (OP.MORE, 10, True), (OP.LESS, 20, True)) == 15
    assert near("offer.returns.days", 5, (OP.MORE, 10, True), (OP.LESS, 11, True)) is None


def test_three_members_of_a_list_are_tried() -> None:
    four, three = frozenset("abcd"), frozenset("abc")
    assert near("offer.renewable", None, (OP.ATTESTED_BY, four, True), (OP.ATTESTED_BY, frozenset("ab"), False)) == (
        Claim(True, frozenset("c"))
    )
    assert near("offer.renewable", None, (OP.ATTESTED_BY, four, True), (OP.ATTESTED_BY, three, False)) is None


def test_a_span_from_today_needs_today() -> None:
    soon = Want(Condition("offer.valid_until", OP.WITHIN_NEXT, Duration(1), ""), True)
    assert nearest(TABLE["offer.valid_until"], None, [soon], lambda one: None, lambda one, value: True, None) is None


@pytest.mark.parametrize(
    ("before", "after", "far"),
    [
        (Amount(100, "EUR"), Amount(150, "EUR"), Fraction(1, 2)),
        (Amount(100, "EUR"), Amount(50, "EUR"), Fraction(1, 2)),
        (Amount(100, "EUR"), Amount(100, "USD"), 1),
        (0, 3, 3),
        (4, 3, Fraction(1, 4)),
        (Duration(0, 10), Duration(0, 15), Fraction(1, 2)),
        (Duration(4_800), Duration(0, 146_098), Fraction(1, 146_097)),
        (frozenset("ab"), frozenset("bcd"), 3),
        ("a", "b", 1),
        (True, False, 1),
        (None, 7, 1),
        (7, 7, 0),
    ],
)
def test_how_far_apart_values_are(before: Value | None, after: Value, far: Fraction | int) -> None:
    assert distance(before, after) == far


def test_an_exception_of_the_rule_in_the_way_is_a_way_out() -> None:
    long = Condition("offer.contract.minimum_term", OP.MORE, Duration(12), "")
    returned = Condition("offer.returns.days", OP.AT_LEAST, 30, "")
    cheap = Condition("offer.price.total", OP.AT_MOST, Amount(5_000, "EUR"), "")
    rules = RuleSet(
        (
            Rule("cheap", OFFER, (cheap,), Verdict.ACCEPT),
            Rule("long", OFFER, (long,), Verdict.REFUSE, unless=(returned,)),
        )
    )
    facts: dict[str, Value | None] = {
        "offer.price.total": Amount(100, "EUR"),
        "offer.contract.minimum_term": Duration(24),
        "offer.returns.days": 14,
    }
    changes = {
        (change.fact, change.value, change.bound)
        for counter in counters(rules, Kind.OFFER, facts)
        for change in counter.changes
    }
    assert changes == {
        ("offer.contract.minimum_term", Duration(12), "at most"),
        ("offer.returns.days", 30, "at least"),
    }


def test_three_counters_at_most() -> None:
    assert MOST == 3
