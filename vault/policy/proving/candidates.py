"""Values that stand for all others: for each type, one from every class of values that the conditions can tell apart.

Sets are not listed here (there are too many; `sets` reasons about their members instead). Each list begins with what reads
best in a counterexample. That the classes are complete is the whole proof for a fact that stands alone, so each function
says why they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, product
from string import ascii_uppercase
from typing import Final

from vault import categories
from vault.policy.fact import Fact
from vault.policy.fitting import DAY
from vault.policy.proving.answers import Beyond
from vault.policy.proving.laws import ALWAYS_KNOWN
from vault.policy.proving.line import Line, Span
from vault.policy.rules import Condition, NamedList, OtherFact
from vault.policy.values import Amount, Bounds, Claim, Duration, FactType, Number, Value, bounds, days_between

# Beyond a human life; each month up to the longest duration named is looked at by itself.
MAX_MONTHS: Final = 1_500
# Of durations with one another, for one fact: about a second.
MAX_COMPARISONS: Final = 1_000_000
# Attesters fall into at most two to the power of lists classes.
MAX_LISTS: Final = 12
# Where no condition names a value.
TYPICAL_DAY: Final = date(2026, 7, 1)
_TYPICAL: Final = 1_000
_CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "SEK", "PLN", "CZK", "DKK", "NOK", "HUF")


def literals(conditions: Iterable[Condition]) -> list[Value]:
    """The operands that are values, lists included; in the order of the conditions, each once."""
    operands = [c.operand.members if isinstance(c.operand, NamedList) else c.operand for c in conditions]
    return list(dict.fromkeys(v for v in operands if v is not None and not isinstance(v, OtherFact)))


def candidates(fact: Fact, conditions: Sequence[Condition]) -> list[Value | None]:
    """Unknown first, if it can be, then values of the fact's type."""
    unknown: list[Value | None] = [] if fact.name in ALWAYS_KNOWN else [None]
    return unknown + list(_OF_TYPE[fact.type](fact, literals(conditions)))


def line_of(fact: Fact) -> Line:
    """The numbers of an ordered fact: days as their ordinal, times as minutes, money by minor units."""
    if fact.type is FactType.DATE:
        return Line(date.min.toordinal(), date.max.toordinal(), whole=True)
    if fact.type is FactType.TIME:
        return Line(max(0, fact.least or 0), DAY - 1, whole=True)
    return Line(fact.least, None, whole=fact.type is FactType.INTEGER)


def spans(fact: Fact, values: Iterable[Value], others: int = 1) -> list[Span]:
    """The line cut at the numbers among `values`, once for each currency named and for `others` that are not."""
    line = line_of(fact)
    if fact.type is not FactType.MONEY:
        return line.cut([n for n in map(number_of, values) if n is not None])
    amounts = [value for value in values if isinstance(value, Amount)]
    named = list(dict.fromkeys(amount.currency for amount in amounts))
    points = {c: [a.minor for a in amounts if a.currency == c] for c in named}
    fresh = list(islice((c for c in _currencies() if c not in points), others))
    return [span for c in (*named, *fresh) for span in line.cut(points.get(c, [_TYPICAL]), c)]


def _currencies() -> Iterator[str]:
    """More codes than facts are ever compared, those first that people use."""
    yield from _CURRENCIES
    yield from map("".join, product("XYZ", ascii_uppercase, ascii_uppercase))


def number_of(value: Value | None) -> Number | None:
    """Where a value lies on its fact's line."""
    if isinstance(value, Amount):
        return value.minor
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int) or hasattr(value, "denominator") else None  # type: ignore[return-value]


def value_of(fact: Fact, number: Number, currency: str = "") -> Value:
    if fact.type is FactType.MONEY:
        return Amount(number, currency)
    return date.fromordinal(int(number)) if fact.type is FactType.DATE else number


def _ordered(fact: Fact, values: list[Value]) -> list[Value]:
    """Each span has one truth for every comparison. The ends of the line are spans too, and the least plausible values, but
    for counts, which may well be none."""
    line = line_of(fact)
    if not values and fact.type is FactType.DATE:
        values = [TYPICAL_DAY]
    cut = spans(fact, values)
    if fact.type is not FactType.INTEGER:
        cut.sort(key=lambda span: span.is_point and span.low in (line.least, line.most))
    return [value_of(fact, line.example(span), span.currency) for span in cut]


