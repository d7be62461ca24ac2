from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from typing import cast

import pytest

from tests.vault.policy.generating import FACTS, HOSTILE
from vault.policy.compiled import compiled
from vault.policy.evaluation import evaluate, seen
from vault.policy.fact_source import CATEGORY
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.kinship import under
from vault.policy.outcome import Outcome
from vault.policy.rules import Condition, NamedList, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, FactType, Value
from vault.policy.verdicts import Kind, State, Truth, Verdict

EUR_45, EUR_50 = Amount(4_500, "EUR"), Amount(5_000, "EUR")
OP = Operator


def condition(fact: str, operator: Operator, operand: Operand = None) -> Condition:
    return Condition(fact, operator, operand, f"{fact} {operator}")


def rule(
    then: Verdict, *when: Condition, unless: tuple[Condition, ...] = (), id: str = "a", kind: Kind = Kind.OFFER
) -> Rule:
    return Rule(id, frozenset({kind}), when, then, unless=unless)


VERIFIED = condition("vendor.verified", OP.IS, True)
QUIET = condition("me.quiet.now", OP.IS, True)


def judged(*rules: Rule, default: Verdict = Verdict.ASK, **facts: Value | None) -> Outcome:
    named = {{"verified": "vendor.verified", "quiet": "me.quiet.now"}[name]: value for name, value in facts.items()}
    return evaluate(RuleSet(rules, {Kind.OFFER: default}), Kind.OFFER, named)


