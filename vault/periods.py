"""Calendar periods (ISO 8601 durations of days, weeks, months or years) and month arithmetic.

A period has one unit. Adding months keeps the day of month where it exists and falls on the last day where it
does not (31 January + P1M = 28 or 29 February); `anchor_day` brings the day back in longer months.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase

_ISO = re.compile(r"P(\d{1,4})([DWMY])")
_MEAN_DAYS = {"D": 1.0, "W": 7.0, "M": 30.436875, "Y": 365.2425}


class PeriodError(FirstpartyError):
    code = "period"


class Period(msgspec.Struct, frozen=True):
    """`count` of one `unit`: D, W, M or Y. `str()` gives and `parse` reads the ISO 8601 form (`P1M`)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"P{self.count}{self.unit}"

    @property
    def mean_days(self) -> float:
        """Mean length in days of the Gregorian calendar."""
        return self.count * _MEAN_DAYS[self.unit]

    @property
    def per_year(self) -> float:
        """How many fit into a mean year; months and years exactly (12 / count)."""
        if self.unit == "M":
            return 12 / self.count
        return 1 / self.count if self.unit == "Y" else 365.2425 / self.mean_days


def parse(text: str) -> Period:
    """The period of an ISO 8601 duration with one unit; `PeriodError` for anything else."""
    match = _ISO.fullmatch(text.strip().upper())
    if not match or int(match[1]) == 0:
        raise PeriodError(
            phrase("`%(text)s` is not a period", text=text[:40]), hint=phrase("write P1W, P1M, P3M or P1Y")
        )
    return Period(int(match[1]), match[2])


def add(day: date, period: Period, times: int = 1, *, anchor_day: int = 0) -> date:
    """`day` moved by `times` periods (may be negative); the ends of the calendar are clamped."""
    amount = period.count * times
    try:
        if period.unit in "DW":
            return day + timedelta(days=amount * (7 if period.unit == "W" else 1))
        months = day.year * 12 + day.month - 1 + amount * (12 if period.unit == "Y" else 1)
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(anchor_day or day.day, last))
    except (OverflowError, ValueError):
        return date.max if amount > 0 else date.min
