"""Single constraints with three answers: satisfied, unsatisfied, or unknown because the operands do not tell.

Times and durations have an order; names and texts are equal or not; things of unlike kinds do not compare, and a time with
a zone does not compare with one without. The set operators look at where a name lies, which the caller knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from terms.durations import length
from terms.odrl.policy import Constraint, Join, Literal, Operand, Operator
from terms.odrl.report import State

LiesIn = Callable[[str, str], bool]

_EQUAL, _UNEQUAL = frozenset({0}), frozenset({-1, 1})
# Which signs of "value minus right operand" satisfy.
_SIGNS: Final[Mapping[Operator, frozenset[int]]] = {
    Operator.EQ: _EQUAL,
    Operator.NEQ: _UNEQUAL,
    Operator.LT: frozenset({-1}),
    Operator.LTEQ: frozenset({-1, 0}),
    Operator.GT: frozenset({1}),
    Operator.GTEQ: frozenset({0, 1}),
}


def holds(constraint: Constraint, value: Operand, lies_in: LiesIn) -> State:
    """Whether a constraint holds for one value of its left operand."""
    signs = _SIGNS.get(constraint.operator)
    if signs is not None:
        return every(_ordered(signs, value, right) for right in constraint.right)
    if constraint.operator is Operator.IS_NONE_OF:
        return _NOT[either(_may_be(value, right, lies_in) for right in constraint.right)]
    return either(_is(value, right, lies_in) for right in constraint.right)


def _ordered(signs: frozenset[int], value: Operand, right: Operand) -> State:
    sign = _sign(value, right)
    if sign is None and type(value) is type(right) and not isinstance(value, datetime) and signs in (_EQUAL, _UNEQUAL):
        sign = 0 if value == right else 1
    return State.UNKNOWN if sign is None else _state(sign in signs)


def _sign(value: Operand, right: Operand) -> int | None:
    if isinstance(value, datetime) and isinstance(right, datetime):
        if (value.utcoffset() is None) != (right.utcoffset() is None):
            return None
        return (value > right) - (value < right)
    one, other = _length(value), _length(right)
    return None if one is None or other is None else (one > other) - (one < other)


def _length(operand: Operand) -> int | None:
    return length(operand.text) if isinstance(operand, Literal) and operand.duration else None


def _is(value: Operand, right: Operand, lies_in: LiesIn) -> State:
    if isinstance(value, str) and isinstance(right, str):
        return _state(lies_in(value, right))
    return _state(value == right)


def _may_be(value: Operand, right: Operand, lies_in: LiesIn) -> State:
    """As `_is`, but a value that stands above the right operand may include it."""
    found = _is(value, right, lies_in)
    if found is State.UNSATISFIED and _is(right, value, lies_in) is State.SATISFIED:
        return State.UNKNOWN
    return found


def _state(satisfied: bool) -> State:
    return State.SATISFIED if satisfied else State.UNSATISFIED


def every(states: Iterable[State]) -> State:
    found = set(states)
    return next((state for state in (State.UNSATISFIED, State.UNKNOWN) if state in found), State.SATISFIED)


def either(states: Iterable[State]) -> State:
    return _NOT[every(_NOT[state] for state in states)]


def _exactly_one(states: Iterable[State]) -> State:
    found = list(states)
    satisfied = found.count(State.SATISFIED)
    if satisfied > 1:
        return State.UNSATISFIED
    return State.UNKNOWN if State.UNKNOWN in found else _state(satisfied == 1)


_NOT: Final = {
    State.SATISFIED: State.UNSATISFIED,
    State.UNSATISFIED: State.SATISFIED,
    State.UNKNOWN: State.UNKNOWN,
}
JOINS: Final[Mapping[Join, Callable[[Iterable[State]], State]]] = {
    Join.AND: every,
    Join.OR: either,
    Join.XONE: _exactly_one,
}
