"""Recurring charges on generated histories: the measure of `python -m benchmarks.relationships`, on fewer seeds and
with a margin, so that a change which makes the analysis worse does not pass unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from benchmarks.relationships.histories import REGIMES
from benchmarks.relationships.payees import history
from benchmarks.relationships.scoring import Tally, score
from vault.relationships.recurrence import find_streams
from vault.relationships.streams import Payment

SEEDS = range(3)
BEGIN = date(2023, 1, 2)


@pytest.fixture(scope="module")
def tally() -> Tally:
    total = Tally()
    for regime in REGIMES:
        if regime.name in ("weekends", "usual", "sloppy"):
            for seed in SEEDS:
                total.add(score(history(regime, seed)))
    return total


def test_what_is_reported_is_a_contract(tally: Tally) -> None:
    assert tally.share("found", "found", "false") > 0.95


def test_contracts_are_found(tally: Tally) -> None:
    assert tally.share("found", "found", "missed") > 0.94


def test_the_rhythm_of_what_is_found_is_right(tally: Tally) -> None:
    assert tally.share("period", "found") > 0.99


def test_price_changes_are_found_and_none_invented(tally: Tally) -> None:
    assert tally.share("change", "change", "missed change") > 0.92
    assert tally.share("change", "change", "bogus change") > 0.97


def test_ended_contracts_are_told_from_running_ones(tally: Tally) -> None:
    assert tally.share("status", "told") > 0.97


def share_reported(visits: Callable[[Random], list[Payment]]) -> float:
    """The share of 100 drawn payees that the analysis takes for a contract."""
    return sum(bool(find_streams(visits(Random(seed)))) for seed in range(100)) / 100


def walk(rng: Random, low: int, high: int, amounts: tuple[int, int]) -> list[Payment]:
    days = [BEGIN]
    while len(days) < 30:
        days.append(days[-1] + timedelta(days=rng.randint(low, high)))
    return [Payment(k, day, -rng.randint(*amounts)) for k, day in enumerate(days)]


def monthly(rng: Random, off: int, amounts: tuple[int, int]) -> list[Payment]:
    days = [date(2023 + k // 12, k % 12 + 1, 14) + timedelta(days=rng.randint(-off, off)) for k in range(30)]
    return [Payment(k, day, -rng.randint(*amounts)) for k, day in enumerate(days)]


def test_a_barber_of_one_price_about_every_month_is_seldom_a_contract() -> None:
    assert share_reported(lambda rng: walk(rng, 22, 36, (2200, 2200))) < 0.12


def test_a_pharmacy_about_every_month_is_seldom_a_contract() -> None:
    assert share_reported(lambda rng: monthly(rng, 8, (400, 6000))) < 0.1
    assert share_reported(lambda rng: walk(rng, 22, 40, (400, 6000))) < 0.1


def test_shopping_at_price_points_is_seldom_a_contract() -> None:
    def shop(rng: Random) -> list[Payment]:
        days = [BEGIN + timedelta(days=rng.randrange(730)) for _ in range(60)]
        return [Payment(k, day, -rng.choice((999, 1499, 1999, 2499))) for k, day in enumerate(days)]

    assert share_reported(shop) < 0.01


def test_one_price_within_three_days_of_a_due_date_is_nearly_always_a_contract() -> None:
    assert share_reported(lambda rng: monthly(rng, 3, (999, 999))) > 0.95


def test_bills_by_use_within_two_days_of_a_due_date_are_nearly_always_a_contract() -> None:
    assert share_reported(lambda rng: monthly(rng, 2, (8000, 11_000))) > 0.9
