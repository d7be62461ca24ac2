"""Money: exact minor units, one rounding rule, and a refusal for whatever is no amount."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import money
from vault.money import Money

currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "XXX"])


@given(st.integers(-money.MAX_MINOR, money.MAX_MINOR), currencies)
def test_minor_units_survive_the_way_to_a_decimal_and_back(minor: int, currency: str) -> None:
    amount = money.decimal_of(minor, currency)
    assert money.minor_of(amount, currency) == minor
    assert money.minor_of(str(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("-12.5", "EUR", -1250),
        ("1000", "JPY", 1000),
        ("1.2345", "KWD", 1234),
        ("1.2355", "KWD", 1236),
        ("0.005", "EUR", 0),
        ("0.015", "EUR", 2),
        ("-0.015", "EUR", -2),
        ("1E2", "EUR", 10_000),
    ],
)
def test_an_amount_is_rounded_half_to_even_at_its_currencys_digits(amount: str, currency: str, minor: int) -> None:
    assert money.minor_of(amount, currency) == minor


@pytest.mark.parametrize(
    "amount", ["", "abc", "1,5", "NaN", "sNaN", "Infinity", "-Infinity", "1.2.3", "--1", "1e", "\x00"]
)
def test_what_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(money.AmountError, match="is not an amount"):
        money.minor_of(amount, "EUR")


@pytest.mark.parametrize("amount", ["1e14", "1e990000", "9e999999", "-1e999999999", "1" * 17, "10000000000000.01"])
def test_an_amount_beyond_any_household_is_refused_before_it_costs_time(amount: str) -> None:
    with pytest.raises(money.AmountError):
        money.minor_of(amount, "EUR")


@pytest.mark.parametrize("amount", ["1e-999999", "0.000000000000000000000000000000001", "1e-999999999"])
def test_an_amount_below_any_coin_is_nothing(amount: str) -> None:
    assert money.minor_of(amount, "EUR") == 0


@given(
    st.text(max_size=30) | st.from_regex(r"-?[0-9]{0,20}\.?[0-9]{0,20}([eE]-?[0-9]{1,9})?", fullmatch=True), currencies
)
def test_any_text_is_an_amount_or_our_error(text: str, currency: str) -> None:
    with suppress(money.AmountError):
        assert abs(money.minor_of(text, currency)) <= money.MAX_MINOR


def test_two_currencies_are_never_added() -> None:
    assert Money(150, "EUR") + Money(-50, "EUR") == Money(100, "EUR")
    with pytest.raises(money.AmountError, match="cannot add USD to EUR"):
        Money(1, "EUR") + Money(1, "USD")


def test_money_prints_with_its_currencys_digits() -> None:
    assert [str(Money(-1250, "EUR")), str(Money(5, "JPY")), str(Money(5, "KWD"))] == [
        "-12.50 EUR",
        "5 JPY",
        "0.005 KWD",
    ]
    assert -Money(5, "EUR") == Money(-5, "EUR")
    assert money.decimal_of(5, "EUR") == Decimal("0.05")


@pytest.mark.parametrize("code", ["eur", "EU", "EURO", "E1R", "ÄÖÜ", "", "EUR "])
def test_only_three_capital_letters_are_a_currency(code: str) -> None:
    assert money.is_currency("EUR")
    assert not money.is_currency(code)
