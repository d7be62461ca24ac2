"""What a tariff costs in a year at a person's own usage, with arithmetic that can be followed.

Promises
* Exact: prices and quantities are decimal strings as printed (`28.905`), sums are fractions, and the total is rounded
  once, half to even.
* Every amount of the total stands on a line of its own; the lines add up to the last one.
* A usage that is missing, or is no number, is an error and not a zero.

Rules
* The standing charge is per day, month or year; a year of days has 365 of them, as bills have it.
* A register (day, night, or the only one) has tiers by quantity per year; the last tier may be open.
* A bonus is taken off in the first year only; the price guarantee tells until when the rest holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

import msgspec

from terms.errors import FirstpartyError
from vault.money import Money, exponent
from vault.periods import Period
from vault.relationships.costs import per_year, rounded

# More digits than any price or meter has; keeps a hostile exponent from filling memory.
MAX_DIGITS = 24
# Digits shown of an amount that has no finite decimal form (a weekly standing charge).
SHOWN_DIGITS = 6
_DAYS_BILLED = 365


class TariffError(FirstpartyError):
    code = "tariff"


class Tier(msgspec.Struct, frozen=True):
    """`rate` per unit up to (and with) `up_to` units a year; without `up_to` for all that is left."""

    rate: str
    up_to: str | None = None


class Register(msgspec.Struct, frozen=True):
    """One meter register, such as day (`HT`) or night (`NT`)."""

    tiers: tuple[Tier, ...]
    name: str = "use"
    unit: str = "kWh"


class Tariff(msgspec.Struct, frozen=True):
    """`standing` and `bonus` are in whole units of `currency` (`9.90`); rates in its hundredths as energy bills print
    them (`28.905` ct) or, with `rates_in` major, in whole units."""

    currency: str
    registers: tuple[Register, ...]
    standing: str = "0"
    standing_every: Period = Period(1, "M")
    rates_in: Literal["minor", "major"] = "minor"
    bonus: str = "0"
    guaranteed_until: date | None = None


class YearlyCost(msgspec.Struct, frozen=True):
    """The rounded total and the lines that lead to it, the total last."""

    total: Money
    lines: tuple[str, ...]


def yearly_cost(tariff: Tariff, usage: Mapping[str, str], *, first_year: bool = False) -> YearlyCost:
    """Cost of a year at `usage` (units a year by the name of the register); `TariffError` when it does not fit."""
    parts = [_standing(tariff)]
    for register in tariff.registers:
        if register.name not in usage:
            raise TariffError(
                f"no usage is known for `{register.name[:40]}`", hint="add it with `firstparty usage add`"
            )
        parts += _use(tariff, register, usage[register.name])
    bonus = _number(tariff.bonus, "bonus")
    if first_year and bonus:
        parts.append((-bonus, f"bonus of the first year: -{_shown(bonus)} {tariff.currency}"))
    exact = sum((amount for amount, _ in parts), Fraction(0))
    total = rounded(exact * 10 ** exponent(tariff.currency), tariff.currency)
    last = f"a year: {_shown(exact)} {tariff.currency}, rounded {total}"
    return YearlyCost(total, (*(line for amount, line in parts if amount), last))


def _standing(tariff: Tariff) -> tuple[Fraction, str]:
    price, every = _number(tariff.standing, "standing charge"), tariff.standing_every
    times = Fraction(_DAYS_BILLED, every.count) if every.unit == "D" else per_year(every)
    amount = price * times
    line = f"standing charge: {_shown(times)} × {_shown(price)} {tariff.currency} = {_shown(amount)} {tariff.currency}"
    return amount, line


def _use(tariff: Tariff, register: Register, quantity: str) -> list[tuple[Fraction, str]]:
    left, floor = _number(quantity, "usage"), Fraction(0)
    scale = 10 ** exponent(tariff.currency) if tariff.rates_in == "minor" else 1
    lines = []
    for tier in register.tiers:
        room = left if tier.up_to is None else min(left, _step(tier.up_to, floor))
        rate = _number(tier.rate, "rate") / scale
        amount = room * rate
        text = f"{register.name}: {_shown(room)} {register.unit} × {_shown(rate)} {tariff.currency}"
        lines.append((amount, f"{text} = {_shown(amount)} {tariff.currency}"))
        left, floor = left - room, floor + room
    if left:
        raise TariffError(f"the tiers of `{register.name[:40]}` end below the usage", hint="leave the last tier open")
    return lines


def _step(up_to: str, floor: Fraction) -> Fraction:
    width = _number(up_to, "tier") - floor
    if width < 0:
        raise TariffError(
            f"the tier up to `{up_to[:40]}` lies below the one before", hint="write the tiers in rising order"
        )
    return width


def _number(text: str, what: str) -> Fraction:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise TariffError(f"`{text[:40]}` is not a {what}", hint="write it like 28.905") from None
    if not value.is_finite() or value < 0 or len(text) > MAX_DIGITS or abs(value.adjusted()) > MAX_DIGITS:
        raise TariffError(f"`{text[:40]}` cannot be a {what}", hint="write it like 28.905")
    return Fraction(value)


def _shown(value: Fraction) -> str:
    """The decimal form, exact where there is one of reasonable length."""
    places = next((digits for digits in range(MAX_DIGITS) if (value * 10**digits).denominator == 1), SHOWN_DIGITS)
    return f"{Decimal(round(value * 10**places)).scaleb(-places):f}"
