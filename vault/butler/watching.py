"""Renewals and price rises that the analysis finds become requests, each once.

A renewal is questioned while there is time: from so many days before the last day to cancel (`question-ahead`) until that
day. One that binds for long is a request each time; one that can be left every month or so is one request a year, since
nobody wants to be asked twelve times. A price rise is a request while it is news.

Once means: however often statements are brought in again, vendors merged or imports undone. What the analysis calls a
contract may then get another number; so a request is remembered by the charges of its contract, any of which is enough to
know it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from terms.proof.jcs import JsonValue
from vault import ids, periods
from vault.butler.known import Present
from vault.money import Money
from vault.overview import Contract
from vault.policy.requests import Request, of_json
from vault.policy.values import Number
from vault.policy.writing import plain
from vault.relationships.deadlines import SHORTEST_RENEWAL_DAYS, Deadline
from vault.relationships.streams import PriceChange
from vault.store import decisions as store
from vault.store.vendors import VendorRow

_RUNNING = ("active", "trial")
# Statements are brought in about once a quarter; what is older is no news, and is said again when the contract renews.
_NEWS = timedelta(days=92)
_YEAR = timedelta(days=366)


class Occasion(Struct, frozen=True):
    """Something that happened: `key` is kept with the request. `cancel_by` is the last day to leave in time, `stake` what
    missing it costs, `lasting` whether it binds for long."""

    key: str
    request: Request
    contract: Contract
    vendor: VendorRow | None
    cancel_by: date | None
    stake: Money | None
    lasting: bool

    @property
    def risen(self) -> Number:
        """By how many percent the price is up on what it was a year ago; 0 where it is not."""
        return risen(self.contract)


def occasions(present: Present) -> Iterator[Occasion]:
    """What was not judged before; renewals first, soonest first."""
    yield from _renewals(present)
    yield from _price_rises(present)


def risen(contract: Contract) -> Number:
    today = contract.today
    recent = [one for one in contract.row.price_changes if today - _YEAR < one.on <= today]
    if contract.row.variable or not recent or recent[-1].to_minor <= recent[0].from_minor:
        return 0
    return plain(Fraction(100 * (recent[-1].to_minor - recent[0].from_minor), recent[0].from_minor))


def _renewals(present: Present) -> Iterator[Occasion]:
    until = periods.add(present.now.date(), present.settings.question_ahead)
    for contract, deadline in present.records.overview.deadlines(until):
        if deadline.kind == "cancel_by" and contract.status in _RUNNING:
            lasting = binds_for_long(contract, deadline)
            renews = contract.deadline("renews")
            term = str(renews.on if renews else deadline.on) if lasting else str(deadline.on.year)
            if not _was_judged(present, contract, "renewal", term):
                body = {**_named(contract), "price": _rate(contract), **({"from": str(renews.on)} if renews else {})}
                yield _occasion(present, contract, "renewal", term, body)


def binds_for_long(contract: Contract, deadline: Deadline) -> bool:
    """Whether missing the day costs about a quarter's price or more."""
    stake = deadline.money_at_stake
    return stake is None or stake.minor * 365 >= contract.yearly.minor * SHORTEST_RENEWAL_DAYS


def _price_rises(present: Present) -> Iterator[Occasion]:
    today = present.now.date()
    for contract in present.records.overview.contracts:
        if contract.status in _RUNNING and not contract.row.variable:
            for change in contract.row.price_changes:
                is_new = today - _NEWS <= change.on <= today and change.to_minor > change.from_minor
                if is_new and not _was_judged(present, contract, "price-change", str(change.on)):
                    yield _occasion(present, contract, "price-change", str(change.on), _repriced(contract, change))


def _repriced(contract: Contract, change: PriceChange) -> dict[str, JsonValue]:
    return {
        **_named(contract),
        "old": _rate(contract, change.from_minor),
        "new": _rate(contract, change.to_minor),
        "effective": change.on.isoformat(),
    }


def _named(contract: Contract) -> dict[str, JsonValue]:
    return {"contract": ids.text("contract", contract.row.id)}


def _rate(contract: Contract, minor: int | None = None) -> JsonValue:
    row = contract.row
    return {"minor": row.price_minor if minor is None else minor, "currency": row.currency, "period": row.period}


def _was_judged(present: Present, contract: Contract, kind: str, what: str) -> bool:
    marks = [_own_mark(contract), *store.charge_marks(present.connection, contract.row.id)]
    return store.has_occasion(present.connection, [_key(kind, mark, what) for mark in marks])


def _key(kind: str, mark: str, what: str) -> str:
    return f"{kind}:{mark}:{what}"


def _own_mark(contract: Contract) -> str:
    """What a contract without charges is known by: the owner wrote it, so its number stays."""
    return ids.text("contract", contract.row.id)


def _occasion(present: Present, contract: Contract, kind: str, what: str, body: dict[str, JsonValue]) -> Occasion:
    vendor = present.records.by_id.get(contract.row.vendor)
    marks = store.charge_marks(present.connection, contract.row.id)
    deadline = contract.deadline("cancel_by")
    return Occasion(
        key=_key(kind, marks[0] if marks else _own_mark(contract), what),
        request=of_json({"kind": kind, "vendor": _address(vendor), kind.replace("-", "_"): body}),
        contract=contract,
        vendor=vendor,
        cancel_by=deadline.on if deadline else None,
        stake=deadline.money_at_stake if deadline else None,
        lasting=deadline is None or binds_for_long(contract, deadline),
    )


def _address(vendor: VendorRow | None) -> str:
    """A vendor's web address. One that has none is named under `invalid`, which nobody can register (RFC 2606)."""
    if vendor is not None and vendor.domains:
        return f"https://{vendor.domains[0]}"
    name = ids.text("vendor", vendor.id).replace("_", "-") if vendor else "unknown"
    return f"https://{name}.invalid"
