"""A declared retention as a duration."""

from __future__ import annotations

from terms.durations import length
from vault.policy.values import Duration
from vault.policy.writing import MAX_UNITS, read_iso_duration

# Longer than any duration that can be written, so that a rule about how long is one about for ever too.
FOR_EVER = Duration(months=MAX_UNITS)


def kept(retention: str | None) -> Duration | None:
    """None where nothing is declared, or no duration; `indefinite`, or longer than a duration can be, is for ever."""
    if retention is None or length(retention) is None:
        return None
    return read_iso_duration(retention) or FOR_EVER
