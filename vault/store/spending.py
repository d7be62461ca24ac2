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
