"""An ordered line cut where the conditions cut it: points, and the open spans between them.

A comparison with a literal cannot tell two numbers of one span apart, so one number stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from msgspec import Struct

from vault.policy.values import Number


class Span(Struct, frozen=True):
    """Everything strictly between `low` and `high`, None for no end; a point where they are equal. Money has a currency."""

    low: Number | None
    high: Number | None
    currency: str = ""

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


class Line(Struct, frozen=True):
    """The numbers that a fact may have: from `least` to `most`, both included, None for no end."""

    least: Number | None = None
    most: Number | None = None
    whole: bool = False

    def cut(self, points: Iterable[Number], currency: str = "") -> list[Span]:
        """The spans in ascending order; an empty one is left out."""
        inside = {p for p in points if self.has(p)} | {end for end in (self.least, self.most) if end is not None}
        ends = sorted(inside)
        lows: list[Number | None] = [*([None] if self.least is None else []), *ends]
        highs: list[Number | None] = [
            *(ends if self.least is None else ends[1:]),
            *([None] if self.most is None else []),
        ]
        spans = [Span(low, high, currency) for low, high in zip(lows, highs, strict=False)]
        spans += [Span(end, end, currency) for end in ends]
        return sorted((span for span in spans if not self._is_empty(span)), key=_place)

    def has(self, number: Number) -> bool:
        if self.whole and number != floor(number):
            return False
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    def example(self, span: Span) -> Number:
        """A number of the span, whole where there is one, next to an end that a condition made."""
        low, high = span.low, span.high
        if low is not None and low == high:
            return low
        if high is not None and (low is None or low == self.least):
            below = ceil(high) - 1
            return below if low is None or below > low else midpoint(low, high)
        if low is None:
            return 1
        above = floor(low) + 1
        return above if high is None or above < high else midpoint(low, high)

    def _is_empty(self, span: Span) -> bool:
        bounded = self.whole and span.low is not None and span.high is not None and not span.is_point
        return bounded and floor(span.low or 0) + 1 >= (span.high or 0)


def midpoint(low: Number, high: Number) -> Number:
    return plain((Fraction(low) + high) / 2)


def plain(number: Number) -> Number:
    """An integer where it is one."""
    return number.numerator if number.denominator == 1 else number


def _place(span: Span) -> tuple[bool, Number, bool]:
    """Ascending; a point before the span that begins at it."""
    return span.low is not None, 0 if span.low is None else span.low, not span.is_point
