"""Rows of what vendors gave: each record with all its versions, and the readings of use that came with it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vault.store.connection import Connection


class RecordRow(msgspec.Struct, frozen=True):
    """The latest version of a record. `because` is why the owner disputes it, or none; `contract` the person's own contract that a
    contract belongs to. `client_name` and `vendor_name` are who gave it."""

    id: int
    client: int
    client_name: str
    vendor: int | None
    vendor_name: str
    kind: str
    ref: str
    agreement: str
    version: int
    body: str
    contract: int | None
    because: str | None
    created_at: str
    changed_at: str
    leaf: int


class VersionRow(msgspec.Struct, frozen=True):
    version: int
    agreement: str
    body: str
    at: str
    leaf: int


_RECORD = (
    "SELECT r.id, r.client, c.name, c.vendor, coalesce(v.name, ''), r.kind, r.ref, r.agreement, r.version, r.body, "
    "r.contract, r.because, r.created_at, r.changed_at, r.leaf FROM vendor_record r JOIN client c ON c.id = r.client "
    "LEFT JOIN vendor v ON v.id = c.vendor"
)


def record(connection: Connection, client: int, kind: str, ref: str) -> RecordRow | None:
    row = connection.execute(
        f"{_RECORD} WHERE r.client = ? AND r.kind = ? AND r.ref = ?", (client, kind, ref)
    ).fetchone()
    return RecordRow(*row) if row else None


def record_by_id(connection: Connection, id: int) -> RecordRow | None:
    row = connection.execute(f"{_RECORD} WHERE r.id = ?", (id,)).fetchone()
    return RecordRow(*row) if row else None


def records(connection: Connection) -> list[RecordRow]:
    """All of them, by who gave them, then newest first."""
    rows = connection.execute(f"{_RECORD} ORDER BY coalesce(v.name, c.name) COLLATE NOCASE, r.kind, r.id DESC")
    return [RecordRow(*row) for row in rows]


def page(connection: Connection, client: int, kind: str, after: int, limit: int) -> list[RecordRow]:
    """A client's records beyond this one, oldest first."""
    rows = connection.execute(
        f"{_RECORD} WHERE r.client = ? AND r.kind = ? AND r.id > ? ORDER BY r.id LIMIT ?", (client, kind, after, limit)
    )
    return [RecordRow(*row) for row in rows]


def count(connection: Connection, client: int, kind: str) -> int:
    row = connection.execute("SELECT count(*) FROM vendor_record WHERE client = ? AND kind = ?", (client, kind))
    return int(row.fetchone()[0])


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM vendor_record").fetchone()[0])


def versions(connection: Connection, record: int) -> list[VersionRow]:
    """Newest first."""
    rows = connection.execute(
        "SELECT version, agreement, body, at, leaf FROM vendor_record_version WHERE record = ? ORDER BY version DESC",
        (record,),
    )
    return [VersionRow(*row) for row in rows]


class NewVersion(msgspec.Struct, frozen=True):
    """`stated` is what the person's contract takes of it, as JSON."""

    record: int
    client: int
    kind: str
    ref: str
    agreement: str
    version: int
    body: str
    stated: str | None
    at: str
    leaf: int


def put(connection: Connection, new: NewVersion, *, log: int) -> None:
    """A record's first or next version. A dispute was of the version before."""
    connection.execute(
        "INSERT INTO vendor_record (id, client, kind, ref, agreement, version, body, stated, created_at, changed_at, log, "
        "leaf) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?11, ?10) ON CONFLICT (id) DO UPDATE SET agreement = ?5, "
        "version = ?6, body = ?7, stated = ?8, because = NULL, changed_at = ?9, log = ?11, leaf = ?10",
        (*msgspec.structs.astuple(new), log),
    )
    connection.execute(
        "INSERT INTO vendor_record_version (record, version, agreement, body, at, log, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new.record, new.version, new.agreement, new.body, new.at, log, new.leaf),
    )


def set_disputed(connection: Connection, record: int, because: str | None, at: str) -> None:
    connection.execute("UPDATE vendor_record SET because = ?, changed_at = ? WHERE id = ?", (because, at, record))


# --- invoices and charges -------------------------------------------------------------------------------------------


def invoices(connection: Connection, vendor: int | None = None) -> list[RecordRow]:
    """Those of clients that are of a vendor (of this one, where one is given)."""
    which = "c.vendor IS NOT NULL" if vendor is None else "c.vendor = ?"
    rows = connection.execute(f"{_RECORD} WHERE r.kind = 'invoice' AND {which}", () if vendor is None else (vendor,))
    return [RecordRow(*row) for row in rows]


