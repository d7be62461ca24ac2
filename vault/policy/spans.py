"""How long one is bound, and how often a thing is paid in that time: by bounds, so that a worst case is one.

A month has 28 to 31 days. Where months meet days the longest span is divided by the shortest period.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from vault.policy.values import Duration, Number, days_between

# The mean Gregorian year, as in `vault.relationships.costs`.
_YEAR_DAYS = Fraction(146_097, 400)


# Prices are paid for a few periods only; whole numbers, as most of these are, are reckoned with many times as fast.
@lru_cache(maxsize=64)
def per_year(every: Duration, *, part: int = 1) -> Number:
    """How many periods a mean year has, or such a part of one; `every` is months or days, not both."""
    periods = Fraction(12, every.months) if every.months else _YEAR_DAYS / every.days
    exact = periods / part
    return exact.numerator if exact.denominator == 1 else exact


def most_days(span: Duration) -> int:
    return days_between(span.months)[1] + span.days


def fewest_days(span: Duration) -> int:
    return days_between(span.months)[0] + span.days


def begun(span: Duration, every: Duration) -> int:
    """The most periods that begin within `span`; at least one, as a price is due when it begins."""
    if not span.days and not every.days:
        return max(1, _up(span.months, every.months))
    return max(1, _up(most_days(span), fewest_days(every)))


def completed(span: Duration, every: Duration) -> int:
    """The periods that certainly lie within `span`."""
    if not span.days and not every.days:
        return span.months // every.months
    return fewest_days(span) // most_days(every)


def longer(a: Duration, b: Duration) -> Duration:
    """The one that may last longer."""
    return max(a, b, key=most_days)


def covers(span: Duration, other: Duration) -> bool:
    """Whether `span` certainly lasts at least as long."""
    if not span.days and not other.days:
        return span.months >= other.months
    return fewest_days(span) >= most_days(other)


def leaving_after(minimum: Duration, renewal: Duration | None, notice: Duration) -> Duration:
    """How long one is bound who gives notice on the first day.

    Until the end of the first term that leaves room for the notice: a notice longer than the minimum term costs a renewal,
    or several. Without renewal terms until the notice is over, but never less than the minimum term."""
    if renewal is None or renewal == Duration():
        return longer(minimum, notice)
    if covers(minimum, notice):
        return minimum
    if not minimum.days and not renewal.days and not notice.days:
        times = _up(notice.months - minimum.months, renewal.months)
    else:
        times = _up(most_days(notice) - fewest_days(minimum), fewest_days(renewal))
    return Duration(minimum.months + times * renewal.months, minimum.days + times * renewal.days)


def _up(a: int, b: int) -> int:
    return -(-a // b)
