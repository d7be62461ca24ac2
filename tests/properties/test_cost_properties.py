"""Costs add up, scale with the period, and tariffs agree with plain decimal arithmetic."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from vault.money import Money
from vault.periods import Period
from vault.relationships.costs import ContractPayments, cost_of, per_year, total
from vault.relationships.savings import RunningContract, savings
from vault.relationships.tariffs import Register, Tariff, Tier, yearly_cost
from vault.relationships.watch import Finding

TODAY = date(2026, 11, 22)
PERIODS = st.builds(Period, st.integers(1, 60), st.sampled_from("DWMY"))
PRICES = st.integers(0, 10**7)
CONTRACTS = st.builds(
    ContractPayments,
    currency=st.sampled_from(["EUR", "USD", "JPY"]),
    period=PERIODS,
    price_minor=PRICES,
    variable=st.booleans(),
    running=st.booleans(),
    paid=st.lists(st.tuples(st.dates(date(2024, 1, 1), TODAY), st.integers(-(10**5), 10**6)), max_size=6).map(tuple),
)
MONEY = st.builds(Money, st.integers(0, 10**6), st.sampled_from(["EUR", "USD"]))


@given(st.lists(CONTRACTS, max_size=6), st.lists(CONTRACTS, max_size=6))
def test_the_cost_of_two_groups_is_the_cost_of_all_of_them(some, others):
    costs = [[cost_of(contract, TODAY) for contract in group] for group in (some, others)]
    apart = total([*total(costs[0]).values(), *total(costs[1]).values()])
    assert apart == total([*costs[0], *costs[1]])


@given(PRICES, PERIODS, st.integers(1, 12))
def test_a_period_that_is_longer_costs_less_a_year_in_proportion(price, period, times):
    once = cost_of(ContractPayments("EUR", period, price), TODAY)
    longer = cost_of(ContractPayments("EUR", Period(period.count * times, period.unit), price), TODAY)
    assert once.yearly == longer.yearly * times
    assert per_year(period) > 0


def decimals(places: int, largest: int):
    return st.decimals(0, largest, places=places, allow_nan=False, allow_infinity=False)


@given(decimals(2, 999), decimals(3, 99), decimals(3, 99), decimals(1, 99_999), decimals(1, 99_999))
def test_a_tariff_costs_what_decimal_arithmetic_says_rounded_once(standing, day, night, by_day, by_night):
    registers = (Register((Tier(str(day)),), "HT"), Register((Tier(str(night)),), "NT"))
    found = yearly_cost(Tariff("EUR", registers, str(standing)), {"HT": str(by_day), "NT": str(by_night)})
    exact = standing * 12 * 100 + day * by_day + night * by_night
    assert found.total == Money(round(Fraction(exact)), "EUR")


@given(decimals(3, 99), decimals(1, 9_999), decimals(1, 9_999))
def test_cutting_a_price_into_tiers_changes_nothing(rate, edge, use):
    whole = Tariff("EUR", (Register((Tier(str(rate)),)),))
    cut = Tariff("EUR", (Register((Tier(str(rate), str(edge)), Tier(str(rate)))),))
    assert yearly_cost(whole, {"use": str(use)}).total == yearly_cost(cut, {"use": str(use)}).total


RUNNING = st.lists(
    st.builds(
        RunningContract,
        id=st.sampled_from("abcdefgh"),
        title=st.just("X"),
        yearly=MONEY,
        unused=st.sampled_from(["", "not used"]),
        same_thing=st.sampled_from(["", "music"]),
    ),
    max_size=6,
    unique_by=lambda contract: contract.id,
)
FINDINGS = st.lists(
    st.builds(
        Finding,
        kind=st.just("price_rise"),
        subject=st.sampled_from("abcdefgh"),
        on=st.just(TODAY),
        sentence=st.just("rose"),
        money=MONEY,
        per=st.just("year"),
    ),
    max_size=6,
)


@given(RUNNING, FINDINGS)
def test_no_more_is_found_than_the_contracts_cost_and_the_parts_add_up(contracts, findings):
    found = savings(contracts, findings)
    assert Decimal(sum(item.money.minor for item in found.found)) == sum(money.minor for money in found.a_year)
    for contract in contracts:
        mine = sum(item.money.minor for item in found.found if item.subject == contract.id)
        assert mine <= contract.yearly.minor
    assert savings(list(reversed(contracts)), findings).a_year == found.a_year
