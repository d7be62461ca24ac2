"""Offers in order: musts put out, wishes weigh, then cost; every place has its own reason, and order never depends on order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from vault.policy.facts import TABLE
from vault.policy.language.conditions import read_condition
from vault.policy.language.operands import Scope
from vault.policy.ranking import Wish, left_out, ranked
from vault.policy.rules import Condition
from vault.policy.values import Amount, Value

Facts = Mapping[str, Value | None]
YEAR, MONTH = "offer.cost.first_year", "offer.price.per_month"


def condition(text: str) -> Condition:
    return read_condition(Scope(TABLE, {}), text)


def eur(minor: int) -> Amount:
    return Amount(minor, "EUR")


MUST = condition("offer.cost.first_year <= 1000 EUR")
RETURNS, WARRANTY = condition("offer.returns.days >= 30"), condition("offer.warranty.months >= 24")


def places(offers: Mapping[str, Facts], *, must: bool = True, wishes: tuple[Wish, ...] = ()) -> dict[str, int]:
    return {one.offer: one.rank for one in ranked(offers, (MUST,) if must else (), wishes)}


def test_an_offer_that_fails_a_must_is_out_and_says_which() -> None:
    found = ranked({"a": {YEAR: eur(120_000)}, "b": {YEAR: eur(90_000)}}, (MUST,), ())
    assert [(one.offer, one.rank) for one in found] == [("b", 1), ("a", 0)]
    assert found[1].why == "out: `offer.cost.first_year <= 1000 EUR` is not met"


def test_what_cannot_be_told_comes_after_all_of_which_it_can() -> None:
    offers: dict[str, Facts] = {"silent": {"offer.returns.days": 60}, "plain": {YEAR: eur(99_000)}}
    found = ranked(offers, (MUST,), (Wish(RETURNS, 100),))
    assert [one.offer for one in found] == ["plain", "silent"]
    assert "does not say whether `offer.cost.first_year <= 1000 EUR`" in found[1].why


def test_weights_decide_before_cost_and_the_reason_names_what_is_missed() -> None:
    offers: dict[str, Facts] = {
        "dear": {YEAR: eur(90_000), "offer.returns.days": 30},
        "cheap": {YEAR: eur(50_000), "offer.warranty.months": 24, "offer.returns.days": 1},
    }
    found = ranked(offers, (MUST,), (Wish(RETURNS, 3), Wish(WARRANTY, 2)))
    assert [(one.offer, one.score) for one in found] == [("dear", 3), ("cheap", 2)]
    assert found[1].why == "2 of 5 for your wishes: `offer.returns.days >= 30` not met, 500 EUR in the first year"


def test_equal_wishes_go_by_cost_and_equal_cost_by_name() -> None:
    offers: dict[str, Facts] = {"c": {YEAR: eur(2)}, "b": {YEAR: eur(1)}, "a": {YEAR: eur(2)}}
    found = ranked(offers, (), ())
    assert [one.offer for one in found] == ["b", "a", "c"]
    assert "dearer than the one before" in found[1].why
    assert "equal to the one before" in found[2].why


def test_costs_compare_on_one_basis_and_in_one_currency_only() -> None:
    offers: dict[str, Facts] = {
        "a": {MONTH: eur(1)},
        "b": {YEAR: eur(500)},
        "c": {YEAR: eur(400)},
        "d": {YEAR: Amount(1, "USD")},
    }
    found = ranked(offers, (), ())
    assert [one.offer for one in found] == ["c", "b", "a", "d"]
    assert all("does not compare" in one.why for one in found[2:])


def test_who_is_left_out_for_another_reason_says_so() -> None:
    assert left_out("a", "refused by your rules").why == "out: refused by your rules"
    assert left_out("a", "x").rank == 0


def test_nothing_is_ranked_without_offers() -> None:
    assert ranked({}, (MUST,), ()) == ()


amounts = st.none() | st.builds(Amount, st.integers(0, 120_000), st.sampled_from(["EUR", "USD"]))
days = st.none() | st.integers(0, 60)
offer_facts = st.fixed_dictionaries({YEAR: amounts, "offer.returns.days": days, "offer.warranty.months": days})


@given(st.lists(offer_facts, max_size=4))
def test_the_order_depends_on_the_offers_and_not_on_how_they_come(made: list[Facts]) -> None:
    offers = [(f"o{place}", facts) for place, facts in enumerate(made)]
    wishes = (Wish(RETURNS, 2), Wish(WARRANTY))
    expected = ranked(dict(offers), (MUST,), wishes)
    assert all(ranked(dict(order), (MUST,), wishes) == expected for order in permutations(offers))
    ranks = [one.rank for one in expected]
    running = [rank for rank in ranks if rank]
    assert running == list(range(1, len(running) + 1))
    assert ranks == running + [0] * (len(ranks) - len(running))


@given(st.lists(offer_facts, min_size=1, max_size=4), st.integers(0, 3))
def test_meeting_one_more_wish_never_costs_a_place(made: list[dict[str, Value | None]], which: int) -> None:
    offers: dict[str, Facts] = {f"o{place}": facts for place, facts in enumerate(made)}
    name = f"o{which % len(made)}"
    better: dict[str, Facts] = {**offers, name: {**offers[name], "offer.returns.days": 60}}
    before, after = (places(one, wishes=(Wish(RETURNS), Wish(WARRANTY))) for one in (offers, better))
    assert bool(before[name]) == bool(after[name])
    assert after[name] <= before[name]
