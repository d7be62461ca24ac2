"""From a vendor's charges to its contracts, keeping the identity of those that were known before.

The analysis is made anew whenever a vendor's charges change. A stream is the contract with which it shares most charges;
so what the owner said of a contract (title, facts, confirmed or dismissed) stays with it as statements arrive, overlap or
are undone. A contract that no stream is any more goes, unless the owner has touched it: then it waits, without charges,
for a stream of its rhythm, currency and about its price, as the same statements give when they are imported again.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from vault import ids
from vault.money import Money
from vault.relationships.recurrence import find_streams
from vault.relationships.streams import Payment, Stream
from vault.store import contracts as store
from vault.store import derived, entries, intake, payments
from vault.store.connection import Connection
from vault.times import stamp

# A payment service takes the money within a week of the purchase.
FUNDING_DAYS = 7
# More charges than a household gives one vendor in a lifetime; older ones are counted and not analysed, so that memory
# does not follow the length of a file that is no household's.
MAX_ANALYSED = 50_000
# A contract found again by other charges may have become dearer meanwhile, but costs neither double nor half.
SAME_PRICE = 2


def find_contracts(connection: Connection, vendors: Sequence[tuple[int, str]], now: datetime) -> int:
    """Bring totals and contracts of these vendors (id, name) up to date; gives how many contracts are new (or gone,
    negative)."""
    names = dict(vendors)
    counted = payments.counts(connection, names)
    change = 0
    for group in payments.groups(names, counted):
        large = len(group) == 1 and counted.get(group[0], 0) > MAX_ANALYSED
        since = payments.day_of_newest(connection, group[0], MAX_ANALYSED) if large else ""
        older = payments.sums_before(connection, group[0], since) if since else []
        found = payments.of_vendors(connection, group, since)
        known = store.derived_of(connection, group)
        totals = []
        for vendor in group:
            paid = found[vendor]
            by_currency = {code: _without_funding(made, paid.serviced) for code, made in paid.by_currency.items()}
            totals.append(_totals(vendor, by_currency, older))
            streams = [(code, one) for code in sorted(by_currency) for one in find_streams(by_currency[code])]
            if streams or paid.contracts or vendor in known:
                identities = _Identities(connection, vendor, names[vendor], paid.contracts, known.get(vendor, []), now)
                change += identities.store(streams)
        derived.put_totals(connection, totals)
    return change


def _without_funding(made: list[Payment], serviced: set[int]) -> list[Payment]:
    """One purchase seen twice is one: in the payment service's own statement, and a few days later where the
    service takes the money from. The service's side is kept, since it is the purchase."""
    if not serviced or len({payment.account for payment in made if payment.minor < 0}) < 2:
        return made
    made = sorted(made, key=lambda payment: (payment.on, payment.ref))
    direct: dict[int, deque[Payment]] = {}
    for payment in made:
        if payment.ref not in serviced:
            direct.setdefault(payment.minor, deque()).append(payment)
    return [
        payment
        for payment in made
        if payment.ref not in serviced or not _funded(payment, direct.get(payment.minor, deque()))
    ]


def _funded(taken: Payment, purchases: deque[Payment]) -> Payment | None:
    """The purchase that was paid by what was taken, out of those of the same amount in the order of days; it is
    removed, as are those that no later payment can be for."""
    while purchases and (taken.on - purchases[0].on).days > FUNDING_DAYS:
        purchases.popleft()
    for purchase in purchases:
        if (taken.on - purchase.on).days < -1:
            break
        if taken.account != purchase.account:
            purchases.remove(purchase)
            return purchase
    return None


def _totals(vendor: int, by_currency: dict[str, list[Payment]], older: Sequence[payments.Sum]) -> derived.Totals:
    paid: Counter[str] = Counter({one.currency: -one.minor for one in older})
    count, first, last = sum(one.charges for one in older), date.max, date.min
    for currency, made in by_currency.items():
        paid[currency] -= sum([payment.minor for payment in made])
        days = [payment.on for payment in made]
        count, first, last = count + len(days), min(first, min(days)), max(last, max(days))
    if not count:
        return derived.Totals(vendor, 0, None, None, {})
    began = min([first.isoformat(), *(one.first for one in older)])
    return derived.Totals(vendor, count, began, last.isoformat(), dict(paid))


