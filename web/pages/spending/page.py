"""Spending: months by category, fixed against variable, prices that rose, and the year ahead; each as a table and as CSV too."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from vault.forecast import expected
from vault.money import Money
from vault.overview import Contract, Overview
from vault.relationships.streams import PriceChange
from vault.session import Vault
from vault.store import spending as store
from vault.store.spending import Part
from web.pages.frame import charts
from web.pages.frame.charts import Bars
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import attachment
from web.pages.frame.wording import cell
from web.server.answers import Answer
from web.server.routes import Route

_QUERY: Final = {"currency": "the currency to show"}
_MONTHS: Final = 13


@dataclass(frozen=True, slots=True)
class Rise:
    contract: Contract
    change: PriceChange

    @property
    def percent(self) -> int:
        return round(100 * (self.change.to_minor - self.change.from_minor) / self.change.from_minor)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: words, then money by column, then the sum."""

    words: str
    cells: tuple[Money, ...]
    total: Money


def _page(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    found = store.parts(vault.connection, _months_back(today, _MONTHS - 1))
    overview = Overview(vault.connection, today)
    currencies = _currencies(found)
    currency = visit.asked.query.get("currency", "")
    currency = currency if currency in currencies else next(iter(currencies), "EUR")
    mine = [one for one in found if one.currency == currency]
    months = [_month(today, back) for back in range(_MONTHS - 1, -1, -1)]
    return visit.shows(
        "spending/page.html",
        currencies=currencies,
        currency=currency,
        kinds=_kinds(mine, months, currency),
        by_kind=_picture(mine, months, currency),
        categories=_categories(mine, months, currency),
        months=months,
        rises=_rises(overview, today),
        ahead=_ahead(overview, today, currency),
    )


def _currencies(found: Iterable[Part]) -> list[str]:
    """The one with most paid first."""
    sums: dict[str, int] = defaultdict(int)
    for one in found:
        sums[one.currency] += one.minor
    return sorted(sums, key=lambda name: -sums[name])


def _month(today: date, back: int) -> str:
    number = today.year * 12 + today.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02}"


def _months_back(today: date, back: int) -> str:
    return f"{_month(today, back)}-01"


def _sums(found: Iterable[Part], key: str) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in found:
        name = ("fixed" if one.fixed else "variable") if key == "kind" else one.category.partition(".")[0] or "other"
        sums[name, one.month] += one.minor
    return sums


def _rows(sums: dict[tuple[str, str], int], months: Sequence[str], currency: str) -> list[Row]:
    """The largest first."""
    found = []
    for name in dict.fromkeys(name for name, _ in sums):
        cells = tuple(Money(sums.get((name, month), 0), currency) for month in months)
        found.append(Row(name, cells, Money(sum(one.minor for one in cells), currency)))
    return sorted(found, key=lambda row: -row.total.minor)


def _kinds(found: Sequence[Part], months: Sequence[str], currency: str) -> list[Row]:
    return _rows(_sums(found, "kind"), months, currency)


def _picture(found: Sequence[Part], months: Sequence[str], currency: str) -> Bars | None:
    sums = _sums(found, "kind")
    columns = [(f"{month[5:]}/{month[2:4]}", _stack(sums, month)) for month in months]
    return charts.bars(columns, currency)


def _stack(sums: dict[tuple[str, str], int], month: str) -> list[tuple[int, str]]:
    return [(max(sums.get((name, month), 0), 0), name) for name in ("fixed", "variable")]


def _categories(found: Sequence[Part], months: Sequence[str], currency: str) -> list[Row]:
    return _rows(_sums(found, "category"), months, currency)


def _rises(overview: Overview, today: date) -> list[Rise]:
    """Of a year, the newest first."""
    found = [
        Rise(one, change)
        for one in overview.contracts
        for change in one.row.price_changes
        if change.to_minor > change.from_minor > 0 and (today - change.on).days <= 365
    ]
    return sorted(found, key=lambda rise: rise.change.on, reverse=True)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The year to come, month by month, and as a picture."""

    months: tuple[tuple[str, Money], ...]
    total: Money
    picture: Bars | None


def _ahead(overview: Overview, today: date, currency: str) -> Ahead:
    sums: dict[str, int] = {_month(today, -ahead): 0 for ahead in range(1, 13)}
    until = date.fromisoformat(_months_back(today, -13))
    for one in expected(overview.contracts, until):
        if one.money.currency == currency and f"{one.on:%Y-%m}" in sums:
            sums[f"{one.on:%Y-%m}"] += one.money.minor
    columns = [(f"{month[5:]}/{month[2:4]}", [(minor, "foreseen")]) for month, minor in sums.items()]
    months = tuple((month, Money(minor, currency)) for month, minor in sums.items())
    return Ahead(months, Money(sum(sums.values()), currency), charts.bars(columns, currency))


def _table(vault: Vault, visit: Visit) -> Answer:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["month", "currency", "category", "fixed", "minor"])
    for one in store.parts(vault.connection, _months_back(vault.now.date(), _MONTHS - 1)):
        rows.writerow([one.month, one.currency, cell(one.category), "yes" if one.fixed else "no", one.minor])
    return attachment(written.getvalue(), "text/csv", "spending.csv")


def _forecast(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["day", "contract", "currency", "minor"])
    until = date.fromisoformat(_months_back(today, -13))
    for one in expected(Overview(vault.connection, today).contracts, until):
        rows.writerow([one.on, cell(one.contract.row.title), one.money.currency, one.money.minor])
    return attachment(written.getvalue(), "text/csv", "forecast.csv")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/spending", _page, "What was paid, and what is to come", query=_QUERY),
    guarded("GET", "/spending.csv", _table, "What was paid by month and category, as CSV"),
    guarded("GET", "/forecast.csv", _forecast, "What is to come, as CSV"),
)
