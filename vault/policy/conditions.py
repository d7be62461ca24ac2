"""What one condition says of two values: true, false or unknown (`rules` has the table of operators).

`truth` is total: whatever the values are, it gives an answer and never an error. It says nothing of where values come from;
`evaluation` looks them up and fits them to their facts first.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from vault import periods
from vault.periods import Period
from vault.policy.kinship import (
    each_reached,
    every_member_under_any,
    members_under_any,
    same_sets,
    under_any,
)
from vault.policy.rules import Operator
from vault.policy.values import Amount, Claim, Duration, FactType, Number, Value, bounds, order
from vault.policy.verdicts import Truth, negated

# Classes are compared where many values go through: `isinstance` asks the classes of these values for an answer of their own.
Test = Callable[[FactType, Value, Value], Truth]


def truth(type: FactType, operator: Operator, observed: Value | None, required: Value | None) -> Truth:
    """Of a condition on a fact of `type`; all operators but the two that need today."""
    test = TESTS.get(operator)
    if test is None:
        return (observed is not None) is (operator is Operator.IS_KNOWN)
    if observed is None or required is None:
        return None
    return test(type, observed, required)


def truth_of_date(operator: Operator, observed: Value | None, span: Value | None, today: Value | None) -> Truth:
    """`within last` and `within next`: today and the day that lies `span` away are both included."""
    if not isinstance(observed, date) or not isinstance(span, Duration) or not isinstance(today, date):
        return None
    if operator is Operator.WITHIN_LAST:
        return shifted(today, span, -1) <= observed <= today
    return today <= observed <= shifted(today, span, 1)


def shifted(day: date, span: Duration, sign: int) -> date:
    """`day` moved by months first (falling on the last day of a shorter month), then by days."""
    month_on = periods.add(day, Period(span.months, "M"), sign) if span.months else day
    return periods.add(month_on, Period(span.days, "D"), sign) if span.days else month_on


def scaled(value: Value | None, factor: Fraction) -> Value | None:
    """A multiple of a value, exactly; None of what has no multiples."""
    if factor == 1 or value is None:
        return value
    if type(value) is Amount:
        return Amount(_times(value.minor, factor), value.currency)
    return _times(value, factor) if type(value) is int or type(value) is Fraction else None


def _times(number: Number, factor: Fraction) -> Number:
    """An integer where it is one."""
    over, under = number.numerator * factor.numerator, number.denominator * factor.denominator
    whole, rest = divmod(over, under)
    return Fraction(over, under) if rest else whole


def listed(required: Value) -> frozenset[str] | None:
    """The names that an operand lists; a single name is a list of one."""
    if isinstance(required, frozenset):
        return required
    return frozenset((required,)) if isinstance(required, str) else None


def equal(type: FactType, a: Value, b: Value) -> Truth:
    if isinstance(a, str):
        return a == b if isinstance(b, str) else None
    if builtins.type(a) is Claim:
        a = a.value
    if builtins.type(b) is Claim:
        b = b.value
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b if isinstance(a, bool) and isinstance(b, bool) else None
    if isinstance(a, frozenset):
        return same_sets(type, a, b) if isinstance(b, frozenset) else None
    found = order(a, b)
    return None if found is None else found == 0


def unequal(type: FactType, a: Value, b: Value) -> Truth:
    return negated(equal(type, a, b))


def less(type: FactType, a: Value, b: Value) -> Truth:
    least, most = bounds(a, b)
    return True if most < 0 else False if least >= 0 else None


def at_most(type: FactType, a: Value, b: Value) -> Truth:
    least, most = bounds(a, b)
    return True if most <= 0 else False if least > 0 else None


def more(type: FactType, a: Value, b: Value) -> Truth:
    least, most = bounds(a, b)
    return True if least > 0 else False if most <= 0 else None


def at_least(type: FactType, a: Value, b: Value) -> Truth:
    least, most = bounds(a, b)
    return True if least >= 0 else False if most < 0 else None


def within(type: FactType, a: Value, b: Value) -> Truth:
    names = listed(b)
    if names is None:
        return None
    if isinstance(a, str):
        return under_any(type, a, names)
    return every_member_under_any(type, a, names) if isinstance(a, frozenset) else None


def any_of(type: FactType, a: Value, b: Value) -> Truth:
    names = listed(b)
    if names is None:
        return None
    if isinstance(a, str):
        return under_any(type, a, names)
    return members_under_any(type, a, names) if isinstance(a, frozenset) else None


def none_of(type: FactType, a: Value, b: Value) -> Truth:
    """`not within` too: for a set, that no member is within."""
    return negated(any_of(type, a, b))


def contains(type: FactType, a: Value, b: Value) -> Truth:
    if not isinstance(a, frozenset) or not isinstance(b, str):
        return None
    return members_under_any(type, a, frozenset((b,)))


def all_of(type: FactType, a: Value, b: Value) -> Truth:
    names = listed(b)
    return None if names is None or not isinstance(a, frozenset) else each_reached(type, a, names)


def attested_by(type: FactType, a: Value, b: Value) -> Truth:
    names = listed(b)
    if names is None or not isinstance(a, Claim):
        return None
    return a.value and not names.isdisjoint(a.attested_by)


TESTS: Mapping[Operator, Test] = {
    Operator.IS: equal,
    Operator.IS_NOT: unequal,
    Operator.LESS: less,
    Operator.AT_MOST: at_most,
    Operator.MORE: more,
    Operator.AT_LEAST: at_least,
    Operator.WITHIN: within,
    Operator.NOT_WITHIN: none_of,
    Operator.CONTAINS: contains,
    Operator.ANY_OF: any_of,
    Operator.ALL_OF: all_of,
    Operator.NONE_OF: none_of,
    Operator.ATTESTED_BY: attested_by,
}
