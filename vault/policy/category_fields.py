"""`offer.<field>`: what offers of a category say besides, as rows of the fact table made from the category file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vault import categories
from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType, Value

if TYPE_CHECKING:
    from vault.policy.world import World

# A number of a category is a measure, a count, a price or a time; none of them is negative.
_COUNTED = ("integer", "number", "money", "duration")


def _row(field: categories.Field, places: tuple[str, ...]) -> Fact:
    assumed = "; unknown where the vault knows another value" if field.influence == "owner" else ""

    def find(world: World) -> Value | None:
        return world.field(field.name)

    return Fact(
        f"offer.{field.name}",
        FactType(field.type),
        field.unit,
        f"{field.meaning}{assumed}",
        f"an offer of {', '.join(places)}",
        Influence(field.influence),
        choices=field.choices,
        least=0 if field.type in _COUNTED else None,
        find=find,
    )


ROWS = tuple(_row(field, places) for field, places in categories.all_fields().values())
BY_FIELD: Mapping[str, Fact] = {row.name.removeprefix("offer."): row for row in ROWS}
