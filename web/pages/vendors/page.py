"""Every vendor: searched as one types, filtered by the address, with what it costs a month and by when to cancel. Also as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from terms.lifecycle import BINDING
from terms.roster import OffRosterError, find
from vault import categories
from vault.agreements import state_at
from vault.engaging import held
from vault.money import Money
from vault.overview import Contract, Overview
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store.vendors import VendorRow
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import attachment
from web.pages.frame.wording import category, cell, mark, said
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "vendors/page.html"
PER_PAGE: Final = 100
_LATELY: Final = timedelta(days=365)


class Line(Struct, frozen=True):
    """One vendor as the list has it. `terms` is the agreement that rules, empty without one; `holds` how many kinds of the
    owner's details it sees, has read or says that it has."""

    vendor: VendorRow
    stage: str
    per_month: tuple[Money, ...]
    cancel_by: date | None
    renews: date | None
    terms: str
    holds: int
    is_unused: bool
    has_risen: bool


Filter = Callable[[Line], bool]
FILTERS: Final[Mapping[str, tuple[str, Filter]]] = {
    "unused": (mark("not used"), lambda line: line.is_unused),
    "rose": (mark("price rose"), lambda line: line.has_risen),
    "costs": (mark("costs money"), lambda line: bool(line.per_month)),
    "holds": (mark("has your details"), lambda line: line.holds > 0),
}
_QUERY: Final = {
    "q": "part of a name",
    "category": "a category",
    "stage": "a stage",
    "only": "one of the filters",
    "page": "which page",
}


def lines(vault: Vault) -> list[Line]:
    """All of them, the dearest first, then by name."""
    overview = overview_of(vault)
    terms, holds = _terms(vault), Counter(one.vendor for one in held.places(vault) if not one.is_erased)
    found = [_line(overview, row, terms.get(row.id, ""), holds[row.id]) for row in overview.vendors]
    return sorted(
        found, key=lambda line: (-max((one.minor for one in line.per_month), default=0), line.vendor.name.lower())
    )


def _line(overview: Overview, row: VendorRow, terms: str, holds: int) -> Line:
    contracts = overview.by_vendor.get(row.id, [])
    return Line(
        vendor=row,
        stage=overview.stage(row).stage,
        per_month=tuple(overview.cost_per_month(contracts).values()),
        cancel_by=_soonest(contracts, "cancel_by"),
        renews=_soonest(contracts, "renews"),
        terms=terms,
        holds=holds,
        is_unused=any(one.row.unused_since for one in contracts),
        has_risen=any(_rose(one) for one in contracts),
    )


def _soonest(contracts: list[Contract], kind: str) -> date | None:
    return min((found.on for one in contracts if (found := one.deadline(kind))), default=None)


def _rose(contract: Contract) -> bool:
    since = contract.today - _LATELY
    return any(change.on > since and change.to_minor > change.from_minor for change in contract.row.price_changes)


def _terms(vault: Vault) -> dict[int, str]:
    return {
        row.vendor: _name(row.terms)
        for row in agreement_store.agreements(vault.connection)
        if row.vendor and state_at(row, vault.now) in BINDING
    }


def _name(id: str) -> str:
    try:
        return said(find(id).agreement.name)
    except OffRosterError:
        return id  # signed when the roster had it


def _chosen(found: list[Line], query: Mapping[str, str]) -> list[Line]:
    wanted, stage, category = query.get("q", "").strip().lower(), query.get("stage", ""), query.get("category", "")
    only = FILTERS[query["only"]][1] if query.get("only") in FILTERS else None
    return [
        line
        for line in found
        if (not wanted or wanted in line.vendor.name.lower())
        and (not stage or line.stage == stage)
        and (not category or category in categories.ancestors(line.vendor.category))
        and (only is None or only(line))
    ]


def _shown(vault: Vault, visit: Visit) -> Answer:
    query = {name: visit.asked.query.get(name, "") for name in _QUERY}
    everything = lines(vault)
    found = _chosen(everything, query)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(int(query["page"]), 1), pages) if query["page"].isdecimal() else 1
    return visit.shows(
        _TEMPLATE,
        lines=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(found),
        number=number,
        pages=pages,
        query=query,
        set={name: value for name, value in query.items() if value},
        filters={name: words for name, (words, _) in FILTERS.items()},
        stages=sorted({line.stage for line in everything}),
        categories=_offered(everything),
        per_month=_together(found),
        is_empty=not everything,
    )


def _offered(everything: list[Line]) -> list[str]:
    """The categories that vendors are of, and those above, in the tree's order."""
    there = {above for line in everything for above in categories.ancestors(line.vendor.category)}
    return [id for id in categories.tree() if id in there]


def _together(found: list[Line]) -> list[Money]:
    """What they cost a month, by currency, the most first."""
    sums: Counter[str] = Counter()
    for line in found:
        for one in line.per_month:
            sums[one.currency] += one.minor
    return [Money(minor, currency) for currency, minor in sums.most_common()]


def _table(vault: Vault, visit: Visit) -> Answer:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [
            said(mark("name")),
            said(mark("category")),
            said(mark("stage")),
            said(mark("per month")),
            said(mark("currency")),
            said(mark("cancel by")),
            said(mark("renews")),
            said(mark("terms")),
            said(mark("details held")),
        ]
    )
    for line in _chosen(lines(vault), visit.asked.query):
        first = line.per_month[0] if line.per_month else None
        shown = (
            line.vendor.name,
            category(line.vendor.category),
            said(line.stage),
            first.minor if first else "",
            first.currency if first else "",
        )
        rows.writerow([cell(one) for one in (*shown, line.cancel_by or "", line.renews or "", line.terms, line.holds)])
    return attachment(written.getvalue(), "text/csv", "vendors.csv")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/vendors", _shown, "Every vendor", query=_QUERY),
    guarded("GET", "/vendors.csv", _table, "Every vendor, as CSV", query=_QUERY),
)
