"""Rows of the person's profile: attributes, their values over time, the changes, and which vendors were told of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vault.store.audit import OWN_LOG
from vault.store.connection import Connection


class AttributeRow(msgspec.Struct, frozen=True):
    """A category with a label (empty where there is only one)."""

    id: int
    category: str
    label: str
    preferred: bool
    created_at: str


class ValueRow(msgspec.Struct, frozen=True):
    """`value` is JSON: a text, or a list of the lines of an address. Days are inclusive; None is open."""

    id: int
    attribute: int
    value: str
    valid_from: str | None
    valid_until: str | None
    created_at: str

    def holds_on(self, day: str) -> bool:
        return (self.valid_from or "") <= day and (self.valid_until is None or day <= self.valid_until)


class ChangeRow(msgspec.Struct, frozen=True):
    """`effective` is the day from which the change holds."""

    id: int
    attribute: int | None
    category: str
    kind: str
    effective: str
    at: str


# --- attributes -----------------------------------------------------------------------------------------------------

_ATTRIBUTE = "SELECT id, category, label, preferred, created_at FROM profile_attribute"
_VALUE = "SELECT id, attribute, value, valid_from, valid_until, created_at FROM profile_value"


def _attribute(row: tuple[int, str, str, int, str]) -> AttributeRow:
    id, category, label, preferred, created_at = row
    return AttributeRow(id, category, label, bool(preferred), created_at)


def attributes(connection: Connection) -> list[AttributeRow]:
    """All of them by category, the preferred one first."""
    rows = connection.execute(f"{_ATTRIBUTE} ORDER BY category, preferred DESC, id").fetchall()
    return [_attribute(row) for row in rows]


def attribute(connection: Connection, category: str, label: str) -> AttributeRow | None:
    row = connection.execute(f"{_ATTRIBUTE} WHERE category = ? AND label = ?", (category, label)).fetchone()
    return _attribute(row) if row else None


def attribute_by_id(connection: Connection, id: int) -> AttributeRow | None:
    row = connection.execute(f"{_ATTRIBUTE} WHERE id = ?", (id,)).fetchone()
    return _attribute(row) if row else None


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM profile_attribute").fetchone()[0])


def add_attribute(connection: Connection, id: int, category: str, label: str, at: str) -> None:
    connection.execute(
        "INSERT INTO profile_attribute (id, category, label, created_at) VALUES (?, ?, ?, ?)",
        (id, category, label, at),
    )


def prefer(connection: Connection, category: str, id: int) -> None:
    """Make it the one of its category that comes first."""
    connection.execute("UPDATE profile_attribute SET preferred = 0 WHERE category = ? AND preferred", (category,))
    connection.execute("UPDATE profile_attribute SET preferred = 1 WHERE id = ?", (id,))


def remove_attribute(connection: Connection, id: int) -> None:
    """With all its values; what was logged of its changes stays."""
    connection.execute("DELETE FROM profile_attribute WHERE id = ?", (id,))


# --- values ---------------------------------------------------------------------------------------------------------


def values(connection: Connection, attribute: int | None = None) -> list[ValueRow]:
    """The values of one attribute, or of all, in their order in time."""
    where, parameters = ("", ()) if attribute is None else ("WHERE attribute = ?", (attribute,))
    rows = connection.execute(f"{_VALUE} {where} ORDER BY attribute, coalesce(valid_from, ''), id", parameters)
    return [ValueRow(*row) for row in rows]


def current(connection: Connection, day: str) -> list[tuple[AttributeRow, ValueRow]]:
    """What holds on that day."""
    rows = connection.execute(
        "SELECT a.id, a.category, a.label, a.preferred, a.created_at, v.id, v.attribute, v.value, v.valid_from, "
        "v.valid_until, v.created_at FROM profile_attribute a JOIN profile_value v ON v.attribute = a.id "
        "WHERE coalesce(v.valid_from, '') <= ?1 AND (v.valid_until IS NULL OR ?1 <= v.valid_until) "
        "ORDER BY a.category, a.preferred DESC, a.id",
        (day,),
    ).fetchall()
    return [(_attribute(row[:5]), ValueRow(*row[5:])) for row in rows]


def add_value(
    connection: Connection, attribute: int, value: str, valid_from: str | None, valid_until: str | None, at: str
) -> None:
    connection.execute(
        "INSERT INTO profile_value (attribute, value, valid_from, valid_until, created_at) VALUES (?, ?, ?, ?, ?)",
        (attribute, value, valid_from, valid_until, at),
    )


def end_value(connection: Connection, id: int, valid_until: str) -> None:
    connection.execute("UPDATE profile_value SET valid_until = ? WHERE id = ?", (valid_until, id))


def remove_values(connection: Connection, values: Iterable[int]) -> None:
    connection.executemany("DELETE FROM profile_value WHERE id = ?", [(value,) for value in values])


# --- changes --------------------------------------------------------------------------------------------------------

_CHANGE = "SELECT id, attribute, category, kind, effective, at FROM profile_change"


def add_change(
    connection: Connection, attribute: int, category: str, kind: str, effective: str, at: str, leaf: int
) -> ChangeRow:
    cursor = connection.execute(
        "INSERT INTO profile_change (attribute, category, kind, effective, at, log, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (attribute, category, kind, effective, at, OWN_LOG, leaf),
    )
    return ChangeRow(int(cursor.lastrowid or 0), attribute, category, kind, effective, at)


def changes(connection: Connection) -> list[ChangeRow]:
    """All of them, oldest first."""
    return [ChangeRow(*row) for row in connection.execute(f"{_CHANGE} ORDER BY id")]


def changes_after(connection: Connection, day: str) -> list[ChangeRow]:
    """Those that are known and do not hold yet on that day."""
    return [ChangeRow(*row) for row in connection.execute(f"{_CHANGE} WHERE effective > ? ORDER BY id", (day,))]


def cancel_changes(connection: Connection, attribute: int, day: str) -> None:
    """What was to come for an attribute after that day does not: nobody is told of it."""
    waiting = "SELECT id FROM profile_change WHERE attribute = ? AND effective > ?"
    connection.execute(f"DELETE FROM change_notice WHERE change IN ({waiting})", (attribute, day))
    connection.execute("DELETE FROM profile_change WHERE attribute = ? AND effective > ?", (attribute, day))


# --- vendors told by the person -------------------------------------------------------------------------------------


def add_told(connection: Connection, vendor: int, at: str, leaf: int) -> None:
    connection.execute(
        "INSERT INTO change_told (vendor, at, log, leaf) VALUES (?, ?, ?, ?)", (vendor, at, OWN_LOG, leaf)
    )


def told(connection: Connection) -> dict[int, str]:
    """When each vendor was last told."""
    return dict(connection.execute("SELECT vendor, max(at) FROM change_told GROUP BY vendor").fetchall())
