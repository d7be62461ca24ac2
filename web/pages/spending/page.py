"""Spending: months by category, fixed against variable, prices that rose, and the year ahead; each as a table and as CSV too."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from statistics import median
from typing import Final

from msgspec import Struct

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
from web.pages.frame.language import gettext
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import attachment
from web.pages.frame.wording import category, cell, mark, said
from web.server.answers import Answer
from web.server.routes import Route

_QUERY: Final = {"currency": "the currency to show"}
_MONTHS: Final = 13
# Fewer months have nothing usual about them.
_USUAL_MONTHS: Final = 3


# So many kinds have a colour; what else there is stands together.
_COLOURS: Final = 5
_REST: Final = mark("other")
_KINDS: Final = {"fixed": mark("the same each time"), "variable": mark("different each time")}


class Rise(Struct, frozen=True):
    contract: Contract
    change: PriceChange

    @property
    def yearly(self) -> Money:
        """What it adds to a year; nothing once the contract has ended."""
        more = self.change.to_minor - self.change.from_minor
        return Money(round(self.contract.yearly.minor * more / self.change.to_minor), self.contract.row.currency)

    @property
    def percent(self) -> int:
        return round(100 * (self.change.to_minor - self.change.from_minor) / self.change.from_minor)


class Row(Struct, frozen=True):
    """A line of a table: words, then money by column, then the sum. `look` is its class in the picture."""

    words: str
    cells: tuple[Money, ...]
    total: Money
    look: str

    @property
    def per_month(self) -> Money:
        return Money(round(self.total.minor / len(self.cells)), self.total.currency)


def _page(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    found = store.parts(vault.connection, _months_back(today, _MONTHS - 1))
    overview = overview_of(vault, today)
    running = [one.row.currency for one in overview.contracts if one.status in ("active", "trial")]
    currencies = list(dict.fromkeys([*_currencies(found), *running]))
    currency = visit.asked.query.get("currency", "")
    currency = currency if currency in currencies else next(iter(currencies), "EUR")
    mine = [one for one in found if one.currency == currency]
    months = [_month(today, back) for back in range(_MONTHS - 1, -1, -1)]
    categories = _rows(_sums(mine, _category), months, currency)
    kinds = _rows(_sums(mine, _kind), months, currency)
    return visit.shows(
        "spending/page.html",
        currencies=currencies,
        currency=currency,
        months=months,
        categories=categories,
        by_category=_picture(categories, months, currency),
        kinds=kinds,
        by_kind=_picture(kinds, months, currency),
        legend=_legend(categories, currency),
        so_far=_total(categories, -1, currency),
        usual=_usual(categories, currency),
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


def _category(one: Part) -> str:
    return category(one.category.partition(".")[0]) if one.category else gettext(_REST)


def _kind(one: Part) -> str:
    words = _KINDS["fixed"] if one.fixed else _KINDS["variable"]
    return gettext(words)


def _sums(found: Iterable[Part], name: Callable[[Part], str]) -> dict[str, dict[str, int]]:
    """By name and month."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in found:
        sums[name(one)][one.month] += one.minor
    return sums


def _rows(sums: dict[str, dict[str, int]], months: Sequence[str], currency: str) -> list[Row]:
    """The largest first."""
    found = []
    for place, (name, by_month) in enumerate(sorted(sums.items(), key=lambda pair: -sum(pair[1].values()))):
        cells = tuple(Money(by_month.get(month, 0), currency) for month in months)
        total = Money(sum(one.minor for one in cells), currency)
        found.append(Row(name, cells, total, f"part-{min(place, _COLOURS) + 1}"))
    return found


def _picture(rows: Sequence[Row], months: Sequence[str], currency: str) -> Bars | None:
    """What came back in a month is not drawn: a bar has no part below the ground."""
    columns = [(date.fromisoformat(f"{month}-01"), _parts(rows, place)) for place, month in enumerate(months)]
    return charts.bars(columns, currency)


def _parts(rows: Sequence[Row], place: int) -> list[tuple[int, str]]:
    """From below, those of one look together."""
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row.look] += max(row.cells[place].minor, 0)
    return [(minor, look) for look, minor in sums.items()]


def _legend(rows: Sequence[Row], currency: str) -> list[Row]:
    """What has a colour of its own, and all else as one."""
    own, rest = list(rows[:_COLOURS]), rows[_COLOURS:]
    if not rest:
        return own
    cells = tuple(_total(rest, place, currency) for place in range(len(rest[0].cells)))
    total = Money(sum(one.minor for one in cells), currency)
    return [*own, Row(gettext(_REST), cells, total, rest[0].look)]


def _total(rows: Sequence[Row], place: int, currency: str) -> Money:
    return Money(sum(row.cells[place].minor for row in rows), currency)


def _usual(rows: Sequence[Row], currency: str) -> Money | None:
    """The median of the whole months in which anything was paid."""
    sums = [_total(rows, place, currency).minor for place in range(_MONTHS - 1)]
    paid = [one for one in sums if one]
    return Money(round(median(paid)), currency) if len(paid) >= _USUAL_MONTHS else None


def _rises(overview: Overview, today: date) -> list[Rise]:
    """Of a year, the newest first."""
    found = [
        Rise(one, change)
        for one in overview.contracts
        for change in one.row.price_changes
        if change.to_minor > change.from_minor > 0 and (today - change.on).days <= 365
    ]
    return sorted(found, key=lambda rise: rise.change.on, reverse=True)


class Ahead(Struct, frozen=True):
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
    columns = [(date.fromisoformat(f"{month}-01"), [(minor, "foreseen")]) for month, minor in sums.items()]
    months = tuple((month, Money(minor, currency)) for month, minor in sums.items())
    return Ahead(months, Money(sum(sums.values()), currency), charts.bars(columns, currency))


def _table(vault: Vault, visit: Visit) -> Answer:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [said(mark("month")), said(mark("currency")), said(mark("category")), said(mark("fixed")), said(mark("minor"))]
    )
    for one in store.parts(vault.connection, _months_back(vault.now.date(), _MONTHS - 1)):
        rows.writerow(
            [
                one.month,
                one.currency,
                cell(category(one.category)),
                said(mark("yes") if one.fixed else mark("no")),
                one.minor,
            ]
        )
    return attachment(written.getvalue(), "text/csv", "spending.csv")


def _risen(vault: Vault, visit: Visit) -> Answer:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [
            said(mark("contract")),
            said(mark("since")),
            said(mark("currency")),
            said(mark("before minor")),
            said(mark("now minor")),
            said(mark("more a year minor")),
        ]
    )
    today = vault.now.date()
    for one in _rises(overview_of(vault, today), today):
        row, change = one.contract.row, one.change
        rows.writerow([cell(row.title), change.on, row.currency, change.from_minor, change.to_minor, one.yearly.minor])
    return attachment(written.getvalue(), "text/csv", "price-rises.csv")


def _forecast(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow([said(mark("day")), said(mark("contract")), said(mark("currency")), said(mark("minor"))])
    until = date.fromisoformat(_months_back(today, -13))
    for one in expected(overview_of(vault, today).contracts, until):
        rows.writerow([one.on, cell(one.contract.row.title), one.money.currency, one.money.minor])
    return attachment(written.getvalue(), "text/csv", "forecast.csv")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/spending", _page, "What was paid, and what is to come", query=_QUERY),
    guarded("GET", "/spending.csv", _table, "What was paid by month and category, as CSV"),
    guarded("GET", "/price-rises.csv", _risen, "Prices that rose, as CSV"),
    guarded("GET", "/forecast.csv", _forecast, "What is to come, as CSV"),
)
