"""Equal amounts among much shopping: when they are a contract, and when chance makes as many."""

from __future__ import annotations

from datetime import date, timedelta

from vault.periods import add, parse
from vault.relationships.recurrence import find_streams
from vault.relationships.streams import Payment

JANUARY_3 = date(2024, 1, 3)


class TestChance:
    MEALS = tuple(Payment(k, date(2024, 1, 2) + timedelta(days=5 * k), -(480 + k * k * 173 % 410)) for k in range(150))

    def test_equal_amounts_a_year_or_half_a_year_apart_among_many_meals_are_chance(self) -> None:
        again = [Payment(500 + k, on, -535) for k, on in enumerate((JANUARY_3, date(2024, 7, 2), date(2025, 1, 4)))]
        assert find_streams([*self.MEALS, *again]) == []
        assert find_streams([*self.MEALS, *again[::2]]) == []

    def test_among_few_purchases_of_other_amounts_they_are_none(self) -> None:
        yearly = [Payment(500 + k, add(JANUARY_3, parse("P1Y"), k), -8990) for k in range(2)]
        (stream,) = find_streams([*self.MEALS[:12], *yearly])
        assert (str(stream.period), stream.charges) == ("P1Y", (500, 501))

    def test_a_ticket_every_few_days_at_one_price_is_no_contract(self) -> None:
        days = [JANUARY_3 + timedelta(days=5 * k + k * k * 7 % 5) for k in range(150)]
        assert find_streams([Payment(k, day, -350) for k, day in enumerate(days)]) == []


class TestYearlyAmongShopping:
    SHOPPING = tuple(
        Payment(500 + k, date(2023, 1, 1) + timedelta(days=k * 37 % 700), -(999, 1499, 1999)[k % 3], f"order {k}")
        for k in range(60)
    )
    MEMBERSHIP = tuple(Payment(k, date(2023 + k, 2, 14), -8990, f"yearly membership {k}") for k in range(2))

    def test_its_own_words_make_two_charges_a_contract(self) -> None:
        (stream,) = find_streams([*self.SHOPPING, *self.MEMBERSHIP])
        assert (str(stream.period), stream.charges) == ("P1Y", (0, 1))

    def test_without_its_own_words_it_may_be_chance(self) -> None:
        assert find_streams([*self.SHOPPING, *(charge._replace(text="order 1") for charge in self.MEMBERSHIP)]) == []
