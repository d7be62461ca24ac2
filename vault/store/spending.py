"""What was paid to vendors, month by month."""

from __future__ import annotations

from typing import NamedTuple

from vault.store.connection import Connection


class Month(NamedTuple):
    """`month` as `2026-03`; `minor` is positive for money out, refunds taken off."""

    month: str
    currency: str
    minor: int


def months(connection: Connection, since: str, *, up_to_day: int = 31) -> list[Month]:
    """Each month from `since` (a date) on, counting its days up to `up_to_day`."""
    rows = connection.execute(
        "SELECT substr(c.booked, 1, 7), c.currency, -sum(c.minor) FROM charge c JOIN payee p ON p.id = c.payee "
        "WHERE c.booked >= ? AND CAST(substr(c.booked, 9, 2) AS INTEGER) <= ? AND p.vendor IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2",
        (since, up_to_day),
    )
    return [Month(*row) for row in rows]


def of_vendor(connection: Connection, vendor: int, since: str) -> list[Month]:
    """The same of one vendor, by whole months."""
    rows = connection.execute(
        "SELECT substr(c.booked, 1, 7), c.currency, -sum(c.minor) FROM charge c JOIN payee p ON p.id = c.payee "
        "WHERE p.vendor = ? AND c.booked >= ? GROUP BY 1, 2 ORDER BY 1, 2",
        (vendor, since),
    )
    return [Month(*row) for row in rows]


class Part(NamedTuple):
    """What was paid in a month for vendors of one category; `fixed` where it is the same each time by contract."""

    month: str
    currency: str
    category: str
    fixed: bool
    minor: int


def parts(connection: Connection, since: str) -> list[Part]:
    """Each month from `since` (a date) on, by the vendor's category."""
    rows = connection.execute(
        "SELECT substr(c.booked, 1, 7), c.currency, v.category, k.id IS NOT NULL AND NOT k.variable, -sum(c.minor) "
        "FROM charge c JOIN payee p ON p.id = c.payee JOIN vendor v ON v.id = p.vendor "
        "LEFT JOIN contract k ON k.id = c.contract WHERE c.booked >= ? GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        (since,),
    )
    return [Part(month, currency, category, bool(fixed), minor) for month, currency, category, fixed, minor in rows]
