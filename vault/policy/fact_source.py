"""Facts of compiled rules: which local variables hold one, and the source that looks it up and fits it.

A fact has a number; `v7` is its value, None where it is not known. Numbers come apart: `n7` and `d7` are numerator and
denominator, so that comparing multiplies integers instead of making fractions; money has its currency in `x7`, None where
the amount is not known. What is usual is tested in line; anything else goes through `fitting`.

INVARIANT: source is made of the templates here and of names that are made here. Whatever comes from a rule (names of
facts, constants) is bound to a name in the namespace and never written into the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from vault import categories
from vault.policy.fact import Fact
from vault.policy.fitting import DAY, LARGEST, LONGEST_DAYS, LONGEST_MONTHS, fitting
from vault.policy.values import SETS, Amount, Duration, FactType

# The fact by which rules are chosen before any is read; an argument of the function.
CATEGORY = "offer.category"
# Value of a variable whose fact has not been looked up yet.
UNREAD = object()
WHOLE = frozenset({FactType.INTEGER, FactType.TIME})
NUMERIC = WHOLE | {FactType.NUMBER}


class Namespace:
    """Constants by the names that the source gives them."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {"Amount": Amount, "Duration": Duration, "date": date, "UNREAD": UNREAD}
        self._results = 0

    def constant(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def result(self) -> str:
        """A variable for what one condition gave."""
        self._results += 1
        return f"t{self._results}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A fact of the function; `fact` is none where the table has no such fact, and nothing is looked up."""

    number: int
    name: str
    fact: Fact | None

    @property
    def type(self) -> FactType:
        return self.fact.type if self.fact else FactType.TEXT

    @property
    def value(self) -> str:
        return "category" if self.name == CATEGORY else f"v{self.number}"

    @property
    def currency(self) -> str:
        return f"x{self.number}"

    @property
    def numerator(self) -> str:
        return self.value if self.type in WHOLE else f"n{self.number}"

    @property
    def denominator(self) -> str:
        """Empty for a whole number."""
        return "" if self.type in WHOLE else f"d{self.number}"

    @property
    def known(self) -> str:
        return f"{self.value} is not None"


def lookup(variable: Variable, space: Namespace) -> list[str]:
    """The lines that set the variables of a fact."""
    if variable.fact is None:
        return [f"{variable.value} = None"]
    first = f"{variable.value} = look({space.constant(variable.name)})"
    return [first, *_fitted(variable, variable.fact, space)]


def _fitted(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    v = variable.value
    if fact.type in (FactType.MONEY, FactType.NUMBER):
        source = _money if fact.type is FactType.MONEY else _number
        return source(variable, _bounds(fact, space), space.constant(partial(fitting, fact)))
    if fact.type in SETS or fact.type is FactType.CLAIM:
        return [f"if {v} is not None: {v} = {space.constant(partial(fitting, fact))}({v})"]
    return [f"if {_unfit(v, fact, space)}: {v} = None"]


def _unfit(v: str, fact: Fact, space: Namespace) -> str:
    if fact.type in WHOLE:
        return f"type({v}) is not int or not {_bounds(fact, space).format(v)}"
    if fact.type is FactType.DURATION:
        return _unfit_duration(v, fact, space)
    if fact.type is FactType.TRUTH:
        return f"{v} is not True and {v} is not False"
    if fact.type is FactType.DATE:
        return f"type({v}) is not date"
    if fact.type is FactType.TEXT:
        return f"type({v}) is not str"
    names = frozenset(fact.choices if fact.type is FactType.CHOICE else categories.tree())
    return f"type({v}) is not str or {v} not in {space.constant(names)}"


def _unfit_duration(v: str, fact: Fact, space: Namespace) -> str:
    unfit = f"type({v}) is not Duration"
    for part, longest in (("months", LONGEST_MONTHS), ("days", LONGEST_DAYS)):
        least = space.constant(-longest if fact.least is None else fact.least)
        bounds = f"{least} <= {v}.{part} <= {space.constant(longest)}"
        unfit += f" or type({v}.{part}) is not int or not {bounds}"
    return unfit


def _bounds(fact: Fact, space: Namespace) -> str:
    if fact.type is FactType.TIME:
        return f"0 <= {{}} < {space.constant(DAY)}"
    least = -LARGEST if fact.least is None else fact.least
    return f"{space.constant(least)} <= {{}} <= {space.constant(LARGEST)}"


def _number(variable: Variable, bounds: str, fit: str) -> list[str]:
    v, n, d = variable.value, variable.numerator, variable.denominator
    return [
        f"if type({v}) is int and {bounds.format(v)}: {n} = {v}; {d} = 1",
        f"elif {v} is not None:",
        f"    {v} = {fit}({v})",
        f"    if {v} is not None: {n} = {v}.numerator; {d} = {v}.denominator",
    ]


def _money(variable: Variable, bounds: str, fit: str) -> list[str]:
    v, x, n, d = variable.value, variable.currency, variable.numerator, variable.denominator
    return [
        f"{x} = None",
        f"if type({v}) is Amount:",
        f"    {n} = {v}.minor",
        f"    if type({n}) is int and {bounds.format(n)} and type({v}.currency) is str: {d} = 1; {x} = {v}.currency",
        f"    elif {fit}({v}) is None: {v} = None",
        f"    else: {d} = {n}.denominator; {n} = {n}.numerator; {x} = {v}.currency",
        f"else: {v} = None",
    ]