def contracts_by_ref(connection: Connection) -> dict[tuple[int, str], int]:
    """The person's own contract that the contract of a client (by its ref) belongs to."""
    rows = connection.execute(
        "SELECT client, ref, contract FROM vendor_record WHERE kind = 'contract' AND contract IS NOT NULL"
    )
    return {(client, ref): contract for client, ref, contract in rows}


def charge_keys(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The charges that have these fingerprints (in hex): the same charge has the same after it was brought in again."""
    rows = connection.execute(
        "SELECT lower(hex(dedup)), id FROM charge WHERE dedup IN (SELECT unhex(value) FROM json_each(?))",
        (msgspec.json.encode(list(keys)).decode(),),
    )
    return dict(rows.fetchall())


def charge_key(connection: Connection, charge: int) -> str:
    """The fingerprint of a charge, in hex; empty where there is no such charge."""
    row = connection.execute("SELECT lower(hex(dedup)) FROM charge WHERE id = ?", (charge,)).fetchone()
    return str(row[0]) if row else ""


def account_names(connection: Connection) -> dict[str, str]:
    """How each bank account is shown, by its number as a text."""
    return {str(number): name for number, name in connection.execute("SELECT id, masked FROM bank_account")}


# --- the person's own contract --------------------------------------------------------------------------------------


def unplaced(connection: Connection) -> list[RecordRow]:
    """Contracts of clients of a vendor of the vault that belong to none of its contracts, or to one of another vendor, or to one
    that nobody but the vendor has said anything of."""
    rows = connection.execute(
        f"{_RECORD} LEFT JOIN contract k ON k.id = r.contract WHERE r.kind = 'contract' AND c.vendor IS NOT NULL "
        "AND (k.vendor IS NOT c.vendor OR (k.source = 'vendor' AND k.first_charged IS NULL AND NOT k.edited)) ORDER BY r.id"
    )
    return [RecordRow(*row) for row in rows]


def placed(connection: Connection) -> set[int]:
    """The contracts that some record belongs to."""
    rows = connection.execute("SELECT contract FROM vendor_record WHERE kind = 'contract' AND contract IS NOT NULL")
    return {row[0] for row in rows}


def place(connection: Connection, record: RecordRow, contract: int) -> None:
    """The record belongs to this contract from now on, and so do the readings that came for it."""
    connection.execute("UPDATE vendor_record SET contract = ? WHERE id = ?", (contract, record.id))
    if record.contract is not None:
        connection.execute(
            "UPDATE usage SET contract = ? WHERE contract = ? AND delivery IN (SELECT id FROM vendor_record WHERE client = ?)",
            (contract, record.contract, record.client),
        )


# --- use ------------------------------------------------------------------------------------------------------------


class Delivered(msgspec.Struct, frozen=True):
    day: str
    quantity: str


def add_usage(
    connection: Connection,
    first: int,
    record: int,
    contract: int,
    kind: tuple[str, str],
    found: Iterable[Delivered],
    at: str,
) -> None:
    """Readings (of a register and unit) in the place of those that the same client gave before for these days."""
    register, unit = kind
    for number, one in enumerate(found, first):
        connection.execute(
            "DELETE FROM usage WHERE contract = ? AND register = ? AND day = ? AND delivery IN "
            "(SELECT id FROM vendor_record WHERE client = (SELECT client FROM vendor_record WHERE id = ?))",
            (contract, register, one.day, record),
        )
        connection.execute(
            "INSERT INTO usage (id, contract, day, quantity, unit, register, created_at, delivery) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, contract, one.day, one.quantity, unit, register, at, record),
        )


# --- what they hold -------------------------------------------------------------------------------------------------


def stated_holdings(connection: Connection, vendor: int) -> list[tuple[str, str]]:
    """(when it was last given, what a client of the vendor says that it holds, as JSON); disputed or not."""
    rows = connection.execute(
        "SELECT r.changed_at, r.body FROM vendor_record r JOIN client c ON c.id = r.client WHERE r.kind = 'holdings' "
        "AND c.vendor = ? ORDER BY r.id",
        (vendor,),
    )
    return list(rows)


def stating_vendors(connection: Connection) -> set[int]:
    """Those of which a client ever said what it holds."""
    rows = connection.execute(
        "SELECT DISTINCT c.vendor FROM vendor_record r JOIN client c ON c.id = r.client WHERE r.kind = 'holdings' "
        "AND c.vendor IS NOT NULL"
    )
    return {int(vendor) for (vendor,) in rows}


def without_leaf(connection: Connection) -> list[str]:
    """What is wrong between records and the log, a sentence each."""
    missing = connection.execute(
        "SELECT count(*) FROM vendor_record_version r WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.log = r.log "
        "AND l.n = r.leaf AND l.event = 'record.given')"
    ).fetchone()[0]
    return [f"{missing} versions of vendors' records have no leaf in the log"] if missing else []
