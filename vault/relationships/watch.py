"""What a person should be told about: money taken that should not have been, and money that is about to go.

Promises
* Each finding names the charges behind it, so that it can be checked; each charge is behind one finding at most.
* One refund settles one charge: of the same contract, not before it, of at least its amount, the earliest first.
* Amounts are positive. `per` says whether the money goes once or every year.

Rules
* Charged after the end: later than the last day of the contract. The final bill of a contract with varying amounts
  may come up to two months later.
* A cancellation without confirmation after two weeks; only where it is known that none came.
* A return without refund two weeks after it was sent back (Directive 2011/83/EU Art. 13 gives the vendor 14 days).
* What the vendor states of a contract differs from what it charged, or from what the owner noted: neither is overwritten.
* A price rise counts from the price before to the price after, for as many periods as a year has. The step from a
  trial to the full price is not one (see `streams`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

import msgspec

from vault import periods
from vault.money import Money
from vault.periods import Period
from vault.relationships.costs import per_year, rounded
from vault.relationships.facts import UNSET, Stated, StatedFact
from vault.relationships.streams import PriceChange

Kind = Literal[
    "charged_after_end",
    "not_confirmed",
    "not_refunded",
    "price_rise",
    "double_charge",
    "trial_ending",
    "stated_otherwise",
]

FINAL_BILL = timedelta(days=62)
CONFIRMATION = timedelta(days=14)
REFUND = timedelta(days=14)
TRIAL_WARNING = timedelta(days=14)


class Booking(NamedTuple):
    """A charge or a refund: `minor` is positive in either list; `ref` finds it again."""

    ref: int
    on: date
    minor: int


class WatchedContract(msgspec.Struct, frozen=True):
    """`last_day` is the last day of a contract that was cancelled or ended by itself (not one that merely stopped
    charging). `confirmed` is none when nobody knows. `doubles` are charges taken twice (the second of each)."""

    id: str
    title: str
    currency: str
    period: Period
    price_minor: int = 0
    variable: bool = False
    charges: tuple[Booking, ...] = ()
    doubles: tuple[Booking, ...] = ()
    refunds: tuple[Booking, ...] = ()
    price_changes: tuple[PriceChange, ...] = ()
    cancelled_on: date | None = None
    confirmed: bool | None = None
    last_day: date | None = None
    trial_ends_on: date | None = None
    stated: Stated | None = None
    own_facts: Mapping[str, StatedFact] = {}


class ReturnedPurchase(msgspec.Struct, frozen=True):
    id: str
    title: str
    paid: Money
    returned_on: date
    refunded_minor: int = 0


class Finding(msgspec.Struct, frozen=True):
    """`subject` is the id of the contract or purchase as people see it, `on` the day it is about."""

    kind: Kind
    subject: str
    on: date
    sentence: str
    money: Money | None = None
    per: Literal["once", "year"] = "once"
    charges: tuple[int, ...] = ()


def watch(contract: WatchedContract, today: date, *, rises_since: date = date.min) -> tuple[Finding, ...]:
    """Everything to tell about one contract as of `today`, in date order; price rises from `rises_since` on."""
    wrong = (*_after_end(contract, today), *_twice(contract, today))
    found = [*_unsettled(wrong, contract.refunds), *_rises(contract, rises_since, today)]
    found += [*_unconfirmed(contract, today), *_trial(contract, today), *_stated(contract)]
    return tuple(sorted(found, key=lambda finding: (finding.on, finding.kind, finding.charges)))


def watch_return(purchase: ReturnedPurchase, today: date) -> Finding | None:
    """A return whose money has not come back in full in time."""
    open_minor = purchase.paid.minor - purchase.refunded_minor
    if open_minor <= 0 or today - purchase.returned_on <= REFUND:
        return None
    owed = Money(open_minor, purchase.paid.currency)
    sentence = f"{purchase.title} was returned on {purchase.returned_on} and {owed} has not come back"
    return Finding("not_refunded", purchase.id, purchase.returned_on, sentence, owed)


def yearly_effect(change: PriceChange, period: Period, currency: str) -> Money:
    """What a price change adds to a year; negative when the price fell."""
    return rounded((change.to_minor - change.from_minor) * per_year(period), currency)


def _after_end(contract: WatchedContract, today: date) -> Iterator[Finding]:
    if contract.last_day is None:
        return
    allowed = contract.last_day + (FINAL_BILL if contract.variable else timedelta(0))
    twice = {booking.ref for booking in contract.doubles}
    for charge in contract.charges:
        if allowed < charge.on <= today and charge.ref not in twice:
            money = Money(charge.minor, contract.currency)
            sentence = f"{contract.title} charged {money} on {charge.on}, after it ended on {contract.last_day}"
            yield Finding("charged_after_end", contract.id, charge.on, sentence, money, charges=(charge.ref,))


def _twice(contract: WatchedContract, today: date) -> Iterator[Finding]:
    for double in contract.doubles:
        if double.on <= today:
            money = Money(double.minor, contract.currency)
            sentence = f"{contract.title} took {money} twice, the second time on {double.on}"
            yield Finding("double_charge", contract.id, double.on, sentence, money, charges=(double.ref,))


def _unsettled(wrong: Iterable[Finding], refunds: tuple[Booking, ...]) -> Iterator[Finding]:
    """The findings that no refund settles; each refund is used once, the earliest that fits."""
    left = sorted(refunds, key=lambda refund: (refund.on, refund.ref))
    for finding in sorted(wrong, key=lambda item: (item.on, item.charges)):
        owed = finding.money.minor if finding.money else 0
        fitting = next((refund for refund in left if refund.on >= finding.on and refund.minor >= owed), None)
        if fitting is None:
            yield finding
        else:
            left.remove(fitting)


def _rises(contract: WatchedContract, since: date, today: date) -> Iterator[Finding]:
    if contract.last_day is not None and contract.last_day < today:
        return
    for change in contract.price_changes:
        if since <= change.on <= today and change.to_minor > change.from_minor:
            effect = yearly_effect(change, contract.period, contract.currency)
            before, after = Money(change.from_minor, contract.currency), Money(change.to_minor, contract.currency)
            more, times = Money(change.to_minor - change.from_minor, contract.currency), per_year(contract.period)
            sentence = f"{contract.title} rose from {before} to {after} on {change.on}"
            sentence += f" ({_times(times)} × {more} = {effect} a year)"
            yield Finding("price_rise", contract.id, change.on, sentence, effect, "year")


def _times(count: Fraction) -> str:
    return str(count) if count.denominator == 1 else f"{float(count):.2f}"


def _unconfirmed(contract: WatchedContract, today: date) -> Iterator[Finding]:
    cancelled = contract.cancelled_on
    if cancelled and contract.confirmed is False and today - cancelled > CONFIRMATION:
        sentence = f"{contract.title} was cancelled on {cancelled} and nobody has confirmed it"
        yield Finding("not_confirmed", contract.id, cancelled, sentence)


def _trial(contract: WatchedContract, today: date) -> Iterator[Finding]:
    ends = contract.trial_ends_on
    if ends and contract.cancelled_on is None and timedelta(0) <= ends - today <= TRIAL_WARNING:
        price = Money(contract.price_minor, contract.currency)
        cost = rounded(contract.price_minor * per_year(contract.period), contract.currency)
        sentence = f"the trial of {contract.title} ends on {ends}, then it costs {price} ({cost} a year)"
        yield Finding("trial_ending", contract.id, ends, sentence, cost, "year")


def _stated(contract: WatchedContract) -> Iterator[Finding]:
    stated = contract.stated
    if stated is None:
        return
    if contract.charges and not contract.variable:
        yield from _priced_otherwise(contract, stated)
    for name, fact in contract.own_facts.items():
        said = stated.facts.get(name)
        if said is not None and fact.text not in (said.text, UNSET):
            sentence = f"{contract.title}: you noted `{name}` {fact.text}, {stated.by} states {said.text}"
            yield Finding("stated_otherwise", contract.id, stated.on, sentence)
    started, first = stated.facts.get("started"), min((charge.on for charge in contract.charges), default=None)
    if started is not None and first is not None and first.isoformat() < started.text:
        sentence = f"{contract.title}: {stated.by} states that it started on {started.text}, and charged it on {first}"
        yield Finding("stated_otherwise", contract.id, stated.on, sentence)


def _priced_otherwise(contract: WatchedContract, stated: Stated) -> Iterator[Finding]:
    last = max(contract.charges, key=lambda charge: (charge.on, charge.ref))
    every = periods.parse(stated.period)
    exact = contract.price_minor * per_year(contract.period) - stated.price_minor * per_year(every)
    if stated.currency == contract.currency and not exact:
        return
    states = f"{Money(stated.price_minor, stated.currency)} every {stated.period}"
    charges = f"{Money(contract.price_minor, contract.currency)} every {contract.period}"
    sentence = f"{contract.title}: {stated.by} states {states}, and charges {charges} (last on {last.on})"
    # Without an amount: which of the two is right is not known here, and a price rise has its own finding.
    yield Finding("stated_otherwise", contract.id, stated.on, sentence, charges=(last.ref,))
