"""What the contracts that run will cost in the months ahead, if nothing changes.

A fixed price is expected on each of its days; a price that varies as its mean. What ends, ends; what nobody cancelled goes on.
It is arithmetic on what is known, no guess at what one will buy: spending without a contract is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from vault import periods
from vault.money import Money
from vault.overview import Contract
from vault.relationships.notice import charge_days


class Expected(Struct, frozen=True):
    """One payment to come."""

    on: date
    contract: Contract
    money: Money


def expected(contracts: Iterable[Contract], until: date) -> list[Expected]:
    """Every payment to come before `until`, soonest first."""
    found = [one for contract in contracts for one in _of(contract, until)]
    return sorted(found, key=lambda one: (one.on, one.contract.row.title))


def _of(contract: Contract, until: date) -> list[Expected]:
    first, row = contract.next_charge, contract.row
    if first is None or contract.status not in ("active", "trial", "cancelled"):
        return []
    period = periods.parse(row.period)
    each = Money(_price(contract), row.currency)
    found = []
    for day in charge_days(first, period, first, row.anchor_day):
        if day >= until or (contract.last_day is not None and day > contract.last_day):
            break
        found.append(Expected(day, contract, each))
    return found


def _price(contract: Contract) -> int:
    """Of one payment: the price, or what a year costs on average by the number of payments in it."""
    row = contract.row
    if not row.variable:
        return row.price_minor
    return round(contract.yearly.minor * periods.parse(row.period).mean_days / 365)
