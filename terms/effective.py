"""What the owner's choice comes to for one vendor, where each part of it comes from, and how a vendor's answer is taken.

    effective(choice, vendor, category) -> Effective
    answer(effective, agreement_id) -> Standing
    compare_all(practice, effective) -> Compared

Field by field the most specific statement counts: the vendor's, then that of the vendors which it came from (`formerly`:
merged into it, or split into it and another), then the nearest category's and those above it, then the general one,
then the default: SD-BASE and nothing else is acceptable. A list stands as a whole in the place of a less specific list;
caps on different data categories stand beside each other, and of those that cover the same data the shortest binds.

A counter-offer is acceptable by name, or because it protects at least as much as an agreement that is acceptable by
name. That is all that is decided here: nothing is granted, and no agreement is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from terms import choice_words
from terms.additions import Additions
from terms.choice import DEFAULT_AGREEMENT, Choice, Scope
from terms.comparison import Comparison, compare
from terms.order import protects_at_least
from terms.phrases import AgreementId, CategoryId, Phrase, phrase
from terms.practice import Practice
from terms.roster import Agreement, agreement, find
from terms.stated import FIELD_NAMES, RETENTION, FieldValue, Stated


@dataclass(frozen=True, slots=True)
class SecondParty:
    """A vendor by its key and its name for people; `formerly` are (key, name) of vendors whose statements it takes on."""

    key: str
    name: str
    formerly: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field comes from. `name` is the vendor's or category's for people."""

    kind: Literal["vendor", "former vendor", "category", "general", "default"]
    key: str = ""
    name: str = ""

    @property
    def words(self) -> Phrase:
        """`for Netflix`, `for entertainment`, `in general`, `by default`."""
        name = CategoryId(self.name) if self.kind == "category" else self.name
        return _FROM[self.kind].of(name=name)

    @property
    def says(self) -> str:
        return str(self.words)


_FROM = {
    "general": phrase("in general"),
    "default": phrase("by default"),
    "vendor": phrase("for %(name)s"),
    "category": phrase("for %(name)s"),
    "former vendor": phrase("for %(name)s, which it came from"),
}
BY_DEFAULT = Source("default")


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its value (None: nothing is stated, so nothing is limited) and where it comes from."""

    name: str
    value: FieldValue | None
    source: Source

    @property
    def words(self) -> Phrase:
        """`prefers SD-BASE-DP`."""
        return choice_words.unstated(self.name) if self.value is None else choice_words.says(self.name, self.value)

    @property
    def says(self) -> str:
        """A sentence: `prefers SD-BASE-DP, chosen for Netflix`."""
        chosen = "%(words)s, %(source)s" if self.source.kind == "default" else "%(words)s, chosen %(source)s"
        return str(phrase(chosen, words=self.words, source=self.source.words))


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for a vendor. `acceptable` is in order and begins with the preferred agreement."""

    preferred: str
    acceptable: tuple[str, ...]
    additions: Additions
    fields: tuple[Field, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "preferred": self.preferred,
            "acceptable": list(self.acceptable),
            "additions": self.additions.to_json(),
            "fields": [
                {
                    "field": one.name,
                    "value": list(one.value) if isinstance(one.value, tuple) else one.value,
                    "from": {"kind": one.source.kind, "key": one.source.key, "name": one.source.name},
                    "says": one.says,
                }
                for one in self.fields
            ],
        }


def effective(choice: Choice, vendor: SecondParty | None = None, category: str = "") -> Effective:
    """What holds for a vendor of a category; for none, what holds for every vendor of that category."""
    found: dict[str, Field] = {}
    for source, stated in _levels(choice, vendor, category):
        for name, value in stated.entries().items():
            found.setdefault(name, Field(name, value, source))
    preferred = found.setdefault("preferred", Field("preferred", DEFAULT_AGREEMENT, BY_DEFAULT))
    others = found.pop("acceptable", Field("acceptable", (), preferred.source))
    assert isinstance(preferred.value, str)
    assert isinstance(others.value, tuple)
    acceptable = tuple(dict.fromkeys((preferred.value, *others.value)))
    limits = Stated.from_entries({name: one.value for name, one in found.items() if one.value is not None})
    found["acceptable"] = Field("acceptable", acceptable, others.source)
    return Effective(preferred.value, acceptable, limits.additions, tuple(_in_order(found)))


