"""Reads the category file, strictly: a slip of spelling in it is a fault of the program and is named when it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast

from msgspec import Struct

from terms.errors import FirstpartyError

Influence = Literal["vendor", "owner"]

_TYPES = frozenset("integer number money duration truth claim text choice texts".split())
_ID = re.compile(r"[a-z]+(\.[a-z]+)?")
_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_TEXTS = frozenset({"type", "unit", "meaning", "influence", "register", "every"})


class CategoryFileError(FirstpartyError):
    """The category file does not read."""

    code = "category-file"


class Field(Struct, frozen=True):
    """What an offer of a category says besides. `register` and `every` as in the file's head; empty where not charged."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    influence: Influence = "vendor"
    choices: tuple[str, ...] = ()
    register: str = ""
    every: str = ""


class Category(Struct, frozen=True):
    """`names` by language (`en`, `de`); `fields` are its own, without those it inherits."""

    id: str
    names: Mapping[str, str]
    fields: tuple[Field, ...]


def read(tables: Mapping[str, object]) -> dict[str, Category]:
    """The categories of the parsed file, in its order; `CategoryFileError` names the category and what is wrong."""
    found: dict[str, Category] = {}
    for id, table in tables.items():
        try:
            found[id] = _category(id, table, found)
        except (KeyError, TypeError, ValueError) as fault:
            raise CategoryFileError(f"category `{id}` does not read: {fault}") from fault
    return found


def _category(id: str, table: object, above: Mapping[str, Category]) -> Category:
    if not _ID.fullmatch(id) or not isinstance(table, dict):
        raise ValueError("an id is one word, or two with a dot between them")
    if "." in id and id.partition(".")[0] not in above:
        raise ValueError("the category above it does not stand before it")
    names = {language: _text(table, language) for language in ("en", "de")}
    return Category(id, names, tuple(_fields(table)))


def _fields(table: Mapping[str, object]) -> Iterator[Field]:
    for name, row in table.items():
        if name not in ("en", "de"):
            yield _field(name, row)


def _field(name: str, row: object) -> Field:
    if not _NAME.fullmatch(name) or not isinstance(row, dict) or row.keys() - _TEXTS - {"choices"}:
        raise ValueError(f"`{name}` is no field, or has a key that fields do not have")
    texts = {key: _text(row, key) for key in row.keys() & _TEXTS}
    type, influence = texts.pop("type"), texts.pop("influence", "vendor")
    if type not in _TYPES or influence not in ("vendor", "owner"):
        raise ValueError(f"`{name}` has a type or an influence that there is not")
    choices = row.get("choices", [])
    if not isinstance(choices, list) or bool(choices) != (type == "choice"):
        raise ValueError(f"`{name}` lists its choices if it is a choice, and only then")
    return Field(name, type, influence=cast(Influence, influence), choices=tuple(map(str, choices)), **texts)


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value:
        raise TypeError(f"`{key}` is a text")
    return value
