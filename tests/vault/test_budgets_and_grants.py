"""What breaks a budget, what lies within a grant: unknown where it hangs on something not known, never by chance false."""

from __future__ import annotations

from datetime import date

import pytest

from tests.vault.worlds import HELD, NOON, ONE_OF_EACH, PRACTICE, eur, facts, money, monthly, request
from vault.policy import intentions
from vault.policy.gathering import gathered
from vault.policy.intention_life import State
from vault.policy.known import Budget, Granted, Held, Wanted
from vault.policy.values import Amount, Duration
from vault.policy.world import World

GRANT = Granted(
    frozenset({"dpv:ServiceProvision"}), frozenset({"pd:Contact"}), frozenset({"read"}), retention=Duration(months=2)
)


@pytest.mark.parametrize(
    ("change", "exceeded"),
    [
        ({}, False),
        ({"data": ["pd:Name"]}, True),
        ({"purposes": ["dpv:Marketing"]}, True),
        ({"purposes": ["made:Up"]}, True),
        ({"recipients": ["Example Ads Ltd"]}, True),
        ({"retention": "P1Y"}, True),
        ({"retention": "P60D"}, True),  # two months may have 59 days
        ({"retention": "P59D"}, False),
        ({"retention": None}, True),
        ({"ai_training": True}, True),
        ({"ai_training": None}, True),
    ],
)
def test_a_request_is_within_its_grant_only_if_that_can_be_shown(change: dict[str, object], exceeded: bool) -> None:
    practice = {name: value for name, value in {**PRACTICE, **change}.items() if value is not None}
    asked = request("data-request", data_request={"practice": practice, "grant": "g1"})
    assert facts(asked, grants={"g1": GRANT})["grant.exceeded"] is exceeded


def test_a_grant_that_is_not_there_revoked_or_over_is_exceeded() -> None:
    asked = request("data-request", data_request={"practice": PRACTICE, "grant": "g1"})
    writing = request("data-request", data_request={"practice": PRACTICE, "grant": "g1", "actions": ["write"]})
    expired = Granted(GRANT.purposes, GRANT.data, GRANT.actions, expires=date(2026, 11, 21))
    revoked = Granted(GRANT.purposes, GRANT.data, GRANT.actions, revoked=True)
    assert facts(asked)["grant.exceeded"] is True
    assert facts(asked, grants={"g1": expired})["grant.exceeded"] is True
    assert facts(asked, grants={"g1": revoked})["grant.exceeded"] is True
    assert facts(writing, grants={"g1": GRANT})["grant.exceeded"] is True
    assert facts(ONE_OF_EACH[4])["grant.exceeded"] is False


MOBILE = Held("m1", "mobile.example", "Mobile", "telecom.mobile", eur(2000))


@pytest.mark.parametrize(
    ("budgets", "exceeded"),
    [
        ([], False),
        ([Budget(eur(5000))], False),
        ([Budget(eur(4999))], True),
        ([Budget(eur(4999), category="telecom")], True),
        ([Budget(eur(1), category="energy")], False),
        ([Budget(eur(3000), "commitment")], False),
        ([Budget(eur(2999), "commitment")], True),
        ([Budget(eur(9999)), Budget(eur(2999), "commitment")], True),
    ],
)
def test_a_budget_is_exceeded_by_a_cent(budgets: list[Budget], exceeded: bool) -> None:
    assert facts(request(offer=monthly(3000)), contracts=[MOBILE], budgets=budgets)["me.budget.exceeded"] is exceeded


def test_a_budget_whose_figures_are_not_known_is_unknown_and_never_false() -> None:
    unbound = {name: value for name, value in monthly(3000).items() if name != "contract"}
    month, deal = [Budget(eur(5000))], [Budget(eur(5000), "commitment")]
    assert facts(request(offer=unbound), budgets=month)["me.budget.exceeded"] is None
    assert facts(request(offer=unbound), budgets=deal)["me.budget.exceeded"] is None
    dollars = monthly(3000, price={**money(3000, "USD"), "period": "P1M"})
    assert facts(request(offer=dollars), budgets=month)["me.budget.exceeded"] is None
    unnamed = {name: value for name, value in monthly(3000).items() if name != "category"}
    of_category = [Budget(eur(1), category="telecom")]
    assert facts(request(offer=unnamed), budgets=of_category)["me.budget.exceeded"] is None
    assert gathered(World(request(offer=unbound), NOON))["me.budget.exceeded"] is False


