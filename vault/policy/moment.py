"""Minutes since midnight, the form in which a time of day is compared."""

from __future__ import annotations

from datetime import datetime


def minute(when: datetime) -> int:
    return 60 * when.hour + when.minute
