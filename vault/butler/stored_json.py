"""JSON of our own making, read back from the vault."""

from __future__ import annotations

from typing import cast

import msgspec

from vault.policy.writing import JsonValue


def array(text: str) -> list[JsonValue]:
    return cast(list[JsonValue], msgspec.json.decode(text))


def fields(text: str) -> dict[str, JsonValue]:
    return cast(dict[str, JsonValue], msgspec.json.decode(text))
