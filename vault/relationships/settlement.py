"""Which charge settled which invoice of a vendor, as far as that is certain; a refund settles a credit note.

Promises
* One charge settles one invoice at most, and one invoice has one charge at most.
* The order in which rows come makes no difference, nor do rows of another currency, of another day or of an unlike amount.
* Where several would do, it is said so (`unclear`) and none is chosen. A part payment, or one payment of several invoices, is not guessed.

Rules
* What the owner said counts first: a charge *is* an invoice's, or is not.
* A charge settles an invoice of the same amount and currency, from `EARLY` days before the day of issue to `AFTER_DUE` days after it was
  due, or to `WITHOUT_DUE` days after its issue. The nearest to either day comes first; one before the issue after all others.
* A charge whose text names an invoice of the vendor belongs to that one and to no other, however late it comes.
* Equal invoices of one day and equal charges of one day are the same for this: two of each are two that are paid, two and one unclear.
* A charge that is left, within `NEAR` days of an invoice that is left, differs from it if there is no other such charge and no other
  such invoice. It is at most `UNLIKE` of the amount away, and not of another contract, lest it be another purchase; one that names the
  invoice may be of any amount.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal, NamedTuple

import msgspec

# Days. A shop charges when one orders and writes the invoice when it sends, often the next working day.
EARLY: Final = 3
# A transfer on the last day, a weekend, and the week that a first reminder gives; with the usual two weeks until an invoice is due that
# is less than a month, so that the next month's charge does not pay this month's invoice.
AFTER_DUE: Final = 14
# Less than the shortest month, for the same reason. (Who is not told a day is late after thirty, Directive 2011/7/EU Art. 3(3)(b).)
WITHOUT_DUE: Final = 28
# Debits run on the day that they are due, or on the next day that banks work; Christmas keeps them shut for four.
NEAR: Final = 7
# A rise, a fee or a slip is less than that; beyond it is a part payment or another purchase.
UNLIKE: Final = Fraction(1, 4)
# Days to pay beyond a quarter are instalments, or a slip of the vendor's.
LONGEST_TERM: Final = 92
# A number that is found in a text by accident is shorter, or has fewer digits (a year, a day).
NAMING: Final = 6
NAMING_DIGITS: Final = 4

_BETWEEN: Final = re.compile(r"[\s,;:]+")
_PLAIN: Final = re.compile(r"[^0-9a-z]")

State = Literal["paid", "differs", "unclear", "open", "nothing"]


class Bill(NamedTuple):
    """An invoice; `minor` is negative for a credit note. `contract` is the person's own, where it is known."""

    ref: int
    issued: date
    due: date | None
    minor: int
    currency: str
    number: str = ""
    contract: int | None = None


class Paid(NamedTuple):
    """A charge; `minor` is negative for a refund."""

    ref: int
    on: date
    minor: int
    currency: str
    text: str = ""
    contract: int | None = None


class Settled(msgspec.Struct, frozen=True):
    """How an invoice stands: by which charge it is `paid` or `differs`, or which of several make it `unclear`; `nothing` is an invoice
    of nothing. `by_owner`: the owner said so."""

    state: State
    charges: tuple[int, ...] = ()
    by_owner: bool = False


OPEN: Final = Settled("open")


class Words(NamedTuple):
    """What the owner said: which charge is an invoice's, and which are not (pairs of invoice and charge)."""

    its: Mapping[int, int] = {}
    not_its: Collection[tuple[int, int]] = frozenset()


NOTHING_SAID: Final = Words()


def settle(bills: Iterable[Bill], payments: Iterable[Paid], words: Words = NOTHING_SAID) -> dict[int, Settled]:
    """How each invoice of one vendor stands, by its ref."""
    return _Settling(sorted(bills), sorted(payments), words).found


class _Rank(NamedTuple):
    """The lesser comes first."""

    is_unnamed: bool
    is_early: bool
    days: int


# The refs of an invoice and a charge.
_Pair = tuple[int, int]
_Alike = tuple[date, date | None, int, str]


class _Days:
    """Charges by their day."""

    def __init__(self, found: Iterable[Paid]) -> None:
        self._sorted = sorted((one.on.toordinal(), one.ref) for one in found)
        self._days = [day for day, _ in self._sorted]

    def between(self, first: int, last: int) -> set[int]:
        return {ref for _, ref in self._sorted[bisect_left(self._days, first) : bisect_right(self._days, last)]}


