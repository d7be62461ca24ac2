"""What the server notes of itself, in memory: when the owner was last here, how its jobs went, which hosts it asked.

The hosts go into the vault at the next round of the work in the background (`jobs`), and nothing else of this does.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from msgspec import Struct, field


class Presence(Struct):
    """When the owner last asked for something, by a page or a command; None before the first time."""

    at: datetime | None = None


class Turn(Struct, frozen=True):
    """The last turn of a job: how long it took and what went wrong, by the name of its fault."""

    at: datetime
    seconds: float
    fault: str = ""


class Contacts(Struct):
    """How often hosts were asked, by day, host and the part that asked, until it is written down."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, now: datetime, host: str, why: str) -> None:
        self.counts[str(now.date()), host.lower(), why] += 1

    def taken(self) -> list[tuple[str, str, str, int]]:
        """All of them; none is left."""
        found = [(*key, count) for key, count in self.counts.items()]
        self.counts.clear()
        return found
