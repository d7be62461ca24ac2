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

`order` gives -1, 0 or 1, or None where the two do not compare: another type, another currency, or durations whose lengths
overlap (a month has 28 to 31 days). Nothing here raises and nothing is converted: unknown stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as policy reckons with it: exact minor units, so that a yearly price has a monthly one."""

    minor: Number
    currency: str


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and days; a year is twelve months, a week seven days. Not normalised further: no month is 30 days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """`attested_by` names those who vouch for it; empty for a bare claim."""

    value: bool
    attested_by: frozenset[str] = frozenset()


Value = bool | int | Fraction | Amount | Duration | date | str | frozenset[str] | Claim

# The Gregorian calendar repeats after 400 years; longer runs of months are made of whole cycles and a rest.
_CYCLE_MONTHS = 4_800
_CYCLE_DAYS = 146_097
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def order(a: Value | None, b: Value | None) -> int | None:
    """-1, 0 or 1 as `a` is less than, equal to or more than `b`; None where that cannot be said."""
    if isinstance(a, Amount) and isinstance(b, Amount):
        return _sign(a.minor - b.minor) if a.currency == b.currency else None
    if isinstance(a, Duration) and isinstance(b, Duration):
        return order_of_durations(a, b)
    if isinstance(a, date) and isinstance(b, date):
        return (a > b) - (a < b)
    if isinstance(a, bool) or isinstance(b, bool):
        return None
    if isinstance(a, int | Fraction) and isinstance(b, int | Fraction):
        return _sign(a - b)
    return None


def order_of_durations(a: Duration, b: Duration) -> int | None:
    """By their bounds in days; None where the bounds overlap without being the same duration."""
    shortest, longest = days_between(a.months - b.months)
    days = a.days - b.days
    if shortest + days > 0:
        return 1
    if longest + days < 0:
        return -1
    return 0 if shortest == longest == -days else None


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


def _sign(number: Number) -> int:
    return (number > 0) - (number < 0)
