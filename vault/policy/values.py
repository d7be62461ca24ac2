"""Typed values of facts, and how two of them compare: exactly, and in three values.

A fact has a `FactType`; its value is of the class beside it, or None where it is not known:

    integer   int                     number     int or Fraction, exact
    money     Amount                  duration   Duration
    date      datetime.date           time       minutes since midnight (int)
    truth     bool                    claim      Claim: what somebody says of itself, and who attests it
    text      str                     choice     str, one of a fixed list
    category  str, of the market tree
    purposes, personal_data           frozenset[str], terms of DPV as declared
    texts     frozenset[str]

`bounds` says between what the order of two values lies, which is one of -1, 0 and 1 but for durations: a month has 28 to 31
days. Where two do not compare (another type, another currency) it may be any. Nothing here raises and nothing is converted:
unknown stays unknown.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

import msgspec

Number = int | Fraction


class FactType(StrEnum):
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    DATE = "date"
    TIME = "time"
    TRUTH = "truth"
    CLAIM = "claim"
    TEXT = "text"
    CHOICE = "choice"
    CATEGORY = "category"
    PURPOSES = "purposes"
    PERSONAL_DATA = "personal_data"
    TEXTS = "texts"


ORDERED = frozenset(
    {FactType.INTEGER, FactType.NUMBER, FactType.MONEY, FactType.DURATION, FactType.DATE, FactType.TIME}
)
# Those of which a percentage or a multiple means something.
SCALABLE = frozenset({FactType.INTEGER, FactType.NUMBER, FactType.MONEY})
SETS = frozenset({FactType.PURPOSES, FactType.PERSONAL_DATA, FactType.TEXTS})
NAMES = frozenset({FactType.TEXT, FactType.CHOICE, FactType.CATEGORY})


class Amount(msgspec.Struct, frozen=True, gc=False):
    """Money as policy reckons with it: exact minor units, so that a yearly price has a monthly one."""

    minor: Number
    currency: str


class Duration(msgspec.Struct, frozen=True, gc=False):
    """Calendar months and days; a year is twelve months, a week seven days. Not normalised further: no month is 30 days."""

    months: int = 0
    days: int = 0


class Claim(msgspec.Struct, frozen=True, gc=False):
    """`attested_by` names those who vouch for it; empty for a bare claim."""

    value: bool
    attested_by: frozenset[str] = frozenset()


Value = bool | int | Fraction | Amount | Duration | date | str | frozenset[str] | Claim

# The Gregorian calendar repeats after 400 years; longer runs of months are made of whole cycles and a rest.
_CYCLE_MONTHS = 4_800
_CYCLE_DAYS = 146_097
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


# The least and the most that an order can be, -1 being less, 0 equal and 1 more.
Bounds = tuple[int, int]
ANY_ORDER: Bounds = (-1, 1)
_CERTAIN: tuple[Bounds, ...] = ((0, 0), (1, 1), (-1, -1))
_COMPARABLE = frozenset({(int, int), (int, Fraction), (Fraction, int), (Fraction, Fraction), (date, date)})


def bounds(a: Value | None, b: Value | None) -> Bounds:
    """The order of `a` and `b` as far as it is known; both ends are the same where it is certain."""
    if type(a) is Amount and type(b) is Amount:
        return bounds(a.minor, b.minor) if a.currency == b.currency else ANY_ORDER
    if type(a) is Duration and type(b) is Duration:
        return bounds_of_difference(a.months - b.months, a.days - b.days)
    if (type(a), type(b)) in _COMPARABLE:
        return _CERTAIN[(a > b) - (a < b)]  # type: ignore[operator]  # _COMPARABLE has seen their classes
    return ANY_ORDER


def order(a: Value | None, b: Value | None) -> int | None:
    """-1, 0 or 1 as `a` is less than, equal to or more than `b`; None where that is not certain."""
    least, most = bounds(a, b)
    return least if least == most else None


@lru_cache(maxsize=4_096)
def bounds_of_difference(months: int, days: int) -> Bounds:
    """How durations compare that differ by so many months and days: nothing else about them counts."""
    shortest, longest = days_between(months)
    return _sign(shortest + days), _sign(longest + days)


@lru_cache(maxsize=4_096)
def days_between(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many consecutive calendar months have; negative for negative months."""
    if months < 0:
        fewest, most = days_between(-months)
        return -most, -fewest
    cycles, rest = divmod(months, _CYCLE_MONTHS)
    starts = _month_starts()
    spans = [starts[at + rest] - starts[at] for at in range(_CYCLE_MONTHS)] if rest else [0]
    return cycles * _CYCLE_DAYS + min(spans), cycles * _CYCLE_DAYS + max(spans)


@lru_cache(maxsize=1)
def _month_starts() -> tuple[int, ...]:
    """The day on which each month of two whole cycles begins, counted from the first."""
    starts = [0]
    for month in range(2 * _CYCLE_MONTHS):
        year = 2000 + month // 12
        leap = month % 12 == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
        starts.append(starts[-1] + _LENGTHS[month % 12] + leap)
    return tuple(starts)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
