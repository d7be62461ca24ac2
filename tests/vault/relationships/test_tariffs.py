from __future__ import annotations

import pytest

from vault.money import Money
from vault.periods import parse
from vault.relationships.tariffs import Register, Tariff, TariffError, Tier, yearly_cost

ONE_PRICE = Tariff("EUR", (Register((Tier("28.905"),)),), standing="9.90", bonus="50")


def test_the_arithmetic_stands_line_by_line_and_is_rounded_once():
    found = yearly_cost(ONE_PRICE, {"use": "2500"})
    assert found.lines == (
        "standing charge: 12 × 9.9 EUR = 118.8 EUR",
        "use: 2500 kWh × 0.28905 EUR = 722.625 EUR",
        "a year: 841.425 EUR, rounded 841.42 EUR",
    )
    assert found.total == Money(84142, "EUR")


def test_a_bonus_counts_in_the_first_year_only():
    first, later = yearly_cost(ONE_PRICE, {"use": "2500"}, first_year=True), yearly_cost(ONE_PRICE, {"use": "2500"})
    assert later.total.minor - first.total.minor == 5000
    assert "bonus of the first year: -50 EUR" in first.lines


def test_day_and_night_have_their_own_price():
    tariff = Tariff("EUR", (Register((Tier("32.1"),), "HT"), Register((Tier("24.05"),), "NT")))
    assert yearly_cost(tariff, {"HT": "1000", "NT": "2000"}).total == Money(32100 + 48100, "EUR")


def test_tiers_are_filled_in_order():
    tariff = Tariff("EUR", (Register((Tier("10", "1000"), Tier("20", "1500"), Tier("30"))),))
    assert yearly_cost(tariff, {"use": "900"}).total == Money(9000, "EUR")
    assert yearly_cost(tariff, {"use": "2000"}).total == Money(10000 + 10000 + 15000, "EUR")


def test_a_standing_charge_by_the_day_has_365_days():
    tariff = Tariff("GBP", (), standing="0.6089", standing_every=parse("P1D"))
    assert yearly_cost(tariff, {}).total == Money(22225, "GBP")


def test_a_currency_without_hundredths_takes_prices_in_whole_units():
    tariff = Tariff("JPY", (Register((Tier("29.5"),)),), rates_in="major")
    assert yearly_cost(tariff, {"use": "101"}).total == Money(2980, "JPY")


@pytest.mark.parametrize("text", ["", "abc", "-1", "NaN", "Infinity", "1e999999", "9" * 40, "28,9"])
def test_what_is_no_price_is_refused_and_says_how_to_write_it(text):
    with pytest.raises(TariffError, match=r"write it like 28\.905"):
        yearly_cost(Tariff("EUR", (Register((Tier(text),)),)), {"use": "1"})


def test_a_missing_usage_is_an_error_and_not_a_zero():
    with pytest.raises(TariffError, match="no usage is known for `use`"):
        yearly_cost(ONE_PRICE, {})


def test_tiers_that_fall_or_end_too_early_are_refused():
    falling = Tariff("EUR", (Register((Tier("10", "100"), Tier("20", "50"))),))
    with pytest.raises(TariffError, match="rising order"):
        yearly_cost(falling, {"use": "200"})
    with pytest.raises(TariffError, match="end below the usage"):
        yearly_cost(Tariff("EUR", (Register((Tier("10", "100"),)),)), {"use": "200"})
