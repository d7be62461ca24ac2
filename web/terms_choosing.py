"""The bodies of `firstparty terms choose` and its companions: from words on the command line to a choice and back.

An option for limits adds to what is stated at that level: a cap to the other caps, a refusal to the refusals. In an override
whose list is not stated yet, the list begins with what holds there now, so that nobody stops refusing something by
refusing one thing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from terms.additions import ALL_DATA
from terms.choice import GENERAL, Choice, Scope
from terms.choice_changes import Difference, differences, unaffected
from terms.effective import Compared, SecondParty, compare_all, effective
from terms.errors import UsageError
from terms.nearest import hint
from terms.phrases import phrase
from terms.practice import Practice
from terms.shapes import ShapeError
from terms.stated import FIELD_NAMES, RETENTION, FieldValue, Stated, cap_field
from vault import choosing
from vault.overview import Overview
from vault.session import Vault
from vault.store.vendors import VendorRow
from web import clock, find

ALL = "all"
NONE = "none"
_GROWING = ("refused_purposes", "refused_data")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of one `terms choose`."""

    agreements: tuple[str, ...] = ()
    retention: tuple[str, ...] = ()
    refuse_purpose: tuple[str, ...] = ()
    refuse_data: tuple[str, ...] = ()
    within: str | None = None
    duration: str | None = None
    contact: str | None = None
    hours: str | None = None
    per_month: int | None = None
    clear: tuple[str, ...] = ()
    vendor: str | None = None
    category: str | None = None
    file: str | None = None
    undo: bool = False
    note: str = ""

    @property
    def states(self) -> bool:
        """Whether it states or clears something at one level."""
        limits = (self.within, self.duration, self.contact, self.hours, self.per_month)
        lists = (self.agreements, self.retention, self.refuse_purpose, self.refuse_data, self.clear)
        return any(one is not None for one in limits) or any(lists)

    def check(self) -> None:
        """Refuses words that contradict each other."""
        ways = [name for name, used in (("--undo", self.undo), ("--file", self.file)) if used]
        if self.states or self.vendor or self.category:
            ways.append("the other options")
        if len(ways) > 1:
            raise UsageError(
                phrase("%(ways)s do not go together", ways=" and ".join(ways)), hint=phrase("use one of them at a time")
            )
        if self.vendor and self.category:
            raise UsageError(
                phrase("a choice is for a vendor or for a category"), hint=phrase("give --vendor or --category")
            )
        if (self.vendor or self.category) and not self.states:
            raise UsageError(
                phrase("nothing is chosen for it"),
                hint=phrase("add an agreement or a limit, `--clear all`, or see `terms effective`"),
            )
        if self.note and not ways:
            raise UsageError(phrase("a note goes with a change"), hint=phrase("choose something"))

    @property
    def changes(self) -> bool:
        return self.states or self.undo or bool(self.file)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The present version, and what was changed and said on the way to it."""

    version: choosing.Version
    changed: tuple[Difference, ...] = ()
    kept: tuple[str, ...] = ()
    migrated: tuple[str, ...] = ()


def choose(vault: Vault, asked: Asked, content: object = None) -> Outcome:
    """Do what was asked; `content` is the JSON of the file that was named."""
    before = choosing.present(vault.connection)
    migrated: list[str] = []
    if asked.undo:
        choosing.undo(vault, note=asked.note)
    elif asked.changes:
        read = _of_file(vault, content, migrated) if asked.file else _stated(vault, before.choice, asked, migrated)
        choosing.choose(vault, read, note=asked.note)
    after, known = choosing.present(vault.connection), names(vault)
    changed = differences(before.choice, after.choice, known)
    return Outcome(after, changed, unaffected(after.choice, changed, known), tuple(migrated))


def vendor_of(vault: Vault, written: str) -> VendorRow:
    """The vendor that a person means by id, name or beginning of a name."""
    try:
        return find.vendor(Overview(vault.connection, clock.today()), written)
    except find.NotFoundError as error:
        if not error.sentence.startswith("there is no"):
            raise  # several fit, and the error names them
        known = choosing.names(vault.connection).values()
        raise find.NotFoundError(error.sentence, hint=hint(written, known, error.hint)) from None


def between(vault: Vault, numbers: list[int]) -> tuple[choosing.Version, choosing.Version, tuple[Difference, ...]]:
    """Two versions and how they differ; the second is the present one and the first the one before, if not named."""
    last = choosing.present(vault.connection).number
    asked = [*(numbers or [max(last - 1, 0)]), last][:2]
    before, after = (choosing.version(vault.connection, number) for number in asked)
    return before, after, differences(before.choice, after.choice, names(vault))


def compared(vault: Vault, practice: Practice, written: str) -> tuple[VendorRow, Compared]:
    """A vendor and how a practice compares with what was chosen for it."""
    row = vendor_of(vault, written)
    return row, compare_all(practice, choosing.effective_for(vault.connection, row))


def names(vault: Vault) -> dict[str, str]:
    """The vendors' names by key."""
    return choosing.names(vault.connection)


