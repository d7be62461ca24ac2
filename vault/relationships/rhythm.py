"""The rhythms that contracts are charged in, and the grid of due dates each one draws.

A rhythm has an *axis*: a number for every day on which its due dates are evenly spaced. For rhythms in weeks the
axis is the day number; for rhythms in months it is the month number times a mean month plus the day of month, so
that "the 3rd of every month" is evenly spaced although months are not. Days 29 to 31 fall short in February by at
most three days, which every tolerance below covers.

A *slot* is one due date of a grid; a grid is a rhythm and a phase (the place of a due date on the axis, modulo
the length of the rhythm). Nothing here knows about amounts.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from math import inf
from typing import NamedTuple

from vault.periods import Period

MEAN_MONTH = 30.436875


class Rhythm(NamedTuple):
    """`length` in days of the axis; `reach` is how far from its due date a charge may fall and still be taken for
    it (weekends, holidays, month ends, sloppy billing); `grace_days` is how long after the due date a missing
    charge means the contract has ended; `rarity` is the cost, in nats, of believing in an unusual rhythm."""

    period: Period
    length: float
    monthly: bool
    reach: float
    grace_days: int
    rarity: float


RHYTHMS = (
    Rhythm(Period(1, "W"), 7.0, False, 1.5, 13, 1.0),
    Rhythm(Period(2, "W"), 14.0, False, 3.0, 16, 1.5),
    Rhythm(Period(4, "W"), 28.0, False, 4.0, 25, 2.0),
    Rhythm(Period(1, "M"), MEAN_MONTH, True, 6.0, 26, 0.0),
    Rhythm(Period(2, "M"), 2 * MEAN_MONTH, True, 6.5, 35, 1.5),
    Rhythm(Period(3, "M"), 3 * MEAN_MONTH, True, 8.0, 40, 0.5),
    Rhythm(Period(6, "M"), 6 * MEAN_MONTH, True, 9.0, 50, 1.0),
    Rhythm(Period(1, "Y"), 12 * MEAN_MONTH, True, 12.0, 50, 0.3),
)
# Prepaid plans run 30 days. That is so near to a month that it is tried only where the month fails.
THIRTY_DAYS = Rhythm(Period(30, "D"), 30.0, False, 3.0, 26, 2.0)
BY_PERIOD = {rhythm.period: rhythm for rhythm in (*RHYTHMS, THIRTY_DAYS)}
YEARLY = BY_PERIOD[Period(1, "Y")]


def month_axis(day: date) -> float:
    """The place of `day` on the axis of rhythms in months."""
    return (day.year * 12 + day.month) * MEAN_MONTH + day.day


def due_date(months: int, anchor_day: int) -> date:
    """The due date in month number `months` (year times 12 plus month) for an anchor day; clamped to the calendar."""
    year, month = divmod(months - 1, 12)
    if not 1 <= year <= 9999:
        return date.max if year > 9999 else date.min
    return date(year, month + 1, anchor_day if anchor_day <= 28 else min(anchor_day, monthrange(year, month + 1)[1]))


def month_of(day: date, anchor_day: int) -> int:
    """The number of the month whose due date is nearest to `day`."""
    return round((month_axis(day) - anchor_day) / MEAN_MONTH)


def is_weekend_shift(due: date, day: date) -> bool:
    """Whether `day` is what a bank or vendor makes of a due date on a weekend: the Friday before, or Monday or
    Tuesday after."""
    weekday = due.weekday()
    return weekday >= 5 and -(weekday - 4) <= (day - due).days <= 8 - weekday


def anchor_of(days: list[date]) -> int:
    """The day of month that explains the dates best: on the day is free, a weekend shift almost, else its days."""
    candidates = [day for day, _ in Counter(day.day for day in days).most_common(5)]
    candidates += [31] if max(candidates) >= 28 and any(_is_month_end(day) for day in days) else []
    if len(candidates) == 1:
        return candidates[0]
    best, least = candidates[0], inf
    for anchor in sorted(candidates):
        total = 0.0
        for day in days:
            if day.day != anchor:
                total += _distance(day, anchor)
                if total >= least:
                    break
        else:
            if total < least:
                best, least = anchor, total
    return best


def _is_month_end(day: date) -> bool:
    return day == date.max or (day + timedelta(days=1)).day == 1


def _distance(day: date, anchor: int) -> float:
    due = due_date(month_of(day, anchor), anchor)
    if due == day:
        return 0.0
    return 0.2 if is_weekend_shift(due, day) else 1.0 + 0.2 * abs((day - due).days)
