"""Days compared with today and with one another: `contract.last_cancel_day within next 30 days`.

Where today lies decides in which order the ends of the spans and the days named come. That order only changes when an end
moves past a day named, so every day around each such crossing is tried as today; and as each other date every day around
an end or a day named. With months and days mixed the order also hangs on how long the months are: then one today is tried
for each way in which the calendar can space the ends. With days named besides, that may miss some, and an empty search is
not taken for a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from vault.policy.conditions import shifted
from vault.policy.evaluation import DATED, TODAY
from vault.policy.proving.candidates import TYPICAL_DAY
from vault.policy.proving.laws import ALWAYS_KNOWN
from vault.policy.rules import Condition, Operator
from vault.policy.values import Duration, Value, days_between

# A month more or less moves an end by at most this many days too far.
_MONTH_END: Final = 4
# Two ends that lie nearer than this may have no room for a day, or for several, between them.
_CLOSE: Final = 10
# Ends further away than this are not told apart by the years below.
_MOST_MONTHS: Final = 48
# Four common years in a row of leap years, and all positions to a year that leaves its leap day out.
_YEARS: Final = (*range(2000, 2005), *range(2091, 2110))
MIXED: Final = "spans in months and spans in days are measured from the same day, and months differ in length"

Offset = tuple[Duration, int]


def scenarios(facts: Sequence[str], conditions: Sequence[Condition]) -> list[Mapping[str, Sequence[Value | None]]]:
    """For each today, the days that stand for all others."""
    literals = [c.operand for c in conditions if isinstance(c.operand, date)] or [TYPICAL_DAY]
    offsets = offsets_of(conditions)
    others = [name for name in facts if name != TODAY]
    around = max(len(facts), 1)
    if TODAY not in facts:
        return [{name: _days(literals, around, name) for name in others}]
    found: list[Mapping[str, Sequence[Value | None]]] = []
    for today in _todays(literals, offsets, around):
        ends = [shifted(today, span, sign) for span, sign in offsets]
        days = {name: _days([today, *ends, *literals], around, name) for name in others}
        found.append({TODAY: [today], **days})
    return found


def offsets_of(conditions: Sequence[Condition]) -> list[Offset]:
    found = [
        (c.operand, -1 if c.operator is Operator.WITHIN_LAST else 1)
        for c in conditions
        if c.operator in DATED and isinstance(c.operand, Duration)
    ]
    return list(dict.fromkeys(found))


def incomplete(conditions: Sequence[Condition]) -> str:
    """Why the days listed may not be all; nothing where they are."""
    offsets = offsets_of(conditions)
    if any(c.operator in DATED and not isinstance(c.operand, Duration) for c in conditions):
        return "a date is compared with a span that is itself a fact"
    if not _are_mixed(offsets):
        return ""
    named = any(isinstance(c.operand, date) for c in conditions)
    far = any(span.months + span.days // 28 > _MOST_MONTHS for span, _ in offsets)
    return MIXED if named or far else ""


def _are_mixed(offsets: Sequence[Offset]) -> bool:
    return any(_is_mixed(a, b) for at, a in enumerate([(Duration(), 1), *offsets]) for b in offsets[at:])


def _is_mixed(a: Offset, b: Offset) -> bool:
    """Whether the days between two ends may be few, and hang on the calendar."""
    months = a[0].months * a[1] - b[0].months * b[1]
    days = a[0].days * a[1] - b[0].days * b[1]
    shortest, longest = days_between(months)
    return shortest != longest and shortest + days <= _CLOSE and longest + days >= -_CLOSE


def _todays(literals: Sequence[date], offsets: Sequence[Offset], around: int) -> list[date]:
    """Around each day named, and around each day from which an end of a span falls on one."""
    middles = [*literals, *(shifted(day, span, -sign) for day in literals for span, sign in offsets)]
    found = [TYPICAL_DAY, *(day for middle in middles for day in _near(middle, around + _MONTH_END))]
    return list(dict.fromkeys([*found, *(_spacings(offsets) if _are_mixed(offsets) else [])]))


def _spacings(offsets: Sequence[Offset]) -> list[date]:
    """A day for each way in which the calendar spaces the ends of these spans."""
    found: dict[tuple[int, ...], date] = {}
    for year in _YEARS:
        first = date(year, 1, 1).toordinal()
        for day in map(date.fromordinal, range(first, first + 366)):
            found.setdefault(tuple((shifted(day, span, sign) - day).days for span, sign in offsets), day)
    return list(found.values())


def _days(middles: Sequence[date], around: int, name: str) -> list[Value | None]:
    unknown: list[Value | None] = [] if name in ALWAYS_KNOWN else [None]
    return unknown + list(dict.fromkeys(day for middle in middles for day in _near(middle, around)))


def _near(middle: date, around: int) -> Iterator[date]:
    """The nearest first."""
    at = middle.toordinal()
    for step in sorted(range(-around, around + 1), key=abs):
        if date.min.toordinal() <= at + step <= date.max.toordinal():
            yield date.fromordinal(at + step)
