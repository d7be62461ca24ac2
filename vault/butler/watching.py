"""Renewals and price rises that the analysis finds become requests, each once.

A renewal is questioned while there is time: from so many days before the last day to cancel (`question-ahead`) until that
day. A price rise is a request when it is new: at most as many days ago. Both go through the one door and are decided by the
owner's rules like everything else that wants something of the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from terms.proof.jcs import JsonValue
from vault import ids, periods
from vault.butler.known import Present
from vault.overview import Contract
from vault.policy.requests import Request, of_json
from vault.store import decisions as store
from vault.store.vendors import VendorRow


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened: `key` is the same whenever it is found again."""

    key: str
    request: Request
    vendor: VendorRow | None


def occasions(present: Present) -> Iterator[Occasion]:
    """What was not judged before, soonest first."""
    found = [*_renewals(present), *_price_rises(present)]
    return (one for one in found if not store.has_occasion(present.connection, one.key))


def _renewals(present: Present) -> Iterator[Occasion]:
    today = present.now.date()
    until = periods.add(today, present.settings.question_ahead)
    for contract, deadline in present.overview.deadlines(until):
        if deadline.kind == "cancel_by" and contract.status in ("active", "trial"):
            renews = contract.deadline("renews")
            body: dict[str, JsonValue] = {"contract": ids.text("contract", contract.row.id), "price": _rate(contract)}
            if renews is not None:
                body["from"] = renews.on.isoformat()
            key = f"renewal:{contract.row.id}:{deadline.on}"
            yield _occasion(present, contract, key, {"kind": "renewal", "renewal": body})


def _price_rises(present: Present) -> Iterator[Occasion]:
    today = present.now.date()
    since = periods.add(today, present.settings.question_ahead, -1)
    for contract in present.overview.contracts:
        if contract.status not in ("active", "trial"):
            continue
        for change in contract.row.price_changes:
            if since <= change.on <= today and change.to_minor > change.from_minor:
                yield _price_change(present, contract, change.on, change.from_minor, change.to_minor)


def _price_change(present: Present, contract: Contract, on: date, old: int, new: int) -> Occasion:
    body: dict[str, JsonValue] = {
        "contract": ids.text("contract", contract.row.id),
        "old": _rate(contract, old),
        "new": _rate(contract, new),
        "effective": on.isoformat(),
    }
    return _occasion(present, contract, f"price:{contract.row.id}:{on}", {"kind": "price-change", "price_change": body})


def _rate(contract: Contract, minor: int | None = None) -> JsonValue:
    row = contract.row
    return {"minor": row.price_minor if minor is None else minor, "currency": row.currency, "period": row.period}


def _occasion(present: Present, contract: Contract, key: str, json: dict[str, JsonValue]) -> Occasion:
    vendor = present.by_id.get(contract.row.vendor)
    return Occasion(key, of_json({**json, "vendor": _address(vendor)}), vendor)


def _address(vendor: VendorRow | None) -> str:
    """A vendor's web address. One that has none is named under `invalid`, which nobody can register (RFC 2606)."""
    if vendor is not None and vendor.domains:
        return f"https://{vendor.domains[0]}"
    name = ids.text("vendor", vendor.id).replace("_", "-") if vendor else "unknown"
    return f"https://{name}.invalid"
