"""The category tree as a page of documentation; `python -m vault.categories.document` prints it."""

from __future__ import annotations

import sys

from vault import categories
from vault.categories.reading import Category, Field

_HEAD = """# Categories

Offers, contracts and vendors stand in one tree of categories. Rules name a category by its id; what holds for a category holds
for all under it: `offer.category within energy` is true of electricity.

The page is made from `vault/categories/categories.toml`, the only file to touch for a category or a field more. A **field** is
what an offer of the category says besides what every offer says; it is written in `fields` of an [offer](offers.md), and is the
fact `offer.<field>`. Fields are inherited. Those marked *yours* say what a quote assumes of you.
"""


def page() -> str:
    """The page in Markdown."""
    tree = categories.tree().values()
    rows = [f"| `{one.id}` | {one.names['en']} | {one.names['de']} | {_fields(one)} |" for one in tree]
    details = [
        f"| `{field.name}` | {_type(field)} | {_meaning(field)} |" for field, _ in categories.all_fields().values()
    ]
    heads = ["| id | English | German | its own fields |", "|---|---|---|---|"]
    return "\n".join(
        [_HEAD, *heads, *rows, "", "## Fields", "", "| field | type | meaning |", "|---|---|---|", *details, ""]
    )


def _fields(one: Category) -> str:
    return ", ".join(f"`{field.name}`" for field in one.fields)


def _type(field: Field) -> str:
    if field.choices:
        return f"one of {', '.join(field.choices)}"
    return f"{field.type}, {field.unit}" if field.unit else field.type


def _meaning(field: Field) -> str:
    counted = f"; times your use (register `{field.register}`)" if field.register else ""
    mine = " *(yours)*" if field.influence == "owner" else ""
    return f"{field.meaning}{counted}{mine}"


if __name__ == "__main__":
    sys.stdout.write(page())