class _Identities:
    """Which stream is which known contract of one vendor."""

    def __init__(
        self,
        connection: Connection,
        vendor: int,
        name: str,
        before: dict[int, int],
        known: Sequence[store.DerivedContract],
        now: datetime,
    ) -> None:
        self._connection, self._vendor, self._name, self._before = connection, vendor, name, before
        self._now = now
        self._known = {one.id: one for one in known}

    def store(self, found: list[tuple[str, Stream]]) -> int:
        members: dict[int, int | None] = dict.fromkeys(self._before)
        taken = self._match(found)
        new = 0
        titles = _titles(self._name, found)
        for (currency, stream), number, title in zip(found, taken, titles, strict=True):
            is_new = number is None
            if number is None:
                number = ids.first_of_block(self._now, after=intake.largest_id(self._connection, "contract"))
                new += 1
            self._put(number, currency, stream, title, is_new=is_new)
            members |= dict.fromkeys(stream.charges, number)
        self._assign(members)
        return new - self._drop(set(self._known).difference(number for number in taken if number))

    def _match(self, found: list[tuple[str, Stream]]) -> list[int | None]:
        """For each stream the known contract it continues, the largest overlaps first."""
        overlaps = []
        for place, (_, stream) in enumerate(found):
            shared = Counter(self._before[ref] for ref in stream.charges if ref in self._before)
            overlaps += [(-count, number, place) for number, count in shared.items() if number in self._known]
        taken: dict[int, int] = {}
        for _, number, place in sorted(overlaps):
            if place not in taken and number not in taken.values():
                taken[place] = number
        if len(taken) < len(found):
            self._adopt(found, taken, {number for _, number, _ in overlaps})
        return [taken.get(place) for place in range(len(found))]

    def _adopt(self, found: list[tuple[str, Stream]], taken: dict[int, int], continued: set[int]) -> None:
        """Give streams that continue nothing to the contracts that nothing continues, the nearest prices first."""
        left = [one for number, one in self._known.items() if number not in continued]
        pairs = sorted(
            (abs(one.price_minor - stream.price_minor), one.id, place)
            for place, (currency, stream) in enumerate(found)
            for one in left
            if place not in taken and (one.currency, one.period) == (currency, str(stream.period))
            if one.price_minor <= SAME_PRICE * stream.price_minor and stream.price_minor <= SAME_PRICE * one.price_minor
        )
        for _, number, place in pairs:
            if place not in taken and number not in taken.values():
                taken[place] = number

    def _put(self, number: int, currency: str, stream: Stream, title: str, *, is_new: bool) -> None:
        connection = self._connection
        values: dict[str, object] = {
            "vendor": self._vendor,
            "currency": currency,
            "price_minor": stream.price_minor,
            "period": str(stream.period),
            "variable": stream.variable,
            "confidence": stream.confidence,
            "first_charged": stream.first.isoformat(),
            "last_charged": stream.last.isoformat(),
            "trial_until": stream.trial_until.isoformat() if stream.trial_until else None,
            "anchor_day": stream.anchor_day,
            "seen_until": store.seen_until(connection, stream.charges[-1]),
            "price_changes": _json(stream.price_changes),
            "refunds": _json(stream.refunds),
            "doubles": _json(stream.doubles),
            "evidence": _json(stream.evidence),
            "changed_at": stamp(self._now),
        }
        store.put_derived(connection, number, title, values, is_new=is_new)
        known = self._known.get(number)
        shown = (known.own_title if known else None) or title
        entries.put(
            connection, entries.Entry(number, "contract", self._vendor, stream.last.isoformat(), shown, self._name)
        )

    def _assign(self, members: dict[int, int | None]) -> None:
        """Write which charge is in which contract now, where that changed."""
        moved: dict[int | None, list[int]] = {}
        for ref, number in members.items():
            if self._before.get(ref) != number:
                moved.setdefault(number, []).append(ref)
        for number, refs in moved.items():
            store.assign(self._connection, number, refs)

    def _drop(self, numbers: set[int]) -> int:
        """Remove what no stream is any more. What the owner has touched stays, with what the owner said."""
        gone = [number for number in numbers if not self._known[number].edited]
        for number in gone:
            store.remove(self._connection, number)
        return len(gone)


def _titles(vendor: str, found: Sequence[tuple[str, Stream]]) -> list[str]:
    """The vendor's name, made distinct where it has several contracts."""
    if len(found) == 1:
        return [vendor]
    titles: Counter[str] = Counter()
    distinct = []
    for currency, stream in found:
        title = f"{vendor} {_amount(stream, currency)}"
        titles[title] += 1
        distinct.append(f"{title} ({titles[title]})" if titles[title] > 1 else title)
    return distinct


def _amount(stream: Stream, currency: str) -> str:
    return f"~{Money(stream.price_minor, currency)}" if stream.variable else str(Money(stream.price_minor, currency))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