def _durations(fact: Fact, values: list[Value]) -> list[Value]:
    """For each count of months, the days cut where a comparison turns: at the bounds of the difference. Beyond the last
    count, the duration is longer than every literal, however many days it has."""
    if fact.least is None or fact.least < 0:
        raise Beyond(f"`{fact.name}` may be negative, and negative durations are not looked at")
    named = [value for value in values if isinstance(value, Duration)] or [Duration(1)]
    found = [
        Duration(months, days)
        for months in range(_months_that_matter(named) + 1)
        for days in sorted({0} | {at + by for t in named for at in _turns(t, months) for by in (-1, 0, 1)})
        if days >= 0
    ]
    if len(found) * len(named) > MAX_COMPARISONS:
        raise Beyond(f"too many long durations are compared with `{fact.name}`")
    in_days = not any(literal.months for literal in named)
    found.sort(key=lambda d: (d.months > 0 and d.days > 0, d not in named, d == Duration(), (d.months == 0) != in_days))
    told_apart: dict[tuple[Bounds, ...], Value] = {}
    for duration in found:
        told_apart.setdefault(tuple(bounds(duration, literal) for literal in named), duration)
    return list(told_apart.values())


def _turns(literal: Duration, months: int) -> tuple[int, int]:
    """The days at which `months` and so many days begin to overlap with a literal, and cease to."""
    shortest, longest = days_between(months - literal.months)
    return literal.days - longest, literal.days - shortest


def _months_that_matter(named: Sequence[Duration]) -> int:
    # A month has at least 28 days.
    most = max(t.months + max(t.days, 0) // 28 for t in named) + 2
    if most > MAX_MONTHS:
        raise Beyond(f"a duration of {most} months and more is longer than the search looks at")
    return max(most, 1)


def _truths(fact: Fact, values: list[Value]) -> list[Value]:
    return [True, False]


def _choices(fact: Fact, values: list[Value]) -> list[Value]:
    return list(fact.choices)


def _categories(fact: Fact, values: list[Value]) -> list[Value]:
    """The whole tree; nothing else fits."""
    named = names_in(values)
    return sorted(categories.tree(), key=lambda id: id not in named)


def _texts(fact: Fact, values: list[Value]) -> list[Value]:
    """Plain texts only equal: one for each combination of lists that a name stands in, and one that is in none."""
    return [*classes(values).values(), *fresh_texts(values, 1)]


def _claims(fact: Fact, values: list[Value]) -> list[Value]:
    """By what is claimed and which of the lists have an attester: every union of classes of names is tried."""
    lists = [value for value in values if isinstance(value, frozenset | str)]
    if len(lists) > MAX_LISTS:
        raise Beyond(f"`{fact.name}` is attested by more than {MAX_LISTS} lists")
    reached: dict[frozenset[int], frozenset[str]] = {frozenset(): frozenset()}
    for at, name in classes(lists).items():
        for before, names in list(reached.items()):
            reached.setdefault(before | at, names | {name})
    return [Claim(said, names) for said in (True, False) for names in reached.values()]


def classes(values: Iterable[Value]) -> dict[frozenset[int], str]:
    """One name for each combination of the literals that it is in or is."""
    inside: dict[str, set[int]] = {}
    for at, value in enumerate(values):
        for name in sorted(value) if isinstance(value, frozenset) else [value]:
            if isinstance(name, str):
                inside.setdefault(name, set()).add(at)
    found: dict[frozenset[int], str] = {}
    for name, lists in inside.items():
        found.setdefault(frozenset(lists), name)
    return found


def names_in(values: Iterable[Value]) -> frozenset[str]:
    names: set[str] = set()
    for value in values:
        names |= value if isinstance(value, frozenset) else {value} if isinstance(value, str) else set()
    return frozenset(names)


def fresh_texts(values: Iterable[Value], count: int) -> list[str]:
    """Names that no condition has."""
    taken = names_in(values)
    return [name for n in range(1, len(taken) + count + 1) if (name := f"other-{n}.example") not in taken][:count]


_OF_TYPE: Final[Mapping[FactType, Callable[[Fact, list[Value]], Sequence[Value]]]] = {
    FactType.INTEGER: _ordered,
    FactType.NUMBER: _ordered,
    FactType.MONEY: _ordered,
    FactType.DATE: _ordered,
    FactType.TIME: _ordered,
    FactType.DURATION: _durations,
    FactType.TRUTH: _truths,
    FactType.CLAIM: _claims,
    FactType.TEXT: _texts,
    FactType.CHOICE: _choices,
    FactType.CATEGORY: _categories,
}
