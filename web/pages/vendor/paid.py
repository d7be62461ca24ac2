"""What was paid: the prices of a contract as steps, and what a vendor got by month as bars; each a picture and a table."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from vault.money import Money
from vault.overview import Contract
from vault.session import Vault
from vault.store import spending
from vault.store.vendors import VendorRow
from web.pages.frame import charts
from web.pages.frame.charts import Bars, Steps

_MONTHS: Final = 13


class Shown(Struct, frozen=True):
    """A contract with its picture and table; `so_far` is what was paid for it."""

    contract: Contract
    prices: tuple[tuple[date, Money], ...]
    picture: Steps | None
    so_far: Money | None


def with_prices(one: Contract) -> Shown:
    row = one.row
    points: list[tuple[date, int]] = []
    if row.first_charged and not row.variable:
        first = row.price_changes[0].from_minor if row.price_changes else row.price_minor
        points = [(date.fromisoformat(row.first_charged), first)]
        points += [(change.on, change.to_minor) for change in row.price_changes]
    until = min(one.today, one.last_day or one.today)
    paid = -sum(minor for _, _, minor in one.charges)
    return Shown(
        one,
        tuple((on, Money(minor, row.currency)) for on, minor in points),
        charts.steps(points, until, row.currency) if len(points) > 1 else None,
        Money(paid, row.currency) if one.charges else None,
    )


class Months(Struct, frozen=True):
    """What a vendor got in each of the last months, in one currency."""

    months: tuple[tuple[str, Money], ...]
    picture: Bars


def by_month(vault: Vault, vendor: VendorRow, today: date) -> list[Months]:
    """By currency, the one with most paid first; none where nothing was paid lately."""
    numbers = [today.year * 12 + today.month - 1 - back for back in range(_MONTHS - 1, -1, -1)]
    first_days = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    paid: dict[str, dict[str, int]] = {}
    for month, currency, minor in spending.of_vendor(vault.connection, vendor.id, first_days[0].isoformat()):
        paid.setdefault(currency, {})[month] = minor
    found = []
    for currency, sums in sorted(paid.items(), key=lambda pair: -sum(pair[1].values())):
        minors = [(day, sums.get(f"{day:%Y-%m}", 0)) for day in first_days]
        picture = charts.bars([(day, [(max(minor, 0), "part-1")]) for day, minor in minors], currency)
        if picture is not None:
            found.append(Months(tuple((f"{day:%Y-%m}", Money(minor, currency)) for day, minor in minors), picture))
    return found
