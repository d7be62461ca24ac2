"""Calendar of terms and notices: when a term ends, and the last day on which a notice still counts.

Promises
* A term that begins on day D with length P ends at the close of the day before the same-numbered day (the first
  day counts): § 187 Abs. 2, § 188 Abs. 2 BGB. Where that month lacks the day, at its last day (§ 188 Abs. 3).
* A notice that arrives on day R takes effect at the earliest at the close of R + notice period; R itself does not
  count (§ 187 Abs. 1, § 188 Abs. 2 BGB). The last day is *inclusive*: arriving on it is in time.
* Regulation (EEC, Euratom) 1182/71 Art. 3 counts the same way, so the arithmetic serves the Union.

Not done: days are never moved for weekends or holidays, in either direction; no time for the post is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from vault.periods import Period, add

_DAY = timedelta(days=1)
# Weekly terms over four decades; a rolling search that is longer than this has no sensible answer.
MAX_TERMS = 2_200


def term_end(first: date, length: Period, times: int = 1) -> date:
    """The last day (inclusive) of `times` terms of `length` that begin on `first`."""
    following = add(first, length, times)
    if following in (date.max, date.min):
        return following
    fell_short = length.unit in "MY" and following.day != first.day
    return following if fell_short else following - _DAY


def latest_receipt(end: date, notice: Period) -> date:
    """The last day on which a notice may arrive to end the contract with the close of `end`.

    INVARIANT: add(result, notice) <= end, and one day later would be too late."""
    day = add(end, notice, -1)
    while day < end and add(day + _DAY, notice) <= end:
        day += _DAY
    return day


def following_terms(after: date, length: Period, since: date = date.min) -> Iterator[date]:
    """Last days of the terms of `length` that follow one another from the day after `after`; those that lie well
    before `since` may be passed over."""
    if after == date.max:
        return
    passed = max(1, int((since - after).days / length.mean_days) - 1)
    for times in range(passed, passed + MAX_TERMS):
        yield term_end(after + _DAY, length, times)


def month_ends(since: date) -> Iterator[date]:
    """The last days of the calendar months, from the one that `since` lies in."""
    first = since.replace(day=1)
    for months in range(MAX_TERMS):
        yield term_end(first, Period(months + 1, "M"))


def charge_days(known: date, every: Period, since: date, anchor_day: int = 0) -> Iterator[date]:
    """Expected charge days of a rhythm that has one on `known`, from the first that is not before `since`."""
    behind = max(0, int((since - known).days / every.mean_days) - 1)
    for times in range(behind, behind + MAX_TERMS):
        day = add(known, every, times, anchor_day=anchor_day)
        if day >= since:
            yield day
