"""Remembering millions of texts in little."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vault.first_seen import FirstSeen

seen = st.lists(
    st.tuples(st.integers(738_000, 738_003), st.sampled_from("abcd"), st.integers(0, 2**32 - 1)), max_size=30
)


@given(seen, st.integers(1, 5))
def test_the_first_value_answers_wherever_it_was_put_away(rows: list[tuple[int, str, int]], most_recent: int) -> None:
    first, kept = FirstSeen(most_recent), dict[tuple[int, str], int]()
    for day, text, value in rows:
        assert first.of(day, text, value) == kept.setdefault((day, text), value)


def test_equal_texts_of_two_days_are_two() -> None:
    first = FirstSeen()
    assert first.of(1, "a", 1) == 1
    assert first.of(2, "a", 2) == 2