def _stated(vault: Vault, choice: Choice, asked: Asked, notes: list[str]) -> Choice:
    """The choice with what was asked at the level that was asked for."""
    scope, second, category = _level(vault, asked)
    given = Stated.from_json(_as_json(asked), "the choice", notes).entries()
    entries = choice.at(scope).entries()
    for field in asked.clear:
        entries = {name: value for name, value in entries.items() if not _is_cleared(name, field)}
    holding = {
        one.name: one.value
        for one in effective(choice.stating(scope, Stated.from_entries(entries)), second, category).fields
    }
    for field in _GROWING:
        given.update(_grown(field, given.get(field), () if field in _cleared(asked) else holding.get(field)))
    return choice.stating(scope, Stated.from_entries({**entries, **given}))


def _grown(field: str, given: FieldValue | None, holding: FieldValue | None) -> dict[str, FieldValue]:
    if not isinstance(given, tuple) or not given or not isinstance(holding, tuple):
        return {}
    return {field: (*holding, *given)}


def _level(vault: Vault, asked: Asked) -> tuple[Scope, SecondParty | None, str]:
    if asked.vendor:
        row = vendor_of(vault, asked.vendor)
        return Scope("vendor", row.key), choosing.second_party(vault.connection, row), row.category
    if asked.category:
        choosing.check_category(asked.category)
        return Scope("category", asked.category), None, asked.category
    return GENERAL, None, ""


def _as_json(asked: Asked) -> dict[str, object]:
    """The options as the JSON of a statement, which is where they are checked."""
    contact = {"channels": _list(asked.contact), "hours": asked.hours, "per_month": asked.per_month}
    additions: dict[str, object] = {
        "retention": _caps(asked.retention),
        "refused_purposes": _terms(asked.refuse_purpose),
        "refused_data": _terms(asked.refuse_data),
        "transfers_within": _list(asked.within),
        "duration": asked.duration,
        "contact": contact if any(value is not None for value in contact.values()) else None,
    }
    agreements = {"preferred": asked.agreements[0], "acceptable": list(asked.agreements)} if asked.agreements else {}
    return {**agreements, "additions": additions}


def _caps(written: Iterable[str]) -> dict[str, str] | None:
    """`P1Y` caps all data, `pd:Location=P30D` one category."""
    caps: dict[str, str] = {}
    for one in written:
        category, equals, cap = one.rpartition("=")
        if equals and not category:
            raise UsageError(
                phrase("`%(one)s` names no data category", one=one[:40]),
                hint=phrase("write it like `pd:Location=P30D`"),
            )
        if caps.setdefault(category or ALL_DATA, cap) != cap:
            raise UsageError(
                phrase("`%(value)s` is capped twice", value=(category or ALL_DATA)[:60]),
                hint=phrase("give it one longest retention"),
            )
    return caps or None


def _terms(written: tuple[str, ...]) -> list[str] | None:
    return None if not written else [] if written == (NONE,) else list(dict.fromkeys(written))


def _list(written: str | None) -> list[str] | None:
    if written is None:
        return None
    return [] if written == NONE else [entry.strip() for entry in written.split(",")]


def _cleared(asked: Asked) -> set[str]:
    return {_field_name(field) for field in asked.clear}


def _is_cleared(name: str, written: str) -> bool:
    field = _field_name(written)
    return field in (ALL, name) or (field in ("retention", "contact") and name.startswith(f"{field}."))


def _field_name(written: str) -> str:
    """A field as the choice names it; people may write `refused-purposes`."""
    field, known = written.replace("-", "_"), (ALL, "contact", *FIELD_NAMES)
    if written.startswith(RETENTION):
        return cap_field(Stated.from_json(_cap_of(written), "the choice", []).retention[0][0])
    if field not in known:
        where = f"the fields are: {', '.join(known)}, or one cap such as `retention.pd:Location`"
        raise UsageError(
            phrase("`%(written)s` is no field of a choice", written=written[:40]), hint=hint(field, known, where)
        )
    return field


def _cap_of(written: str) -> dict[str, object]:
    return {"additions": {"retention": {written.removeprefix(RETENTION): "P0D"}}}


def _of_file(vault: Vault, content: object, notes: list[str]) -> Choice:
    """The whole choice of a file. Its vendors may be named by key, id or name."""
    if isinstance(content, Mapping) and isinstance(content.get("vendors"), Mapping):
        content = {**content, "vendors": _by_key(vault, content["vendors"])}
    choice, migrated = Choice.read(content)
    notes += migrated
    return choice


def _by_key(vault: Vault, vendors: Mapping[str, object]) -> dict[str, object]:
    known, found = choosing.names(vault.connection), dict[str, object]()
    for written, stated in vendors.items():
        key = written if written in known else vendor_of(vault, written).key
        if key in found:
            raise ShapeError(
                phrase("the vendor `%(known)s` is named twice", known=known[key]), hint=phrase("name it once")
            )
        found[key] = stated
    return found
