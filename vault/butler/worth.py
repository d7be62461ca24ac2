"""What an offer costs a year against what is paid for the like today, as the facts of its decision have it.

Nothing is taken to be nothing: where the offer's cost is not known there is no worth, and where nothing is paid today, or in another
currency, or the offer is bought once, there is nothing to compare it with.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from vault.money import Money
from vault.policy.facts import Facts
from vault.policy.ranking import cost_of
from vault.policy.values import Amount

_MONTHS: Final = 12
_FIRST_YEAR, _PER_MONTH = "offer.cost.first_year", "offer.price.per_month"


class Worth(Struct, frozen=True):
    """`cost` is of a year where `is_yearly`, else of the whole purchase; `today` is what is paid a year for the like now."""

    cost: Money
    is_yearly: bool
    today: Money | None

    @property
    def saved(self) -> Money | None:
        """A year; negative where it is dearer."""
        return Money(self.today.minor - self.cost.minor, self.cost.currency) if self.today else None


def worth(facts: Facts) -> Worth | None:
    cost = cost_of(facts)
    if cost is None:
        return None
    months = _MONTHS if cost.fact == _PER_MONTH else 1
    money = Money(round(cost.amount.minor * months), cost.amount.currency)
    is_yearly = cost.fact in (_FIRST_YEAR, _PER_MONTH)
    return Worth(money, is_yearly, _today(facts, money.currency) if is_yearly else None)


def _today(facts: Facts, currency: str) -> Money | None:
    paid = facts.get("contract.price.per_month")
    if not isinstance(paid, Amount) or paid.currency != currency:
        return None
    return Money(round(paid.minor * _MONTHS), currency)
