"""The person's own attributes: what is so of me, by DPV category, since when, and what was so before.

* An attribute is a category with a label (home, work), so a category may have several; one of them is preferred.
* Its values lie one after the other in time, days inclusive. A new value ends the one before it on the day before it begins;
  nothing is overwritten. What is wrong is put right by a new value from the same day: the old one never held then.
* Every change is written with its leaf, which names category and attribute and never the value, and with the notices that
  vendors are owed (`granting.noticing`), in one transaction.
* To remove is to end: the value stays in the history. To erase is for good: the values go, and the bodies of the leaves
  that repeat them in releases. That something was released stays on record and provable. Copies that others have, and
  backups and archives made before, are out of reach.

Values are typed lightly: the lines of an address, a day, else a text; an e-mail address has an `@` in it. Whether anything is
true is up to the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal

import msgspec

from terms import dpv
from terms.errors import FirstpartyError, UsageError
from terms.nearest import hint
from terms.phrases import Phrase, phrase
from vault import ids
from vault.granting import noticing
from vault.granting.covering import Sensitivity, category_of, sensitivity
from vault.granting.giving import label_of
from vault.lettering import is_plain
from vault.session import Vault
from vault.store import audit
from vault.store import grants as grant_store
from vault.store import profile as store
from vault.store.connection import Connection
from vault.store.profile import AttributeRow, ValueRow
from vault.times import day, stamp

# The longest things of a person that are written on one line; documents are kept elsewhere.
MAX_TEXT: Final = 500
# UPU S42 knows no address of more lines, the name included.
MAX_LINES: Final = 10
# Values of one attribute over a life; a program that writes more often is stuck in a loop.
MAX_VALUES: Final = 1_000

Kind = Literal["text", "address", "date"]
Value = str | tuple[str, ...]
_KINDS: Final[dict[str, Kind]] = {"pd:PhysicalAddress": "address", "pd:BirthDate": "date"}
_ONE_DAY: Final = timedelta(days=1)
_read = msgspec.json.Decoder(str | tuple[str, ...]).decode


class UnknownAttributeError(FirstpartyError):
    code = "not-found"


class Held(msgspec.Struct, frozen=True):
    """A value with the days between which it held, both inclusive; None is open. An end before the start: it never did."""

    value: Value
    since: str | None
    until: str | None


class Attribute(msgspec.Struct, frozen=True):
    """An attribute as of a day: `present` is what holds then, `others` what held before or is to hold later."""

    number: int
    category: str
    label: str
    preferred: bool
    present: Held | None
    others: tuple[Held, ...]

    @property
    def id(self) -> str:
        return ids.text("attribute", self.number)

    @property
    def kind(self) -> Kind:
        return kind_of(self.category)

    @property
    def sensitivity(self) -> Sensitivity:
        return sensitivity(self.category)


class Done(msgspec.Struct, frozen=True):
    """What a change came to: how many notices are owed for it, and how many records of releases were emptied."""

    attribute: int
    notices: int = 0
    emptied: int = 0


# --- reading --------------------------------------------------------------------------------------------------------


def kind_of(category: str) -> Kind:
    return _KINDS.get(category, "text")


def attributes(connection: Connection, today: date) -> list[Attribute]:
    """Every attribute by category, the preferred one first; also those of which nothing holds on that day."""
    values: dict[int, list[ValueRow]] = {}
    for row in store.values(connection):
        values.setdefault(row.attribute, []).append(row)
    return [_attribute(row, values.get(row.id, []), today.isoformat()) for row in store.attributes(connection)]


def _attribute(row: AttributeRow, values: list[ValueRow], today: str) -> Attribute:
    present = next((value for value in reversed(values) if value.holds_on(today)), None)
    others = tuple(_held(value) for value in values if value is not present)
    return Attribute(
        row.id, row.category, row.label, row.preferred, _held(present) if present is not None else None, others
    )


def _held(row: ValueRow) -> Held:
    return Held(_read(row.value), row.valid_from, row.valid_until)


def find(connection: Connection, named: str, label: str | None = None) -> AttributeRow:
    """The attribute of this id, or of this category and label; without a label, the only one of the category."""
    parsed = ids.parse(named)
    if parsed is not None and parsed[0] == "attribute":
        row = store.attribute_by_id(connection, parsed[1])
        found = [row] if row is not None else []
    else:
        category = category_of(named)
        found = [row for row in store.attributes(connection) if row.category == category]
        found = [row for row in found if label is None or row.label == label_of(label)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownAttributeError(
            phrase("your profile has no `%(named)s`", named=named[:60]), hint=_near(connection, named)
        )
    labels = ", ".join(f"`{row.label}`" for row in found)
    raise UnknownAttributeError(
        phrase("your profile has %(count)s `%(named)s`: %(labels)s", count=len(found), named=named[:60], labels=labels),
        hint=phrase("name one with --label"),
    )


def _near(connection: Connection, named: str) -> str | Phrase:
    return hint(named, {row.category for row in store.attributes(connection)}, phrase("see `firstparty profile show`"))


# --- writing --------------------------------------------------------------------------------------------------------


def put(
    vault: Vault,
    category: str,
    lines: Sequence[str],
    *,
    label: str = "",
    since: date | None = None,
    until: date | None = None,
    preferred: bool = False,
) -> Done:
    """State a value from a day on. Without one, the first value of an attribute has no beginning and a later one begins
    today. It lasts until the next value that is known already, or until a day, after which the one before it holds again."""
    category, label = category_of(category), label_of(label)
    value = value_of(category, lines)
    with vault.transaction():
        row = _found_or_added(vault, category, label)
        if not row.preferred and (preferred or not any(one.preferred for one in _of_category(vault, category))):
            store.prefer(vault.connection, category, row.id)
            vault.log("profile.preferred", _named(row))
        return Done(row.id, _laid(vault, row, value, since, until))


def _of_category(vault: Vault, category: str) -> list[AttributeRow]:
    return [row for row in store.attributes(vault.connection) if row.category == category]


def _found_or_added(vault: Vault, category: str, label: str) -> AttributeRow:
    row = store.attribute(vault.connection, category, label)
    if row is None:
        number = ids.first_of_block(vault.now, after=store.largest(vault.connection))
        store.add_attribute(vault.connection, number, category, label, stamp(vault.now))
        row = store.attribute(vault.connection, category, label)
        assert row is not None
    return row


def _laid(vault: Vault, row: AttributeRow, value: Value, since: date | None, until: date | None) -> int:
    """Lay a value over what is known of the attribute; gives how many notices that makes."""
    known = [one for one in store.values(vault.connection, row.id) if not _never_held(one)]
    if len(known) >= MAX_VALUES:
        raise UsageError(
            phrase("`%(category)s` has %(most_values)s values", category=row.category, most_values=MAX_VALUES),
            hint=phrase("erase its history, or use other labels"),
        )
    begins = (since or vault.now.date()).isoformat() if since or known else None
    ends = until.isoformat() if until is not None else _before_next(known, begins)
    _check_days(known, begins, ends)
    before = next((one for one in known if one.holds_on(begins or "")), None)
    if before is not None and _read(before.value) == value and (before.valid_until == ends):
        return 0
    encoded, at = msgspec.json.encode(value).decode(), stamp(vault.now)
    first_day = begins or at[:10]
    if before is not None:
        store.end_value(vault.connection, before.id, _day_before(first_day))
    store.add_value(vault.connection, row.id, encoded, begins, ends, at)
    notices = _changed(vault, row, "replaced" if before is not None else "added", first_day)
    if ends is not None and until is not None:
        goes_on = before is not None and (before.valid_until is None or before.valid_until > ends)
        if before is not None and goes_on:
            store.add_value(vault.connection, row.id, before.value, _day_after(ends), before.valid_until, at)
        notices += _changed(vault, row, "replaced" if goes_on else "ended", _day_after(ends))
    return notices


def _never_held(row: ValueRow) -> bool:
    return row.valid_until is not None and row.valid_until < (row.valid_from or "")


def _before_next(known: list[ValueRow], begins: str | None) -> str | None:
    later = [one.valid_from for one in known if one.valid_from is not None and one.valid_from > (begins or "")]
    return _day_before(min(later)) if later else None


def _check_days(known: list[ValueRow], begins: str | None, ends: str | None) -> None:
    if ends is not None and ends < (begins or ""):
        raise UsageError(phrase("a value cannot end before it begins"), hint=phrase("name a later end"))
    inside = [
        one for one in known if one.valid_from is not None and (begins or "") < one.valid_from <= (ends or "9999")
    ]
    if inside:
        raise UsageError(
            phrase("another value begins on %(day)s", day=date.fromisoformat(str(inside[0].valid_from))),
            hint=phrase("let this one end before it, or remove that one"),
        )


def remove(vault: Vault, row: AttributeRow) -> Done:
    """It is not so any more, from today on. What was to come does not come; the history stays."""
    today = vault.now.date().isoformat()
    with vault.transaction():
        known = [one for one in store.values(vault.connection, row.id) if not _never_held(one)]
        open_ones = [one for one in known if one.valid_until is None or one.valid_until >= today]
        if not open_ones:
            raise UnknownAttributeError(
                phrase("your profile has no `%(category)s` that holds", category=row.category),
                hint=phrase("it was removed before"),
            )
        for one in open_ones:
            store.end_value(vault.connection, one.id, _day_before(max(today, one.valid_from or "")))
        store.cancel_changes(vault.connection, row.id, today)
        notices = _changed(vault, row, "ended", today) if any(one.holds_on(today) for one in open_ones) else 0
        _prefer_another(vault, row)
        return Done(row.id, notices)


def erase(vault: Vault, row: AttributeRow, *, only_past: bool = False) -> Done:
    """Forget values for good: all with the attribute, or only those that are past. Gives how many records of releases
    said them and are empty now."""
    today = vault.now.date().isoformat()
    with vault.transaction():
        values = store.values(vault.connection, row.id)
        gone = [one for one in values if not only_past or (one.valid_until is not None and one.valid_until < today)]
        leaves = grant_store.leaves_with_values(vault.connection, [one.id for one in gone])
        audit.erase_bodies(vault.connection, leaves)
        store.remove_values(vault.connection, [one.id for one in gone])
        held = not only_past and any(one.holds_on(today) for one in gone)
        notices = _changed(vault, row, "erased", today) if held else 0
        vault.log("profile.erased", {**_named(row), "values": len(gone), "releases": len(leaves)})
        if not only_past:
            store.cancel_changes(vault.connection, row.id, today)
            store.remove_attribute(vault.connection, row.id)
            _prefer_another(vault, row)
        return Done(row.id, notices, len(leaves))


def _prefer_another(vault: Vault, row: AttributeRow) -> None:
    """Where the preferred one has gone, the next that holds takes its place."""
    today = vault.now.date().isoformat()
    others = [one for one, _ in store.current(vault.connection, today) if one.category == row.category]
    if row.preferred and others:
        store.prefer(vault.connection, row.category, others[0].id)
        vault.log("profile.preferred", _named(others[0]))


def _changed(vault: Vault, row: AttributeRow, kind: str, effective: str) -> int:
    """Inside a transaction: put a change on record, and write the notices that are owed for it."""
    leaf = vault.log("profile.changed", {**_named(row), "change": kind, "effective": effective})
    change = store.add_change(vault.connection, row.id, row.category, kind, effective, stamp(vault.now), leaf)
    return noticing.note_change(vault, change, row.label)


def _named(row: AttributeRow) -> dict[str, object]:
    return {"attribute": ids.text("attribute", row.id), "category": row.category}


def _day_before(iso: str) -> str:
    return (date.fromisoformat(iso) - _ONE_DAY).isoformat()


def _day_after(iso: str) -> str:
    return (date.fromisoformat(iso) + _ONE_DAY).isoformat()


# --- values ---------------------------------------------------------------------------------------------------------


def value_of(category: str, lines: Sequence[str]) -> Value:
    """The value as it is kept; `UsageError` where it is none of its category."""
    kind = kind_of(category)
    cleaned = [" ".join(line.split()) for text in lines for line in text.splitlines() if line.strip()]
    if not cleaned or any(len(line) > MAX_TEXT or not is_plain(line) for line in cleaned):
        raise UsageError(
            phrase("a value is a line of text"), hint=phrase("write 1 to %(most)s printable characters", most=MAX_TEXT)
        )
    if kind == "address":
        if len(cleaned) > MAX_LINES:
            raise UsageError(
                phrase("an address has too many lines"), hint=phrase("write at most %(most)s", most=MAX_LINES)
            )
        return tuple(cleaned)
    if len(cleaned) > 1:
        raise UsageError(phrase("`%(category)s` has one line", category=category), hint=phrase("write it in one"))
    if kind == "date":
        return day(cleaned[0]).isoformat()
    if dpv.personal_data().is_a(category, "pd:EmailAddress"):
        _check_email(cleaned[0])
    return cleaned[0]


def _check_email(address: str) -> None:
    # RFC 5321 §4.1.2: a local part, an at sign, a domain; more is for whoever delivers it.
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or " " in address:
        raise UsageError(
            phrase("`%(address)s` is no e-mail address", address=address[:60]),
            hint=phrase("it is written like name@example.org"),
        )
