"""Charts as numbers for SVG: where lines, bars and their words stand. Drawn by `templates/charts.html`, with a table beside.

Coordinates are whole units of a picture of `WIDTH` by `HEIGHT`, the origin above on the left, as in SVG. Values are whole minor
units of one currency, which stands above the axis; a chart never mixes two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from vault.money import exponent
from web.pages.frame import language
from web.pages.frame.wording import minor, month_name

WIDTH: Final = 640
HEIGHT: Final = 240
# Room for words that a phone shows at twice the size: of amounts, of the currency, of a month and its year.
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 12, 34, 48
_INNER_WIDTH: Final = WIDTH - _LEFT - _RIGHT
_INNER_HEIGHT: Final = HEIGHT - _TOP - _BOTTOM
_DECEMBER: Final = 12
# Steps that people count in.
_ROUND: Final = (1, 2, 5)
_TICKS: Final = 4
# Words under the bars, so many that they do not touch.
_LABELS: Final = 13


class Tick(Struct, frozen=True):
    """A line across at `y`, and what it stands for."""

    y: int
    words: str


class Label(Struct, frozen=True):
    """Words below, centred at `x`; `year` stands under them, where it begins."""

    x: int
    words: str
    year: str = ""


class Steps(Struct, frozen=True):
    """A price over time: it stays until it changes. `path` is an SVG path, `dots` where it changed: (x, y, price)."""

    path: str
    dots: tuple[tuple[int, int, str], ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    unit: str
    width: int = WIDTH
    height: int = HEIGHT


class Bar(Struct, frozen=True):
    """One bar: parts from below, each (y, height, name of its class)."""

    x: int
    width: int
    parts: tuple[tuple[int, int, str], ...]
    words: str


class Bars(Struct, frozen=True):
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    unit: str
    width: int = WIDTH
    height: int = HEIGHT


def steps(points: Sequence[tuple[date, int]], until: date, currency: str) -> Steps | None:
    """`points` are (from when, price), in order of time; None where nothing can be drawn."""
    if not points or until <= points[0][0]:
        return None
    start, top = points[0][0], _round_up(max(price for _, price in points))
    days = (until - start).days

    def x(on: date) -> int:
        return _LEFT + round(_INNER_WIDTH * (on - start).days / days)

    path, dots = f"M{x(start)} {_y(points[0][1], top)}", []
    for on, price in points:
        path += f"H{x(on)}V{_y(price, top)}"
        dots.append((x(on), _y(price, top), minor(price, currency)))
    path += f"H{x(until)}"
    ends = ((_LEFT, start), (WIDTH - _RIGHT, until))
    labels = tuple(Label(at, month_name(on.month), f"{on.year}") for at, on in ends)
    return Steps(path, tuple(dots), _ticks(top, currency), labels, currency)


def bars(columns: Sequence[tuple[date, Sequence[tuple[int, str]]]], currency: str) -> Bars | None:
    """`columns` are (a day of the month, parts from below as (value, class)); None where nothing can be drawn."""
    tallest = max((sum(value for value, _ in parts) for _, parts in columns), default=0)
    if tallest <= 0:
        return None
    top, pitch = _round_up(tallest), _INNER_WIDTH / len(columns)
    width = max(2, round(pitch * 0.7))
    every = -(-len(columns) // _LABELS)
    found, labels = [], list[Label]()
    for place, (month, parts) in enumerate(columns):
        middle = round(_LEFT + pitch * (place + 0.5))
        words = f"{month_name(month.month)} {month.year}: {minor(sum(value for value, _ in parts), currency)}"
        found.append(Bar(middle - width // 2, width, _stacked(parts, top), words))
        if place % every == 0:
            is_first = month.month <= every or (not labels and month.month + every <= _DECEMBER)
            labels.append(Label(middle, month_name(month.month), f"{month.year}" if is_first else ""))
    return Bars(tuple(found), _ticks(top, currency), tuple(labels), currency)


def _stacked(parts: Sequence[tuple[int, str]], top: int) -> tuple[tuple[int, int, str], ...]:
    found, below = [], 0
    for value, name in parts:
        low, high = _y(below, top), _y(below + max(value, 0), top)
        found.append((high, low - high, name))
        below += max(value, 0)
    return tuple(found)


def _y(value: int, top: int) -> int:
    return _TOP + round(_INNER_HEIGHT * (1 - value / top))


def _ticks(top: int, currency: str) -> tuple[Tick, ...]:
    step = top // _TICKS
    return tuple(Tick(_y(value, top), _short(value, currency)) for value in range(0, top + 1, step))


def _short(minor: int, currency: str) -> str:
    """Without parts where there are none: `20`, `7.50`."""
    whole, part = divmod(minor, 10 ** exponent(currency))
    return language.number(f"{whole}.{part:0{exponent(currency)}}" if part else f"{whole}")


def _round_up(value: int) -> int:
    """The next number above that four round steps make up."""
    power = 1
    while True:
        for one in _ROUND:
            if one * power * _TICKS >= value:
                return one * power * _TICKS
        power *= 10
