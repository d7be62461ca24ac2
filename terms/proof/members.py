"""Reading the members of a JSON object that has exactly the members it should have, each in its form.

Signed input refuses what it does not know: an unread member is a member that one side did not agree to.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from terms.proof import jcs
from terms.refusals import Refused, quoted

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def stamp(when: datetime) -> str:
    """`2026-03-31T18:05:09Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


class Members:
    """An object's members by name; making it refuses an object with one more or less than `names`."""

    def __init__(self, value: jcs.JsonValue, names: frozenset[str]) -> None:
        if not isinstance(value, dict):
            raise Refused("wrong-format", "an object is needed here")
        self._members = value
        if value.keys() == names:
            return
        for name in sorted(names - value.keys()):
            raise Refused("missing-field", f"the field `{name}` is missing")
        for name in value.keys() - names:
            raise Refused("unknown-field", f"there is no field {quoted(name)}")

    def raw(self, name: str) -> jcs.JsonValue:
        return self._members[name]

    def text(self, name: str, pattern: re.Pattern[str] | None = None, longest: int = 512) -> str:
        value = self._members[name]
        if not isinstance(value, str) or len(value) > longest or (pattern and not pattern.fullmatch(value)):
            raise _wrong(name, value)
        return value

    def optional(self, name: str, pattern: re.Pattern[str]) -> str | None:
        return None if self._members[name] is None else self.text(name, pattern)

    def time(self, name: str) -> datetime:
        written = self.text(name, TIME)
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            raise _wrong(name, written) from None

    def optional_time(self, name: str) -> datetime | None:
        return None if self._members[name] is None else self.time(name)

    def count(self, name: str) -> int:
        value = self._members[name]
        if type(value) is not int or value < 0:
            raise _wrong(name, value)
        return value

    def items(self, name: str) -> list[jcs.JsonValue]:
        value = self._members[name]
        if not isinstance(value, list):
            raise _wrong(name, value)
        return value


def _wrong(name: str, value: jcs.JsonValue) -> Refused:
    return Refused("bad-field", f"{quoted(value)} is not right for `{name}`")