def _levels(choice: Choice, vendor: SecondParty | None, category: str) -> Iterator[tuple[Source, Stated]]:
    """From the most specific statement to the general one."""
    if vendor is not None:
        yield Source("vendor", vendor.key, vendor.name), choice.at(Scope("vendor", vendor.key))
        for key, name in vendor.formerly:
            yield Source("former vendor", key, name), choice.at(Scope("vendor", key))
    parts = category.split(".") if category else []
    for size in range(len(parts), 0, -1):
        above = ".".join(parts[:size])
        yield Source("category", above, above), choice.at(Scope("category", above))
    yield Source("general"), choice.general


def _in_order(found: dict[str, Field]) -> Iterator[Field]:
    for name in FIELD_NAMES:
        caps = [found[one] for one in sorted(found) if one.startswith(RETENTION)] if name == "retention" else []
        yield from caps or [found.get(name, Field(name, None, BY_DEFAULT))]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement that a vendor names is to be taken.

    `because` is the agreement, acceptable by name, that it protects at least as much as (empty: it is acceptable by name
    itself); `instead` is the nearest acceptable one, to say where it is not acceptable."""

    result: Literal["preferred", "acceptable", "not acceptable"]
    agreement: str
    because: str = ""
    instead: str = ""
    migrated_from: str = ""

    @property
    def words(self) -> Phrase:
        """The reason in a sentence."""
        named = AgreementId(self.agreement)
        if self.result == "preferred":
            return phrase("%(agreement)s is the agreement that you prefer", agreement=named)
        if self.result == "not acceptable":
            nearest = AgreementId(self.instead)
            words = phrase("%(agreement)s is not acceptable to you; the nearest that is: %(instead)s")
            return words.of(agreement=named, instead=nearest)
        if self.because:
            words = phrase("%(agreement)s protects you at least as much as %(because)s, which is acceptable to you")
            return words.of(agreement=named, because=AgreementId(self.because))
        return phrase("%(agreement)s is acceptable to you", agreement=named)

    @property
    def says(self) -> str:
        return str(self.words)

    def to_json(self) -> dict[str, object]:
        return {
            "result": self.result,
            "agreement": self.agreement,
            "because": self.because or None,
            "instead": self.instead or None,
            "migrated_from": self.migrated_from or None,
            "says": self.says,
        }


def answer(effective: Effective, agreement_id: str) -> Standing:
    """How a counter-offer naming this agreement is to be taken; `OffRosterError` where the roster has no such agreement.

    An agreement between persons is on the roster and never acceptable of an organisation."""
    found = find(agreement_id)
    offered, was = found.agreement, found.migrated_from
    if offered.id == effective.preferred:
        return Standing("preferred", offered.id, migrated_from=was)
    if offered.id in effective.acceptable:
        return Standing("acceptable", offered.id, migrated_from=was)
    named = [agreement(id) for id in effective.acceptable]
    for one in named:
        if protects_at_least(offered, one):
            return Standing("acceptable", offered.id, because=one.id, migrated_from=was)
    nearest = min(named, key=lambda one: _distance(offered, one))  # of equals, the one that the owner prefers
    return Standing("not acceptable", offered.id, instead=nearest.id, migrated_from=was)


def _distance(a: Agreement, b: Agreement) -> int:
    """In how many acts two agreements differ."""
    return (
        len(a.rules.permits ^ b.rules.permits)
        + len(a.rules.forbids ^ b.rules.forbids)
        + len(a.rules.requires ^ b.rules.requires)
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A practice against every acceptable agreement in order; `best` is the one of them that counts."""

    best: Comparison
    tried: tuple[Comparison, ...]


def compare_all(practice: Practice, effective: Effective) -> Compared:
    """The first acceptable agreement that the practice stays within; where there is none, the first of which that is not
    known; else the preferred one, with what exceeds it."""
    tried = tuple(compare(practice, agreement(id), effective.additions) for id in effective.acceptable)
    by_result = {one.result: one for one in reversed(tried)}
    return Compared(by_result.get("within") or by_result.get("unknown") or tried[0], tried)
