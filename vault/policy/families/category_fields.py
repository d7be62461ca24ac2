"""`offer.<field>`: what offers of a category say besides, made from the category file."""

from __future__ import annotations

from vault import categories
from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

# A number of a category is a measure, a count or a price; none of them is negative.
_COUNTED = ("integer", "number", "money")


def _row(field: categories.Field, places: tuple[str, ...]) -> Fact:
    assumed = "; unknown where it is not what the vault has" if field.influence == "owner" else ""
    return Fact(
        f"offer.{field.name}",
        FactType(field.type),
        field.unit,
        f"{field.meaning}{assumed}",
        f"an offer of {', '.join(places)}",
        Influence(field.influence),
        choices=field.choices,
        least=0 if field.type in _COUNTED else None,
    )


ROWS = tuple(_row(field, places) for field, places in categories.all_fields().values())
