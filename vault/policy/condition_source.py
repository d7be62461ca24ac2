"""Conditions of compiled rules: for each, expressions that say whether it is false, true or unknown.

What is common has a template of its own, which compares integers, strings and identities in line. Everything else calls
the function that the plain evaluator calls, and so cannot differ from it. `fact_source` says what the variables are, and
why nothing from a rule is ever written into the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial

from msgspec import Struct

from vault.policy.conditions import listed, scaled, shifted, truth, truth_of_date
from vault.policy.evaluation import DATED
from vault.policy.fact_source import NUMERIC, Namespace, Variable, possible_names
from vault.policy.rules import Condition, NamedList, Operator, OtherFact
from vault.policy.values import ANY_ORDER, Amount, Bounds, Duration, FactType, Value, bounds_of_difference
from vault.policy.verdicts import Truth

# What a vocabulary answered, for each condition that asks it: offers of one market declare the same few sets.
_ANSWERS = 64
_COMPARED: Mapping[Operator, tuple[str, str]] = {
    Operator.IS: ("==", "!="),
    Operator.IS_NOT: ("!=", "=="),
    Operator.LESS: ("<", ">="),
    Operator.AT_MOST: ("<=", ">"),
    Operator.MORE: (">", "<="),
    Operator.AT_LEAST: (">=", "<"),
}
# Of the least and the most that a difference of durations can be: when the condition is true, false, neither.
_BOUNDED: Mapping[Operator, tuple[str, str, str]] = {
    Operator.IS: ("{0} == 0 == {1}", "({0} > 0 or {1} < 0)", "{0} <= 0 <= {1} != {0}"),
    Operator.IS_NOT: ("({0} > 0 or {1} < 0)", "{0} == 0 == {1}", "{0} <= 0 <= {1} != {0}"),
    Operator.LESS: ("{1} < 0", "{0} >= 0", "{0} < 0 <= {1}"),
    Operator.AT_MOST: ("{1} <= 0", "{0} > 0", "{0} <= 0 < {1}"),
    Operator.MORE: ("{0} > 0", "{1} <= 0", "{0} <= 0 < {1}"),
    Operator.AT_LEAST: ("{0} >= 0", "{1} < 0", "{0} < 0 <= {1}"),
}
_AMONG: Mapping[Operator, tuple[str, str]] = {
    Operator.WITHIN: ("in", "not in"),
    Operator.ANY_OF: ("in", "not in"),
    Operator.NOT_WITHIN: ("not in", "in"),
    Operator.NONE_OF: ("not in", "in"),
}
_OF_SETS: Mapping[Operator, str] = {
    Operator.ANY_OF: "not {0}.isdisjoint({1})",
    Operator.NONE_OF: "{0}.isdisjoint({1})",
    Operator.NOT_WITHIN: "{0}.isdisjoint({1})",
    Operator.WITHIN: "{0} <= {1}",
    Operator.ALL_OF: "{1} <= {0}",
}


class Tests(Struct, frozen=True):
    """Expressions, and the lines that must run before them. Once it is not false, `unknown` says whether it is true."""

    false: str
    true: str
    unknown: str
    before: tuple[str, ...] = ()


class Sides(Struct, frozen=True):
    """A condition with the variables of its fact, of the other fact it names and of today, as far as it has them."""

    condition: Condition
    left: Variable
    right: Variable | None
    today: Variable | None

    @property
    def operand(self) -> Value | OtherFact | None:
        operand = self.condition.operand
        return operand.members if isinstance(operand, NamedList) else operand


def tests(sides: Sides, space: Namespace) -> Tests:
    operator, left = sides.condition.operator, sides.left
    if operator is Operator.IS_KNOWN:
        return Tests(f"not ({left.known})", left.known, "False")
    if operator is Operator.IS_UNKNOWN:
        return Tests(left.known, f"not ({left.known})", "False")
    if left.fact is not None:
        for template in _TEMPLATES:
            found = template(sides, space)
            if found is not None:
                return found
    return _called(sides, space)


def _when_known(known: str, holds: str, fails: str) -> Tests:
    return Tests(f"{known} and {fails}", f"{known} and {holds}", f"not ({known})")


def _money(sides: Sides, space: Namespace) -> Tests | None:
    """Currencies first; then both minor units over one denominator."""
    left, right, operand = sides.left, sides.right, sides.operand
    if sides.condition.operator not in _COMPARED or left.type is not FactType.MONEY:
        return None
    if right is not None and right.type is FactType.MONEY:
        known = f"{left.currency} is not None and {left.currency} == {right.currency}"
    elif isinstance(operand, Amount):
        known = f"{left.currency} == {space.constant(operand.currency)}"
    else:
        return None
    return _when_known(known, *_comparison(sides, space))


def _numbers(sides: Sides, space: Namespace) -> Tests | None:
    left, right, operand = sides.left, sides.right, sides.operand
    if sides.condition.operator not in _COMPARED or left.type not in NUMERIC:
        return None
    if right is not None and right.type in NUMERIC:
        return _when_known(f"{left.known} and {right.known}", *_comparison(sides, space))
    if isinstance(operand, bool) or not isinstance(operand, int | Fraction):
        return None
    return _when_known(left.known, *_comparison(sides, space))


def _comparison(sides: Sides, space: Namespace) -> tuple[str, str]:
    """`a / b <= c / d` as `a * d <= c * b`: denominators are positive."""
    over, under = _quotient(sides, space)
    mine = _product(sides.left.numerator, under)
    other = _product(over, sides.left.denominator)
    holds, fails = _COMPARED[sides.condition.operator]
    return f"{mine} {holds} {other}", f"{mine} {fails} {other}"


def _quotient(sides: Sides, space: Namespace) -> tuple[str, str]:
    """The right side as source for numerator and denominator; an empty denominator is 1."""
    operand = sides.operand
    if sides.right is not None and isinstance(operand, OtherFact):
        factor = operand.factor
        over = "" if factor.numerator == 1 else space.constant(factor.numerator)
        under = "" if factor.denominator == 1 else space.constant(factor.denominator)
        return _product(sides.right.numerator, over), _product(sides.right.denominator, under)
    number = operand.minor if isinstance(operand, Amount) else operand
    assert isinstance(number, int | Fraction)
    return space.constant(number.numerator), "" if number.denominator == 1 else space.constant(number.denominator)


def _product(one: str, other: str) -> str:
    return f"{one} * {other}" if one and other else one or other


def _bounds(a: Duration | None, b: Duration | None) -> Bounds:
    """A duration that is not known may be any."""
    return ANY_ORDER if a is None or b is None else bounds_of_difference(a.months - b.months, a.days - b.days)


def _durations(sides: Sides, space: Namespace) -> Tests | None:
    """Months against months by their number; what has days by its bounds."""
    left, right, operand = sides.left, sides.right, sides.operand
    if sides.condition.operator not in _COMPARED or left.type is not FactType.DURATION:
        return None
    least, most, order = space.result(), space.result(), space.constant(_bounds)
    if right is not None and right.type is FactType.DURATION and isinstance(operand, OtherFact) and operand.factor == 1:
        other, months = right.value, right.months
        whole = f"{left.months} is not None and {months} is not None"
    elif isinstance(operand, Duration):
        other, months = space.constant(operand), space.constant(operand.months)
        whole = f"{left.months} is not None" if operand.days == 0 else ""
    else:
        return None
    before = f"{least}, {most} = {order}({left.value}, {other})"
    lines = (f"if {whole}: {least} = {most} = {left.months} - {months}", f"else: {before}") if whole else (before,)
    true, false, unknown = (test.format(least, most) for test in _BOUNDED[sides.condition.operator])
    return Tests(false, true, unknown, lines)


def _dates(sides: Sides, space: Namespace) -> Tests | None:
    left, right, operand = sides.left, sides.right, sides.operand
    if sides.condition.operator not in _COMPARED or left.type is not FactType.DATE:
        return None
    if right is not None and right.type is FactType.DATE and isinstance(operand, OtherFact) and operand.factor == 1:
        known, other = f"{left.known} and {right.known}", right.value
    elif isinstance(operand, date):
        known, other = left.known, space.constant(operand)
    else:
        return None
    holds, fails = (f"{left.value} {symbol} {other}" for symbol in _COMPARED[sides.condition.operator])
    return _when_known(known, holds, fails)


def _spans(sides: Sides, space: Namespace) -> Tests | None:
    """`within last` and `within next`: the far end depends on today alone and is reckoned once a day."""
    left, today, span = sides.left, sides.today, sides.operand
    if (
        today is None
        or today.type is not FactType.DATE
        or left.type is not FactType.DATE
        or not isinstance(span, Duration)
    ):
        return None
    last = sides.condition.operator is Operator.WITHIN_LAST
    end = space.constant(lru_cache(maxsize=2)(partial(_far_end, span, -1 if last else 1)))
    near = f"{end}({today.value}) <= {left.value} <= {today.value}"
    ahead = f"{today.value} <= {left.value} <= {end}({today.value})"
    holds = near if last else ahead
    return _when_known(f"{left.known} and {today.known}", holds, f"not ({holds})")


def _far_end(span: Duration, sign: int, today: date) -> date:
    return shifted(today, span, sign)


def _truths(sides: Sides, space: Namespace) -> Tests | None:
    """A fact that is true or false, or what a claim claims, against a constant."""
    left, operand, operator = sides.left, sides.operand, sides.condition.operator
    if operator not in (Operator.IS, Operator.IS_NOT) or not isinstance(operand, bool):
        return None
    wanted = operand is (operator is Operator.IS)
    if left.type is FactType.TRUTH:
        return Tests(f"{left.value} is {not wanted}", f"{left.value} is {wanted}", f"not {left.known}")
    if left.type is not FactType.CLAIM:
        return None
    return _when_known(left.known, f"{left.value}.value is {wanted}", f"{left.value}.value is {not wanted}")


def _attested(sides: Sides, space: Namespace) -> Tests | None:
    left, names = sides.left, _names(sides.operand)
    if sides.condition.operator is not Operator.ATTESTED_BY or left.type is not FactType.CLAIM or names is None:
        return None
    holds = f"({left.value}.value and not {space.constant(names)}.isdisjoint({left.value}.attested_by))"
    return _when_known(left.known, holds, f"not {holds}")


def _possible(sides: Sides, space: Namespace) -> Tests | None:
    """Where all that a fact can be is known beforehand (a choice, a category): those for which the condition is false, true."""
    left, operand = sides.left, sides.operand
    possible = possible_names(left.fact) if left.fact else None
    if possible is None or sides.right is not None or sides.condition.operator in DATED:
        return None
    assert not isinstance(operand, OtherFact)
    answers = {name: truth(left.type, sides.condition.operator, name, operand) for name in possible}
    false, true = (
        space.constant(frozenset(name for name in possible if answers[name] is one)) for one in (False, True)
    )
    text = f"{left.value}.__class__ is str"
    return Tests(
        f"{text} and {left.value} in {false}",
        f"{text} and {left.value} in {true}",
        f"not ({text} and {left.value} in {true} or {text} and {left.value} in {false})",
    )


def _texts(sides: Sides, space: Namespace) -> Tests | None:
    """Texts against constants."""
    left, operand, operator = sides.left, sides.operand, sides.condition.operator
    if left.type is FactType.TEXTS:
        return _members(sides, space)
    if left.type is not FactType.TEXT:
        return None
    if operator in _AMONG and (names := _names(operand)) is not None:
        symbols, other = _AMONG[operator], space.constant(names)
    elif operator in (Operator.IS, Operator.IS_NOT) and isinstance(operand, str):
        symbols, other = _COMPARED[operator], space.constant(operand)
    else:
        return None
    holds, fails = (f"{left.value} {symbol} {other}" for symbol in symbols)
    return _when_known(left.known, holds, fails)


def _members(sides: Sides, space: Namespace) -> Tests | None:
    left, names, operator = sides.left, _names(sides.operand), sides.condition.operator
    if operator not in _OF_SETS or names is None:
        return None
    holds = f"({_OF_SETS[operator].format(left.value, space.constant(names))})"
    return _when_known(left.known, holds, f"not {holds}")


def _names(operand: Value | OtherFact | None) -> frozenset[str] | None:
    return listed(operand) if isinstance(operand, str | frozenset) else None


def _called(sides: Sides, space: Namespace) -> Tests:
    """By the function of the plain evaluator; its answers are kept where a vocabulary has to be asked."""
    left, operator, result = sides.left, sides.condition.operator, space.result()
    required = _required(sides, space)
    if operator in DATED:
        today = sides.today.fitted if sides.today else "None"
        call = f"{space.constant(truth_of_date)}({space.constant(operator)}, {left.fitted}, {required}, {today})"
    elif sides.right is None:
        call = f"{space.constant(_against_constant(sides))}({left.value}) if {left.known} else None"
    else:
        called = f"{space.constant(truth)}({space.constant(left.type)}, {space.constant(operator)}"
        call = f"{called}, {left.fitted}, {required})"
    return Tests(f"{result} is False", f"{result} is True", f"{result} is None", (f"{result} = {call}",))


def _required(sides: Sides, space: Namespace) -> str:
    operand = sides.operand
    if not isinstance(operand, OtherFact):
        return space.constant(operand)
    other = sides.right.fitted if sides.right else "None"
    return other if operand.factor == 1 else f"{space.constant(scaled)}({other}, {space.constant(operand.factor)})"


def _against_constant(sides: Sides) -> Callable[[Value], Truth]:
    operand, type, operator = sides.operand, sides.left.type, sides.condition.operator
    assert not isinstance(operand, OtherFact)

    def answer(value: Value) -> Truth:
        return truth(type, operator, value, operand)

    return lru_cache(maxsize=_ANSWERS)(answer) if type in (FactType.PURPOSES, FactType.PERSONAL_DATA) else answer


_TEMPLATES = (_money, _numbers, _durations, _dates, _spans, _truths, _attested, _possible, _texts)
