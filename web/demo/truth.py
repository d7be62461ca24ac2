"""What a reader of the sample files should find: one `Truth` for every contract, computed from what was booked.

A price in dollars
that is booked in euro has no price changes, only rates: `variable` says so. Settlements, charges taken twice and
refunds are told apart from the regular charges. PayPal contracts are listed by the PayPal account; the direct
debits that fund them are `funding`, the same money a second time.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Literal, get_args

import msgspec

from vault.money import Money
from vault.periods import Period, parse
from vault.relationships.streams import PriceChange
from web.demo.bookings import Booking, Part, bookings, label
from web.demo.person import ACCOUNTS, CONTRACTS, MONTHS, Regular


class Truth(msgspec.Struct, frozen=True):
    """`price` is positive, the latest regular charge. In CAMT and QFX files a booking's `own_id` is the bank's own id;
    elsewhere day, amount and text tell it."""

    vendor: str
    title: str
    account: str
    period: Period
    price: Money
    variable: bool
    status: Literal["active", "ended"]
    changes: tuple[PriceChange, ...]
    trial_until: date | None
    charges: tuple[Booking, ...]
    doubles: tuple[Booking, ...]
    refunds: tuple[Booking, ...]
    settlements: tuple[Booking, ...]
    funding: tuple[Booking, ...]


def story(until: date) -> tuple[Truth, ...]:
    """The labelled truth of the sample written for `until`, in the order of the story."""
    booked: dict[str, list[Booking]] = {}
    for line in bookings(until):
        booked.setdefault(line.contract, []).append(line)
    return tuple(_truth(line, booked[label(line)]) for line in CONTRACTS)


def _truth(line: Regular, booked: list[Booking]) -> Truth:
    parts = {part: tuple(item for item in booked if item.part == part) for part in get_args(Part)}
    charges = parts["charge"]
    variable = bool(line.spread) or line.dollars
    changes = () if variable else _changes(charges)
    trial = changes[0] if line.trial else None
    return Truth(
        vendor=line.vendor,
        title=line.title,
        account=line.account,
        period=parse(line.every),
        price=Money(-charges[-1].minor, ACCOUNTS[line.account].currency),
        variable=variable,
        status="ended" if line.end <= MONTHS else "active",
        changes=changes[1:] if trial else changes,
        trial_until=trial.on if trial else None,
        charges=charges,
        doubles=parts["double"],
        refunds=parts["refund"],
        settlements=parts["settlement"],
        funding=parts["funding"],
    )


def _changes(charges: tuple[Booking, ...]) -> tuple[PriceChange, ...]:
    changed = ((old, new) for old, new in pairwise(charges) if old.minor != new.minor)
    return tuple(PriceChange(new.on, -old.minor, -new.minor) for old, new in changed)