class _Settling:
    def __init__(self, bills: Sequence[Bill], payments: Sequence[Paid], words: Words) -> None:
        self._bills = {one.ref: one for one in bills}
        self._payments = {one.ref: one for one in payments}
        self._words = words
        # The invoices that a charge names, and the charges that name an invoice.
        self._named = _named(bills, payments)
        self._naming = _turned(self._named)
        self._used: set[int] = set()
        self.found = {one.ref: Settled("nothing") for one in bills if not one.minor}
        self._as_said()
        self._equal()
        self._unequal()
        self.found.update({one.ref: OPEN for one in bills if one.ref not in self.found})

    def _put(self, bill: int, state: State, charges: Sequence[int], *, by_owner: bool = False) -> None:
        self.found[bill] = Settled(state, tuple(sorted(charges)), by_owner)
        self._used.update(charges)

    def _as_said(self) -> None:
        for ref, charge in sorted(self._words.its.items()):
            bill, payment = self._bills.get(ref), self._payments.get(charge)
            if bill and payment and bill.currency == payment.currency and charge not in self._used:
                is_same = bill.minor == payment.minor
                self._put(ref, "paid" if is_same else "differs", (charge,), by_owner=True)

    # --- of the same amount ---------------------------------------------------------------------------------------------

    def _equal(self) -> None:
        ranked: dict[_Rank, list[_Pair]] = {}
        for rank, bill, payment in self._pairs():
            ranked.setdefault(rank, []).append((bill, payment))
        for rank in sorted(ranked):
            left = [(bill, one) for bill, one in ranked[rank] if bill not in self.found and one not in self._used]
            for bills, payments, pairs in _groups(self._forced(left)):
                self._group(bills, payments, pairs)
        self._some_of_equal_ones()

    def _forced(self, pairs: list[_Pair]) -> list[_Pair]:
        """Settles each invoice that only one charge fits, if no other has that one alone, and so on; gives what is left."""
        while pairs:
            fits = Counter(bill for bill, _ in pairs)
            only = {bill: one for bill, one in pairs if fits[bill] == 1}
            claims = Counter(only.values())
            sure = {bill: one for bill, one in only.items() if claims[one] == 1}
            if not sure:
                break
            for bill, one in sure.items():
                self._put(bill, "paid", (one,))
            pairs = [(bill, one) for bill, one in pairs if bill not in sure and one not in self._used]
        return pairs

    def _pairs(self) -> Iterator[tuple[_Rank, int, int]]:
        by_amount: dict[tuple[str, int], list[Paid]] = {}
        for one in self._payments.values():
            by_amount.setdefault((one.currency, one.minor), []).append(one)
        days = {amount: _Days(found) for amount, found in by_amount.items()}
        for bill in self._bills.values():
            fits = days.get((bill.currency, bill.minor))
            if fits is None:
                continue
            first = bill.issued.toordinal() - EARLY
            named = fits.between(first, date.max.toordinal()) & self._naming.get(bill.ref, set())
            for ref in fits.between(first, _last(bill)) | named:
                if self._may_be(bill, self._payments[ref]):
                    yield self._rank(bill, self._payments[ref]), bill.ref, ref

    def _rank(self, bill: Bill, payment: Paid) -> _Rank:
        day = payment.on.toordinal()
        is_named = bill.ref in self._named.get(payment.ref, ())
        return _Rank(not is_named, day < bill.issued.toordinal(), _distance(bill, day))

    def _may_be(self, bill: Bill, payment: Paid) -> bool:
        named = self._named.get(payment.ref)
        return (bill.ref, payment.ref) not in self._words.not_its and (not named or bill.ref in named)

    def _group(self, bills: set[int], payments: set[int], pairs: Collection[_Pair]) -> None:
        """Those of one rank among which nothing is forced."""
        are_alike = len({_alike(self._bills[one]) for one in bills}) == 1
        on_one_day = len({self._payments[one].on for one in payments}) == 1
        is_enough = (on_one_day and len(payments) >= len(bills)) or (are_alike and len(payments) <= len(bills))
        if is_enough and len(pairs) == len(bills) * len(payments):
            for bill, one in zip(sorted(bills), sorted(payments), strict=False):
                self._put(bill, "paid", (one,))
            return
        for bill in bills:
            self._put(bill, "unclear", [one for of, one in pairs if of == bill])

    def _some_of_equal_ones(self) -> None:
        """Where one of some equal invoices is paid and another not, it is unclear which."""
        classes: dict[_Alike, list[Bill]] = {}
        for one in self._bills.values():
            classes.setdefault(_alike(one), []).append(one)
        for bills in classes.values():
            paid = [one for one in bills if self._is_guessed(one.ref)]
            for bill in [one for one in bills if one.ref not in self.found]:
                others = [one for one in paid if self._may_be(bill, self._payments[self.found[one.ref].charges[0]])]
                if others:
                    charges = {charge for one in others for charge in self.found[one.ref].charges}
                    for one in (bill, *others):
                        self._put(one.ref, "unclear", sorted(charges))

    def _is_guessed(self, bill: int) -> bool:
        found = self.found.get(bill)
        return (
            found is not None and found.state == "paid" and not found.by_owner and found.charges[0] not in self._named
        )

    # --- of another amount ----------------------------------------------------------------------------------------------

    def _unequal(self) -> None:
        left = [one for one in self._bills.values() if one.ref not in self.found]
        days = _Days([one for one in self._payments.values() if one.ref not in self._used])
        near = [(bill.ref, one) for bill in left for one in self._near(bill, days)]
        named = [(bill, one) for bill, one in near if bill in self._named.get(one, ())]
        for pairs in (named, near):
            still = [(bill, one) for bill, one in pairs if bill not in self.found and one not in self._used]
            for bills, payments, _ in _groups(still):
                if len(bills) == len(payments) == 1:
                    self._put(bills.pop(), "differs", (payments.pop(),))

    def _near(self, bill: Bill, days: _Days) -> Iterator[int]:
        issued, first = bill.issued.toordinal(), bill.issued.toordinal() - EARLY
        due = _due(bill) or issued
        found = days.between(first, issued + NEAR) | days.between(max(due - NEAR, first), due + NEAR)
        for ref in found | (days.between(first, date.max.toordinal()) & self._naming.get(bill.ref, set())):
            if self._differs(bill, self._payments[ref]):
                yield ref

    def _differs(self, bill: Bill, payment: Paid) -> bool:
        if bill.currency != payment.currency or bill.minor * payment.minor <= 0 or not self._may_be(bill, payment):
            return False
        if bill.ref in self._named.get(payment.ref, ()):
            return len(self._named[payment.ref]) == 1
        of_another = None not in (bill.contract, payment.contract) and bill.contract != payment.contract
        return not of_another and abs(payment.minor - bill.minor) <= UNLIKE * abs(bill.minor)


