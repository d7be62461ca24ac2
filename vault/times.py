"""Times and days as they are stored: RFC 3339 in UTC with whole seconds, ISO 8601 days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from terms.errors import UsageError
from terms.phrases import phrase

# `fromisoformat` would take week dates too, which people mistype more often than mean.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


# One moment is written down several times in what is done at it.
@lru_cache(maxsize=16)
def stamp(when: datetime) -> str:
    """`2026-03-31T18:05:09Z`; a time without a zone is taken to be UTC."""
    if when.tzinfo is UTC:
        return when.isoformat(timespec="seconds")[:-6] + "Z"
    try:
        aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:  # within a day of the calendar's ends
        aware = when.replace(tzinfo=UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def day(written: str) -> date:
    """The day of `2026-03-31`; `UsageError` for anything else."""
    try:
        if not _DAY.fullmatch(written.strip()):
            raise ValueError
        return date.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(
            phrase("`%(written)s` is not a day", written=written[:40]), hint=phrase("write it as YYYY-MM-DD")
        ) from None
