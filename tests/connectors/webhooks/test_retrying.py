"""The schedule: what a status means, when to try again, when to stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webhooks import RETRY_AFTER, Verdict, next_attempt, retry_after, verdict

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
jitters = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (299, Verdict.DELIVERED),
        (300, Verdict.AGAIN),
        (302, Verdict.AGAIN),
        (400, Verdict.AGAIN),
        (404, Verdict.AGAIN),
        (410, Verdict.GONE),
        (429, Verdict.THROTTLED),
        (500, Verdict.AGAIN),
        (502, Verdict.THROTTLED),
        (503, Verdict.THROTTLED),
        (504, Verdict.THROTTLED),
    ],
)
def test_a_status_has_one_meaning(status: int, expected: Verdict) -> None:
    assert verdict(status) is expected


def test_without_chance_the_schedule_is_the_specifications() -> None:
    at, hours = NOW, []
    for made in range(1, 10):
        following = next_attempt(made, at, jitter=0)
        assert following is not None
        at = following
        hours.append(str(at - NOW))
    assert hours == [
        "0:00:05", "0:05:05", "0:35:05", "2:35:05", "7:35:05", "17:35:05", "1 day, 7:35:05", "2 days, 3:35:05",
        "3 days, 3:35:05",
    ]  # fmt: skip
    assert next_attempt(10, at, jitter=0) is None


@given(st.integers(1, len(RETRY_AFTER)), jitters)
def test_chance_adds_up_to_a_fifth_and_never_takes(made: int, jitter: float) -> None:
    following = next_attempt(made, NOW, jitter=jitter)
    assert following is not None
    assert RETRY_AFTER[made - 1] <= following - NOW <= RETRY_AFTER[made - 1] * 1.2


@given(st.integers(1, 20), jitters, st.integers(0, 86_400))
def test_the_other_side_can_ask_for_more_time_and_never_for_less(made: int, jitter: float, seconds: int) -> None:
    plain = next_attempt(made, NOW, jitter=jitter)
    asked = next_attempt(made, NOW, jitter=jitter, wait=timedelta(seconds=seconds))
    if plain is None:
        assert asked is None
    else:
        assert asked == max(plain, NOW + timedelta(seconds=seconds))


def test_a_server_under_load_is_left_alone_for_a_while() -> None:
    assert next_attempt(1, NOW, jitter=0, throttled=True) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("99999999999999999999", timedelta(days=1)),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Tue, 31 Mar 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Tue, 31 Mar 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Tue, 31 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Tue, 31 Mar 2076 11:00:00 GMT", timedelta(days=1)),
        ("Tue, 99 Mar 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_a_day(header: str, expected: timedelta | None) -> None:
    assert retry_after(header, NOW) == expected


@given(
    st.text(max_size=60) | st.from_regex(r"\A[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+A-Z0-9]{3,5}\Z")
)
def test_any_retry_after_is_a_wait_or_none(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