def _alike(bill: Bill) -> _Alike:
    return bill.issued, bill.due, bill.minor, bill.currency


def _due(bill: Bill) -> int | None:
    """The day as a number, so that no day of a vendor's is beyond the calendar."""
    if bill.due is None:
        return None
    issued = bill.issued.toordinal()
    return min(max(bill.due.toordinal(), issued), issued + LONGEST_TERM)


def _last(bill: Bill) -> int:
    due = _due(bill)
    return bill.issued.toordinal() + WITHOUT_DUE if due is None else due + AFTER_DUE


def _distance(bill: Bill, day: int) -> int:
    due, issued = _due(bill), bill.issued.toordinal()
    return min(abs(day - issued), abs(day - (issued if due is None else due)))


def _plain(text: str) -> str:
    return _PLAIN.sub("", text.casefold())


def _named(bills: Iterable[Bill], payments: Iterable[Paid]) -> dict[int, set[int]]:
    """The invoices that the text of a charge names, for each charge that names any."""
    numbers: dict[str, set[int]] = {}
    for bill in bills:
        plain = _plain(bill.number)
        if len(plain) >= NAMING and sum(one.isdigit() for one in plain) >= NAMING_DIGITS:
            numbers.setdefault(plain, set()).add(bill.ref)
    if not numbers:
        return {}
    found = {
        one.ref: set[int]().union(*(numbers.get(_plain(part), ()) for part in _BETWEEN.split(one.text)))
        for one in payments
    }
    return {ref: refs for ref, refs in found.items() if refs}


def _turned(named: Mapping[int, Collection[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, refs in named.items():
        for ref in refs:
            found.setdefault(ref, set()).add(one)
    return found


def _groups(pairs: Iterable[_Pair]) -> Iterator[tuple[set[int], set[int], list[_Pair]]]:
    """Pairs that have to do with each other: their invoices, their charges, and the pairs."""
    by_bill, by_payment = dict[int, list[_Pair]](), dict[int, list[_Pair]]()
    for pair in pairs:
        by_bill.setdefault(pair[0], []).append(pair)
        by_payment.setdefault(pair[1], []).append(pair)
    while by_bill:
        found: dict[_Pair, None] = {}
        waiting = by_bill.pop(next(iter(by_bill)))
        while waiting:
            pair = waiting.pop()
            found[pair] = None
            waiting += by_bill.pop(pair[0], []) + by_payment.pop(pair[1], [])
        yield {bill for bill, _ in found}, {one for _, one in found}, list(found)
