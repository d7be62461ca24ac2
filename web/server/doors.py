"""One-time links by which the owner of the machine comes in with a browser, and challenges of passkeys. They live in memory, for
a few minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

# Printed by a command and opened at once; a link in a terminal's history is worth nothing later.
LASTS: Final = timedelta(minutes=10)
MAX_OPEN: Final = 20
# A passkey is shown at once; finding a phone and its lock takes a minute or two.
ANSWERED_WITHIN: Final = timedelta(minutes=5)
# More than are given out in that time (`web.pages.login.passkeys`), so that nobody can push another's out.
MAX_WAITING: Final = 400
# WebAuthn §13.4.3 asks for 16 at least.
_CHALLENGE_BYTES: Final = 32


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


class Challenge(Struct, frozen=True):
    """`about` is what its asker will want to know again when it is answered."""

    value: bytes
    about: str
    until: datetime


class Challenges:
    """Challenges that wait for an answer, at most one for each browser, and each good for one answer."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, Challenge] = {}

    def given(self, browser: str, now: datetime, about: str = "") -> Challenge:
        """A new one for a browser, which is known by a secret of its own; an older one of it is void."""
        self._waiting = {one: found for one, found in self._waiting.items() if found.until > now}
        self._waiting.pop(_hash(browser), None)
        while len(self._waiting) >= MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        made = Challenge(secrets.token_bytes(_CHALLENGE_BYTES), about, now + ANSWERED_WITHIN)
        self._waiting[_hash(browser)] = made
        return made

    def waiting(self, browser: str, now: datetime) -> Challenge | None:
        """The one that a browser has not answered yet."""
        found = self._waiting.get(_hash(browser))
        return found if found is not None and found.until > now else None

    def answered(self, browser: str, now: datetime) -> Challenge | None:
        """The same; it is used up by that, whatever the answer is worth."""
        found = self.waiting(browser, now)
        self._waiting.pop(_hash(browser), None)
        return found


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