class Watched(Mapping[str, Value | None]):
    """Facts that note what was asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> Value | None:
        self.asked.append(name)
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


# --- verdicts


def test_where_no_rule_applies_the_default_decides() -> None:
    assert judged() == Outcome(Verdict.ASK, (), True)
    assert judged(default=Verdict.REFUSE).verdict is Verdict.REFUSE


@pytest.mark.parametrize("rules", [(Verdict.ACCEPT, Verdict.REFUSE, Verdict.ASK), (Verdict.REFUSE, Verdict.ACCEPT)])
def test_the_strictest_rule_that_applies_wins(rules: tuple[Verdict, ...]) -> None:
    found = judged(*(rule(then, VERIFIED) for then in rules), verified=True)
    assert found.verdict is Verdict.REFUSE
    assert [reason.rule.then for reason in found.reasons] == list(rules)
    assert not found.by_default


def test_a_rule_that_applies_sets_the_default_aside() -> None:
    assert judged(rule(Verdict.ACCEPT, VERIFIED), default=Verdict.REFUSE, verified=True).verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("then", "default", "verdict"),
    [
        (Verdict.REFUSE, Verdict.ASK, Verdict.ASK),
        (Verdict.ASK, Verdict.REFUSE, Verdict.REFUSE),
        (Verdict.ACCEPT, Verdict.ASK, Verdict.ASK),
        (Verdict.ACCEPT, Verdict.REFUSE, Verdict.REFUSE),
    ],
)
def test_an_undetermined_rule_leaves_the_default_in_force(then: Verdict, default: Verdict, verdict: Verdict) -> None:
    found = judged(rule(then, VERIFIED), default=default)
    assert found.verdict is verdict
    assert found.by_default
    assert found.reasons[0].state is State.UNDETERMINED


def test_an_undetermined_refusal_turns_an_acceptance_into_a_question() -> None:
    accept, refuse = rule(Verdict.ACCEPT, VERIFIED), rule(Verdict.REFUSE, QUIET)
    assert judged(accept, refuse, verified=True).verdict is Verdict.ASK
    assert judged(accept, refuse, verified=True, quiet=False).verdict is Verdict.ACCEPT


def test_a_rule_for_another_kind_says_nothing() -> None:
    assert judged(rule(Verdict.REFUSE, VERIFIED, kind=Kind.MESSAGE), verified=True).reasons == ()


@pytest.mark.parametrize(
    ("verified", "quiet", "state"),
    [
        (True, False, State.APPLIES),
        (True, True, None),
        (True, None, State.UNDETERMINED),
        (None, False, State.UNDETERMINED),
        (None, True, None),
        (False, None, None),
    ],
)
def test_unless_spares_what_it_says_and_leaves_open_what_it_cannot_say(
    verified: Truth, quiet: Truth, state: State | None
) -> None:
    found = judged(rule(Verdict.REFUSE, VERIFIED, unless=(QUIET,)), verified=verified, quiet=quiet)
    assert [reason.state for reason in found.reasons] == ([state] if state else [])


def test_a_reason_carries_what_was_observed_and_required() -> None:
    cheaper = condition("offer.price.per_month", OP.AT_MOST, OtherFact("contract.price.per_month", Fraction(9, 10)))
    facts: Facts = {"offer.price.per_month": EUR_45, "contract.price.per_month": Amount(Fraction(25_000, 3), "EUR")}
    (reason,) = evaluate(RuleSet((rule(Verdict.ACCEPT, cheaper),)), Kind.OFFER, facts).reasons
    (one,) = reason.when
    assert (one.observed, one.required, one.value) == (EUR_45, Amount(7_500, "EUR"), True)
    assert type(cast(Amount, one.required).minor) is int


# --- what is looked up


def test_only_what_a_rule_for_this_kind_needs_is_looked_up_once_and_in_order() -> None:
    other = condition("offer.discount", OP.IS_KNOWN)
    dated = condition("offer.valid_until", OP.WITHIN_NEXT, Duration(1))
    rules = RuleSet(
        (
            rule(Verdict.ASK, other, kind=Kind.MESSAGE),
            rule(Verdict.REFUSE, QUIET, condition("vendor.domain", OP.IS, "never.example")),
            rule(Verdict.ASK, VERIFIED, dated, unless=(QUIET,)),
        )
    )
    facts = Watched({"me.quiet.now": False, "vendor.verified": True, "offer.valid_until": date(2026, 1, 2)})
    evaluate(rules, Kind.OFFER, facts)
    assert facts.asked == ["me.quiet.now", "vendor.verified", "offer.valid_until", "now.date"]


def test_a_rule_left_open_is_read_to_its_end() -> None:
    facts = Watched({"me.quiet.now": False})
    found = evaluate(RuleSet((rule(Verdict.ASK, VERIFIED, unless=(QUIET,)),)), Kind.OFFER, facts)
    assert facts.asked == ["vendor.verified", "me.quiet.now"]
    assert found.reasons[0].unless[0].observed is False


# --- conditions

# By the bounds in days, for each operator by itself: a month has 28 to 31.
DURATIONS = (
    (OP.LESS, Duration(1), Duration(0, 27), True),
    (OP.LESS, Duration(1), Duration(0, 28), None),
    (OP.LESS, Duration(1), Duration(0, 30), None),
    (OP.LESS, Duration(1), Duration(0, 31), False),
    (OP.AT_MOST, Duration(1), Duration(0, 28), True),
    (OP.AT_MOST, Duration(1), Duration(0, 29), None),
    (OP.AT_MOST, Duration(1), Duration(0, 31), None),
    (OP.AT_MOST, Duration(1), Duration(0, 32), False),
    (OP.MORE, Duration(1), Duration(0, 32), True),
    (OP.MORE, Duration(1), Duration(0, 31), None),
    (OP.MORE, Duration(1), Duration(0, 29), None),
    (OP.MORE, Duration(1), Duration(0, 28), False),
    (OP.AT_LEAST, Duration(1), Duration(0, 31), True),
    (OP.AT_LEAST, Duration(1), Duration(0, 30), None),
    (OP.AT_LEAST, Duration(1), Duration(0, 28), None),
    (OP.AT_LEAST, Duration(1), Duration(0, 27), False),
    (OP.AT_MOST, Duration(0, 31), Duration(1), True),
    (OP.AT_LEAST, Duration(0, 28), Duration(1), True),
    (OP.IS, Duration(1), Duration(0, 27), False),
    (OP.IS, Duration(1), Duration(0, 28), None),
    (OP.IS, Duration(1), Duration(0, 31), None),
    (OP.IS, Duration(1), Duration(0, 32), False),
    (OP.IS_NOT, Duration(1), Duration(0, 31), None),
    (OP.IS_NOT, Duration(1), Duration(0, 32), True),
    (OP.IS, Duration(12), Duration(12), True),
    (OP.IS, Duration(4_800), Duration(0, 146_097), True),
    (OP.LESS, Duration(4_800), Duration(0, 146_097), False),
)
PURPOSES = frozenset({"dpv:DirectMarketing", "dpv:ServiceProvision"})
SOME, NONE = frozenset({"DE", "FR"}), frozenset[str]()
LISTED = NamedList("lists.near", frozenset({"DE", "AT"}))


@pytest.mark.parametrize(
    ("fact", "operator", "operand", "value", "result"),
    [
        ("offer.price.per_month", OP.LESS, EUR_50, EUR_45, True),
        ("offer.price.per_month", OP.LESS, EUR_50, EUR_50, False),
        ("offer.price.per_month", OP.AT_MOST, EUR_50, EUR_50, True),
        ("offer.price.per_month", OP.MORE, EUR_50, EUR_50, False),
        ("offer.price.per_month", OP.AT_LEAST, EUR_50, EUR_50, True),
        ("offer.price.per_month", OP.AT_LEAST, EUR_50, EUR_45, False),
        ("offer.price.per_month", OP.AT_MOST, EUR_50, Amount(1, "USD"), None),
        ("offer.price.per_month", OP.IS, EUR_50, Amount(5_000, "USD"), None),
        ("offer.price.per_month", OP.IS_NOT, EUR_50, Amount(5_000, "USD"), None),
        ("offer.price.per_month", OP.AT_MOST, 5_000, EUR_45, None),
        ("offer.price.per_month", OP.IS, Amount(Fraction(10, 2), "EUR"), Amount(5, "EUR"), True),
        ("offer.discount", OP.IS, Fraction(3, 10), Fraction(3, 10), True),
        ("offer.discount", OP.IS_NOT, Fraction(3, 10), 1, True),
        ("offer.returns.days", OP.AT_LEAST, Fraction(27, 2), 14, True),
        *[("offer.contract.minimum_term", *row) for row in DURATIONS],
        ("offer.valid_until", OP.MORE, date(2026, 1, 1), date(2026, 1, 2), True),
        ("now.time", OP.AT_LEAST, 1_320, 1_319, False),
        ("vendor.verified", OP.IS, True, False, False),
        ("vendor.verified", OP.IS_NOT, True, False, True),
        ("offer.renewable", OP.IS, True, Claim(True), True),
        ("offer.renewable", OP.IS, True, Claim(False, frozenset({"tuev"})), False),
        ("offer.renewable", OP.ATTESTED_BY, frozenset({"tuev"}), Claim(True, frozenset({"tuev", "x"})), True),
        ("offer.renewable", OP.ATTESTED_BY, frozenset({"tuev"}), Claim(False, frozenset({"tuev"})), False),
        ("offer.renewable", OP.ATTESTED_BY, frozenset({"tuev"}), Claim(True), False),
        ("offer.renewable", OP.ATTESTED_BY, "tuev", Claim(True, frozenset({"tuev"})), True),
        ("vendor.domain", OP.IS, "shop.example", "Shop.example", False),
        ("vendor.domain", OP.ANY_OF, frozenset({"shop.example"}), "shop.example", True),
        ("vendor.domain", OP.NONE_OF, frozenset({"shop.example"}), "other.example", True),
        ("vendor.domain", OP.CONTAINS, "shop", "shop.example", None),
        ("vendor.domain", OP.ALL_OF, frozenset({"shop.example"}), "shop.example", None),
        ("request.signature", OP.NOT_WITHIN, frozenset({"valid"}), "missing", True),
        ("offer.category", OP.WITHIN, "energy", "energy.electricity", True),
        ("offer.category", OP.WITHIN, "energy.electricity", "energy", False),
        ("offer.category", OP.NOT_WITHIN, frozenset({"insurance"}), "energy", True),
        ("offer.category", OP.WITHIN, "no-such", "energy", None),
        ("data.purposes", OP.ANY_OF, "dpv:Marketing", PURPOSES, True),
        ("data.purposes", OP.WITHIN, "dpv:Marketing", PURPOSES, False),
        ("data.purposes", OP.NOT_WITHIN, "dpv:Marketing", PURPOSES, False),
        ("data.purposes", OP.NOT_WITHIN, "dpv:ResearchAndDevelopment", PURPOSES, True),
        ("data.purposes", OP.WITHIN, frozenset({"dpv:Marketing", "dpv:ServiceProvision"}), PURPOSES, True),
        ("data.purposes", OP.ALL_OF, frozenset({"dpv:Marketing", "dpv:ServiceProvision"}), PURPOSES, True),
        ("data.purposes", OP.ALL_OF, frozenset({"dpv:Marketing", "dpv:ResearchAndDevelopment"}), PURPOSES, False),
        ("data.purposes", OP.ALL_OF, "dpv:Purpose", frozenset({"dpv:Purpose"}), True),
        ("data.purposes", OP.CONTAINS, "dpv:Marketing", PURPOSES, True),
        ("data.purposes", OP.ANY_OF, "dpv:Marketing", frozenset({"dpv:NoSuch"}), None),
        ("data.purposes", OP.ANY_OF, "dpv:Marketing", PURPOSES | {"dpv:NoSuch"}, True),
        ("data.purposes", OP.WITHIN, "dpv:Marketing", PURPOSES | {"dpv:NoSuch"}, False),
        ("data.purposes", OP.WITHIN, "dpv:Marketing", frozenset({"dpv:Marketing", "dpv:NoSuch"}), None),
        ("data.purposes", OP.ALL_OF, "dpv:Marketing", frozenset({"dpv:NoSuch"}), None),
        ("data.purposes", OP.IS, frozenset({"dpv:Marketing"}), frozenset({"https://w3id.org/dpv#Marketing"}), True),
        ("data.purposes", OP.IS, frozenset({"dpv:Marketing"}), frozenset({"dpv:NoSuch"}), None),
        (
            "data.purposes",
            OP.IS,
            frozenset({"dpv:Marketing"}),
            frozenset({"dpv:NoSuch", "dpv:ServiceProvision"}),
            False,
        ),
        ("data.recipients", OP.WITHIN, LISTED, NONE, True),
        ("data.recipients", OP.NOT_WITHIN, LISTED, NONE, True),
        ("data.recipients", OP.ANY_OF, LISTED, SOME, True),
        ("data.recipients", OP.NONE_OF, LISTED, SOME, False),
        ("data.recipients", OP.WITHIN, LISTED, SOME, False),
        ("data.recipients", OP.ALL_OF, LISTED, SOME, False),
        ("data.recipients", OP.IS, SOME, SOME, True),
        ("data.recipients", OP.CONTAINS, SOME, SOME, None),
        ("vendor.verified", OP.IS_KNOWN, None, False, True),
        ("vendor.verified", OP.IS_UNKNOWN, None, False, False),
        ("vendor.verified", OP.IS_KNOWN, None, None, False),
        ("vendor.verified", OP.IS_UNKNOWN, None, None, True),
        ("vendor.verified", OP.IS_NOT, True, None, None),
        ("no.such.fact", OP.IS, True, True, None),
        ("no.such.fact", OP.IS_KNOWN, None, True, False),
    ],
)
def test_a_condition_is_true_false_or_unknown(
    fact: str, operator: Operator, operand: Operand, value: Value | None, result: Truth
) -> None:
    assert seen(condition(fact, operator, operand), {fact: value}).value is result


@pytest.mark.parametrize(
    ("operator", "span", "day", "result"),
    [
        (OP.WITHIN_LAST, Duration(1), date(2026, 2, 28), True),
        (OP.WITHIN_LAST, Duration(1), date(2026, 2, 27), False),
        (OP.WITHIN_LAST, Duration(1), date(2026, 3, 31), True),
        (OP.WITHIN_LAST, Duration(1), date(2026, 4, 1), False),
        (OP.WITHIN_NEXT, Duration(1), date(2026, 4, 30), True),
        (OP.WITHIN_NEXT, Duration(1), date(2026, 5, 1), False),
        (OP.WITHIN_NEXT, Duration(0, 30), date(2026, 4, 30), True),
        (OP.WITHIN_NEXT, Duration(1, 1), date(2026, 5, 1), True),
        (OP.WITHIN_NEXT, Duration(120_000), date.max, True),
        (OP.WITHIN_LAST, Duration(120_000), date.min, True),
        (OP.WITHIN_NEXT, EUR_50, date(2026, 4, 1), None),
    ],
)
def test_spans_are_counted_by_the_calendar_with_today(
    operator: Operator, span: Value, day: date, result: Truth
) -> None:
    facts: Facts = {"offer.valid_until": day, "now.date": date(2026, 3, 31)}
    assert seen(condition("offer.valid_until", operator, span), facts).value is result


def test_without_today_a_span_is_unknown() -> None:
    one = seen(condition("offer.valid_until", OP.WITHIN_NEXT, Duration(1)), {"offer.valid_until": date(2026, 1, 1)})
    assert one.value is None


def test_kinship_knows_categories_purposes_and_personal_data_and_compares_other_texts() -> None:
    assert under(FactType.CATEGORY, "energy.gas", "energy") is True
    assert under(FactType.CATEGORY, "gambling", "energy") is None
    assert under(FactType.PURPOSES, "dpv:DirectMarketing", "dpv:Marketing") is True
    assert under(FactType.PERSONAL_DATA, "pd:EmailAddress", "pd:Contact") is True
    assert under(FactType.PERSONAL_DATA, "dpv:Marketing", "pd:Contact") is None
    assert under(FactType.TEXT, "a.b", "a") is False


# --- hostile values


@pytest.mark.parametrize("name", FACTS)
def test_a_hostile_value_never_raises_and_never_decides(name: str) -> None:
    accept = rule(Verdict.ACCEPT, condition(name, OP.IS_NOT, OtherFact("me.country")), condition(name, OP.IS_KNOWN))
    refuse = rule(Verdict.REFUSE, condition(name, OP.IS_UNKNOWN))
    rules = RuleSet((accept, refuse))
    for value in HOSTILE:
        fits = fitting(TABLE[name], value) is not None
        facts = cast(Facts, {CATEGORY: "energy"} | {name: value})
        for decide in (partial(evaluate, rules), compiled(rules)):
            assert decide(Kind.OFFER, facts).verdict is (Verdict.ASK if fits else Verdict.REFUSE), value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("offer.returns.days", True),
        ("offer.returns.days", -1),
        ("offer.discount", 0.5),
        ("offer.discount", float("nan")),
        ("change.rise", 10**81),
        ("offer.price.per_month", Amount(-1, "EUR")),
        ("offer.price.per_month", Amount(True, "EUR")),
        ("offer.valid_until", datetime(2026, 1, 1, tzinfo=UTC)),
        ("now.time", 1_440),
        ("vendor.verified", 1),
        ("request.signature", "forged"),
        ("offer.category", "gambling"),
        ("data.purposes", ["dpv:Marketing"]),
        ("data.purposes", frozenset({1})),
        ("offer.renewable", Claim(True, frozenset({1}))),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_its_fact_is_not_known(name: str, value: object) -> None:
    one = seen(condition(name, OP.IS_KNOWN), cast(Facts, {name: value}))
    assert (one.observed, one.value) == (None, False)
