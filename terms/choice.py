"""The owner's choice: what they prefer and accept, their limits around it, and where vendors or categories differ.

A choice has three kinds of levels: one general statement, statements for categories of vendors (dotted ids; one for
`entertainment` also counts for `entertainment.music`) and statements for single vendors. A statement of a category or
vendor says only what differs there. `terms.effective` works out what holds for a vendor.

JSON: `{"preferred": ID, "acceptable": [ID…], "additions": {…}, "categories": {CATEGORY: {…}}, "vendors": {KEY: {…}}}`, the
inner objects with the first three fields again, everything optional. Reading is strict: a field that does not exist,
an agreement that is off the roster or between persons, and a term that DPV does not know are refused; ids of the past
are migrated, and `Choice.read` says so. Vendors are named by the key under which recognition knows them; whether a
vendor or category exists is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from terms.additions import Additions
from terms.phrases import phrase
from terms.shapes import Fields, ShapeError, text
from terms.stated import NOTHING_STATED, STATED_FIELDS, Stated

# What the service itself needs and nothing else; whoever means another one chooses it.
DEFAULT_AGREEMENT = "SD-BASE"
# A person deals with some hundred vendors; more overrides than this are no person's choice.
MAX_OVERRIDES = 2_000

_CATEGORY = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
Levels = tuple[tuple[str, Stated], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement is about; `key` is a category's id or a vendor's key, empty in general."""

    kind: Literal["general", "category", "vendor"] = "general"
    key: str = ""


GENERAL = Scope()


@dataclass(frozen=True, slots=True)
class Choice:
    """Statements by level. Kept sorted by key, and without those that state nothing."""

    general: Stated = NOTHING_STATED
    categories: Levels = ()
    vendors: Levels = ()

    def __post_init__(self) -> None:
        for name in ("categories", "vendors"):
            levels: Levels = getattr(self, name)
            stating = {key: stated for key, stated in levels if stated != NOTHING_STATED}
            object.__setattr__(self, name, tuple(sorted(stating.items(), key=lambda level: level[0])))

    @classmethod
    def from_json(cls, value: object) -> Choice:
        """A choice of a JSON object; `ShapeError`, `OffRosterError` or `NotOfferedError` for anything else."""
        return cls.read(value)[0]

    @classmethod
    def read(cls, value: object) -> tuple[Choice, tuple[str, ...]]:
        """A choice of a JSON object, and a sentence for each agreement that was named by an id of the past."""
        given, notes = Fields(value, "a choice", STATED_FIELDS | {"categories", "vendors"}), list[str]()
        general = Stated.from_fields(given, notes)
        categories = _levels(given.raw("categories"), "category", notes)
        for category, _ in categories:
            if not _CATEGORY.fullmatch(category):
                raise ShapeError(
                    phrase("`%(category)s` is no category", category=category[:40]),
                    hint=phrase("write it like `entertainment.music`"),
                )
        return cls(general, categories, _levels(given.raw("vendors"), "vendor", notes)), tuple(notes)

    def to_json(self) -> dict[str, object]:
        """The JSON object, with what is stated only."""
        found = self.general.to_json()
        for name, levels in (("categories", self.categories), ("vendors", self.vendors)):
            if levels:
                found[name] = {key: stated.to_json() for key, stated in levels}
        return found

    @property
    def preferred(self) -> str:
        """The agreement preferred in general."""
        return self.general.preferred or DEFAULT_AGREEMENT

    @property
    def acceptable(self) -> tuple[str, ...]:
        """The agreements acceptable in general, in order, the preferred one first."""
        return tuple(dict.fromkeys((self.preferred, *(self.general.acceptable or ()))))

    @property
    def additions(self) -> Additions:
        """The limits that hold in general."""
        return self.general.additions

    def statements(self) -> dict[Scope, Stated]:
        """What is stated at every level, the general one first."""
        found = {GENERAL: self.general}
        found |= {Scope("category", key): stated for key, stated in self.categories}
        return found | {Scope("vendor", key): stated for key, stated in self.vendors}

    def at(self, scope: Scope) -> Stated:
        """What is stated there."""
        if scope.kind == "general":
            return self.general
        return dict(self.categories if scope.kind == "category" else self.vendors).get(scope.key, NOTHING_STATED)

    def stating(self, scope: Scope, stated: Stated) -> Choice:
        """The choice with another statement there; one that states nothing takes an override away."""
        if scope.kind == "general":
            return replace(self, general=stated)
        if scope.kind == "category":
            return replace(self, categories=_with(self.categories, scope.key, stated))
        return replace(self, vendors=_with(self.vendors, scope.key, stated))


NOTHING_CHOSEN = Choice()


def _with(levels: Levels, key: str, stated: Stated) -> Levels:
    return tuple({**dict(levels), key: stated}.items())


def _levels(value: object, kind: str, notes: list[str]) -> Levels:
    if value is None:
        return ()
    if not isinstance(value, Mapping) or len(value) > MAX_OVERRIDES:
        raise ShapeError(
            phrase(
                "what differs by %(kind)s is an object of at most %(max_overrides)s entries",
                kind=kind,
                max_overrides=MAX_OVERRIDES,
            )
        )
    keys = [text(key, f"the name of a {kind}") for key in value]
    return tuple((key, Stated.from_json(value[key], f"`{key[:40]}`", notes)) for key in keys)
