from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from vault.periods import parse
from vault.relationships.notice import charge_days, following_terms, latest_receipt, month_ends, term_end


@pytest.mark.parametrize(
    ("first", "length", "end"),
    [
        (date(2024, 1, 15), "P24M", date(2026, 1, 14)),
        (date(2024, 1, 1), "P1Y", date(2024, 12, 31)),
        (date(2025, 1, 31), "P1M", date(2025, 2, 28)),
        (date(2024, 1, 30), "P1M", date(2024, 2, 29)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 28)),
        (date(2025, 3, 3), "P2W", date(2025, 3, 16)),
        (date(2025, 3, 3), "P30D", date(2025, 4, 1)),
    ],
)
def test_a_term_ends_the_day_before_its_number_returns_or_with_a_shorter_month(first, length, end):
    assert term_end(first, parse(length)) == end


@pytest.mark.parametrize(
    ("end", "notice", "last_day"),
    [
        (date(2026, 12, 31), "P1M", date(2026, 11, 30)),
        (date(2026, 12, 31), "P3M", date(2026, 9, 30)),
        (date(2026, 3, 31), "P1M", date(2026, 2, 28)),
        (date(2025, 2, 28), "P1M", date(2025, 1, 31)),
        (date(2024, 2, 29), "P1Y", date(2023, 2, 28)),
        (date(2026, 3, 30), "P1M", date(2026, 2, 28)),
        (date(2026, 6, 14), "P6W", date(2026, 5, 3)),
        (date(2026, 6, 14), "P14D", date(2026, 5, 31)),
    ],
)
def test_the_last_day_leaves_the_whole_notice_period_before_the_end(end, notice, last_day):
    assert latest_receipt(end, parse(notice)) == last_day


def test_terms_follow_one_another_from_the_day_after_the_last():
    ends = list(islice(following_terms(date(2025, 1, 14), parse("P1Y")), 3))
    assert ends == [date(2026, 1, 14), date(2027, 1, 14), date(2028, 1, 14)]


def test_months_end_on_their_last_day_through_a_leap_year():
    assert list(islice(month_ends(date(2023, 12, 31)), 3)) == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]


def test_expected_charges_come_back_to_their_day_after_a_short_month():
    days = list(islice(charge_days(date(2025, 1, 31), parse("P1M"), date(2025, 2, 10), 31), 3))
    assert days == [date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]


def test_an_old_charge_reaches_the_present_without_counting_every_week():
    assert next(charge_days(date(1990, 1, 1), parse("P1W"), date(2026, 11, 22))) == date(2026, 11, 23)
