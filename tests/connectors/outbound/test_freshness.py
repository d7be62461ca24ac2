"""How long an answer may be kept, by its headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.outbound.freshness import freshness

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
DATE = "Tue, 31 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": 'public, Max-Age="300"'}, 300),
        ({"cache-control": "max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=300", "age": "400"}, 0),
        ({"cache-control": "max-age=300", "age": "old"}, 0),
        ({"cache-control": "max-age=300, s-maxage=9"}, 300),
        ({"cache-control": "max-age=300", "expires": DATE}, 300),
        ({"cache-control": "max-age=99999999999999999999"}, 2**31),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=1.5"}, 0),
        ({"cache-control": "max-age=٣"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "max-age=300, max-age=300"}, 300),
        ({"cache-control": "max-age=300, max-age=400"}, 0),
        ({"cache-control": "max-age=300, no-cache"}, 0),
        ({"cache-control": "No-Store"}, 0),
        ({"expires": "Tue, 31 Mar 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Tue, 31 Mar 2026 10:00:00 GMT", "date": DATE}, 3600),
        ({"expires": "Tue, 31 Mar 2026 08:00:00 GMT", "date": DATE}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "Tue, 31 Mar 2026 13:00:00 GMT", "date": "today"}, 0),
    ],
)
def test_headers_say_how_long(headers: dict[str, str], seconds: int | None) -> None:
    assert freshness(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.dictionaries(st.sampled_from(["cache-control", "age", "expires", "date"]), st.text(max_size=40)))
def test_any_headers_mean_a_time_that_is_not_negative(headers: dict[str, str]) -> None:
    found = freshness(headers, NOW)
    assert found is None or found >= timedelta(0)
