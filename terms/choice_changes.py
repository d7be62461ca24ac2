"""How two choices differ, in plain words and field by field.

Promises, each a property test: equal choices have no differences and unequal ones have some; the differences, applied to
the first choice, make the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from terms import choice_words
from terms.choice import Choice, Scope
from terms.phrases import CategoryId, Phrase, phrase
from terms.stated import NOTHING_STATED, FieldValue, Stated


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one level that changed; None where it is not stated. `name` is the vendor's or category's."""

    scope: Scope
    name: str
    field: str
    before: FieldValue | None
    after: FieldValue | None

    @property
    def words(self) -> Phrase:
        """`prefers SD-BASE-DP instead of SD-BASE`, `for entertainment: data kept at most P30D`."""
        if self.scope.kind == "general":
            return self.change
        name = CategoryId(self.name) if self.scope.kind == "category" else self.name
        return phrase("for %(name)s: %(change)s", name=name, change=self.change)

    @property
    def change(self) -> Phrase:
        """Without saying for whom."""
        return choice_words.change(self.field, self.before, self.after)

    @property
    def says(self) -> str:
        return str(self.words)

    def to_json(self) -> dict[str, object]:
        return {
            "scope": {"kind": self.scope.kind, "key": self.scope.key, "name": self.name},
            "field": self.field,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "says": self.says,
        }


def differences(before: Choice, after: Choice, names: Mapping[str, str] | None = None) -> tuple[Difference, ...]:
    """How `after` differs from `before`, the general statement first; `names` has the vendors' names by their keys."""
    old, new = before.statements(), after.statements()
    order = sorted({**old, **new}, key=lambda scope: (("general", "category", "vendor").index(scope.kind), scope.key))
    return tuple(
        Difference(scope, _name(scope, names or {}), field, was, now)
        for scope in order
        for field, was, now in _changed(old.get(scope, NOTHING_STATED), new.get(scope, NOTHING_STATED))
    )


def unaffected(
    after: Choice, changed: tuple[Difference, ...], names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """What stays as it is although a more general statement of the same field changed, a sentence each."""
    stated = {scope: one.entries() for scope, one in after.statements().items()}
    found = []
    for one in changed:
        for scope, entries in stated.items():
            kept = entries.get(one.field)
            if kept is not None and _inside(scope, one.scope):
                name = _name(scope, names or {})
                found.append(f"for {name} it stays as chosen there: {choice_words.says(one.field, kept)!s}")
    return tuple(dict.fromkeys(found))


def _changed(old: Stated, new: Stated) -> Iterator[tuple[str, FieldValue | None, FieldValue | None]]:
    if old == new:
        return
    was, now = old.entries(), new.entries()
    for field in dict.fromkeys((*now, *was)):
        if was.get(field) != now.get(field):
            yield field, was.get(field), now.get(field)


def _inside(scope: Scope, outer: Scope) -> bool:
    """Whether a level is known to be more specific; which category a vendor belongs to is not known here."""
    if outer.kind == "general":
        return scope.kind != "general"
    return scope.kind == outer.kind == "category" and scope.key.startswith(f"{outer.key}.")


def _name(scope: Scope, names: Mapping[str, str]) -> str:
    return names.get(scope.key, scope.key) if scope.kind == "vendor" else scope.key


def _plain(value: FieldValue | None) -> object:
    return list(value) if isinstance(value, tuple) else value
