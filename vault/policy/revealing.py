"""What of an intention's requirements and use may be told: nothing, a range, or all of it.

A range is one of fixed steps, the same for every vendor and every intention, so that asking again or asking together tells no
more: 1, 2, 5, 10, 20, 50 and so on; of whole numbers the first step is 0 to 10, and a date lies within its quarter. Of what has
no order (a name, a list, a truth, another fact of mine) a range tells only what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from vault.policy.facts import TABLE
from vault.policy.intentions import Level, Requirement, Reveal
from vault.policy.language.conditions import read_condition
from vault.policy.language.operands import Scope, operand_text
from vault.policy.rules import Condition, Operator
from vault.policy.strict import Decimal
from vault.policy.values import Amount, Duration, Number, Value
from vault.policy.writing import decimals

_STEPS = (1, 2, 5)
# Below this whole numbers are not told apart: a step from 1 to 2 would tell a 1 exactly.
_FIRST = 10


class Revealed(msgspec.Struct, frozen=True):
    """A requirement as far as it is told. `text` is the whole condition where all is; `between` the ends of a range, as the rule
    language writes them, where there is one."""

    level: Level
    fact: str
    operator: str
    text: str | None = None
    between: tuple[str, str] | None = None
    weight: int | None = None


class Between(msgspec.Struct, frozen=True):
    between: tuple[str, str]


Use = int | str | Between


def requirements(written: tuple[Requirement, ...]) -> tuple[Revealed, ...]:
    """Those of which something is told, in their order."""
    scope = Scope(TABLE, {})
    return tuple(_requirement(one, read_condition(scope, one.condition)) for one in written if one.reveal != "none")


def _requirement(one: Requirement, condition: Condition) -> Revealed:
    if one.reveal == "full":
        weight = one.weight if one.level == "should" else None
        return Revealed(one.level, condition.fact, condition.operator, condition.text, weight=weight)
    return Revealed(one.level, condition.fact, condition.operator, between=_between(condition))


def _between(condition: Condition) -> tuple[str, str] | None:
    if condition.operator in (Operator.WITHIN_LAST, Operator.WITHIN_NEXT) or isinstance(condition.operand, bool):
        return None
    ends = _range(condition.operand)
    fact = TABLE[condition.fact]
    return (
        None
        if ends is None
        else (
            operand_text(fact, condition.operator, ends[0]),
            operand_text(fact, condition.operator, ends[1]),
        )
    )


def _range(value: object) -> tuple[Value, Value] | None:
    if isinstance(value, Amount):
        low, high = step(value.minor)
        return Amount(low, value.currency), Amount(high, value.currency)
    if isinstance(value, Duration):
        return _span(value)
    if isinstance(value, date):
        return _quarter(value)
    return step(value) if isinstance(value, int | Fraction) else None


def _span(value: Duration) -> tuple[Value, Value] | None:
    if value.months and value.days:
        return None
    low, high = (int(end) for end in step(value.months or value.days))
    return (Duration(months=low), Duration(months=high)) if value.months else (Duration(days=low), Duration(days=high))


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = (first.replace(day=28) + timedelta(days=70)).replace(day=1)
    return first, after - timedelta(days=1)


def step(number: Number) -> tuple[Number, Number]:
    """The two steps that a number lies between, the lower one included."""
    if number < 0:
        low, high = step(-number)
        return -high, -low
    if isinstance(number, int) and number < _FIRST:
        return 0, _FIRST
    if number == 0:
        return 0, 1
    below: Number = 0
    for end in _series(number):
        if number < end:
            return below, end
        below = end
    raise AssertionError("the steps have no end")


def _series(number: Number) -> Iterator[Number]:
    """Steps from some below a positive number upwards."""
    power = Fraction(1)
    while power > number:
        power /= 10
    while True:
        for factor in _STEPS:
            found = power * factor
            yield int(found) if found.denominator == 1 else found
        power *= 10


# --- use ----------------------------------------------------------------------------------------------------------------


def use(written: Mapping[str, int | Decimal], reveal: Reveal) -> dict[str, Use]:
    """What is used a year, as far as it is told."""
    if reveal == "none":
        return {}
    return {name: found if reveal == "full" else _use_between(found) for name, found in written.items()}


def _use_between(found: int | str) -> Between:
    low, high = step(int(Fraction(found)))
    return Between((decimals(low, 0), decimals(high, 0)))
