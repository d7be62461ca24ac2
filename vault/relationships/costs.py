"""What relationships cost: per month, per year and over their life, per currency.

Promises
* Exact rational arithmetic (`Fraction` of minor units); rounded once, half to even, when it becomes `Money`.
* Costs of contracts add up to the cost of their vendor, and cost per year is twelve times cost per month.
* Currencies are never mixed.

Rules
* A running contract costs its price per period; one whose amounts vary costs the mean of its charges of the last
  year per period (all of them, when none is that recent). An ended one costs nothing per month, only over its life.
* A mean year has 12 months or 365.2425 days (Gregorian), so a weekly price is charged 52.1775 times a year.
* Life is what was charged less what came back, whatever the rhythm.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from vault.money import Money
from vault.periods import Period

_YEAR_DAYS = Fraction(146_097, 400)
_LAST_YEAR = timedelta(days=365)
_LEAST_DAYS_OF_USE = 30


class ContractPayments(msgspec.Struct, frozen=True):
    """A contract's price and everything that was paid for it. `price_minor` is positive, per `period`;
    `paid` holds (day, minor) of charges (positive) and refunds (negative)."""

    currency: str
    period: Period
    price_minor: int
    variable: bool = False
    running: bool = True
    paid: tuple[tuple[date, int], ...] = ()


class Cost(msgspec.Struct, frozen=True):
    """Exact minor units of one currency per year and over the life so far."""

    currency: str
    yearly: Fraction = Fraction(0)
    life_minor: int = 0

    @property
    def per_year(self) -> Money:
        return rounded(self.yearly, self.currency)

    @property
    def per_month(self) -> Money:
        return rounded(self.yearly / 12, self.currency)

    @property
    def life(self) -> Money:
        return Money(self.life_minor, self.currency)


def per_year(period: Period) -> Fraction:
    """How many of `period` a mean year has, exactly."""
    if period.unit in "MY":
        return Fraction(12 if period.unit == "M" else 1, period.count)
    return _YEAR_DAYS / (period.count * (7 if period.unit == "W" else 1))


def rounded(minor: Fraction, currency: str) -> Money:
    """Money from exact minor units, half to even."""
    return Money(round(minor), currency)


def cost_of(contract: ContractPayments, today: date) -> Cost:
    """What one contract costs as of `today`."""
    life = sum(minor for _, minor in contract.paid)
    if not contract.running:
        return Cost(contract.currency, life_minor=life)
    price = _mean_charge(contract, today) if contract.variable else Fraction(contract.price_minor)
    return Cost(contract.currency, price * per_year(contract.period), life)


def total(costs: Iterable[Cost]) -> dict[str, Cost]:
    """The sum per currency, in the order of the currency codes."""
    sums: dict[str, Cost] = {}
    for cost in costs:
        so_far = sums.get(cost.currency, Cost(cost.currency))
        both = so_far.yearly + cost.yearly, so_far.life_minor + cost.life_minor
        sums[cost.currency] = Cost(cost.currency, *both)
    return dict(sorted(sums.items()))


def share(part: Cost, whole: Cost) -> Fraction | None:
    """The part of yearly spending, 0 to 1; none when nothing is spent or the currencies differ."""
    if part.currency != whole.currency or not whole.yearly:
        return None
    return part.yearly / whole.yearly


def per_use(cost: Cost, uses_per_year: Fraction) -> Money | None:
    """Cost of one use where usage is known; none when it was not used at all (that is a finding, not a price)."""
    return rounded(cost.yearly / uses_per_year, cost.currency) if uses_per_year > 0 else None


def uses_per_year(used_on: Iterable[date], recorded_since: date, today: date) -> Fraction | None:
    """The rate of use over the last year, or since use is recorded; none in the first month, which says too little."""
    since = max(recorded_since, today - _LAST_YEAR)
    days = (today - since).days
    if days < _LEAST_DAYS_OF_USE:
        return None
    return sum(since < day <= today for day in used_on) * _YEAR_DAYS / days


def _mean_charge(contract: ContractPayments, today: date) -> Fraction:
    charges = [(on, minor) for on, minor in contract.paid if minor > 0]
    recent = [minor for on, minor in charges if today - _LAST_YEAR < on <= today] or [minor for _, minor in charges]
    return Fraction(sum(recent), len(recent)) if recent else Fraction(contract.price_minor)
