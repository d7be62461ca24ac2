from __future__ import annotations

from datetime import date
from fractions import Fraction

from vault.money import Money
from vault.periods import parse
from vault.relationships.costs import ContractPayments, Cost, cost_of, per_use, per_year, share, total, uses_per_year

TODAY = date(2026, 11, 22)


def cost(price: int, every: str, **facts: object) -> Cost:
    return cost_of(ContractPayments("EUR", parse(every), price, **facts), TODAY)


def test_a_yearly_price_is_a_twelfth_a_month_and_is_rounded_only_once():
    yearly = cost(10700, "P1Y")
    assert (yearly.per_month, yearly.per_year) == (Money(892, "EUR"), Money(10700, "EUR"))


def test_periods_of_a_year_are_counted_exactly():
    assert [per_year(parse(text)) for text in ("P1M", "P2M", "P3M", "P6M", "P1Y", "P2Y")] == [
        12, 6, 4, 2, 1, Fraction(1, 2),
    ]  # fmt: skip
    assert per_year(parse("P4W")) == Fraction(146_097, 400 * 28)


def test_a_varying_contract_costs_the_mean_of_its_last_year():
    paid = ((date(2024, 1, 1), 90000), (date(2026, 1, 1), 5000), (date(2026, 2, 1), 7000), (date(2026, 3, 1), -400))
    varying = cost(1, "P1M", variable=True, paid=paid)
    assert varying.per_month == Money(6000, "EUR")
    assert varying.life == Money(101600, "EUR")


def test_a_varying_contract_without_recent_charges_uses_all_it_has_or_its_price():
    assert cost(1, "P1M", variable=True, paid=((date(2020, 1, 1), 300),)).per_month == Money(300, "EUR")
    assert cost(450, "P1M", variable=True).per_month == Money(450, "EUR")


def test_an_ended_contract_costs_nothing_now_but_kept_its_life():
    ended = cost(1299, "P1M", running=False, paid=((date(2025, 1, 1), 1299),))
    assert (ended.per_year, ended.life) == (Money(0, "EUR"), Money(1299, "EUR"))


def test_currencies_are_summed_apart():
    sums = total([Cost("USD", Fraction(1200)), Cost("EUR", Fraction(100)), Cost("USD", Fraction(1, 3), 5)])
    assert list(sums) == ["EUR", "USD"]
    assert sums["USD"] == Cost("USD", Fraction(3601, 3), 5)


def test_the_share_of_spending_needs_one_currency_and_some_spending():
    assert share(Cost("EUR", Fraction(25)), Cost("EUR", Fraction(100))) == Fraction(1, 4)
    assert share(Cost("EUR", Fraction(25)), Cost("USD", Fraction(100))) is None
    assert share(Cost("EUR"), Cost("EUR")) is None


def test_the_cost_of_one_use_is_known_only_where_there_was_use():
    gym = cost(2990, "P1M")
    assert per_use(gym, Fraction(8)) == Money(4485, "EUR")
    assert per_use(gym, Fraction(0)) is None


def test_use_is_counted_over_the_last_year_or_since_it_is_recorded():
    days = [date(2026, 11, 1), date(2026, 6, 1), date(2024, 6, 1)]
    assert round(uses_per_year(days, date(2020, 1, 1), TODAY) or 0, 2) == 2
    assert round(uses_per_year(days, date(2026, 8, 14), TODAY) or 0, 1) == Fraction(37, 10)
    assert uses_per_year(days, date(2026, 11, 1), TODAY) is None
