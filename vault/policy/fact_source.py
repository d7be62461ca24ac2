"""Facts of compiled rules: which local variables hold one, and the source that looks it up and fits it.

A fact has a number; `v7` is its value. Numbers come apart: `n7` and `d7` are numerator and denominator, so that comparing
multiplies integers instead of making fractions; money has its currency in `x7`, None where the amount is not known; `m7`
are the months of a duration that has no days, else None. These values and sets and claims are fitted when they are looked
up, and `v7` is None where they do not fit; all others are left as they came, and `known` is what must be asked first.

What is usual is tested in line; anything else goes through `fitting`. `__class__` is asked for, since `type()` costs twice as
much: an object that lies about its class is code and comes from nobody outside.

INVARIANT: source is made of the templates here and of names that are made here. Whatever comes from a rule (names of
facts, constants) is bound to a name in the namespace and never written into the source.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import partial

from msgspec import Struct

from vault import categories
from vault.policy.fact import Fact
from vault.policy.fitting import DAY, LARGEST_SET, fitting
from vault.policy.values import SETS, Amount, Claim, Duration, FactType, Number, Value

# The fact by which rules are chosen before any is read; an argument of the function.
CATEGORY = "offer.category"
# Value of a variable whose fact has not been looked up yet.
UNREAD = object()
WHOLE = frozenset({FactType.INTEGER, FactType.TIME})
NUMERIC = WHOLE | {FactType.NUMBER}
# Numbers up to this are tested in line: the interpreter compares numbers of one digit of 30 bits fastest.
_USUAL = 1_000_000_000
_USUAL_MONTHS = 12_000


class Namespace:
    """Constants by the names that the source gives them."""

    def __init__(self) -> None:
        self._results = 0
        self.names: dict[str, object] = {
            "Amount": Amount,
            "Claim": Claim,
            "Duration": Duration,
            "Fraction": Fraction,
            "UNREAD": UNREAD,
            "date": date,
        }

    def constant(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def result(self) -> str:
        """A variable for what one condition gave."""
        self._results += 1
        return f"t{self._results}"


class Variable(Struct, frozen=True):
    """A fact of the function; `fact` is none where the table has no such fact, and nothing is looked up. `names` is the
    constant with the names that a choice or a category can have."""

    number: int
    name: str
    fact: Fact | None
    names: str = ""

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
    def months(self) -> str:
        return f"m{self.number}"

    @property
    def numerator(self) -> str:
        return self.value if self.type in WHOLE else f"n{self.number}"

    @property
    def denominator(self) -> str:
        """Empty for a whole number."""
        return "" if self.type in WHOLE else f"d{self.number}"

    @property
    def known(self) -> str:
        """Whether there is a value and it fits."""
        if self.type is FactType.TRUTH:
            return f"({self.value} is True or {self.value} is False)"
        if self.type is FactType.DATE:
            return f"{self.value}.__class__ is date"
        if self.type is FactType.TEXT:
            return f"{self.value}.__class__ is str"
        return (
            f"({self.value}.__class__ is str and {self.value} in {self.names})"
            if self.names
            else f"{self.value} is not None"
        )

    @property
    def fitted(self) -> str:
        """The value, or None where it does not fit."""
        return f"({self.value} if {self.known} else None)"


def variable(number: int, name: str, fact: Fact | None, space: Namespace) -> Variable:
    names = possible_names(fact) if fact else None
    return Variable(number, name, fact, space.constant(names) if names is not None else "")


def possible_names(fact: Fact) -> frozenset[str] | None:
    """All that a choice or a category can be; None for other facts."""
    if fact.type is FactType.CHOICE:
        return frozenset(fact.choices)
    return frozenset(categories.tree()) if fact.type is FactType.CATEGORY else None


def lookup(variable: Variable, space: Namespace) -> list[str]:
    """The lines that set the variables of a fact."""
    if variable.fact is None:
        return [f"{variable.value} = None"]
    return [
        f"{variable.value} = facts[{space.constant(variable.name)}]",
        *_fitting_lines(variable, variable.fact, space),
    ]


def _fitting_lines(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    if fact.type is FactType.MONEY:
        return _money(variable, fact, space)
    if fact.type is FactType.NUMBER:
        return _number(variable, fact, space)
    if fact.type is FactType.DURATION:
        return _duration(variable, fact, space)
    return _others(variable, fact, space)


def _others(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    v = variable.value
    fit = f"{v} = {space.constant(partial(fitting, fact))}({v})"
    if fact.type in WHOLE:
        return [f"if {v}.__class__ is not int or not {_usual(v, fact)}: {fit}"]
    if fact.type is FactType.CLAIM:
        claimed = f"{v}.__class__ is Claim and {v}.value.__class__ is bool and {_names(f'{v}.attested_by', space)}"
        return [f"if not ({claimed}): {fit}"]
    if fact.type in SETS:
        return [f"if not ({_names(v, space)}): {fit}"]
    return []


def _names(source: str, space: Namespace) -> str:
    only_strings = space.constant(frozenset((str,)).issuperset)
    return f"{source}.__class__ is frozenset and (not {source} or len({source}) < {LARGEST_SET} and {only_strings}(map(type, {source})))"


def _usual(source: str, fact: Fact) -> str:
    """Two comparisons: of one in a chain, the interpreter has no fast form."""
    if fact.type is FactType.TIME:
        return f"({source} >= 0 and {source} < {DAY})"
    least = -_USUAL if fact.least is None else fact.least
    return f"({source} >= {least} and {source} <= {_USUAL})"


def _number(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    v, n, d = variable.value, variable.numerator, variable.denominator
    fit = space.constant(partial(fitting, fact))
    return [
        f"if {v}.__class__ is int and {_usual(v, fact)}: {n} = {v}; {d} = 1",
        "else:",
        f"    {v} = {fit}({v})",
        f"    if {v} is not None: {n} = {v}.numerator; {d} = {v}.denominator",
    ]


def _money(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    """A year's price made monthly is a fraction as often as not: that is in line too."""
    v, x, n, d = variable.value, variable.currency, variable.numerator, variable.denominator
    fit = space.constant(partial(_amount, fact))
    usual = f"{x}.__class__ is str and {_usual(n, fact)}"
    return [
        f"if {v}.__class__ is Amount:",
        f"    {n} = {v}.minor; {x} = {v}.currency",
        f"    if {n}.__class__ is int and {usual}: {d} = 1",
        "    else:",
        f"        if {n}.__class__ is Fraction: {n}, {d} = {n}.as_integer_ratio()",
        f"        else: {d} = 0",
        f"        if not (0 < {d} <= {_USUAL} and {usual}): {v}, {x}, {n}, {d} = {fit}({v})",
        f"else: {v} = {x} = None",
    ]


def _amount(fact: Fact, value: object) -> tuple[Value | None, str | None, Number, int]:
    amount = fitting(fact, value)
    if not isinstance(amount, Amount):
        return None, None, 0, 1
    return amount, amount.currency, amount.minor.numerator, amount.minor.denominator


def _duration(variable: Variable, fact: Fact, space: Namespace) -> list[str]:
    v, m = variable.value, variable.months
    fit = f"{m} = None; {v} = {space.constant(partial(fitting, fact))}({v})"
    if fact.least:
        return [fit]
    # Only the integer 0 itself is this object; where it is another, the longer way is taken.
    whole = f"{v}.__class__ is Duration and {v}.days is {space.constant(0)} and ({m} := {v}.months).__class__ is int"
    return [f"if not ({whole} and {m} >= 0 and {m} <= {_USUAL_MONTHS}): {fit}"]
