"""The facts of one request, looked up when a rule needs them and kept for the record.

    gathered(world, given) -> Gathered

`given` stands above what is found in the world: a fact that is given as None is unknown. What was looked up (`seen`) is
what the decision hung on, and is stored with it: judging `seen` again gives the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vault.policy.category_fields import BY_FIELD
from vault.policy.facts import TABLE
from vault.policy.values import Value
from vault.policy.world import World

_FACTS: Mapping[str, str] = {field: fact.name for field, fact in BY_FIELD.items()}
# All but the fields of categories, with how they are found.
_OTHERS = [(fact.name, fact.find) for fact in TABLE.values() if fact.name not in _FACTS.values()]


class Gathered(Mapping[str, Value | None]):
    """Every fact of the table by name; each is found at most once."""

    __slots__ = ("_given", "_seen", "_world")

    def __init__(self, world: World, given: Mapping[str, Value | None]) -> None:
        self._world = world
        self._given = given
        self._seen: dict[str, Value | None] = {}

    def __getitem__(self, name: str) -> Value | None:
        if name in self._seen:
            return self._seen[name]
        found = self._given[name] if name in self._given else TABLE[name].find(self._world)
        self._seen[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return name in TABLE

    def __iter__(self) -> Iterator[str]:
        return iter(TABLE)

    def __len__(self) -> int:
        return len(TABLE)

    def known(self) -> dict[str, Value]:
        """Every fact that has a value. Fields of categories that the offer says nothing of have none, and are not asked."""
        seen, world = self._seen, self._world
        asked = {name: self[name] for name in (*self._given, *(_FACTS[field] for field in world.stated))}
        known = {name: value for name, value in asked.items() if value is not None}
        for name, find in _OTHERS:
            value = seen[name] if name in seen else find(world)
            if value is not None:
                known[name] = value
        return known

    @property
    def seen(self) -> Mapping[str, Value | None]:
        """What was looked up, in the order of looking."""
        return dict(self._seen)


def gathered(world: World, given: Mapping[str, Value | None] | None = None) -> Gathered:
    return Gathered(world, given or {})
