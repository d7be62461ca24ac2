"""Linear constraints over exact fractions, by Fourier-Motzkin elimination.

To eliminate a number, each of its lower bounds is set below each of its upper bounds; what is left says exactly what the
others must fulfil. Going back, a number is chosen between its bounds for each that was eliminated. Exact for fractions;
for whole numbers a choice may not exist where a fraction does, and then the answer is `Beyond`, never a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from math import ceil, floor, lcm
from typing import Final

from msgspec import Struct

from vault.policy.proving.answers import Beyond
from vault.policy.proving.line import midpoint, plain
from vault.policy.values import Number

# Eliminating can square the constraints; a component of facts compared with each other has a handful.
MAX_CONSTRAINTS: Final = 2_000
# Whole numbers tried next to a bound before giving up: at least so many, and as many as the factors take to come round.
_TRIED: Final = 4
MAX_TRIED: Final = 400
# Over all names of one system.
MAX_TRIED_TOGETHER: Final = 2_000
# Where nothing bounds a number: ten of most currencies.
_TYPICAL: Final = 1_000


class Constraint(Struct, frozen=True):
    """`sum of factor * name + constant <= 0`, or `< 0` where strict."""

    factors: tuple[tuple[str, Fraction], ...]
    constant: Fraction
    strict: bool

    def factor(self, name: str) -> Fraction:
        return next((factor for one, factor in self.factors if one == name), Fraction(0))

    @property
    def is_broken(self) -> bool:
        return not self.factors and (self.constant >= 0 if self.strict else self.constant > 0)


class Bounds(Struct, frozen=True):
    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False

    def has(self, number: Number) -> bool:
        above = self.low is None or (number > self.low if self.low_open else number >= self.low)
        below = self.high is None or (number < self.high if self.high_open else number <= self.high)
        return above and below


def constraint(factors: Mapping[str, Number], constant: Number, strict: bool) -> Constraint:
    kept = tuple(sorted((name, Fraction(factor)) for name, factor in factors.items() if factor))
    return Constraint(kept, Fraction(constant), strict)


def solution(
    constraints: Sequence[Constraint], names: Sequence[str], whole: Collection[str]
) -> dict[str, Number] | None:
    """A number for each name, whole ones where that is asked and elsewhere where it can be; None when there are none."""
    if any(c.is_broken for c in constraints):
        return None
    # Whole ones are chosen first, that is, eliminated last.
    order = sorted(names, key=lambda name: name in whole)
    stages = [list(constraints)]
    for name in order:
        stages.append(eliminated(stages[-1], name))
        if any(c.is_broken for c in stages[-1]):
            return None
    return _Choosing(constraints, whole).chosen(list(reversed(order)), list(reversed(stages[:-1])))


def highest(constraints: Sequence[Constraint], names: Sequence[str], name: str) -> Bounds:
    """The bounds of one name over all solutions; there must be some."""
    left = list(constraints)
    for other in names:
        if other != name:
            left = eliminated(left, other)
    return bounds(left, name, {})


def eliminated(constraints: Sequence[Constraint], name: str) -> list[Constraint]:
    """What the constraints say of all names but this."""
    rest = [c for c in constraints if not c.factor(name)]
    upper = [c for c in constraints if c.factor(name) > 0]
    lower = [c for c in constraints if c.factor(name) < 0]
    if len(rest) + len(upper) * len(lower) > MAX_CONSTRAINTS:
        raise Beyond("too many facts are compared with one another")
    return list(dict.fromkeys([*rest, *(_added(high, low, name) for high in upper for low in lower)]))


def _added(high: Constraint, low: Constraint, name: str) -> Constraint:
    """Both scaled so that `name` cancels out."""
    up, down = -low.factor(name), high.factor(name)
    factors: dict[str, Number] = {}
    for one, times in ((high, up), (low, down)):
        for other, factor in one.factors:
            factors[other] = factors.get(other, Fraction(0)) + factor * times
    return constraint(factors, high.constant * up + low.constant * down, high.strict or low.strict)


class _Choosing:
    """Goes back through the stages of elimination. Fractions fit at once; whole numbers may have to be tried."""

    def __init__(self, constraints: Sequence[Constraint], whole: Collection[str]) -> None:
        self._whole = whole
        parts = [part for c in constraints for _, f in c.factors for part in (abs(f.numerator), f.denominator)]
        self._tries = min(MAX_TRIED, max(_TRIED, lcm(*parts))) if whole else _TRIED
        self._all_tried = True
        self._left = MAX_TRIED_TOGETHER

    def chosen(self, names: list[str], stages: list[list[Constraint]]) -> dict[str, Number] | None:
        found = self._extended(names, stages, {})
        if found is None and not self._all_tried:
            raise self._beyond()
        return found

    def _beyond(self) -> Beyond:
        return Beyond(f"no whole numbers were found for {', '.join(f'`{name}`' for name in sorted(self._whole))}")

    def _extended(
        self, names: list[str], stages: list[list[Constraint]], so_far: dict[str, Number]
    ) -> dict[str, Number] | None:
        if not names:
            return so_far
        within, whole = bounds(stages[0], names[0], so_far), names[0] in self._whole
        for number in _choices(within, whole, self._tries):
            self._left -= 1
            if self._left < 0:
                raise self._beyond()
            found = self._extended(names[1:], stages[1:], {**so_far, names[0]: number})
            if found is not None:
                return found
        if within.low is None or within.high is None or within.high - within.low >= self._tries:
            self._all_tried = False
        return None


def bounds(constraints: Sequence[Constraint], name: str, known: Mapping[str, Number]) -> Bounds:
    """Of a name, where the others of the constraints have these numbers."""
    found = Bounds()
    for c in constraints:
        factor = c.factor(name)
        if not factor:
            continue
        rest = sum((f * known[other] for other, f in c.factors if other != name), c.constant)
        end = -rest / factor
        if factor > 0 and (found.high is None or (end, not c.strict) < (found.high, not found.high_open)):
            found = Bounds(found.low, found.low_open, end, c.strict)
        if factor < 0 and (found.low is None or (end, c.strict) > (found.low, found.low_open)):
            found = Bounds(end, c.strict, found.high, found.high_open)
    return found


def _choices(bounds: Bounds, whole: bool, tries: int) -> Iterator[Number]:
    """Whole numbers next to the bounds first, those that are not nothing before; then, where it may be, the middle."""
    low, high = bounds.low, bounds.high
    near = _outwards(low, high, tries)
    first = sorted(islice(near, _TRIED), key=lambda number: number <= 0)
    yield from (number for number in first if bounds.has(number))
    if whole:
        yield from (number for number in near if bounds.has(number))
    elif low is not None and high is not None:
        yield plain(low) if low == high else midpoint(low, high)


def _outwards(low: Fraction | None, high: Fraction | None, tries: int) -> Iterator[int]:
    """Whole numbers from both bounds on."""
    if low is None or low <= 0:
        yield _TYPICAL
    for step in range(tries):
        if low is not None:
            yield ceil(low) + step
        if high is not None:
            yield floor(high) - step
