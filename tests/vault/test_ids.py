"""Record ids: sortable, readable, and never mistaken for another kind's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import ids

kinds = st.sampled_from(sorted(ids.PREFIXES))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@given(kinds, st.integers(0, ids.MAX))
def test_an_id_is_read_back_as_it_was_written(kind: str, number: int) -> None:
    written = ids.text(kind, number)
    assert ids.parse(written) == (kind, number)
    assert ids.parse(f"  {written.upper()}\n") == (kind, number)
    assert ids.number_of(kind, written) == number


@given(kinds, st.integers(0, ids.MAX), st.integers(0, ids.MAX))
def test_ids_sort_as_texts_like_their_numbers(kind: str, one: int, other: int) -> None:
    assert (ids.text(kind, one) < ids.text(kind, other)) == (one < other)


@given(st.text(max_size=40))
def test_other_text_is_no_id(written: str) -> None:
    assert ids.parse(written) is None
    with pytest.raises(ids.IdError):
        ids.number_of("vendor", written)


@pytest.mark.parametrize(
    "digits", ["zzzzzzzzzzzzz", "8000000000000", "000000000000", "00000000000000", "il0oU00000000"]
)
def test_digits_that_are_too_large_too_few_or_foreign_are_refused(digits: str) -> None:
    assert ids.parse(f"ven_{digits}") is None


def test_an_id_of_another_kind_is_refused_with_the_kind_that_was_wanted() -> None:
    with pytest.raises(ids.IdError, match="not the id of a contract; such ids begin with con_"):
        ids.number_of("contract", ids.text("vendor", 5))


def test_every_kind_has_a_prefix_of_its_own() -> None:
    assert len(set(ids.PREFIXES.values())) == len(ids.PREFIXES)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_block_made_later_begins_higher(earlier_ms: int, later_by_ms: int) -> None:
    earlier = NOW + timedelta(milliseconds=earlier_ms)
    first = ids.first_of_block(earlier)
    assert 0 < first < ids.first_of_block(earlier + timedelta(milliseconds=later_by_ms)) <= ids.MAX


@given(st.integers(0, ids.MAX - 1))
def test_a_block_begins_after_the_one_before_even_when_the_clock_went_back(after: int) -> None:
    assert ids.first_of_block(NOW, after=after) > after


def test_two_blocks_of_one_millisecond_differ() -> None:
    assert len({ids.first_of_block(NOW) for _ in range(20)}) == 20
