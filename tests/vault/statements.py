"""Small made-up statements, and the whole content of a vault to compare by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vault import ids, periods
from vault.findings import Finding, FoundAccount, FoundCharge
from vault.importing import Importing, ImportReport, UndoReport, undo
from vault.overview import Contract, Overview
from vault.session import Vault
from vault.store import audit, connection, dump
from vault.store.connection import Connection

GIRO = "DE89370400440532013000"
SAVINGS = "DE02120300000000202051"


class File(NamedTuple):
    path: str
    findings: Sequence[Finding]
    connector: str = "camt"


def charge(on: str | date, euros: float, who: str, purpose: str = "", **more: object) -> FoundCharge:
    """Negative `euros` are money out."""
    day = on if isinstance(on, date) else date.fromisoformat(on)
    values = {"bank_account": GIRO, **more}
    return FoundCharge(day, round(euros * 100), "EUR", who, purpose, **values)  # type: ignore[arg-type]


def monthly(who: str, euros: float, first: str, times: int, purpose: str = "", **more: object) -> list[FoundCharge]:
    begin = date.fromisoformat(first)
    month = periods.parse("P1M")
    return [charge(periods.add(begin, month, n), -euros, who, purpose, **more) for n in range(times)]


def account(title: str, url: str, username: str = "me@example.org", own_id: str = "") -> FoundAccount:
    return FoundAccount(title, (url,), username, own_id)


def fill(importing: Importing, files: Sequence[File]) -> None:
    for file in files:
        importing.begin_file(file.path, file.connector)
        importing.add(file.findings)
        importing.end_file(connector=file.connector, sha256="00" * 32, size=1)


def bring(vault: Vault, *files: Sequence[Finding] | File) -> ImportReport:
    """Import one batch; a bare list is a file of its own."""
    importing = vault.importing()
    try:
        fill(importing, [one if isinstance(one, File) else File("a.xml", one) for one in files])
        return importing.commit()
    finally:
        importing.roll_back()


def take_back(vault: Vault, report: ImportReport) -> UndoReport:
    assert report.batch_id
    return undo(vault.connection, vault.keys, ids.number_of("batch", report.batch_id), vault.now)


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, the full-text indexes included."""
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        if not name.startswith("sqlite_")
    ]
    return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}


def records(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row that an archive holds, in the order of its key."""
    return {name: list(dump.rows(connection, name)) for name in dump.tables(connection)}


def contracts(vault: Vault, *, today: date | None = None, dismissed: bool = False) -> list[Contract]:
    return Overview(vault.connection, today or vault.now.date(), dismissed=dismissed).contracts


def only(vault: Vault) -> Contract:
    """The only contract, as of the vault's day."""
    (found,) = contracts(vault)
    return found


def vendor_names(vault: Vault) -> list[str]:
    return [row.name for row in Overview(vault.connection, vault.now.date()).vendors]


class Derived(NamedTuple):
    """What follows from the records, without ids."""

    vendors: frozenset[tuple[object, ...]]
    contracts: frozenset[tuple[object, ...]]


# Not by own id: of charges alike on one day any may be the regular one.
_CHARGE = "booked, minor, currency, counterparty, purpose, pending"


def derived(connection: Connection) -> Derived:
    """Vendors by key and contracts by their charges (as printed, with how often), ids aside."""
    printed: dict[int, list[tuple[object, ...]]] = {}
    for number, *row in connection.execute(f"SELECT contract, {_CHARGE} FROM charge WHERE contract IS NOT NULL"):
        printed.setdefault(number, []).append(tuple(row))
    vendors = connection.execute(
        "SELECT key, name, category, domains, confidence, evidence, first_seen, last_seen, charges, paid, "
        "(SELECT count(*) FROM account a WHERE a.vendor = vendor.id) FROM vendor"
    ).fetchall()
    contracts = connection.execute(
        "SELECT k.id, v.key, coalesce(k.own_title, k.title), k.currency, k.price_minor, k.period, k.variable, k.confidence, k.first_charged, "
        "k.last_charged, k.trial_until, k.anchor_day, k.seen_until, k.price_changes, k.evidence, "
        "json_array_length(k.refunds), json_array_length(k.doubles) FROM contract k JOIN vendor v ON v.id = k.vendor"
    ).fetchall()
    return Derived(
        frozenset(vendors),
        frozenset((tuple(sorted(printed.get(number, []))), *rest) for number, *rest in contracts),
    )


def assert_sound(vault: Vault) -> None:
    """The file is whole, the log holds, search indexes say what the tables say, references are in their vendor."""
    connected = vault.connection
    assert connection.integrity_problems(connected) == []
    verified = audit.verify(connected, public=vault.keys.signer.public)
    assert verified.ok, verified.faults
    for index in ("charge_text", "entry_text"):
        connected.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    strangers = connected.execute(
        "SELECT count(*) FROM charge c JOIN payee p ON p.id = c.payee JOIN contract k ON k.id = c.contract "
        "WHERE p.vendor IS NOT k.vendor"
    ).fetchone()[0]
    assert strangers == 0, "charges lie in a contract of another vendor"
    unknown = connected.execute(
        "SELECT kind, title FROM entry WHERE id NOT IN (SELECT id FROM vendor UNION SELECT id FROM account "
        "UNION SELECT id FROM contract)"
    ).fetchall()
    assert unknown == [], "search finds what is gone"
    titles = connected.execute(
        "SELECT e.title, r.title FROM (SELECT id, name AS title FROM vendor UNION ALL SELECT id, coalesce(own_title, title) FROM contract "
        "UNION ALL SELECT id, title FROM account) r LEFT JOIN entry e ON e.id = r.id WHERE e.title IS NOT r.title"
    ).fetchall()
    assert titles == [], "search knows records by another name"
