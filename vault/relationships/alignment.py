"""How well a set of days lies on a grid of due dates, as a likelihood ratio against chance.

For one rhythm the days are folded to its length, the densest window gives the phase, and the nearest day to each
due date is its *hit*. The best run of due dates is kept (hits gain, misses cost, and a long pause costs no more
than a few misses, so that a contract that rested is one contract).

The score is the logarithm of a likelihood ratio. The grid says: each due date is hit with probability
`1 - MISS`, spread over as many days as the hits really are; what is left comes evenly at its own rate. Chance
says: everything comes evenly at one rate. The choice of rhythm, phase and run is paid for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from vault.relationships.rhythm import Rhythm

# How often a due date of a living contract sees no charge, and what that costs in nats.
MISS = 0.07
MISS_COST = -log(MISS)
HIT = log(1 - MISS)
# How often a charge comes so late that it is no hit; a grid may have this many, and one more for every eight hits.
LATE = log(0.05)
MAX_LATE = 1
# A pause costs no more than this many misses, however long.
PAUSE_MISSES = 3.0
# Hits must beat chance by this much each, or the days are too dense to tell anything.
MIN_GAIN = 0.35


class Fit(NamedTuple):
    """`slots` and `hits` (indices of charges) run in parallel, in date order; `late` are charges too far from their
    due date to be hits, on due dates without one. `centre` is a due date on the axis; `spread` the mean distance of
    the hits from their due dates in days; `missed` the due dates without a charge, a long pause counted as a few."""

    rhythm: Rhythm
    centre: float
    slots: tuple[int, ...]
    hits: tuple[int, ...]
    late: tuple[int, ...]
    spread: float
    missed: float
    score: float

    @property
    def members(self) -> tuple[int, ...]:
        return tuple(sorted(self.hits + self.late)) if self.late else self.hits

    def place(self, at: float) -> tuple[int, float]:
        """The slot nearest to `at` on the axis, and the distance from its due date in days."""
        slot = round((at - self.centre) / self.rhythm.length)
        return slot, at - self.centre - slot * self.rhythm.length


def fit(axis: Sequence[float], members: Sequence[int], rhythm: Rhythm) -> Fit | None:
    """The best grid of `rhythm` through the charges `members` (indices into `axis`, in date order)."""
    length, reach = rhythm.length, rhythm.reach
    places = [axis[i] for i in members]
    centre = _densest(sorted([place % length for place in places]), length, reach)
    slots, hits, strays = _nearest(places, members, centre, length, reach)
    if len(slots) < 2:
        return None
    span = places[-1] - places[0] + length
    rate = len(members) / span
    begin, end = _best_run(slots, -log(rate * (2 * reach + 1)) + HIT + 1.0)
    run = slots[begin:end]
    late: list[int] = []
    if strays:
        filled = set(slots)
        late = [i for slot, i in strays.items() if run[0] < slot < run[-1] and slot not in filled]
        del late[MAX_LATE + len(run) // 8 :]
    grid = Fit(rhythm, centre, tuple(run), tuple(hits[begin:end]), tuple(late), 0, 0, 0)
    return _scored(axis, grid, len(members), span)


def _nearest(
    places: Sequence[float], members: Sequence[int], centre: float, length: float, reach: float
) -> tuple[list[int], list[int], dict[int, int]]:
    """The slots that have a charge within reach, the nearest charge of each, and by slot the last out of reach."""
    slots: list[int] = []
    hits: list[int] = []
    strays: dict[int, int] = {}
    last, nearest = -1, 0.0
    for i, place in zip(members, places, strict=True):
        slot = int((place - centre) / length + 0.5)
        off = abs(place - centre - slot * length)
        if off > reach:
            strays[slot] = i
        elif slot != last:
            slots.append(slot)
            hits.append(i)
            last, nearest = slot, off
        elif off < nearest:
            hits[-1], nearest = i, off
    return slots, hits, strays


def _densest(phases: list[float], length: float, reach: float) -> float:
    """The median of the phases in the fullest window of twice the reach, on the circle, moved so that it reaches all
    of them."""
    count = len(phases)
    if phases[-1] - phases[0] <= 2 * reach:
        return min(max(phases[count // 2], phases[-1] - reach), phases[0] + reach)
    ring = phases + [phase + length for phase in phases]
    best_count, best_width, best_at = 0, 0.0, 0
    for at in range(count):
        beyond = bisect_right(ring, ring[at] + 2 * reach, at, at + count)
        width = ring[beyond - 1] - ring[at]
        if beyond - at > best_count or (beyond - at == best_count and width < best_width):
            best_count, best_width, best_at = beyond - at, width, at
    last = ring[best_at + best_count - 1]
    return min(max(ring[best_at + best_count // 2], last - reach), ring[best_at] + reach) % length


def _best_run(slots: list[int], gain: float) -> tuple[int, int]:
    """The stretch (from, to) of slots with the highest sum of gains less the cost of what it misses."""
    if slots[-1] - slots[0] == len(slots) - 1:
        return 0, len(slots)
    gain = max(gain, 0.5)
    best = total = 0.0
    begin = best_begin = best_end = 0
    before = slots[0] - 1
    for place, slot in enumerate(slots):
        if slot - before > 1:
            total -= MISS_COST * min(slot - before - 1, PAUSE_MISSES)
        before = slot
        if total <= 0:
            total, begin = 0.0, place
        total += gain
        if total > best:
            best, best_begin, best_end = total, begin, place
    return best_begin, best_end + 1


def _scored(axis: Sequence[float], grid: Fit, count: int, span: float) -> Fit | None:
    """The grid with its centre, spread, misses and score, against `count` charges in `span` days."""
    found, length = len(grid.hits), grid.rhythm.length
    if found < 2:
        return None
    offs = sorted([axis[i] - slot * length for slot, i in zip(grid.slots, grid.hits, strict=True)])
    middle = offs[found // 2]
    spread = sum([abs(off - middle) for off in offs]) / (found - 1)
    width = 1 + 3.5 * spread
    missed = float(-len(grid.late))
    if grid.slots[-1] - grid.slots[0] >= found:
        missed += sum([min(b - a - 1, PAUSE_MISSES) for a, b in pairwise(grid.slots)])
    rest = count - found - len(grid.late)
    gain = HIT - log(width * count / span)
    if gain < MIN_GAIN and rest:
        return None
    score = found * (gain + 1) - missed * MISS_COST - grid.rhythm.rarity
    score += len(grid.late) * (LATE - log(length * count / span) + 1)
    if rest:
        score += rest * log(rest / count) - log(max(length / width, 1)) - log(1 + span / length)
    return Fit(grid.rhythm, middle, grid.slots, grid.hits, grid.late, spread, missed, score)


def wander(offs: Sequence[float]) -> float:
    """Von Neumann's ratio of distances from due dates in order: the mean square of the step from one to the next
    over the variance. 2 when each charge keeps to its due date, towards 0 when each only follows the last."""
    mean = sum(offs) / len(offs)
    variance = sum([(off - mean) ** 2 for off in offs]) / len(offs)
    steps = sum([(b - a) ** 2 for a, b in pairwise(offs)]) / (len(offs) - 1)
    return steps / variance if variance else 2.0
