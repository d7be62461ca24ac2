"""The category tree of the market: one file says which categories there are and what offers of them say.

A category is a dotted id; its ancestors are its prefixes (`entertainment.streaming` is an `entertainment`). Ids are
stored and used by rules: they are only ever added. Adding a category or a field touches `categories.toml` and nothing
else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from vault.categories.reading import Category, CategoryFileError, Field, read

__all__ = [
    "Category",
    "CategoryFileError",
    "Field",
    "all_fields",
    "ancestors",
    "category",
    "fields",
    "is_under",
    "tree",
]


@cache
def tree() -> Mapping[str, Category]:
    """Every category by id, in the file's order; one above stands before those under it."""
    return read(tomllib.loads((files("vault.categories") / "categories.toml").read_text("utf-8")))


def category(id: str) -> Category | None:
    return tree().get(id)


def ancestors(id: str) -> tuple[str, ...]:
    """`id` and everything above it, nearest first."""
    parts = id.split(".")
    return tuple(".".join(parts[:n]) for n in range(len(parts), 0, -1))


def is_under(id: str, above: str) -> bool | None:
    """Whether `id` is `above` or stands under it; None where either is no category."""
    return above in ancestors(id) if id in tree() and above in tree() else None


# More than there are categories; ids may come from outside.
@lru_cache(maxsize=256)
def fields(id: str) -> Mapping[str, Field]:
    """The fields of a category by name, inherited ones first; none for an id that is no category."""
    lines = [tree()[above].fields for above in reversed(ancestors(id)) if above in tree()] if id in tree() else []
    return {field.name: field for line in lines for field in line}


@cache
def all_fields() -> Mapping[str, tuple[Field, tuple[str, ...]]]:
    """Every field of the tree by name, with the categories that bring it in."""
    found: dict[str, tuple[Field, tuple[str, ...]]] = {}
    for one in tree().values():
        for field in one.fields:
            first, places = found.get(field.name, (field, ()))
            found[field.name] = (first, (*places, one.id))
    return found
