"""All that a question can vary: variables for the facts and conditions, and the links between them.

A fact that stands alone is one variable, with a cell for each class of values that its conditions tell apart. A condition
on a set, and one that compares two facts, is a variable of its own (true, false, unknown); links tie these to the facts.
What no link understands stays free, so that nothing false is proven of it; a counterexample is checked by evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from vault.policy.evaluation import seen
from vault.policy.fact import Fact
from vault.policy.proving import calendar
from vault.policy.proving.answers import Beyond
from vault.policy.proving.candidates import candidates, fresh_texts, line_of, literals, names_in, spans, value_of
from vault.policy.proving.cases import FALSE, TRUE, UNKNOWN
from vault.policy.proving.finite import Doubt, FiniteLink, Own, Scenario, named_by
from vault.policy.proving.laws import ALWAYS_KNOWN, KNOWING
from vault.policy.proving.line import Span
from vault.policy.proving.ordering import LinearLink
from vault.policy.proving.search import Clause, Domains, Link, Links
from vault.policy.proving.sets import BIT, SetLink
from vault.policy.rules import Condition, OtherFact
from vault.policy.values import NAMES, SETS, Duration, FactType, Value

_NUMBERS: Final = frozenset({FactType.INTEGER, FactType.NUMBER, FactType.TIME})
# Of which all values that can be told apart can be listed, also when they are compared with one another.
_LISTABLE: Final = NAMES | {FactType.TRUTH, FactType.CLAIM}


class Cells(Struct, frozen=True):
    """What a fact may be: a value from each class, and for ordered facts that are compared its span."""

    values: tuple[Value | None, ...]
    spans: tuple[Span | None, ...] = ()


class Space:
    def __init__(self, conditions: Iterable[Condition], table: Mapping[str, Fact], measured: str = "") -> None:
        """`measured` is an ordered fact of which the spans are wanted, not only a value of each class."""
        self.table = table
        self._measured = measured
        self.conditions = tuple(dict.fromkeys(conditions))
        self.sizes: list[int] = []
        self.facts: dict[str, tuple[int, Cells]] = {}
        self._masks: dict[Condition, tuple[int, dict[int, int]]] = {}
        links: list[Link] = []
        for facts in components(self.conditions):
            among = [c for c in self.conditions if named_by(c) <= facts]
            try:
                self._lacking(facts)
                links += self._component(sorted(facts), among)
            except Beyond as why:
                links.append(self._doubt(sorted(facts), among, why))
        self.links = Links(links)

    def start(self) -> Domains:
        return [(1 << size) - 1 for size in self.sizes]

    def clause(self, literals: Iterable[tuple[Condition, int]]) -> Clause:
        """Conditions and the truths they may have, as bits of variables."""
        found = []
        for condition, truths in literals:
            variable, masks = self._masks[condition]
            found.append((variable, sum(mask for bit, mask in masks.items() if bit & truths)))
        return tuple(found)

    def assignment(self, domains: Domains) -> dict[str, Value | None]:
        """Values for every fact; raises `Beyond` where a link has none to give."""
        facts = {name: cells.values[_lowest(domains[at])] for name, (at, cells) in self.facts.items()}
        for at in range(len(self.links.all)):
            answer = self.links.solve(at, domains)
            if isinstance(answer, Beyond):
                raise answer
            facts.update(answer or {})
        return facts

    def _lacking(self, facts: Iterable[str]) -> None:
        for name in facts:
            if name not in self.table:
                raise Beyond(f"the table has no fact `{name}`")

    def _component(self, facts: Sequence[str], conditions: Sequence[Condition]) -> list[Link]:
        between = [c for c in conditions if len(named_by(c)) > 1 or _is_compared(c)]
        alone = [c for c in conditions if c not in between]
        for condition in between:
            self._own_variable(condition)
        line = _line_type(facts, between, self.table)
        links: list[Link] = []
        for name in facts:
            own = [c for c in alone if c.fact == name]
            fact = self.table[name]
            if fact.type in SETS:
                links += self._set(fact, own)
            elif line or (name == self._measured and not between):
                self._ordered(fact, own, literals(alone), len(facts))
            else:
                self._enumerated(fact, own)
        if line:
            links.append(self._linear(facts, between))
        elif between:
            links.append(self._finite(facts, conditions, between))
        return links

    def _doubt(self, facts: Sequence[str], conditions: Sequence[Condition], why: Beyond) -> Link:
        """Conditions that cannot be taken apart may have any truth, each for itself."""
        for name in facts:
            self.facts.pop(name, None)
        return Doubt(
            facts, [(self._own_variable(condition), condition) for condition in conditions], self.table, str(why)
        )

    def _new(self, size: int) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def _own_variable(self, condition: Condition) -> int:
        at = self._new(3)
        self._masks[condition] = (at, {TRUE: TRUE, FALSE: FALSE, UNKNOWN: UNKNOWN})
        return at

    def _set(self, fact: Fact, conditions: Sequence[Condition]) -> list[Link]:
        if not conditions:
            return []
        return [SetLink(fact, [(self._own_variable(c), c) for c in conditions], self.table)]

    def _enumerated(self, fact: Fact, conditions: Sequence[Condition]) -> None:
        classes: dict[tuple[int, ...], Value | None] = {}
        for value in candidates(fact, conditions):
            classes.setdefault(self.truths(fact, value, conditions), value)
        self._variable(fact, Cells(tuple(classes.values())), list(classes), conditions)

    def _ordered(self, fact: Fact, conditions: Sequence[Condition], points: Sequence[Value], others: int) -> None:
        """Not put into classes: the spans are needed as they lie."""
        line = line_of(fact)
        cut: list[Span | None] = [*spans(fact, points, others)]
        if fact.name not in ALWAYS_KNOWN:
            cut.insert(0, None)
        values = tuple(None if s is None else value_of(fact, line.example(s), s.currency) for s in cut)
        truths = [self.truths(fact, value, conditions) for value in values]
        self._variable(fact, Cells(values, tuple(cut)), truths, conditions)

    def truths(self, fact: Fact, value: Value | None, conditions: Sequence[Condition]) -> tuple[int, ...]:
        facts = {fact.name: value}
        return tuple(BIT[seen(condition, facts, self.table).value] for condition in conditions)

    def _variable(
        self, fact: Fact, cells: Cells, truths: Sequence[tuple[int, ...]], conditions: Sequence[Condition]
    ) -> None:
        at = self._new(len(cells.values))
        self.facts[fact.name] = (at, cells)
        for place, condition in enumerate(conditions):
            masks = {TRUE: 0, FALSE: 0, UNKNOWN: 0}
            for cell, row in enumerate(truths):
                masks[row[place]] |= 1 << cell
            self._masks[condition] = (at, masks)

    def _linear(self, facts: Sequence[str], between: Sequence[Condition]) -> Link:
        known = {name: (self.facts[name][0], self.table[name], self.facts[name][1].spans) for name in facts}
        return LinearLink(known, [(self._masks[c][0], c) for c in between])

    def _finite(self, facts: Sequence[str], conditions: Sequence[Condition], between: Sequence[Condition]) -> Link:
        lists, incomplete = _listed(facts, conditions, between, self.table, self.facts)
        own: dict[str, Own] = {}
        for name in facts:
            if name in self.facts:
                at, cells = self.facts[name]
                among = [c for c in conditions if c.fact == name and self._masks[c][0] == at]
                rows = {self.truths(self.table[name], v, among): 1 << n for n, v in enumerate(cells.values)}
                values = {value for scenario in lists for value in scenario[name]}
                # A value of no cell is in none of the classes: it is never tried.
                own[name] = Own(at, {v: rows.get(self.truths(self.table[name], v, among), 0) for v in values})
        free = [c for c in conditions if c in between or c.fact not in self.facts]
        return FiniteLink(lists, own, [(self._masks[c][0], c) for c in free], self.table, incomplete)


def components(conditions: Iterable[Condition]) -> list[frozenset[str]]:
    """The facts in groups, so that no condition hangs on two groups."""
    groups: list[frozenset[str]] = []
    for condition in conditions:
        named = named_by(condition)
        touched = [group for group in groups if group & named]
        groups = [group for group in groups if not group & named] + [named.union(*touched)]
    return groups


def _is_compared(condition: Condition) -> bool:
    """With another fact, or a fact with itself."""
    return isinstance(condition.operand, OtherFact) and condition.operator not in KNOWING


def _line_type(facts: Sequence[str], between: Sequence[Condition], table: Mapping[str, Fact]) -> bool:
    """Whether all these facts lie on one line of numbers, and are compared on it."""
    types = {table[name].type for name in facts}
    one = types == {FactType.MONEY} or types <= _NUMBERS
    return one and any(map(_is_compared, between))


def _listed(
    facts: Sequence[str],
    conditions: Sequence[Condition],
    between: Sequence[Condition],
    table: Mapping[str, Fact],
    known: Mapping[str, tuple[int, Cells]],
) -> tuple[list[Scenario], str]:
    """Values to try for facts that are compared, and why these may not be all."""
    types = {table[name].type for name in facts}
    if types == {FactType.DATE}:
        return calendar.scenarios(facts, conditions), calendar.incomplete(conditions)
    if types <= _LISTABLE:
        return [_all_names([table[name] for name in facts], conditions)], ""
    values = literals(conditions)
    compared = ", ".join(sorted({f"`{condition.text}`" for condition in between}))
    return [
        {name: _tried(table[name], values, known) for name in facts}
    ], f"the values that {compared} allows were not all tried"


def _all_names(facts: Sequence[Fact], conditions: Sequence[Condition]) -> Scenario:
    """A text may be any name that another fact can be, and then as many others as there are facts."""
    listed = {fact.name: candidates(fact, conditions) for fact in facts}
    of_others = {value for values in listed.values() for value in values if isinstance(value, str)}
    names = sorted(of_others | names_in(literals(conditions)))
    texts = [None, *names, *fresh_texts(names, len(facts))]
    return {fact.name: texts if fact.type is FactType.TEXT else listed[fact.name] for fact in facts}


def _tried(fact: Fact, values: Sequence[Value], known: Mapping[str, tuple[int, Cells]]) -> list[Value | None]:
    """Some values of a fact: those of its cells and, for what may be told apart further, others of the same type."""
    if fact.type in SETS:
        names = [*sorted(names_in(values)), *fresh_texts(values, 1)]
        pairs = [frozenset((a, b)) for at, a in enumerate(names) for b in names[at:]]
        return [None, *pairs, frozenset()]
    found = {value for _, cells in known.values() for value in cells.values}
    near = {
        Duration(v.months, v.days + by)
        for v in found
        if isinstance(v, Duration)
        for by in (-1, 0, 1)
        if v.days + by >= 0
    }
    own = list(known[fact.name][1].values)
    return [*own, *sorted(near, key=lambda d: (d.months, d.days))] if fact.type is FactType.DURATION else own


def _lowest(domain: int) -> int:
    return (domain & -domain).bit_length() - 1
