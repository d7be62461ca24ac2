"""Periods and month arithmetic."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import periods
from vault.periods import Period

some_periods = st.builds(Period, st.integers(1, 400), st.sampled_from("DWMY"))
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(some_periods)
def test_a_period_is_read_back_as_it_was_written(period: Period) -> None:
    assert periods.parse(str(period)) == period
    assert periods.parse(f" {str(period).lower()} ") == period


@pytest.mark.parametrize("text", ["", "P", "P0M", "1M", "PM", "P1", "P1M2D", "PT1H", "P-1M", "P1.5M", "P10000D", "P1Q"])
def test_what_is_no_single_period_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(periods.PeriodError, match="write P1W, P1M, P3M or P1Y"):
        periods.parse(text)


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_our_error(text: str) -> None:
    with suppress(periods.PeriodError):
        assert periods.parse(text).count > 0


@pytest.mark.parametrize(
    ("day", "period", "times", "anchor", "expected"),
    [
        (date(2026, 1, 31), "P1M", 1, 0, date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", 1, 0, date(2028, 2, 29)),
        (date(2026, 2, 28), "P1M", 1, 31, date(2026, 3, 31)),
        (date(2024, 2, 29), "P1Y", 1, 0, date(2025, 2, 28)),
        (date(2024, 2, 29), "P1Y", 4, 0, date(2028, 2, 29)),
        (date(2026, 3, 31), "P1M", -1, 0, date(2026, 2, 28)),
        (date(2026, 3, 1), "P2W", 2, 0, date(2026, 3, 29)),
        (date(2026, 12, 15), "P3M", 1, 0, date(2027, 3, 15)),
    ],
)
def test_months_end_where_calendars_end_them(day: date, period: str, times: int, anchor: int, expected: date) -> None:
    assert periods.add(day, periods.parse(period), times, anchor_day=anchor) == expected


@given(days, some_periods, st.integers(0, 20))
def test_adding_moves_forward_by_about_the_mean_length(day: date, period: Period, times: int) -> None:
    moved = periods.add(day, period, times)
    if moved != date.max:
        assert abs((moved - day).days - period.mean_days * times) <= 4


@given(days, st.integers(1, 240))
def test_an_anchored_day_returns_wherever_the_month_is_long_enough(day: date, months: int) -> None:
    moved = periods.add(day, Period(months, "M"), anchor_day=31)
    assert (periods.add(moved, Period(1, "D"))).day == 1


@given(st.dates(), some_periods, st.integers(-10_000, 10_000))
def test_the_ends_of_the_calendar_are_clamped(day: date, period: Period, times: int) -> None:
    moved = periods.add(day, period, times)
    assert moved >= day if times >= 0 else moved <= day


def test_a_year_has_exactly_twelve_months_and_the_mean_number_of_weeks() -> None:
    assert Period(1, "M").per_year == 12
    assert Period(3, "M").per_year == 4
    assert Period(2, "Y").per_year == 0.5
    assert Period(1, "W").per_year == pytest.approx(52.1775)
