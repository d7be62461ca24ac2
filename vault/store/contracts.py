"""Rows of contracts, and the payments that contracts are found in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from vault.relationships.streams import Payment, PriceChange
from vault.store.connection import Connection


class Fact(msgspec.Struct, frozen=True):
    """One thing known of a contract that no charge says: `value` as typed (a period, a day, yes or no), `basis`
    `stated` or `owner`, `source` where it stands."""

    value: str
    basis: str = "owner"
    source: str = ""


class ContractRow(msgspec.Struct, frozen=True):
    """One contract as stored; see the first migration for the columns."""

    id: int
    vendor: int
    vendor_name: str
    title: str
    category: str
    currency: str
    price_minor: int
    period: str
    variable: bool
    confidence: float
    first_charged: str | None
    last_charged: str | None
    trial_until: str | None
    anchor_day: int
    seen_until: str | None
    price_changes: tuple[PriceChange, ...]
    refunds: tuple[int, ...]
    doubles: tuple[int, ...]
    evidence: tuple[str, ...]
    verdict: str
    facts: dict[str, Fact]
    source: str
    country: str


_COLUMNS = (
    "k.id, k.vendor, v.name, k.title, coalesce(nullif(k.category, ''), v.category), k.currency, k.price_minor, k.period, "
    "k.variable, k.confidence, k.first_charged, k.last_charged, k.trial_until, k.anchor_day, k.seen_until, "
    "k.price_changes, k.refunds, k.doubles, k.evidence, k.verdict, k.facts, k.source, v.country"
)
_changes = msgspec.json.Decoder(tuple[PriceChange, ...]).decode
_numbers = msgspec.json.Decoder(tuple[int, ...]).decode
_sentences = msgspec.json.Decoder(tuple[str, ...]).decode
_facts = msgspec.json.Decoder(dict[str, Fact]).decode


def _row(row: tuple[object, ...]) -> ContractRow:
    head, (changes, refunds, doubles, evidence, verdict, facts, source, country) = row[:15], row[15:]
    decoded = _changes(str(changes)), _numbers(str(refunds)), _numbers(str(doubles)), _sentences(str(evidence))
    plain = [bool(value) if place == 8 else value for place, value in enumerate(head)]
    return ContractRow(*plain, *decoded, verdict, _facts(str(facts)), source, country)  # type: ignore[arg-type]


def contracts(connection: Connection, *, vendor: int | None = None, dismissed: bool = False) -> list[ContractRow]:
    """Contracts by vendor name; those that the owner dismissed only when asked for."""
    where = ["1" if dismissed else "k.verdict <> 'dismissed'"] + ([] if vendor is None else ["k.vendor = ?"])
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM contract k JOIN vendor v ON v.id = k.vendor WHERE {' AND '.join(where)} "  # noqa: S608
        "ORDER BY v.name COLLATE NOCASE, k.id",
        () if vendor is None else (vendor,),
    )
    return [_row(row) for row in rows]


def contract(connection: Connection, number: int) -> ContractRow | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM contract k JOIN vendor v ON v.id = k.vendor WHERE k.id = ?",  # noqa: S608
        (number,),
    ).fetchone()
    return _row(row) if row else None


def charges_by_contract(connection: Connection, vendor: int | None = None) -> dict[int, list[tuple[int, str, int]]]:
    """(charge id, day, minor) in date order, for every contract (of one vendor)."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    where = "contract IS NOT NULL" if vendor is None else "contract IN (SELECT id FROM contract WHERE vendor = ?)"
    for number, *charge in connection.execute(
        f"SELECT contract, id, booked, minor FROM charge WHERE {where} ORDER BY contract, booked, id",  # noqa: S608
        () if vendor is None else (vendor,),
    ):
        found.setdefault(number, []).append(tuple(charge))  # type: ignore[arg-type]
    return found


def payments_of(connection: Connection, vendor: int) -> Iterator[tuple[str, int, Payment]]:
    """(currency, contract or 0, payment) for every charge of a vendor, by currency and day."""
    rows = connection.execute(
        "SELECT c.currency, coalesce(c.contract, 0), c.id, c.booked, c.minor, c.purpose, c.mandate, c.bank_account "
        "FROM charge c WHERE c.payee IN (SELECT id FROM payee WHERE vendor = ?) AND NOT c.pending "
        "ORDER BY c.currency, c.booked, c.id",
        (vendor,),
    )
    parse = date.fromisoformat
    for currency, contract_id, number, booked, minor, purpose, mandate, account in rows:
        yield currency, contract_id, Payment(number, parse(booked), minor, purpose, mandate, str(account))


def seen_until(connection: Connection, charge: int) -> str:
    """The last day that the statements of a charge's bank account cover."""
    row = connection.execute(
        "SELECT b.last_day FROM charge c JOIN bank_account b ON b.id = c.bank_account WHERE c.id = ?", (charge,)
    ).fetchone()
    return str(row[0])


def refresh_coverage(connection: Connection) -> None:
    """Statements that reach further also say more about contracts that were not charged in them."""
    connection.execute(
        "UPDATE contract SET seen_until = (SELECT b.last_day FROM charge c JOIN bank_account b ON b.id = c.bank_account "
        "WHERE c.contract = contract.id ORDER BY c.booked DESC LIMIT 1) WHERE source = 'derived'"
    )


_WRITTEN = (
    "vendor currency price_minor period variable confidence first_charged last_charged trial_until anchor_day seen_until "
    "price_changes refunds doubles evidence changed_at"
).split()


def put_derived(connection: Connection, number: int, title: str, values: dict[str, object], *, is_new: bool) -> None:
    """Insert or update what the charges say; what the owner said (title, facts, verdict) is not touched."""
    parameters = [values[name] for name in _WRITTEN]
    if is_new:
        names, marks = ", ".join(("id", "title", "created_at", *_WRITTEN)), ", ".join("?" * (len(_WRITTEN) + 3))
        connection.execute(
            f"INSERT INTO contract ({names}) VALUES ({marks})",  # noqa: S608
            (number, title, values["changed_at"], *parameters),
        )
    else:
        settings = ", ".join(f"{name} = ?" for name in _WRITTEN)
        connection.execute(
            f"UPDATE contract SET {settings}, title = CASE WHEN edited THEN title ELSE ? END WHERE id = ?",  # noqa: S608
            (*parameters, title, number),
        )


def assign(connection: Connection, contract: int | None, charges: Iterable[int]) -> None:
    connection.executemany("UPDATE charge SET contract = ? WHERE id = ?", [(contract, charge) for charge in charges])


def derived_of(connection: Connection, vendor: int) -> list[tuple[int, bool]]:
    """(id, whether the owner has touched it) of every contract found in a vendor's charges."""
    rows = connection.execute(
        "SELECT id, edited OR verdict <> '' FROM contract WHERE vendor = ? AND source = 'derived' ORDER BY id", (vendor,)
    )
    return [(number, bool(touched)) for number, touched in rows]


def remove(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM contract WHERE id = ?", (number,))
    connection.execute("DELETE FROM entry WHERE id = ?", (number,))


def bookings(connection: Connection, charges: Iterable[int]) -> list[tuple[int, str, int]]:
    """(id, day, minor) of these charges."""
    numbers = sorted(charges)
    found: list[tuple[int, str, int]] = []
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        marks = ", ".join("?" * len(some))
        found += connection.execute(f"SELECT id, booked, minor FROM charge WHERE id IN ({marks})", some).fetchall()  # noqa: S608
    return found
