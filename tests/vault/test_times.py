"""Times and days as stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.errors import UsageError
from vault import times

zones = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone)


def test_a_time_is_stored_in_utc_with_whole_seconds() -> None:
    berlin = timezone(timedelta(hours=2))
    assert times.stamp(datetime(2026, 3, 31, 20, 5, 9, 999, tzinfo=berlin)) == "2026-03-31T18:05:09Z"
    assert times.stamp(datetime(2026, 3, 31, 18, 5, 9)) == "2026-03-31T18:05:09Z"  # noqa: DTZ001


@given(st.datetimes(timezones=zones), st.datetimes(timezones=zones))
def test_stamps_have_one_length_and_sort_as_time_does(one: datetime, other: datetime) -> None:
    first, second = times.stamp(one), times.stamp(other)
    assert len(first) == len(second) == len("2026-03-31T18:05:09Z")
    inside = [when for when in (one, other) if 2 <= when.year <= 9998]
    if len(inside) == 2 and one.astimezone(UTC) <= other.astimezone(UTC):
        assert first <= second


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert times.day(f" {day.isoformat()}\n") == day


@pytest.mark.parametrize("written", ["", "31.3.2026", "2026-02-30", "20260331", "2026-W14-2", "2026-3-1", "٢٠٢٦-٠٣-٣١"])
def test_what_is_no_day_is_refused_with_the_form_to_use(written: str) -> None:
    with pytest.raises(UsageError, match="write it as YYYY-MM-DD"):
        times.day(written)
