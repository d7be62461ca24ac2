"""The only place that reads the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


def today() -> date:
    """The day where the person is."""
    return datetime.now(UTC).astimezone().date()  # noqa: TID251
