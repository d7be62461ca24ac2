"""The payments of vendors as the analysis gets them, read many vendors at a time.

A vendor's charges lie scattered over the file, and each page that is read is decrypted. So the charges of a group of vendors
are read in the order in which they lie, and told apart afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from vault.relationships.streams import Payment
from vault.store.connection import Connection

# Charges in memory at once, some 600 bytes each; a larger group reads fewer pages twice.
GROUP_CHARGES = 50_000


class VendorPayments:
    """One vendor's payments by currency; which of them (by ref) are in which contract, and which came by way of a
    payment service."""

    __slots__ = ("by_currency", "contracts", "serviced")

    def __init__(self) -> None:
        self.by_currency: dict[str, list[Payment]] = {}
        self.contracts: dict[int, int] = {}
        self.serviced: set[int] = set()


class Sum(NamedTuple):
    """What charges and credits of one currency come to: how many, their sum, and the day of the first."""

    currency: str
    charges: int
    minor: int
    first: str


def counts(connection: Connection, vendors: Iterable[int]) -> dict[int, int]:
    """How many charges each of these vendors has, those with any."""
    rows = connection.execute(
        "SELECT p.vendor, count(*) FROM payee p JOIN charge c ON c.payee = p.id "
        "WHERE p.vendor IN (SELECT value FROM json_each(?)) GROUP BY p.vendor",
        (_json(vendors),),
    )
    return dict(rows.fetchall())


def groups(vendors: Iterable[int], counted: Mapping[int, int]) -> Iterator[list[int]]:
    """The vendors in their order, in groups of at most `GROUP_CHARGES` charges (or one vendor)."""
    group: list[int] = []
    total = 0
    for vendor in vendors:
        count = counted.get(vendor, 0)
        if group and total + count > GROUP_CHARGES:
            yield group
            group, total = [], 0
        group.append(vendor)
        total += count
    if group:
        yield group


def of_vendors(connection: Connection, vendors: Sequence[int], since: str = "") -> dict[int, VendorPayments]:
    """Every booked charge and credit of these vendors since a day, in the order in which they came."""
    payees = {
        payee: (vendor, via)
        for payee, vendor, via in connection.execute(
            "SELECT id, vendor, via FROM payee WHERE vendor IN (SELECT value FROM json_each(?))", (_json(vendors),)
        )
    }
    rows = connection.execute(
        "SELECT payee, currency, contract, id, booked, minor, "
        "CASE purpose WHEN '' THEN counterparty ELSE purpose END, mandate, bank_account FROM charge WHERE id IN "
        "(SELECT id FROM charge WHERE payee IN (SELECT value FROM json_each(?)) AND booked >= ?) AND NOT pending",
        (_json(payees), since),
    )
    found = {vendor: VendorPayments() for vendor in vendors}
    days: dict[str, date] = {}
    accounts: dict[int, str] = {}
    for payee, currency, contract, number, booked, minor, purpose, mandate, account in rows:
        day = days.get(booked) or days.setdefault(booked, date.fromisoformat(booked))
        holder = accounts.get(account) or accounts.setdefault(account, str(account))
        vendor, via = payees[payee]
        paid = found[vendor]
        payment = Payment(number, day, minor, purpose, mandate, holder)
        if currency in paid.by_currency:
            paid.by_currency[currency].append(payment)
        else:
            paid.by_currency[currency] = [payment]
        if contract:
            paid.contracts[number] = contract
        if via:
            paid.serviced.add(number)
    return found


def day_of_newest(connection: Connection, vendor: int, count: int) -> str:
    """The day from which on a vendor has some `count` charges."""
    newest = "SELECT c.booked FROM payee p JOIN charge c ON c.payee = p.id WHERE p.vendor = ? ORDER BY 1 DESC LIMIT ?"
    return str(connection.execute(f"SELECT min(booked) FROM ({newest})", (vendor, count)).fetchone()[0])


def sums_before(connection: Connection, vendor: int, day: str) -> list[Sum]:
    """What a vendor's booked charges before a day add up to."""
    rows = connection.execute(
        "SELECT c.currency, count(*), sum(c.minor), min(c.booked) FROM payee p JOIN charge c ON c.payee = p.id "
        "WHERE p.vendor = ? AND c.booked < ? AND NOT c.pending GROUP BY c.currency",
        (vendor, day),
    )
    return [Sum(*row) for row in rows]


def _json(numbers: Iterable[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
