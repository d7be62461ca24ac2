"""Reading the input of a case: what is not as `docs/conformance.md` describes it is the asker's mistake, a `CaseError`."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime

from terms.errors import FirstpartyError
from terms.proof.jcs import JsonValue
from terms.proof.members import TIME


class CaseError(FirstpartyError):
    """What was asked is no case."""

    code = "case"


class Input:
    """The members of an input, each as what it is to be. Null is as absent."""

    def __init__(self, given: Mapping[str, JsonValue]) -> None:
        self._given = given

    def has(self, name: str) -> bool:
        return self._given.get(name) is not None

    def value(self, name: str) -> JsonValue:
        if name not in self._given:
            raise CaseError(f"the input has no `{name}`")
        return self._given[name]

    def text(self, name: str) -> str:
        value = self.value(name)
        if not isinstance(value, str):
            raise CaseError(f"`{name}` of the input is no text")
        return value

    def flag(self, name: str) -> bool:
        return self._given.get(name) is True

    def items(self, name: str) -> list[JsonValue]:
        value = self._given.get(name, [])
        if not isinstance(value, list):
            raise CaseError(f"`{name}` of the input is no array")
        return value

    def part(self, name: str) -> Input:
        return inputs(self.value(name), name)

    def parts(self, name: str) -> list[Input]:
        return [inputs(item, name) for item in self.items(name)]

    def content(self, name: str) -> bytes:
        return _bytes(self.value(name), name)

    def contents(self, name: str) -> list[bytes]:
        return [_bytes(item, name) for item in self.items(name)]

    def time(self, name: str) -> datetime:
        written = self.text(name)
        try:
            if TIME.fullmatch(written):
                return datetime.fromisoformat(written)
        except ValueError:
            pass
        raise CaseError(f"`{name}` of the input is no time")

    def optional_time(self, name: str) -> datetime | None:
        return self.time(name) if self.has(name) else None


def inputs(value: JsonValue, name: str) -> Input:
    if not isinstance(value, dict):
        raise CaseError(f"`{name}` of the input is no object")
    return Input(value)


def _bytes(value: JsonValue, name: str) -> bytes:
    """A text is its UTF-8; `{"base64": …}` are bytes that are no text."""
    try:
        if isinstance(value, str):
            return value.encode()
        return b64decode(inputs(value, name).text("base64"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise CaseError(f"`{name}` of the input holds no bytes") from None
