"""Strict reading of plain JSON values into the values of `terms`.

A field that is unknown, of another type, repeated or over-long is refused with a sentence that names it. An absent field is
not the same as an empty one: absent is undeclared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.refusals import quoted

# A practice with more entries than DPV has terms of a kind says nothing more; it only costs time.
MAX_ENTRIES = 300
# The longest IRI of the vocabulary has 70 characters, names of firms stay under 200.
MAX_CHARACTERS = 200

_T = TypeVar("_T")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
# The most contacts a month that still says anything: one an hour.
MAX_CONTACTS = 744


class ShapeError(FirstpartyError):
    """A JSON value does not have the shape that is asked for."""

    code = "shape"
    exit_code = 2


class Fields:
    """The fields of one JSON object from outside; `what` names it in messages, `names` are the fields that it may have. A field
    that is absent or null reads as None."""

    def __init__(self, value: object, what: str, names: frozenset[str]) -> None:
        if not isinstance(value, Mapping):
            raise ShapeError(
                phrase("%(what)s is an object with fields", what=what),
                hint=phrase("give some of: %(listed)s", listed=", ".join(sorted(names))),
            )
        unknown = sorted(quoted(name) for name in value if name not in names)
        if unknown:
            raise ShapeError(
                phrase("%(what)s has unknown fields: %(listed)s", what=what, listed=", ".join(unknown[:5])),
                hint=phrase("the fields are: %(listed)s", listed=", ".join(sorted(names))),
            )
        self._values: Mapping[str, object] = value
        self._what = what

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        return None if value is None else text(value, f"`{name}` of {self._what}")

    def flag(self, name: str) -> bool | None:
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise ShapeError(phrase("`%(name)s` of %(what)s is true or false", name=name, what=self._what))

    def count(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is None or (type(value) is int and 0 <= value <= MAX_CONTACTS):
            return value
        raise ShapeError(
            phrase(
                "`%(name)s` of %(what)s is a whole number from 0 to %(most_contacts)s",
                name=name,
                what=self._what,
                most_contacts=MAX_CONTACTS,
            )
        )

    def hours(self, name: str) -> str | None:
        value = self.text(name)
        if value is None or (_HOURS.fullmatch(value) and value[:5] < value[6:]):
            return value
        raise ShapeError(
            phrase("`%(name)s` of %(what)s is a span of one day", name=name, what=self._what),
            hint=phrase("write it like `08:00-20:00`"),
        )

    def raw(self, name: str) -> object:
        return self._values.get(name)

    def texts(self, name: str) -> tuple[str, ...] | None:
        return self.entries(name, text)

    def entries(self, name: str, read: Callable[[object, str], _T]) -> tuple[_T, ...] | None:
        """A list without repetition, each entry read by `read`."""
        value = self._values.get(name)
        if value is None:
            return None
        where = f"`{name}` of {self._what}"
        if not isinstance(value, list | tuple) or len(value) > MAX_ENTRIES:
            raise ShapeError(
                phrase("%(where)s is a list of at most %(most_entries)s entries", where=where, most_entries=MAX_ENTRIES)
            )
        found = tuple(read(entry, f"an entry of {where}") for entry in value)
        if len({str(entry) for entry in found}) != len(found):
            raise ShapeError(phrase("%(where)s names something twice", where=where), hint=phrase("name it once"))
        return found


def text(value: object, where: str) -> str:
    """A text of sensible length on one line."""
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_CHARACTERS or not value.isprintable():
        raise ShapeError(
            phrase(
                "%(where)s is a text of 1 to %(most_characters)s printable characters",
                where=where,
                most_characters=MAX_CHARACTERS,
            )
        )
    return value
