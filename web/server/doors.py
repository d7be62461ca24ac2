"""One-time links by which the owner of the machine comes in with a browser. They live in memory, for a few minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

# Printed by a command and opened at once; a link in a terminal's history is worth nothing later.
LASTS: Final = timedelta(minutes=10)
MAX_OPEN: Final = 20


class Doors:
    """Links that were made and not used yet."""

    def __init__(self) -> None:
        self._until: dict[bytes, datetime] = {}

    def made(self, now: datetime) -> str:
        """A new link's secret."""
        self._until = {one: until for one, until in self._until.items() if until > now}
        while len(self._until) >= MAX_OPEN:
            self._until.pop(next(iter(self._until)))
        secret = secrets.token_urlsafe(24)
        self._until[_hash(secret)] = now + LASTS
        return secret

    def opens(self, secret: str, now: datetime) -> bool:
        """Whether this is a link that was not used yet and is not over; it is used by that."""
        until = self._until.pop(_hash(secret), None)
        return until is not None and until > now


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
