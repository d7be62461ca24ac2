"""The value nearest to what a vendor offered with which given conditions hold.

A condition divides a fact's values at its operand, so it is enough to try the operand and its neighbours: one minor unit,
one day, one minute, one member of a set more or less. Of those with which everything wanted holds, the nearest to the
observed value is taken; where nothing was observed, the one that leaves the vendor most room. Amounts and counts are whole;
a strict bound on a number is missed by a thousandth. A category is not changed: an offer in another one is another offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain
from math import ceil, floor

from msgspec import Struct

from vault.policy.conditions import shifted
from vault.policy.fact import Fact
from vault.policy.kinship import under
from vault.policy.rules import Condition, NamedList, Operator, OtherFact
from vault.policy.values import SETS, Amount, Claim, Duration, FactType, Number, Value, days_between
from vault.policy.verdicts import Truth

# No smallest step exists between exact numbers; a thousandth is below what rates and percentages are quoted in.
_STEP = Fraction(1, 1_000)
_MINUTES_A_DAY = 24 * 60
# Members of a list that are tried one by one, in order; each is an alternative to show, and people read three.
_MEMBERS = 3
# Sets that are tried for one fact: wants on one set multiply.
_SETS = 64
_UPPER = {Operator.LESS: True, Operator.AT_MOST: True, Operator.MORE: False, Operator.AT_LEAST: False}


class Want(Struct, frozen=True):
    """That a condition be `value`, true or false."""

    condition: Condition
    value: bool

    @property
    def is_upper(self) -> bool | None:
        """Whether it bounds its fact from above or below; None where it does neither."""
        upper = _UPPER.get(self.condition.operator)
        return None if upper is None else upper is self.value


_MIRRORED = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.IS: Operator.IS,
    Operator.IS_NOT: Operator.IS_NOT,
}


def mirrored(condition: Condition) -> Condition | None:
    """The same said of the other fact: what I pay is at least 110% of the price, so the price is at most 10/11 of it."""
    operand, operator = condition.operand, _MIRRORED.get(condition.operator)
    if operator is None or not isinstance(operand, OtherFact) or operand.factor <= 0:
        return None
    return Condition(operand.name, operator, OtherFact(condition.fact, 1 / Fraction(operand.factor)), condition.text)


_SPANS = {Operator.WITHIN_LAST: -1, Operator.WITHIN_NEXT: 1}
# The operand of a condition as a value, and what a condition is when its fact has this value.
Required = Callable[[Condition], Value | None]
Holds = Callable[[Condition, Value], Truth]


def nearest(
    fact: Fact, observed: Value | None, wants: Sequence[Want], required: Required, holds: Holds, today: date | None
) -> Value | None:
    """The nearest value with which every want holds; None where none of those tried does. `today` is for `within last`."""
    tried = _sets(fact, observed, wants) if fact.type in SETS else _tried(fact, observed, wants, required, today)
    fitting = [value for value in tried if all(holds(want.condition, value) is want.value for want in wants)]
    if not fitting:
        return None
    if observed is None or not any(_compares(observed, value) for value in fitting):
        return _roomiest(fitting, wants)
    return min(fitting, key=lambda value: distance(observed, value))


def _compares(before: Value | None, after: Value) -> bool:
    """Amounts of two currencies are not near or far."""
    return not (isinstance(before, Amount) and isinstance(after, Amount) and before.currency != after.currency)


def distance(before: Value | None, after: Value) -> Fraction:
    """How far apart two values of a fact are: relative for amounts and numbers, days, members; 1 for another name or
    currency."""
    if before == after:
        return Fraction(0)
    if isinstance(before, frozenset) and isinstance(after, frozenset):
        return Fraction(len(before ^ after))
    a, b = _size(before), _size(after)
    return Fraction(1) if a is None or b is None or not _compares(before, after) else abs(a - b) / (abs(a) or 1)


def _size(value: Value | None) -> Fraction | None:
    if isinstance(value, bool | str | frozenset | Claim) or value is None:
        return None
    if isinstance(value, Amount):
        return Fraction(value.minor)
    if isinstance(value, Duration):
        # A mean month has 146,097 / 4,800 days.
        return Fraction(146_097, 4_800) * value.months + value.days
    return Fraction(value.toordinal()) if isinstance(value, date) else Fraction(value)


def _roomiest(fitting: list[Value], wants: Sequence[Want]) -> Value:
    sized = [(size, value) for value in fitting if (size := _size(value)) is not None]
    if not sized:
        return fitting[0]
    upper = any(want.is_upper for want in wants)
    best = max(size for size, _ in sized) if upper else min(size for size, _ in sized)
    return next(value for size, value in sized if size == best)


def _tried(
    fact: Fact, observed: Value | None, wants: Sequence[Want], required: Required, today: date | None
) -> Iterator[Value]:
    if fact.type is FactType.CATEGORY:
        return
    if observed is not None:
        yield observed
    for want in wants:
        if want.condition.operator in _SPANS:
            yield from _ends(want.condition, today)
        else:
            yield from _around(fact, want.condition, required(want.condition))
    if fact.type is FactType.TRUTH:
        yield from (True, False)
    yield from fact.choices


def _around(fact: Fact, condition: Condition, value: Value | None) -> Iterator[Value]:
    """The operand and its neighbours, of the fact's own type."""
    if fact.type is FactType.CLAIM:
        yield from (Claim(True, frozenset({name})) for name in listed(condition)[:_MEMBERS])
        yield from (Claim(True), Claim(False))
    elif isinstance(value, frozenset):
        yield from sorted(value)
    elif isinstance(value, str):
        yield value
    else:
        yield from _neighbours(fact, value)


