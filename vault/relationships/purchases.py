"""Dates that follow from a purchase or from a vendor's notice: return, warranty, leaving at a price change.

Promises: as in `deadlines` (inclusive days, none before `today`, each with its basis and source). A period that runs
from an event does not count the day of the event (§ 187 Abs. 1 BGB, Regulation 1182/71 Art. 3) and is never
lengthened for weekends, so that nobody is told a day too late.

Rules
* What the vendor promised or a document states comes before the law, unless the law gives more time.
* The law's 14 days are for purchases at a distance only; where that is not known, there is no date.
* A notice of a change gives a date only when it says when it was received or takes effect; a price rise that is
  merely seen in the charges gives none, for nobody knows when it was announced.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from terms.phrases import phrase
from vault.money import Money
from vault.periods import Period, add
from vault.relationships import law
from vault.relationships.deadlines import Basis, Deadline, Kind, lawful
from vault.relationships.deadlines import length as in_phrase


class Purchase(msgspec.Struct, frozen=True):
    """Something bought and delivered. `paid` is positive. `return_days` and `warranty` are what the vendor states
    (`basis` says who said so); `at_a_distance` whether it was bought online, by phone or at the door."""

    received: date
    paid: Money
    country: str = ""
    category: str = ""
    at_a_distance: bool | None = None
    return_days: int | None = None
    warranty: Period | None = None
    basis: Basis = "unknown"
    returned: bool = False


class ChangeNotice(msgspec.Struct, frozen=True):
    """A vendor's announcement of a change. `more_per_year` is what it costs, positive; `leave_until` what the
    notice itself states."""

    received: date | None
    effective: date | None
    country: str
    category: str
    more_per_year: Money | None = None
    leave_until: date | None = None


def purchase_deadlines(purchase: Purchase, today: date) -> tuple[Deadline, ...]:
    """`return_by` and `warranty_ends`, in date order."""
    if purchase.returned:
        return ()
    days = Period(purchase.return_days, "D") if purchase.return_days else None
    found = (
        _longer(_stated(purchase, "return_by", days), _lawful(purchase, "return_by", today)),
        _longer(_stated(purchase, "warranty_ends", purchase.warranty), _lawful(purchase, "warranty_ends", today)),
    )
    return tuple(sorted((item for item in found if item and item.on >= today), key=lambda item: item.on))


def notice_deadline(notice: ChangeNotice, today: date) -> Deadline | None:
    """`leave_until`: the last day to leave because of a change, or none."""
    if notice.leave_until is not None:
        found = Deadline(
            notice.leave_until, "leave_until", "stated", phrase("as the notice says"), notice.more_per_year
        )
        return found if found.on >= today else None
    row = law.find("leave", notice.country, notice.category, today)
    on = _leave_day(notice, row) if row else None
    if row is None or on is None or on < today:
        return None
    return Deadline(on, "leave_until", "law", lawful(row), notice.more_per_year)


def _leave_day(notice: ChangeNotice, row: law.LawRow) -> date | None:
    if row.counted_from == "effective":
        return notice.effective - timedelta(days=1) if notice.effective else None
    return add(notice.received, row.period) if notice.received and row.period else None


def _stated(purchase: Purchase, kind: Kind, length: Period | None) -> Deadline | None:
    if length is None:
        return None
    why = phrase("%(term)s from delivery, as the vendor promised", term=in_phrase(length))
    return Deadline(add(purchase.received, length), kind, purchase.basis, why, purchase.paid)


def _lawful(purchase: Purchase, kind: Kind, today: date) -> Deadline | None:
    if kind == "return_by" and not purchase.at_a_distance:
        return None
    topic: law.Topic = "withdrawal" if kind == "return_by" else "warranty"
    row = law.find(topic, purchase.country, purchase.category, today, purchase.received)
    if row is None or row.period is None:
        return None
    return Deadline(add(purchase.received, row.period), kind, "law", lawful(row), purchase.paid)


def _longer(stated: Deadline | None, lawful: Deadline | None) -> Deadline | None:
    if stated and lawful:
        return lawful if lawful.on > stated.on else stated
    return stated or lawful
