"""Which values fit a fact: of the class of its type, within its bounds, one of its choices. Any other is not known.

Nothing is converted: a bool is no integer, a float no number, a datetime no date. The bounds below are wider than anything
that a fact of the table can truly be; they keep exact arithmetic on hostile input small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from vault.policy.facts import Fact
from vault.policy.kinship import is_category
from vault.policy.values import Amount, Claim, Duration, FactType, Value

# Numerators, denominators and minor units: what `writing` reads, forty digits before the point and forty after.
LARGEST = 10**80
# The calendar ends with the year 9999.
LONGEST_MONTHS = 120_000
LONGEST_DAYS = 3_660_000
# Minutes of a day.
DAY = 1_440
# Purposes, categories of data or recipients: DPV itself has some hundreds.
LARGEST_SET = 1_000
_ONLY_STRINGS = frozenset((str,))


def fitting(fact: Fact, value: object) -> Value | None:
    """The value if it fits the fact, else None."""
    if value is None:
        return None
    return value if _FITS[fact.type](fact, value) else None  # type: ignore[return-value]  # _FITS has seen its class


def _number(fact: Fact, value: object) -> bool:
    if type(value) is int:
        return (-LARGEST if fact.least is None else fact.least) <= value <= LARGEST
    if type(value) is not Fraction:
        return False
    small = -LARGEST <= value.numerator <= LARGEST and value.denominator <= LARGEST
    return small and (fact.least is None or value >= fact.least)


def _integer(fact: Fact, value: object) -> bool:
    return type(value) is int and _number(fact, value)


def _money(fact: Fact, value: object) -> bool:
    return type(value) is Amount and type(value.currency) is str and _number(fact, value.minor)


def _duration(fact: Fact, value: object) -> bool:
    if type(value) is not Duration or type(value.months) is not int or type(value.days) is not int:
        return False
    short = -LONGEST_MONTHS <= value.months <= LONGEST_MONTHS and -LONGEST_DAYS <= value.days <= LONGEST_DAYS
    return short and (fact.least is None or (value.months >= fact.least and value.days >= fact.least))


def _date(fact: Fact, value: object) -> bool:
    return type(value) is date


def _time(fact: Fact, value: object) -> bool:
    return type(value) is int and 0 <= value < DAY


def _truth(fact: Fact, value: object) -> bool:
    return type(value) is bool


def _claim(fact: Fact, value: object) -> bool:
    return type(value) is Claim and _truth(fact, value.value) and _texts(fact, value.attested_by)


def _text(fact: Fact, value: object) -> bool:
    return type(value) is str


def _choice(fact: Fact, value: object) -> bool:
    return type(value) is str and value in fact.choices


def _category(fact: Fact, value: object) -> bool:
    return type(value) is str and is_category(value)


def _texts(fact: Fact, value: object) -> bool:
    if type(value) is not frozenset or len(value) > LARGEST_SET:
        return False
    return _ONLY_STRINGS.issuperset(map(type, value))


_FITS: Mapping[FactType, Callable[[Fact, object], bool]] = {
    FactType.INTEGER: _integer,
    FactType.NUMBER: _number,
    FactType.MONEY: _money,
    FactType.DURATION: _duration,
    FactType.DATE: _date,
    FactType.TIME: _time,
    FactType.TRUTH: _truth,
    FactType.CLAIM: _claim,
    FactType.TEXT: _text,
    FactType.CHOICE: _choice,
    FactType.CATEGORY: _category,
    FactType.PURPOSES: _texts,
    FactType.PERSONAL_DATA: _texts,
    FactType.TEXTS: _texts,
}
