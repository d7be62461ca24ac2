"""Rows of vendors, payees and accounts: plain SQL, read whole or by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from vault.store.connection import Connection


class VendorRow(msgspec.Struct, frozen=True):
    """One vendor as stored; `paid` is the net money out per currency. `accounts` counts its accounts,
    of which the first was opened and any was last used at the two times after it (UTC, as far as known)."""

    id: int
    key: str
    name: str
    category: str
    country: str
    domains: tuple[str, ...]
    confidence: float
    evidence: tuple[str, ...]
    source: str
    edited: bool
    first_seen: str | None
    last_seen: str | None
    charges: int
    paid: dict[str, int]
    accounts: int
    account_opened: str | None
    account_used: str | None


class PayeeRow(msgspec.Struct, frozen=True):
    id: int
    key: str
    via: str
    role: str
    creditor_id: str
    host: str
    name: str
    vendor: int | None
    evidence: str


class AccountRow(msgspec.Struct, frozen=True):
    id: int
    vendor: int | None
    title: str
    username: str
    urls: tuple[str, ...]
    opened: str | None
    changed: str | None
    last_used: str | None
    evidence: str


_COLUMNS = (
    "v.id, v.key, v.name, v.category, v.country, v.domains, v.confidence, v.evidence, v.source, v.edited, v.first_seen, "
    "v.last_seen, v.charges, v.paid, (SELECT count(*) FROM account a WHERE a.vendor = v.id), "
    "(SELECT min(coalesce(a.opened, a.changed)) FROM account a WHERE a.vendor = v.id), "
    "(SELECT max(a.last_used) FROM account a WHERE a.vendor = v.id)"
)
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_DECODERS: dict[str, Callable[[str], object]] = {
    "domains": _texts,
    "evidence": _texts,
    "paid": msgspec.json.Decoder(dict[str, int]).decode,
}


def _row(row: tuple[object, ...]) -> VendorRow:
    values = dict(zip(VendorRow.__struct_fields__, row, strict=True))
    values["edited"] = bool(values["edited"])
    for name, decode in _DECODERS.items():
        values[name] = decode(str(values[name]))
    return VendorRow(**values)  # type: ignore[arg-type]


def vendors(connection: Connection, *, limit: int = -1, after: tuple[str, int] | None = None) -> list[VendorRow]:
    """Every vendor by name, or a page of them; `after` is the (name, id) of the last one of the page before."""
    where = "WHERE (v.name COLLATE NOCASE, v.id) > (?, ?)" if after else ""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM vendor v {where} ORDER BY v.name COLLATE NOCASE, v.id LIMIT ?", (*(after or ()), limit)
    )
    return [_row(row) for row in rows]


def vendor(connection: Connection, number: int) -> VendorRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM vendor v WHERE v.id = ?", (number,)).fetchone()
    return _row(row) if row else None


def payees(connection: Connection, vendor: int | None = None) -> list[PayeeRow]:
    where, parameters = ("", ()) if vendor is None else ("WHERE vendor = ?", (vendor,))
    rows = connection.execute(
        f"SELECT id, key, via, role, creditor_id, host, name, vendor, evidence FROM payee {where} ORDER BY key, id",
        parameters,
    )
    return [PayeeRow(*row) for row in rows]


def accounts(connection: Connection, vendor: int | None = None) -> list[AccountRow]:
    where, parameters = ("", ()) if vendor is None else ("WHERE vendor = ?", (vendor,))
    rows = connection.execute(
        "SELECT id, vendor, title, username, urls, opened, changed, last_used, evidence FROM account "
        f"{where} ORDER BY title COLLATE NOCASE, id",
        parameters,
    )
    return [
        AccountRow(number, owner, title, username, _texts(urls), opened, changed, used, evidence)
        for number, owner, title, username, urls, opened, changed, used, evidence in rows
    ]


def home_country(connection: Connection) -> str:
    """The country (ISO 3166) of most of the owner's bank accounts, as their IBANs begin; empty when none says."""
    row = connection.execute(
        "SELECT substr(masked, 1, 2) FROM bank_account WHERE masked GLOB '[A-Z][A-Z]…*' GROUP BY 1 "
        "ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""


class ChargeRow(msgspec.Struct, frozen=True):
    id: int
    booked: str
    minor: int
    currency: str
    counterparty: str
    purpose: str
    vendor: int | None
    vendor_name: str
    role: str
    contract: int | None
    connector: str
    batch: int
    path: str
    pending: bool


def charges(
    connection: Connection,
    *,
    vendor: int | None = None,
    contract: int | None = None,
    since: str = "",
    until: str = "",
    limit: int = -1,
    before: tuple[str, int] | None = None,
) -> Iterable[ChargeRow]:
    """Charges, newest first; `before` is the (day, id) of the last one of the page before."""
    tests: list[tuple[str, tuple[object, ...]]] = []
    if vendor is not None:
        tests.append(("c.payee IN (SELECT id FROM payee WHERE vendor = ?)", (vendor,)))
    if contract is not None:
        tests.append(("c.contract = ?", (contract,)))
    if since:
        tests.append(("c.booked >= ?", (since,)))
    if until:
        tests.append(("c.booked <= ?", (until,)))
    if before:
        tests.append(("(c.booked, c.id) < (?, ?)", before))
    where = " AND ".join(test for test, _ in tests) or "1"
    rows = connection.execute(
        "SELECT c.id, c.booked, c.minor, c.currency, c.counterparty, c.purpose, p.vendor, coalesce(v.name, ''), p.role, "
        "c.contract, coalesce(f.connector, ''), f.batch, f.path, c.pending FROM charge c JOIN payee p ON p.id = c.payee "
        "JOIN file f ON f.id = c.file LEFT JOIN vendor v ON v.id = p.vendor "
        f"WHERE {where} ORDER BY c.booked DESC, c.id DESC LIMIT ?",
        (*(value for _, values in tests for value in values), limit),
    )
    return (ChargeRow(*row) for row in rows)


def booked_on(connection: Connection, charge: int) -> str:
    """The day of a charge; empty when there is none."""
    row = connection.execute("SELECT booked FROM charge WHERE id = ?", (charge,)).fetchone()
    return str(row[0]) if row else ""


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM vendor").fetchone()[0])


class ContactRow(msgspec.Struct, frozen=True):
    id: int
    kind: str
    value: str
    source: str


def add_contact(connection: Connection, vendor: int, kind: str, value: str, source: str, at: str) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO contact (vendor, kind, value, source, created_at) VALUES (?, ?, ?, ?, ?)",
        (vendor, kind, value, source, at),
    )


def remove_contact(connection: Connection, vendor: int, value: str) -> bool:
    """Whether there was one."""
    return connection.execute("DELETE FROM contact WHERE vendor = ? AND value = ?", (vendor, value)).rowcount > 0


def contacts(connection: Connection, vendor: int) -> list[ContactRow]:
    """How a vendor is reached, as far as anybody said."""
    rows = connection.execute(
        "SELECT id, kind, value, source FROM contact WHERE vendor = ? ORDER BY kind, value", (vendor,)
    )
    return [ContactRow(*row) for row in rows]
