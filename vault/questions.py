"""The questions of `review` and the savings of the evening, from what the vault holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from vault import ids, periods
from vault.money import Money
from vault.overview import Contract, Overview
from vault.relationships.costs import total
from vault.relationships.deadlines import in_words
from vault.relationships.review import DoubtedContract, DoubtedVendor, Question
from vault.relationships.review import questions as worth_asking
from vault.relationships.savings import RunningContract, Savings, savings
from vault.store import corrections
from vault.store.connection import Connection

# Price rises of the last year are news; older ones have been lived with.
RECENT = timedelta(days=365)


def questions(connection: Connection, today: date, *, overview: Overview | None = None) -> tuple[Question, ...]:
    """At most ten, by the money at stake, without those that the owner dismissed. `overview` is that of the day, where there is
    one already."""
    overview = overview or Overview(connection, today)
    contracts = [_doubted(one) for one in overview.contracts if one.status in ("active", "trial")]
    return worth_asking(
        contracts, _vendors(connection, overview), dismissed=corrections.dismissed_questions(connection)
    )


def _doubted(one: Contract) -> DoubtedContract:
    cancel = one.deadline("cancel_by")
    return DoubtedContract(
        id=ids.text("contract", one.row.id),
        title=one.row.title,
        every=in_words(periods.parse(one.row.period)),
        yearly=one.yearly,
        charges=len(one.charges),
        confidence=one.row.confidence,
        confirmed=one.row.verdict == "confirmed",
        basis=cancel.basis if cancel else "unknown",
    )


def _vendors(connection: Connection, overview: Overview) -> Iterable[DoubtedVendor]:
    """Paid vendors without a category, and pairs that may be one."""
    from vault.vendor_finding import open_questions  # a part of the analysis, for this page alone

    by_key = {row.key: row for row in overview.vendors}
    pairs = {one.left: by_key[one.right] for one in open_questions(connection) if {one.left, one.right} <= set(by_key)}
    for row in overview.vendors:
        like = pairs.get(row.key)
        costs = total(contract.cost for contract in overview.by_vendor.get(row.id, []))
        yearly = max((cost.per_year for cost in costs.values()), key=lambda money: money.minor, default=None)
        if like or (yearly and yearly.minor and not row.category):
            yield DoubtedVendor(
                id=ids.text("vendor", row.id),
                name=row.name,
                yearly=yearly or Money(0, "EUR"),
                category=row.category,
                looks_like=(ids.text("vendor", like.id), like.name) if like else None,
            )


def evening(overview: Overview) -> Savings:
    """What was found tonight, each amount once, with its arithmetic."""
    running = [
        RunningContract(
            id=ids.text("contract", one.row.id),
            title=one.row.title,
            yearly=one.yearly,
            unused=f"not used since {one.row.unused_since}" if one.row.unused_since else "",
        )
        for one in overview.contracts
        if one.status in ("active", "trial")
    ]
    found = [finding for _, finding in overview.findings(rises_since=overview.today - RECENT)]
    return savings(running, found)
