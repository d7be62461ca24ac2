"""The shapes that recurring-charge analysis reads and returns.

A *payment* is one charge or credit of one vendor in one currency; a *stream* is a run of payments that the
analysis takes to be one contract, with the evidence for that. Everything here is a value: no ids of the vault,
no clock, no storage. `ref` is whatever the caller uses to find a payment again.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

import msgspec

from vault.periods import Period

Status = Literal["active", "trial", "cancelled", "ended"]


class Payment(NamedTuple):
    """`minor` is negative for money out (a charge), positive for money in (a refund or credit).

    `text` is the purpose as printed; `mandate` the SEPA mandate reference where there is one; `account` a key
    for the owner's bank account it was booked on."""

    ref: int
    on: date
    minor: int
    text: str = ""
    mandate: str = ""
    account: str = ""


class PriceChange(msgspec.Struct, frozen=True):
    """From `on` (the first charge at the new price) the price is `to_minor` instead of `from_minor`; both positive."""

    on: date
    from_minor: int
    to_minor: int


class Stream(msgspec.Struct, frozen=True):
    """Payments that belong to one contract.

    `charges` are the refs of the regular charges in date order; `refunds` and `doubles` the refs of credits and of
    charges taken twice that belong to it. `price_minor` is the current price per period, positive (for a variable
    stream the typical one). `variable` says that amounts differ from charge to charge, by use or by an exchange
    rate; no price change is read from use, and from a foreign price only a clear step. `trial_until` is the first
    full charge's date when the stream began free or reduced. `anchor_day` is the day of month that charges fall on
    (0 for periods in weeks). `confidence` is 0 to 1. `evidence` are sentences a person can check against the
    charges."""

    period: Period
    charges: tuple[int, ...]
    first: date
    last: date
    price_minor: int
    variable: bool = False
    price_changes: tuple[PriceChange, ...] = ()
    refunds: tuple[int, ...] = ()
    doubles: tuple[int, ...] = ()
    trial_until: date | None = None
    anchor_day: int = 0
    mandate: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