def test_the_budget_of_the_intention_is_a_budget() -> None:
    asked = request(offer=monthly(3000), intent="i1")
    wish = intentions.of_json(
        {"title": "A plan", "category": "telecom.mobile", "budget": money(2999), "replaces": "m1"}
    )
    known = {"wanted": {"i1": Wanted(wish, State.OPEN)}, "contracts": [MOBILE]}
    assert facts(asked, **known)["me.budget.exceeded"] is True
    assert facts(asked, **known)["me.budget.left"] is None
    left = facts(asked, budgets=[Budget(eur(3000))], **known)
    assert left["me.budget.left"] == eur(3000)
    assert facts(request(offer=monthly()), budgets=[Budget(eur(3000))], contracts=[MOBILE])["me.budget.left"] == eur(
        1000
    )


def test_a_price_rise_counts_instead_of_what_was_paid() -> None:
    asked = ONE_OF_EACH[-1]
    assert facts(asked, contracts=[HELD], budgets=[Budget(eur(1200))])["me.budget.exceeded"] is False
    assert facts(asked, contracts=[HELD], budgets=[Budget(eur(1199))])["me.budget.exceeded"] is True
    renewal = ONE_OF_EACH[-2]
    assert facts(renewal, contracts=[HELD], budgets=[Budget(eur(14400), "commitment")])["me.budget.exceeded"] is False
    assert facts(renewal, contracts=[HELD], budgets=[Budget(eur(14399), "commitment")])["me.budget.exceeded"] is True


def test_what_you_spend_is_unknown_where_prices_or_currencies_do_not_add_up() -> None:
    asked = request(offer=monthly())
    assert facts(asked, contracts=[MOBILE, HELD])["me.spend.per_month"] == eur(3000)
    assert facts(asked, contracts=[MOBILE, HELD])["me.spend.category.per_month"] == eur(2000)
    assert facts(asked, contracts=[MOBILE, HELD])["me.contracts.in_category"] == 1
    assert facts(asked, contracts=[])["me.spend.per_month"] == eur(0)
    assert facts(asked, contracts=[MOBILE, Held("x")])["me.spend.per_month"] is None
    dollars = Held("x", price_per_month=None)
    assert facts(asked, contracts=[MOBILE, dollars])["me.spend.per_month"] is None
    assert gathered(World(asked, NOON))["me.spend.per_month"] is None


def test_a_purchase_counts_in_full_in_its_month() -> None:
    lamp = request(offer={"title": "Lamp", "price": money(5000)})
    assert facts(lamp, budgets=[Budget(eur(5000))])["me.budget.exceeded"] is False
    assert facts(lamp, budgets=[Budget(eur(4999))])["me.budget.exceeded"] is True
    assert facts(lamp, budgets=[Budget(Amount(9999, "USD"))])["me.budget.exceeded"] is None


def test_what_costs_nothing_breaks_no_budget() -> None:
    nothing_left = [Budget(eur(0)), Budget(eur(0), "commitment")]
    for asked in (ONE_OF_EACH[2], ONE_OF_EACH[3], ONE_OF_EACH[4], ONE_OF_EACH[5]):
        assert facts(asked, budgets=nothing_left)["me.budget.exceeded"] is False


def test_a_grant_holds_on_its_last_day() -> None:
    asked = request("data-request", data_request={"practice": PRACTICE, "grant": "g1"})
    last = Granted(GRANT.purposes, GRANT.data, GRANT.actions, expires=NOON.date())
    assert facts(asked, grants={"g1": last})["grant.exceeded"] is False
    assert facts(asked, grants={"g1": last})["grant.expires"] == NOON.date()


def test_budgets_in_several_currencies_leave_nothing_that_can_be_named() -> None:
    asked = request(offer=monthly())
    two = [Budget(eur(3000)), Budget(Amount(3000, "USD"))]
    assert facts(asked, contracts=[], budgets=two)["me.budget.left"] is None
    assert facts(asked, contracts=[MOBILE], budgets=two)["me.budget.left"] is None
    dollars = Held("x", price_per_month=Amount(1, "USD"))
    assert facts(asked, contracts=[MOBILE, dollars], budgets=two[:1])["me.budget.left"] is None
    assert facts(asked, contracts=[MOBILE, dollars])["me.spend.per_month"] is None


def test_a_price_rise_counts_in_the_category_of_its_contract() -> None:
    for category, exceeded in (("energy", True), ("telecom", False)):
        budgets = [Budget(eur(1100), category=category)]
        assert facts(ONE_OF_EACH[-1], contracts=[HELD], budgets=budgets)["me.budget.exceeded"] is exceeded