def _neighbours(fact: Fact, value: Value | None) -> Iterator[Value]:
    if isinstance(value, Amount):
        yield from (Amount(minor, value.currency) for minor in _whole(value.minor, fact.least))
    elif isinstance(value, Duration):
        yield from _durations(value)
    elif isinstance(value, date):
        yield from (date.fromordinal(day) for day in _days(value))
    elif fact.type is FactType.NUMBER and isinstance(value, int | Fraction):
        yield from (value, value - _STEP, value + _STEP)
    elif isinstance(value, int | Fraction) and not isinstance(value, bool):
        most = _MINUTES_A_DAY - 1 if fact.type is FactType.TIME else None
        yield from (whole for whole in _whole(value, fact.least) if most is None or 0 <= whole <= most)


def _durations(value: Duration) -> Iterator[Duration]:
    """The same, a step more and less in its own unit, and the nearest of the other unit, since months have no length."""
    yield value
    for step in (-1, 1):
        yield Duration(value.months + step, 0) if not value.days else Duration(value.months, value.days + step)
        yield Duration(value.months, value.days + step)
    shortest, longest = days_between(value.months)
    yield from (Duration(0, value.days + days) for days in (shortest - 1, shortest, longest, longest + 1))
    if not value.months:
        months = (value.days // 31 - 1, value.days // 31, value.days // 28, value.days // 28 + 1)
        yield from (Duration(count, 0) for count in months if count >= 0)


def _ends(condition: Condition, today: date | None) -> Iterator[Value]:
    """Both ends of a span that begins or ends today, and the days beside them."""
    span = condition.operand
    if today is None or not isinstance(span, Duration):
        return
    for end in (today, shifted(today, span, _SPANS[condition.operator])):
        yield from (date.fromordinal(day) for day in _days(end))


def _days(day: date) -> Iterator[int]:
    number = day.toordinal()
    yield from (near for near in (number, number - 1, number + 1) if 1 <= near <= date.max.toordinal())


def _whole(number: Number, least: int | None) -> list[int]:
    near = {floor(number) - 1, floor(number), ceil(number), ceil(number) + 1}
    return sorted(near if least is None else {max(whole, least) for whole in near})


def _sets(fact: Fact, observed: Value | None, wants: Sequence[Want]) -> list[Value]:
    """Sets made of the observed one by taking out or putting in what single wants are about."""
    found: list[frozenset[str]] = [observed if isinstance(observed, frozenset) else frozenset()]
    for want in wants:
        names = listed(want.condition)
        variants = [variant for one in found for variant in _variants(fact, one, names)]
        found = list(dict.fromkeys(chain(found, variants)))[:_SETS]
    return list(found)


def _variants(fact: Fact, one: frozenset[str], names: Sequence[str]) -> Iterator[frozenset[str]]:
    inside = frozenset(member for member in one if any(under(fact.type, member, name) for name in names))
    known = frozenset(member for member in one if all(under(fact.type, member, name) is not None for name in names))
    yield inside
    yield one - inside
    yield known - inside
    yield one | frozenset(names)
    yield from (one | {name} for name in names[:_MEMBERS])


def listed(condition: Condition) -> list[str]:
    """The names that a condition's operand lists, in order."""
    operand = condition.operand
    if isinstance(operand, NamedList):
        return sorted(operand.members)
    if isinstance(operand, frozenset):
        return sorted(operand)
    return [operand] if isinstance(operand, str) else []
