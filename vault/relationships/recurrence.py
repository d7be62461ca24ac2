"""Finds the recurring charges among the payments of one payee in one currency.

Promises: every call ends with a list of streams, whatever the payments; the order of the payments does not
matter; no charge belongs to two streams. A stream is a contract as far as its charges can tell, with the reasons
in words and a confidence between 0 and 1.

Rules that are choices:

* Charges with different mandates are different contracts; charges with the same mandate are looked at together. A
  mandate that occurs once says nothing, as shops take one for each purchase. Where there is one mandate and charges
  without any, they are looked at together too, if that explains as much: the older file may not have stated it.
  A contract that goes on under another mandate, on the same due dates at about the same price, is one.
* Three charges make a contract; two do when they are a year, half a year or a quarter apart, or a month to the
  day, of the same amount (a year: nearly the same), and nothing else was bought there.
* A contract that stopped and came back with the same amount and rhythm is one contract with a gap.
* Weekly and two-weekly charges of varying amounts are shopping.
* Cash from a machine is no contract, however regular, where the text says what it is.
* Only money out forms streams; credits of an amount charged before are attached as refunds.

What it does not do: it names no vendors, adds no currencies, reads no clock, and reads no meaning from texts; that
two charges alone share the words of their purpose counts for a yearly contract among much shopping.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import exp
from operator import attrgetter

from vault.relationships.candidates import DOUBLE_DAYS, Found, Ledger
from vault.relationships.outlook import next_charge, status_of
from vault.relationships.pieces import join
from vault.relationships.returns import collected_again
from vault.relationships.rhythm import anchor_of, month_axis
from vault.relationships.separation import separate
from vault.relationships.streams import Payment, PriceChange, Stream

__all__ = ["find_streams", "next_charge", "status_of"]

_order = attrgetter("on", "minor", "ref", "text", "mandate", "account")
# How banks say that cash was taken from a machine (German, English, Dutch, French, Spanish, Italian, Polish).
CASH = re.compile(
    r"\b(geldautomat|bargeldausz|barabhebung|bargeldabhebung|atm|cash (withdrawal|machine)|geldautomaat|geldopname"
    r"|retrait (dab|especes)|cajero|prelievo bancomat|bankomat|wyplata gotowki)",
    re.IGNORECASE,
)
# A credit of the same amount this long after a charge gives it back.
REFUND_DAYS = 75
# A contract that changes its mandate (another bank, another way to pay) changes its price by no more than this then.
SEAM = 0.36
# Free trials are booked as nothing, or not at all; a booking of zero this long before the first charge is one.
FREE_TRIAL_DAYS = 100


def find_streams(payments: Sequence[Payment]) -> list[Stream]:
    """The contracts among the payments of one payee in one currency, by first charge."""
    charges = sorted((p for p in payments if p.minor < 0), key=_order)
    if len(charges) < 2:
        return []
    others = sorted((p for p in payments if p.minor >= 0), key=_order)
    ledger = _ledger(charges)
    again = collected_again(charges, others)
    found = _found(charges, ledger, again)
    found = [item for item in found if not _is_cash(charges, item[1])]
    if not found:
        return []
    found.sort(key=lambda item: item[1].members)
    spare = _Spare(charges, others, found, again)
    return [_stream(charges, ledger, mandate, one, spare) for mandate, one in found]


def _found(charges: Sequence[Payment], ledger: Ledger, again: Mapping[int, int]) -> list[tuple[str, Found]]:
    """The contracts by mandate, of all charges but those collected `again`."""
    groups = _by_mandate(charges, again)
    unmarked = groups.pop("", [])
    found = [
        (mandate, one)
        for mandate, members in sorted(groups.items())
        for one in separate(ledger._replace(bound=True), members)
    ]
    found += [("", one) for one in separate(ledger, unmarked)]
    if unmarked and len(groups) == 1:
        kept = [i for i in range(len(charges)) if i not in again]
        together = [(mandate, one) for mandate in groups for one in separate(ledger, kept)]
        better = len(together) <= len(found) and _explained(together) >= _explained(found)
        if better and all(_is_seamless(charges, one.members) for _, one in together):
            return together
    return _successive(ledger, found) if groups and len(found) > 1 else found


def _successive(ledger: Ledger, found: Sequence[tuple[str, Found]]) -> list[tuple[str, Found]]:
    """Contracts under one mandate that go on under another (or under none): one contract, with the later mandate."""
    mandates = {one.members[-1]: mandate for mandate, one in found}
    joined = join(ledger, [one for _, one in found], most=SEAM)
    return [(mandates[one.members[-1]], one) for one in joined]


def _is_seamless(charges: Sequence[Payment], members: Sequence[int]) -> bool:
    """Whether the price stays about the same where charges begin or cease to state their mandate."""
    for a, b in pairwise(members):
        step = charges[b].minor / charges[a].minor
        if charges[a].mandate != charges[b].mandate and not 1 - SEAM <= step <= 1 + SEAM:
            return False
    return True


def _explained(found: Sequence[tuple[str, Found]]) -> int:
    return sum(len(one.members) for _, one in found)


def _is_cash(charges: Sequence[Payment], one: Found) -> bool:
    """Whether most of the charges say that they are cash from a machine, which however regular is no contract."""
    said = sum(bool(CASH.search(charges[i].text)) for i in one.members)
    return said * 2 > len(one.members)


def _ledger(charges: Sequence[Payment]) -> Ledger:
    days = [charge.on.toordinal() for charge in charges]
    months = [month_axis(charge.on) for charge in charges]
    return Ledger(days, months, [-charge.minor for charge in charges], [charge.text for charge in charges])


def _by_mandate(charges: Sequence[Payment], again: Mapping[int, int]) -> dict[str, list[int]]:
    """Indices of charges by mandate; those without one, or with one that occurs once, together."""
    counts = Counter([charge.mandate for charge in charges])
    if not again and len(counts) == 1 and "" in counts:
        return {"": list(range(len(charges)))}
    groups: dict[str, list[int]] = defaultdict(list)
    for i, charge in enumerate(charges):
        if i in again:
            continue
        groups[charge.mandate if counts[charge.mandate] > 1 else ""].append(i)
    return groups


class _Spare:
    """Charges and credits that no contract took; each is given away once."""

    def __init__(
        self,
        charges: Sequence[Payment],
        others: Sequence[Payment],
        found: Sequence[tuple[str, Found]],
        again: dict[int, int],
    ) -> None:
        taken = {i for _, one in found for i in one.members}
        self.doubles: dict[int, list[Payment]] = defaultdict(list)
        self.credits: dict[int, list[Payment]] = defaultdict(list)
        self.again = {first: charges[second].ref for second, first in again.items()}
        self.nothing = [payment.on.toordinal() for payment in others if payment.minor == 0]
        for i, charge in enumerate(charges):
            if i not in taken and i not in again:
                self.doubles[-charge.minor].append(charge)
        for credit in others:
            if credit.minor > 0:
                self.credits[credit.minor].append(credit)

    def take_doubles(self, amount: int, day: int, days: int = DOUBLE_DAYS) -> list[int]:
        """Charges of `amount` around `day`."""
        here = self.doubles.get(amount)
        if not here:
            return []
        near = [p for p in here if abs(p.on.toordinal() - day) <= days]
        for payment in near:
            self.doubles[amount].remove(payment)
        return [payment.ref for payment in near]

    def take_credit(self, amount: int, day: int) -> list[int]:
        """The first credit of `amount` soon after `day`."""
        for payment in self.credits.get(amount, ()):
            if 0 <= payment.on.toordinal() - day <= REFUND_DAYS:
                self.credits[amount].remove(payment)
                return [payment.ref]
        return []


def _stream(charges: Sequence[Payment], ledger: Ledger, mandate: str, one: Found, spare: _Spare) -> Stream:
    members, reading = one.members, one.reading
    dates = [charges[i].on for i in members]
    doubles = [ref for i in members for ref in spare.take_doubles(ledger.amounts[i], ledger.days[i])]
    doubles += [spare.again[i] for i in members if i in spare.again]
    refunds = [ref for i in members for ref in spare.take_credit(ledger.amounts[i], ledger.days[i])]
    changes = tuple(
        PriceChange(dates[new.start], old.price, new.price)
        for old, new in zip(reading.levels, reading.levels[1:], strict=False)
    )
    return Stream(
        period=one.rhythm.period,
        charges=tuple(charges[i].ref for i in members),
        first=dates[0],
        last=dates[-1],
        price_minor=reading.levels[-1].price,
        variable=reading.kind != "fixed",
        price_changes=changes,
        refunds=tuple(refunds),
        doubles=tuple(doubles),
        trial_until=_trial_until(ledger, one, dates, spare),
        anchor_day=anchor_of(dates[-12:]) if one.rhythm.monthly else 0,
        mandate=mandate,
        confidence=_confidence(one),
        evidence=_evidence(one, dates, len(doubles), len(refunds)),
    )


def _trial_until(ledger: Ledger, one: Found, dates: Sequence[date], spare: _Spare) -> date | None:
    if one.reading.trial_end:
        return dates[one.reading.trial_end]
    begin = ledger.days[one.members[0]]
    free = bisect_left(spare.nothing, begin - FREE_TRIAL_DAYS) < bisect_right(spare.nothing, begin)
    return dates[0] if free else None


def _confidence(one: Found) -> float:
    """From the score, lower for two charges, for varying amounts and for missed due dates."""
    base = 1 / (1 + exp(-(one.fit.score - 4) / 3))
    coverage = len(one.fit.hits) / (len(one.fit.hits) + one.fit.missed)
    kind = {"fixed": 1.0, "base": 0.97, "rate": 0.97, "use": 0.92}[one.reading.kind]
    return round(min(0.99, base * kind * (0.7 + 0.3 * coverage)), 2)


def _evidence(one: Found, dates: Sequence[date], doubles: int, refunds: int) -> tuple[str, ...]:
    """Sentences that a person can check against the charges."""
    said = [f"{_count(len(dates), 'charge')} from {dates[0]} to {dates[-1]}, every {one.rhythm.period}"]
    said.append(f"on average {one.fit.spread:.1f} days from the due date")
    said.append(_AMOUNTS[one.reading.kind])
    if one.fit.missed:
        said.append(f"{_count(round(one.fit.missed), 'due date')} without a charge")
    if doubles:
        said.append(f"{_count(doubles, 'charge')} taken twice")
    if refunds:
        said.append(f"{_count(refunds, 'charge')} given back")
    return tuple(said)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_AMOUNTS = {
    "fixed": "the amount stays the same between price changes",
    "base": "most charges are the same amount, the others more",
    "rate": "the amount moves by a few percent around a price, as a foreign price does",
    "use": "the amount varies by use",
}
