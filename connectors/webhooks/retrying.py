"""When a message is tried again, and when no more.

The delays are the specification's example schedule: ten attempts in a little over three days. To each, chance adds up to a
fifth, so that the vaults that failed together do not come back together. The other side may ask for more time
(`Retry-After`), never for less, and for a day at most. After the last attempt the message is a dead letter: it stays, is
shown, and can be sent again by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

# From the failure of one attempt to the next attempt.
RETRY_AFTER: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER: Final = 0.2
# A server under load is left alone for as long as a first failure that was no accident.
THROTTLED: Final = timedelta(minutes=5)
# More would let a vendor hold events for longer than the schedule itself does.
LONGEST_WAIT: Final = timedelta(days=1)
# Of an HTTP date; no number of seconds within a day is longer.
_LONGEST_HEADER: Final = 40


class Verdict(StrEnum):
    """What a status means for a delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    THROTTLED = "throttled"
    GONE = "gone"
    """The receiver wants no more: the endpoint is switched off."""


_BY_STATUS: Final = {
    410: Verdict.GONE,
    429: Verdict.THROTTLED,
    502: Verdict.THROTTLED,
    503: Verdict.THROTTLED,
    504: Verdict.THROTTLED,
}


def verdict(status: int) -> Verdict:
    """Only 200 to 299 is success. A redirect is a failure: the vendor registers the new address instead."""
    return Verdict.DELIVERED if 200 <= status < 300 else _BY_STATUS.get(status, Verdict.AGAIN)


def retry_after(header: str, now: datetime) -> timedelta | None:
    """A `Retry-After` (RFC 9110, section 10.2.3: seconds or a date), at most `LONGEST_WAIT`; none if it says nothing."""
    written = header.strip()
    if not written or len(written) > _LONGEST_HEADER:
        return None
    if written.isascii() and written.isdecimal():
        return min(timedelta(seconds=min(int(written), 10**6)), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(written)
        # A date without a zone that is known is UTC, as every HTTP date.
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def next_attempt(
    made: int, failed_at: datetime, *, jitter: float, throttled: bool = False, wait: timedelta | None = None
) -> datetime | None:
    """When to try again after `made` attempts; none when that was the last. `jitter` is chance, from 0 up to 1."""
    assert made >= 1
    assert 0 <= jitter < 1
    if made > len(RETRY_AFTER):
        return None
    delay = RETRY_AFTER[made - 1] * (1 + JITTER * jitter)
    least = max(wait or timedelta(0), THROTTLED if throttled else timedelta(0))
    return failed_at + max(delay, least)
