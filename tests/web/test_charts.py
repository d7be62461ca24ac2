"""Charts as numbers: what is drawn stands where its value says, inside the picture."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from web.pages.frame import charts

DAY = date(2026, 1, 1)
PRICES = st.lists(st.integers(1, 10**9), min_size=1, max_size=12)


@given(PRICES)
def test_steps_stay_inside_the_picture_and_a_higher_price_is_never_lower(prices: list[int]) -> None:
    points = [(DAY + timedelta(days=30 * place), price) for place, price in enumerate(prices)]
    found = charts.steps(points, points[-1][0] + timedelta(days=1), "EUR")
    assert found is not None
    assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y, _ in found.dots)
    assert [x for x, _, _ in found.dots] == sorted(x for x, _, _ in found.dots)
    by_price = sorted(zip(prices, (y for _, y, _ in found.dots), strict=True))
    assert [y for _, y in by_price] == sorted((y for _, y in by_price), reverse=True)
    assert re.fullmatch(r"M\d+ \d+(H\d+V\d+)+H\d+", found.path)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=24))
def test_parts_of_a_bar_stand_on_each_other_and_reach_as_high_as_their_sum(columns: list[tuple[int, int]]) -> None:
    found = charts.bars([(DAY, [(low, "part-1"), (high, "part-2")]) for low, high in columns], "EUR")
    if not any(low + high for low, high in columns):
        assert found is None
        return
    assert found is not None
    ground = max(y + height for bar in found.bars for y, height, _ in bar.parts)
    for bar in found.bars:
        (low_y, low_height, _), (high_y, high_height, _) = bar.parts
        assert low_y + low_height == ground
        assert high_y + high_height == low_y
        assert high_y >= 0
    assert all(a.x + a.width <= b.x for a, b in zip(found.bars, found.bars[1:], strict=False))


def test_lines_across_are_at_round_numbers_and_said_in_the_currency() -> None:
    found = charts.bars([(DAY, [(3_172_00, "part-1")])], "EUR")
    assert found is not None
    assert [tick.words for tick in found.ticks] == ["0", "1,000", "2,000", "3,000", "4,000"]
    assert found.unit == "EUR"
    yen = charts.bars([(DAY, [(317, "part-1")])], "JPY")
    assert yen is not None
    assert yen.ticks[-1].words == "400"


def test_a_month_is_named_below_its_bar_and_the_year_where_it_begins() -> None:
    months = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    found = charts.bars([(month, [(5_00, "part-1")]) for month in months], "EUR")
    assert found is not None
    assert [(one.words, one.year) for one in found.labels] == [
        ("Nov", "2025"),
        ("Dec", ""),
        ("Jan", "2026"),
        ("Feb", ""),
    ]
    assert found.bars[0].words == "Nov 2025: 5.00\u00a0EUR"


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.steps([], DAY, "EUR") is None
    assert charts.steps([(DAY, 5)], DAY, "EUR") is None
    assert charts.bars([], "EUR") is None
