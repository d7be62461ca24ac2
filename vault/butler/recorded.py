"""Facts as they were stored with a decision: read when they are needed, and unknown where they were not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vault.policy.facts import TABLE
from vault.policy.values import Value
from vault.policy.writing import JsonValue, from_json


class Recorded(Mapping[str, Value | None]):
    """`facts` are as `--facts` takes them."""

    __slots__ = ("_facts", "_read")

    def __init__(self, facts: Mapping[str, JsonValue]) -> None:
        self._facts = facts
        self._read: dict[str, Value | None] = {}

    def __getitem__(self, name: str) -> Value | None:
        try:
            return self._read[name]
        except KeyError:
            json = self._facts.get(name)
            found = None if json is None else from_json(TABLE[name], json)
            self._read[name] = found
            return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
