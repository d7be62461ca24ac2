"""Dates as banks print them.

A column of dates has one style: day, month and year come in one order (`DMY`, `MDY`, `YMD`) in every row. The
style is decided over the column, never for a single row: `03/04/2024` says nothing, `13/04/2024` beside it says
`DMY`. A time after the date is left out and no time zone is applied: the day is the one the bank printed.
Two-digit years below 70 are 20xx. Month names are read in the languages of the headings table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

STYLES = ("DMY", "MDY", "YMD")
# No bank export is older than electronic banking or newer than any contract's end.
MIN_YEAR, MAX_YEAR = 1970, 2100
# Longest printed form is a month name with a time and zone; longer cells are text.
MAX_DATE_TEXT = 40
# Enough rows to see whether a column is sorted; statements are, in one direction.
SORT_SAMPLE = 500
# Fewer different days may be in order by chance in the wrong style too.
SORT_MIN_DAYS = 4

_TIME = r"(?:[T,]?\s*\d{1,2}[:.]\d{2}.*)?"
_NUMBERS = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})" + r"(?:[T ]?\d{4,6})?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.?[ -]([^\W\d_]{3,12})\.?[ ,-]+(\d{4}|\d{2})" + _TIME)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2}),? (\d{4})" + _TIME)

# The first letters that tell a month, by month; English, German, French, Dutch, Spanish, Italian, Nordic, Polish.
_MONTHS = {
    start: month
    for month, starts in enumerate(
        (
            "jan ene gen sty",
            "feb fev fév lut",
            "mar mär mrz maa mrt",
            "apr avr abr kwi",
            "may mai mei mag maj",
            "jun jui giu cze",
            "jul juil lug lip",
            "aug aou aoû ago sie",
            "sep set wrz",
            "oct okt ott paź paz",
            "nov lis",
            "dec dez déc dic des gru",
        ),
        start=1,
    )
    for start in starts.split()
}


def split(text: str) -> tuple[str, tuple[int, int, int]] | None:
    """The printed numbers in order, and the style if the form alone fixes it (`YMD`, `DMY` or empty)."""
    text = text.strip()
    if len(text) > MAX_DATE_TEXT:
        return None
    if match := _NUMBERS.fullmatch(text):
        first, mark, second, third = match.groups()
        fixed = "YMD" if len(first) == 4 else "DMY" if mark == "." else ""
        return (fixed, (int(first), int(second), int(third))) if len(first) != 3 else None
    if match := _COMPACT.fullmatch(text):
        return "YMD", (int(match[1]), int(match[2]), int(match[3]))
    return _split_named(text)


def _split_named(text: str) -> tuple[str, tuple[int, int, int]] | None:
    if match := _DAY_FIRST.fullmatch(text):
        day, name, year = match.groups()
    elif match := _MONTH_FIRST.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    lowered = name.lower()
    month = _MONTHS.get(lowered[:4]) or _MONTHS.get(lowered[:3])
    return ("DMY", (int(day), month, int(year))) if month else None


def _build(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000 if year < 70 else 1900
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read(text: str, style: str) -> date | None:
    """The date that `text` is in a column of this style; none if it is not one."""
    found = split(text)
    if found is None:
        return None
    fixed, (first, second, third) = found
    order = fixed or style
    if order == "YMD":
        return _build(first, second, third)
    return _build(third, second, first) if order == "DMY" else _build(third, first, second)


def is_date(text: str) -> bool:
    """Whether `text` is a date in any style."""
    return any(read(text, style) for style in STYLES)


class DateEvidence:
    """What a column tells about its style; `feed` it cells until `decided`."""

    def __init__(self) -> None:
        self._only: Counter[str] = Counter()
        self._open: list[str] = []

    def feed(self, text: str) -> None:
        found = split(text)
        if found is None:
            return
        possible = [found[0]] if found[0] else [style for style in ("DMY", "MDY") if read(text, style)]
        if len(possible) == 1:
            self._only[possible[0]] += 1
        elif possible and len(self._open) < SORT_SAMPLE:
            self._open.append(text)

    @property
    def decided(self) -> bool:
        return bool(self._only) or not self._open

    def style(self) -> str:
        """The style of the column: what most cells that allow only one say, else the one in which the column is
        sorted; empty when neither tells."""
        ranked = self._only.most_common(2)
        if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
            return ranked[0][0]
        if not self._open:
            return "" if ranked else "YMD"
        sorted_in = [style for style in ("DMY", "MDY") if _is_sorted(read(text, style) for text in self._open)]
        return sorted_in[0] if len(sorted_in) == 1 else ""


def _is_sorted(days: Iterable[date | None]) -> bool:
    known = [day for day in days if day]
    if len(set(known)) < SORT_MIN_DAYS:
        return False
    ordered = sorted(known)
    return known in (ordered, ordered[::-1])
