"""A renewal or a price change as one thing: what was paid, what is to be paid, from when, for how long."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from msgspec import Struct

from vault.policy.offer_reading import duration
from vault.policy.requests import PriceChange, Rate, Renewal
from vault.policy.spans import begun, per_year
from vault.policy.values import Amount, Duration, Number
from vault.policy.world import World
from vault.policy.writing import plain


class Change(Struct, frozen=True):
    """Prices a month; `commitment` is what the new term costs in all, where its length is stated."""

    old: Amount | None
    new: Amount
    effective: date | None
    term: Duration | None
    commitment: Amount | None

    @property
    def rise(self) -> Number | None:
        """Percent more; None where the two do not compare."""
        if self.old is None or self.old.currency != self.new.currency or not self.old.minor:
            return None
        return plain(Fraction(100 * (self.new.minor - self.old.minor)) / self.old.minor)


def change(world: World) -> Change | None:
    """What the request announces; None where it announces neither."""
    asked = world.request.asked
    if not isinstance(asked, Renewal | PriceChange):
        return None
    paid = world.contract.price_per_month if world.contract else None
    if isinstance(asked, Renewal):
        said = asked.renewal
        return Change(paid, _monthly(said.price), said.effective, duration(said.term), _in_all(said.price, said.term))
    priced = asked.price_change
    old = _monthly(priced.old) if priced.old else paid
    return Change(old, _monthly(priced.new), priced.effective, None, None)


def _monthly(rate: Rate) -> Amount:
    every = duration(rate.period) or Duration(months=1)
    return Amount(plain(rate.minor * per_year(every, part=12)), rate.currency)


def _in_all(rate: Rate, term: str | None) -> Amount | None:
    span, every = duration(term), duration(rate.period) or Duration(months=1)
    return None if span is None else Amount(rate.minor * begun(span, every), rate.currency)
