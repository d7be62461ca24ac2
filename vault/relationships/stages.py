"""The stage of a relationship, from evidence that can be shown.

Theory: the rules stand in one table, strongest first; the first that holds gives the stage, and its sentence is
the evidence. What needs the owner soonest comes first among the running ones.

| stage | when |
|---|---|
| leaving | every running contract is cancelled |
| ended | its contracts have ended and nothing came since; nothing at all for a year and a half; or it was closed |
| renewal due | within 60 days a term begins anew, its last day to cancel comes, a trial ends or one may leave |
| price rising | a running contract's price rose in the last 180 days |
| unused | a source of usage, or the owner, says that it was not used for 90 days |
| new | first seen in the last 90 days |
| active | a contract runs, or something was paid, or there is an account |
| prospect | all others: it writes or offers, nothing more |

A rolling monthly contract is not "renewal due" every month: only terms that give a `renews` deadline are.
Without a source of usage nothing is called unused; then the evidence may say "no sign of use since", no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from vault.relationships.deadlines import Deadline
from vault.relationships.streams import PriceChange, Status

Stage = Literal["prospect", "new", "active", "unused", "price rising", "renewal due", "leaving", "ended"]

# Long enough for a month's notice and a month to think about it.
RENEWAL_DUE = timedelta(days=60)
# Half a year, after which a new price has become the price.
RECENT_RISE = timedelta(days=180)
NEW = timedelta(days=90)
# A quarter without use is a subscription one has forgotten.
UNUSED = timedelta(days=90)
# Longer than a yearly purchase that comes late.
SILENT = timedelta(days=540)


class ContractState(msgspec.Struct, frozen=True):
    """One contract of the vendor; `deadlines` as of today."""

    title: str
    status: Status
    last_charged: date | None = None
    price_changes: tuple[PriceChange, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


class VendorState(msgspec.Struct, frozen=True):
    """What is known of a vendor. `charges` counts payments; `last_seen` is the last of anything. `last_used` is the
    last sign of use; `usage_known` says that a source would show use if there were any (logged usage, not merely a
    log-in date); `unused_since` is what the owner said. `closed_on` is the day the last account was closed."""

    first_seen: date | None = None
    last_seen: date | None = None
    charges: int = 0
    accounts: int = 0
    contracts: tuple[ContractState, ...] = ()
    last_used: date | None = None
    usage_known: bool = False
    unused_since: date | None = None
    closed_on: date | None = None


class StageFound(msgspec.Struct, frozen=True):
    stage: Stage
    evidence: tuple[str, ...]


def stage_of(vendor: VendorState, today: date) -> StageFound:
    """The first stage of the table that holds, with its evidence."""
    for stage, rule in _RULES:
        evidence = tuple(rule(vendor, today))
        if evidence:
            return StageFound(stage, evidence)
    return StageFound("prospect", ("no account, no contract and no payment is known",))


def _running(vendor: VendorState) -> list[ContractState]:
    return [item for item in vendor.contracts if item.status in ("active", "trial")]


def _leaving(vendor: VendorState, today: date) -> Iterator[str]:
    if not _running(vendor):
        yield from (
            f"{item.title} is cancelled and still runs" for item in vendor.contracts if item.status == "cancelled"
        )


def _ended(vendor: VendorState, today: date) -> Iterator[str]:
    if _running(vendor):
        return
    if vendor.closed_on and vendor.closed_on <= today:
        yield f"the last account was closed on {vendor.closed_on}"
    elif vendor.contracts and not _seen_since(vendor):
        yield from (f"{item.title} has ended" for item in vendor.contracts)
        if vendor.accounts:
            yield "an account is left"
    elif vendor.charges and not vendor.accounts and vendor.last_seen and today - vendor.last_seen > SILENT:
        yield f"nothing was seen since {vendor.last_seen}"


def _seen_since(vendor: VendorState) -> bool:
    """Whether something happened after the last charge of the contracts, so that they are not all there is."""
    last = max((item.last_charged for item in vendor.contracts if item.last_charged), default=date.max)
    return any(day is not None and day > last for day in (vendor.last_seen, vendor.last_used))


def _renewal_due(vendor: VendorState, today: date) -> Iterator[str]:
    for item in _running(vendor):
        renews = any(deadline.kind == "renews" for deadline in item.deadlines)
        for deadline in item.deadlines:
            if deadline.on - today > RENEWAL_DUE or (deadline.kind == "cancel_by" and not renews):
                continue
            if deadline.kind in _DUE_WORDS:
                yield f"{item.title} {_DUE_WORDS[deadline.kind]} {deadline.on} (basis: {deadline.basis})"


_DUE_WORDS = {
    "renews": "renews on",
    "cancel_by": "can be cancelled until",
    "trial_ends": "is free or reduced until",
    "leave_until": "may be left until",
}


def _price_rising(vendor: VendorState, today: date) -> Iterator[str]:
    for item in _running(vendor):
        for change in item.price_changes:
            if change.to_minor > change.from_minor and timedelta(0) <= today - change.on <= RECENT_RISE:
                yield f"the price of {item.title} rose on {change.on}"


def _unused(vendor: VendorState, today: date) -> Iterator[str]:
    if not _running(vendor):
        return
    if vendor.unused_since and not (vendor.last_used and vendor.last_used > vendor.unused_since):
        yield f"not used since {vendor.unused_since}, as the owner said"
    elif vendor.usage_known and vendor.last_used and today - vendor.last_used > UNUSED:
        yield f"last used on {vendor.last_used}"
    elif vendor.usage_known and vendor.last_used is None and not _is_new(vendor, today):
        yield "no use was ever recorded"


def _is_new(vendor: VendorState, today: date) -> bool:
    return vendor.first_seen is not None and today - vendor.first_seen <= NEW


def _new(vendor: VendorState, today: date) -> Iterator[str]:
    if _is_new(vendor, today) and (vendor.contracts or vendor.charges or vendor.accounts):
        yield f"first seen on {vendor.first_seen}"


def _active(vendor: VendorState, today: date) -> Iterator[str]:
    running = _running(vendor)
    yield from (f"{item.title} runs" for item in running)
    if not running and vendor.charges:
        yield f"paid {vendor.charges} times, last seen on {vendor.last_seen}"
    elif not running and vendor.accounts:
        yield "an account, but no payment is known"
    if (running or vendor.charges or vendor.accounts) and vendor.last_used and today - vendor.last_used > UNUSED:
        yield f"no sign of use since {vendor.last_used}"


_RULES: tuple[tuple[Stage, Callable[[VendorState, date], Iterator[str]]], ...] = (
    ("leaving", _leaving),
    ("ended", _ended),
    ("renewal due", _renewal_due),
    ("price rising", _price_rising),
    ("unused", _unused),
    ("new", _new),
    ("active", _active),
)
