"""Facts that are sets: which members, so that several conditions hold together.

A condition on a set says that *some* member, or *every* member, is (or is not, or may be) under the names listed. Members
that stand to all listed names alike are one; a set is then chosen as the members that no `every` forbids, with one for
each `some`. That is exact, but for `is` with a whole set, which is tried and else left undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from terms import dpv
from vault.policy.evaluation import seen
from vault.policy.fact import Fact
from vault.policy.kinship import under_any
from vault.policy.proving.answers import Beyond
from vault.policy.proving.candidates import fresh_texts, literals, names_in
from vault.policy.proving.cases import ANY, FALSE, TRUE, UNKNOWN
from vault.policy.proving.laws import KNOWING
from vault.policy.rules import Condition, NamedList, Operator
from vault.policy.values import FactType, Value
from vault.policy.verdicts import Truth

# Ways to combine the conditions on one set that are looked at in a space, over all questions: some seconds.
MAX_WISHES: Final = 100_000
BIT: Final = {True: TRUE, False: FALSE, None: UNKNOWN}
_EQUAL: Final = frozenset({Operator.IS, Operator.IS_NOT})
_SOME: Final = frozenset({Operator.ANY_OF, Operator.CONTAINS})
_NONE: Final = frozenset({Operator.NOT_WITHIN, Operator.NONE_OF})


class Wish(Struct, frozen=True):
    """Members by their bits: only those of `allowed`, and of each of `wanted` at least one."""

    allowed: int
    wanted: tuple[int, ...] = ()


class Members:
    """The names that stand for all, and which of them are under a list."""

    def __init__(self, fact: Fact, conditions: Sequence[Condition]) -> None:
        self._type = fact.type
        values = literals(conditions)
        each = sorted(names_in(literals([c for c in conditions if c.operator is Operator.ALL_OF])))
        lists = [frozenset((name,)) for name in each] + [names_in([value]) for value in values]
        apart: dict[tuple[Truth, ...], str] = {}
        for name in _vocabulary(fact.type, values):
            apart.setdefault(tuple(under_any(fact.type, name, one) for one in lists), name)
        self.names = tuple(apart.values())
        self.all = (1 << len(self.names)) - 1

    def under(self, listed: frozenset[str], truths: int) -> int:
        """The members of which `is under one of those listed` is one of these truths."""
        found = (BIT[under_any(self._type, name, listed)] & truths for name in self.names)
        return sum(1 << at for at, fits in enumerate(found) if fits)

    def set_of(self, bits: int) -> frozenset[str]:
        return frozenset(name for at, name in enumerate(self.names) if bits >> at & 1)


def _vocabulary(type: FactType, values: Sequence[Value]) -> Iterator[str]:
    """Every name that could matter: those listed, a stranger, and all that the vocabulary has."""
    yield from sorted(names_in(values))
    yield from fresh_texts(values, 1)
    if type is FactType.PURPOSES:
        yield from dpv.purposes().terms()
    elif type is FactType.PERSONAL_DATA:
        yield from dpv.personal_data().terms()


class SetLink:
    """All conditions on one set, each with the variable that is its truth."""

    def __init__(self, fact: Fact, conditions: Sequence[tuple[int, Condition]], table: Mapping[str, Fact]) -> None:
        self._fact, self._conditions, self._table = fact, conditions, table
        self._members = Members(fact, [condition for _, condition in conditions])
        self.variables = tuple(variable for variable, _ in conditions)
        self._wished = 0
        self._known_ways: dict[tuple[Condition, int], list[Wish]] = {}

    def solve(self, domains: Sequence[int]) -> dict[str, Value | None] | None:
        masks = [(condition, domains[variable]) for variable, condition in self._conditions]
        if self._fits(None, masks):
            return {self._fact.name: None}
        tried = False
        ways = [self._ways(condition, mask) for condition, mask in masks if mask != ANY]
        # What leaves the least choice first.
        for wish in self._wishes(sorted(ways, key=len), Wish(self._members.all)):
            tried = True
            for value in self._sets(wish, masks):
                if self._fits(value, masks):
                    return {self._fact.name: value}
        if tried:
            raise Beyond(f"no set was found for `{self._fact.name}`")
        return None

    def _fits(self, value: Value | None, masks: Iterable[tuple[Condition, int]]) -> bool:
        facts = {self._fact.name: value}
        return all(BIT[seen(condition, facts, self._table).value] & mask for condition, mask in masks)

    def _wishes(self, ways: list[list[Wish]], so_far: Wish) -> Iterator[Wish]:
        if not ways:
            yield so_far
            return
        for wish in ways[0]:
            self._wished += 1
            if self._wished > MAX_WISHES:
                raise Beyond(f"too many conditions on `{self._fact.name}`")
            both = Wish(so_far.allowed & wish.allowed, (*so_far.wanted, *wish.wanted))
            if all(both.allowed & wanted for wanted in both.wanted):
                yield from self._wishes(ways[1:], both)

    def _ways(self, condition: Condition, mask: int) -> list[Wish]:
        """What a known set must be for the condition to have one of these truths; remembered."""
        key = (condition, mask)
        if key not in self._known_ways:
            self._known_ways[key] = list(self._new_ways(condition, mask))
        return self._known_ways[key]

    def _new_ways(self, condition: Condition, mask: int) -> Iterator[Wish]:
        operator, listed = condition.operator, _listed(condition)
        if operator in KNOWING:
            yield from [Wish(self._members.all)] if mask & (TRUE if operator is Operator.IS_KNOWN else FALSE) else []
        elif operator in _EQUAL:
            # Left to `_sets`, which tries the literal itself and its neighbours.
            yield Wish(self._members.all)
        elif operator is Operator.WITHIN:
            yield from self._every(listed, mask)
        elif operator in _SOME:
            yield from self._some(listed, mask)
        elif operator in _NONE:
            yield from self._some(listed, _opposite(mask))
        elif operator is Operator.ALL_OF:
            yield from self._each(sorted(listed), mask)
        elif mask & UNKNOWN:
            yield Wish(self._members.all)

    def _some(self, listed: frozenset[str], mask: int) -> Iterator[Wish]:
        under, all = self._members.under, self._members.all
        if mask == ANY:
            yield Wish(all)
        elif mask & TRUE:
            yield Wish(all, (under(listed, TRUE | mask & UNKNOWN),))
        if mask & FALSE:
            yield Wish(under(listed, FALSE | mask & UNKNOWN))
        elif mask == UNKNOWN:
            yield Wish(under(listed, FALSE | UNKNOWN), (under(listed, UNKNOWN),))

    def _every(self, listed: frozenset[str], mask: int) -> Iterator[Wish]:
        under, all = self._members.under, self._members.all
        if mask & TRUE:
            yield Wish(under(listed, TRUE | mask & UNKNOWN))
        if mask & FALSE:
            yield Wish(all, (under(listed, FALSE | mask & UNKNOWN),))
        elif mask == UNKNOWN:
            yield Wish(under(listed, TRUE | UNKNOWN), (under(listed, UNKNOWN),))

    def _each(self, listed: Sequence[str], mask: int) -> Iterator[Wish]:
        """`all of` is a conjunction: true when each is reached, false when one surely is not."""
        parts = [frozenset((name,)) for name in listed]
        under, all = self._members.under, self._members.all
        if mask & TRUE:
            yield Wish(all, tuple(under(part, TRUE | mask & UNKNOWN) for part in parts))
        if mask & FALSE:
            yield from (Wish(under(part, FALSE | mask & UNKNOWN)) for part in parts)
        elif mask == UNKNOWN:
            reached = tuple(under(part, TRUE | UNKNOWN) for part in parts)
            yield from (Wish(under(part, FALSE | UNKNOWN), reached) for part in parts)

    def _sets(self, wish: Wish, masks: Iterable[tuple[Condition, int]]) -> Iterator[frozenset[str]]:
        """The smallest set, then, for conditions that want another whole set, what is named and what lies beside."""
        chosen = self._smallest(wish)
        yield chosen
        equal = [condition for condition, mask in masks if mask != ANY and condition.operator in _EQUAL]
        literal = [_listed(condition) for condition in equal]
        yield from literal
        if literal:
            yield from (chosen | {name} for name in sorted(self._members.set_of(wish.allowed)))
            yield self._members.set_of(wish.allowed)
            yield from (one - {name} for one in literal for name in sorted(one))

    def _smallest(self, wish: Wish) -> frozenset[str]:
        bits = 0
        for wanted in sorted(wish.wanted, key=lambda wanted: (wanted & wish.allowed).bit_count()):
            possible = wanted & wish.allowed
            if not possible & bits:
                bits |= possible & -possible
        return self._members.set_of(bits)


def _listed(condition: Condition) -> frozenset[str]:
    operand = condition.operand
    if isinstance(operand, NamedList):
        return operand.members
    if isinstance(operand, str):
        return frozenset((operand,))
    return operand if isinstance(operand, frozenset) else frozenset()


def _opposite(mask: int) -> int:
    return mask & UNKNOWN | (TRUE if mask & FALSE else 0) | (FALSE if mask & TRUE else 0)
