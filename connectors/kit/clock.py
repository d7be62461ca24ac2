"""The kit's clock: the machine's, and for a vault on this very machine, how far that vault's own is ahead.

A sandbox can be moved in time, and signatures of another time are refused. So with a vault on loopback the kit goes by the
`Date` of its answers. With any other the machine's clock counts: nobody else dates what a vendor signs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

# `Date` has whole seconds, and an answer takes time: differences below this are none.
_NOTICED: Final = timedelta(seconds=5)
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a vendor's program starts here; the vault's clock is web/clock.py)


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


class Clock:
    """Calling it gives the time."""

    def __init__(self, *, follows: bool) -> None:
        self._follows = follows
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self._ahead

    def heard(self, date: str) -> None:
        """The `Date` of an answer."""
        if not self._follows or not date:
            return
        try:
            ahead = parsedate_to_datetime(date).astimezone(UTC) - now()
        except ValueError:
            return
        if abs(ahead - self._ahead) > _NOTICED:
            self._ahead = ahead if abs(ahead) > _NOTICED else timedelta(0)
