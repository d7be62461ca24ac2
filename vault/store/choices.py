"""Rows of the owner's choice of terms: versions, only ever added, and what the vendors named in it have held."""

from __future__ import annotations

import hashlib

import msgspec

from vault.store.connection import Connection


class VersionRow(msgspec.Struct, frozen=True):
    """`choice` is the whole choice as JSON; `log` and `leaf` say where in the audit logs its leaf is."""

    number: int
    at: str
    note: str
    choice: str
    log: int
    leaf: int


class ChosenVendorRow(msgspec.Struct, frozen=True):
    """A vendor that some version of the choice names; `held` are its payees, domains and accounts when it was chosen for
    and those that came to it as new since then, each with its kind before it (`payee:…`)."""

    key: str
    name: str
    held: frozenset[str]


# The event of a version's leaf.
EVENT = "choice.changed"
_VERSION = "SELECT number, at, note, choice, log, leaf FROM choice_version"
_held = msgspec.json.Decoder(frozenset[str]).decode


def versions(connection: Connection) -> list[VersionRow]:
    """Every version, oldest first."""
    return [VersionRow(*row) for row in connection.execute(f"{_VERSION} ORDER BY number")]


def version(connection: Connection, number: int) -> VersionRow | None:
    row = connection.execute(f"{_VERSION} WHERE number = ?", (number,)).fetchone()
    return VersionRow(*row) if row else None


def latest(connection: Connection) -> VersionRow | None:
    row = connection.execute(f"{_VERSION} ORDER BY number DESC LIMIT 1").fetchone()
    return VersionRow(*row) if row else None


def add(connection: Connection, row: VersionRow) -> None:
    connection.execute(
        "INSERT INTO choice_version (number, at, note, choice, log, leaf) VALUES (?, ?, ?, ?, ?, ?)",
        (row.number, row.at, row.note, row.choice, row.log, row.leaf),
    )


def digest_of(choice: str) -> str:
    """What a version's leaf says of its JSON: the SHA-256 of it, in hex."""
    return hashlib.sha256(choice.encode("utf-8", "surrogateescape")).hexdigest()


def without_leaf(connection: Connection) -> list[int]:
    """Versions whose leaf is missing or says something else than the version. The body of a leaf may have been erased."""
    rows = connection.execute(
        "SELECT v.number, v.choice, l.event, l.body FROM choice_version v "
        "LEFT JOIN audit_leaf l ON l.log = v.log AND l.n = v.leaf ORDER BY v.number"
    )
    return [
        number
        for number, choice, event, body in rows
        # Columns are not typed by the engine: whoever edits them may put anything there.
        if event != EVENT or (body is not None and digest_of(str(choice)) not in str(body))
    ]


def chosen_vendors(connection: Connection) -> list[ChosenVendorRow]:
    rows = connection.execute("SELECT key, name, held FROM chosen_vendor ORDER BY key")
    return [ChosenVendorRow(key, name, _held(held)) for key, name, held in rows]


def name_vendor(connection: Connection, key: str) -> None:
    """The choice says something of this vendor from now on: note what it holds."""
    connection.execute("INSERT OR IGNORE INTO chosen_vendor (key, name) VALUES (?1, ?1)", (key,))
    row = connection.execute("SELECT id, name FROM vendor WHERE key = ?", (key,)).fetchone()
    if row is not None:
        _remember(connection, key, row[1], held_by(connection, row[0]))


def held_by(connection: Connection, vendor: int) -> frozenset[str]:
    """The payees, domains and accounts that belong to a vendor now."""
    rows = connection.execute(
        "SELECT 'payee:' || key FROM payee WHERE vendor = ?1 UNION SELECT 'account:' || id FROM account WHERE vendor = ?1 "
        "UNION SELECT 'domain:' || value FROM vendor, json_each(vendor.domains) WHERE vendor.id = ?1",
        (vendor,),
    )
    return frozenset(row[0] for row in rows)


def newcomers(connection: Connection) -> frozenset[str]:
    """The payees and accounts that belong to no vendor yet; none while the choice names no vendor."""
    rows = connection.execute(
        "SELECT 'payee:' || key FROM payee WHERE vendor IS NULL AND EXISTS (SELECT 1 FROM chosen_vendor) "
        "UNION SELECT 'account:' || id FROM account WHERE vendor IS NULL AND EXISTS (SELECT 1 FROM chosen_vendor)"
    )
    return frozenset(row[0] for row in rows)


def remember_newcomers(connection: Connection, new: frozenset[str]) -> None:
    """Note which newcomers went to vendors that the choice names. What comes from another vendor is not noted: it may
    have been put there by mistake, and takes nothing along when it leaves again."""
    for row in chosen_vendors(connection) if new else ():
        found = connection.execute("SELECT id, name FROM vendor WHERE key = ?", (row.key,)).fetchone()
        if found is not None and (came := held_by(connection, found[0]) & new):
            _remember(connection, row.key, found[1], row.held | came)


def _remember(connection: Connection, key: str, name: str, held: frozenset[str]) -> None:
    connection.execute(
        "UPDATE chosen_vendor SET name = ?, held = ? WHERE key = ?",
        (name, msgspec.json.encode(sorted(held)).decode(), key),
    )
