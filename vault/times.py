"""Times and days as they are stored: RFC 3339 in UTC with whole seconds, ISO 8601 days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from terms.errors import UsageError


def stamp(when: datetime) -> str:
    """`2026-03-31T18:05:09Z`; a time without a zone is taken to be UTC."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(written: str) -> date:
    """The day of `2026-03-31`; `UsageError` for anything else."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(f"`{written[:40]}` is not a day", hint="write it as YYYY-MM-DD") from None
