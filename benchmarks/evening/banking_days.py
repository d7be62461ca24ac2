"""Days on which banks book: weekends and the TARGET holidays of the years drawn here; due days inside months."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)


@cache
def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_banking_day(day: date) -> bool:
    if day.weekday() >= 5 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    return day not in {easter(day.year) - 2 * DAY, easter(day.year) + DAY}


def moved(day: date, how: str) -> date:
    """The booking day of a due day: `next` or `previous` banking day, or `none` (booked as it falls)."""
    step = {"next": DAY, "previous": -DAY}.get(how)
    while step and not is_banking_day(day):
        day += step
    return day


def in_months(start: date, months: int, anchor: int) -> date:
    """The anchor day, cut to the month's length, that many months after the month of `start`."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def due_days(start: date, period: str, until: date) -> list[date]:
    """Every due day from `start` to `until`; `period` as ISO 8601 in weeks, months or years."""
    count, unit = int(period[1:-1]), period[-1]
    found: list[date] = []
    step = 0
    while True:
        if unit == "W":
            day = start + step * count * 7 * DAY
        else:
            day = in_months(start, step * count * (12 if unit == "Y" else 1), start.day)
        if day > until:
            return found
        found.append(day)
        step += 1
