"""A payee's charges as columns, and the candidates for a contract found among them.

A candidate is a grid of due dates with the charges given to it. Charges taken twice (the same amount again within a
few days) are set aside before anything else is looked for, unless that is usual for the amount.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vault.relationships import amounts
from vault.relationships.alignment import Fit
from vault.relationships.amounts import Reading
from vault.relationships.rhythm import Rhythm

# A charge of the same amount this soon after another was taken twice (or again after a return).
DOUBLE_DAYS = 5
# Sooner where charges of the amount come weekly: they may fall on a Monday and then on a Friday.
WEEKLY_GAPS = (6.3, 7.7)
WEEKLY_DOUBLE_DAYS = 3


class Ledger(NamedTuple):
    """The charges of one payee in date order, as parallel columns; amounts are positive. `bound` when they were all
    drawn under one mandate, which habits are not."""

    days: list[int]
    months: list[float]
    amounts: list[int]
    texts: list[str]
    bound: bool = False

    def axis(self, rhythm: Rhythm) -> Sequence[float]:
        return self.months if rhythm.monthly else self.days


class Found(NamedTuple):
    """A grid, and the charges on it in date order (more than the grid's own hits once strays are given to it)."""

    fit: Fit
    members: tuple[int, ...]
    reading: Reading

    @property
    def rhythm(self) -> Rhythm:
        return self.fit.rhythm


def found_on(ledger: Ledger, grid: Fit) -> Found:
    return Found(grid, grid.members, reading_of(ledger, grid.members, grid.rhythm))


def reading_of(ledger: Ledger, hits: Sequence[int], rhythm: Rhythm) -> Reading:
    seldom = rhythm.length > 170
    return amounts.read([ledger.amounts[i] for i in hits], [ledger.days[i] for i in hits], seldom=seldom)


def span_of(ledger: Ledger, members: Sequence[int]) -> int:
    return ledger.days[members[-1]] - ledger.days[members[0]] + 1


def without(members: Sequence[int], found: Iterable[Found]) -> list[int]:
    taken = {i for one in found for i in one.members}
    return [i for i in members if i not in taken]


def without_doubles(ledger: Ledger, members: Sequence[int]) -> list[int]:
    """The members but for charges of the same amount as one a few days before, unless that is usual."""
    by_amount: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_amount[ledger.amounts[i]].append(i)
    rare: set[int] = set()
    for same in by_amount.values():
        if len(same) > 1:
            doubles = _doubles(ledger.days, same)
            if len(doubles) <= max(1, len(same) // 5):
                rare.update(doubles)
    return [i for i in members if i not in rare] if rare else list(members)


def _doubles(days: Sequence[int], same: Sequence[int]) -> list[int]:
    """Those of `same` that come soon after another."""
    soon = _soon(days[same[0]], days[same[-1]], len(same))
    last, doubles = days[same[0]], []
    for i in same[1:]:
        if days[i] - last < soon:
            doubles.append(i)
        else:
            last = days[i]
    return doubles


def _soon(first: int, last: int, count: int) -> int:
    """How many days after another a charge is one taken twice, where there are `count` of the amount."""
    weekly = count > 3 and WEEKLY_GAPS[0] <= (last - first) / (count - 1) <= WEEKLY_GAPS[1]
    return WEEKLY_DOUBLE_DAYS if weekly else DOUBLE_DAYS


def singles(ledger: Ledger, left: Sequence[int], found: Sequence[Found]) -> list[int]:
    """What is left over but for charges taken twice, unless so many are that it is usual for the amount."""
    by_amount: dict[int, list[int]] = defaultdict(list)
    for one in found:
        for i in one.members:
            by_amount[ledger.amounts[i]].append(ledger.days[i])
    for taken in by_amount.values():
        taken.sort()
    twice = [i for i in left if _has_near(by_amount.get(ledger.amounts[i], ()), ledger.days[i])]
    if not twice:
        return list(left)
    often = Counter([ledger.amounts[i] for i in twice])
    rare = {i for i in twice if often[ledger.amounts[i]] <= max(2, len(by_amount[ledger.amounts[i]]) // 4)}
    return [i for i in left if i not in rare]


def _has_near(days: Sequence[int], day: int) -> bool:
    """Whether one of the sorted `days` is close enough to `day` for a charge taken twice."""
    if not days:
        return False
    soon = _soon(days[0], days[-1], len(days))
    place = bisect_left(days, day - soon)
    return place < len(days) and days[place] <= day + soon
