"""The only place that reads the clock. A command beside a server whose clock was moved goes by that one (`move`)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    return wall() + _ahead


def today() -> date:
    """The day where the person is."""
    return now().astimezone().date()


def wall() -> datetime:
    """What the machine's clock says."""
    return datetime.now(UTC)  # noqa: TID251


def move(ahead: timedelta) -> None:
    """For the rest of this process."""
    global _ahead
    _ahead = ahead


class Movable:
    """A clock that can be put ahead, for a sandbox; it runs on from there. Never back: what was signed would lie ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.ahead

    def move(self, by: timedelta) -> datetime:
        assert by >= timedelta(0)
        self.ahead += by
        return self()
