"""For how long an answer says that it may be kept (RFC 9111), as a private cache reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

# RFC 9111, section 1.2.2: more seconds than a cache can count are this many.
_MOST_SECONDS: Final = 2**31
_AT_ONCE: Final = timedelta(0)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What is left of it at `now`; none if the answer says nothing. What cannot be read means: not at all."""
    directives = _directives(headers.get("cache-control", ""))
    if directives.keys() & {"no-store", "no-cache"}:
        return _AT_ONCE
    if "max-age" in directives:
        most = _seconds(directives["max-age"])
        age = _seconds(headers.get("age", "0"))
        return _AT_ONCE if most is None or age is None else max(most - age, _AT_ONCE)
    if "expires" in headers:
        return max(_until(headers["expires"], headers.get("date"), now), _AT_ONCE)
    return None


def _directives(header: str) -> dict[str, str]:
    """By name; one that is there twice with two values counts as unreadable (section 4.2.1)."""
    found: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        found[name] = value if found.get(name, value) == value else ""
    return found


def _seconds(written: str) -> timedelta | None:
    if not written.isascii() or not written.isdecimal():
        return None
    return timedelta(seconds=min(int(written), _MOST_SECONDS))


def _until(expires: str, date: str | None, now: datetime) -> timedelta:
    end = _date(expires)
    # By the server's clock, if it says what that shows: only the difference is of use.
    start = now if date is None else _date(date)
    return _AT_ONCE if end is None or start is None else end - start


def _date(written: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
