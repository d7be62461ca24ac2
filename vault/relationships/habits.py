"""The rule between a contract and a habit.

A contract keeps to its due dates, so that the distance from them does not grow; a habit wanders, each visit following
the last. The less the amounts agree, the closer the days must be to the grid. Rhythms in weeks count only with steady
amounts: a weekly shop is no contract. One mandate for all charges is evidence for a contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from statistics import median

from vault.relationships.alignment import MAX_LATE, wander
from vault.relationships.amounts import Kind
from vault.relationships.candidates import Found, Ledger, without
from vault.relationships.rhythm import Rhythm

# Scores (nats) a grid must reach, by how far the amounts agree.
MIN_SCORE = {"fixed": 6.0, "base": 7.0, "rate": 7.0, "use": 9.0}
# Nats that one mandate for all charges is worth.
BOUND_BONUS = 3.0
# Share of due dates in a run that must have seen a charge.
MIN_COVERAGE = {"fixed": 0.6, "base": 0.7, "rate": 0.7, "use": 0.8}
# Mean distance from the due date that is still a contract, in days: one day and a share of the rhythm, capped.
MAX_SPREAD = {
    "fixed": (0.8, 0.075, 4.5),
    "base": (0.8, 0.06, 4.2),
    "rate": (0.8, 0.06, 4.2),
    "use": (0.6, 0.055, 4.0),
}
# Beyond this mean distance (times the root of the rhythm's days) days must keep to the grid and not wander: von
# Neumann's ratio no more than so many times the root of the number of charges below 2 (its standard error is 2).
STRICT_SPREAD = 0.25
MAX_WANDER = {"fixed": 2.6, "base": 2.6, "rate": 3.0, "use": 2.4}
MAX_WANDER_WHOLE = 5.0
# A gap of this many rhythms is a pause, after which the due date may be another.
PAUSE = 2.5


def is_contract(ledger: Ledger, one: Found) -> bool:
    """The rule between contract and habit: score, coverage and spread by how far the amounts agree."""
    grid, kind = one.fit, one.reading.kind
    if len(grid.hits) < 3 or grid.score + BOUND_BONUS * ledger.bound < MIN_SCORE[kind]:
        return False
    if grid.spread > _max_spread(kind, grid.rhythm):
        return False
    if len(grid.hits) < MIN_COVERAGE[kind] * (len(grid.hits) + grid.missed):
        return False
    return kind != "use" or _is_plausible_use(ledger, one)


def _max_spread(kind: Kind, rhythm: Rhythm) -> float:
    base, share, cap = MAX_SPREAD[kind]
    return min(base + share * rhythm.length, cap if rhythm.length < 170 else 1.4 * cap)


def _is_plausible_use(ledger: Ledger, one: Found) -> bool:
    """Bills by use come monthly or seldomer, at least four times (three when seldom), and do not leap about. Once or
    twice a year the same shop at the same feast is likelier, unless day and amount are close."""
    if one.rhythm.length > 170:
        return len(one.fit.hits) >= 3 and one.reading.swing <= 0.15 and one.fit.spread <= 2.5
    enough = 3 if one.rhythm.length > 80 or ledger.bound else 4
    return one.rhythm.monthly and len(one.fit.hits) >= enough and one.reading.swing <= 0.45


def keeps_to_dates(ledger: Ledger, one: Found, others: Sequence[int]) -> bool:
    """Whether the charges, given-away strays included, stay near due dates and do not wander off. A wandering habit
    leaves visits of the same amount among the `others`, as no grid holds all of it; then the test is harder."""
    length, axis, kind = one.rhythm.length, ledger.axis(one.rhythm), one.reading.kind
    if len(one.members) < 3:
        return True
    if kind == "use" and not _is_plausible_use(ledger, one):
        return False
    offs = [off for part in _parts(axis, one.members, PAUSE * length) for off in _offs(axis, part, length)]
    reach = one.rhythm.reach
    near = offs if max(offs) - min(offs) <= 2 * reach else [off for off in offs if abs(off) <= reach]
    if len(near) < 3 or len(offs) - len(near) > MAX_LATE + len(offs) // 8:
        return False
    spread = sum([abs(off) for off in near]) / (len(near) - 1)
    if spread > 1.2 * _max_spread(kind, one.rhythm):
        return False
    strict = spread > STRICT_SPREAD * sqrt(length) and not ledger.bound
    if not strict:
        return True
    amounts = {ledger.amounts[i] for i in one.members}
    picked = kind == "use" or any(ledger.amounts[i] in amounts for i in without(others, [one]))
    return wander(offs) >= 2 - (MAX_WANDER[kind] if picked else MAX_WANDER_WHOLE) / sqrt(len(offs))


def is_cut_out(ledger: Ledger, one: Found, others: Sequence[int]) -> bool:
    """Whether a loose run goes on at the same amount and pace but off its due dates: a piece of a habit."""
    length = one.rhythm.length
    if ledger.bound or one.fit.spread <= STRICT_SPREAD * sqrt(length) or len(one.members) < 3:
        return False
    for end, side in ((one.members[0], -1), (one.members[-1], 1)):
        same = [ledger.days[i] for i in others if ledger.amounts[i] == ledger.amounts[end]]
        if any(0.6 * length < side * (day - ledger.days[end]) < 1.5 * length for day in same):
            return True
    return False


def not_beside(found: Sequence[Found], one: Found, members: Sequence[int]) -> list[int]:
    """The members but for those of other contracts that run at the same time."""
    first, last = one.members[0], one.members[-1]
    beside = [other for other in found if other.members[0] < last and other.members[-1] > first]
    return without(members, beside)


def _parts(axis: Sequence[float], members: Sequence[int], pause: float) -> list[list[int]]:
    """The members between pauses."""
    parts = [[members[0]]]
    for a, b in pairwise(members):
        if axis[b] - axis[a] > pause:
            parts.append([])
        parts[-1].append(b)
    return parts


def _offs(axis: Sequence[float], members: Sequence[int], length: float) -> list[float]:
    """The distances from the due dates that suit these members best."""
    begin = axis[members[0]]
    for _ in range(2):
        offs = [axis[i] - begin - round((axis[i] - begin) / length) * length for i in members]
        begin += median(offs)
    return [axis[i] - begin - round((axis[i] - begin) / length) * length for i in members]
