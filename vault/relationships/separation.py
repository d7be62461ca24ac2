"""Tells the contracts of one payee apart, and from everything else bought there.

The steps, each on what the one before left over:

1. The charges as a whole, if they lie on one grid.
2. Charges of exactly the same amount, as often as another grid is found among them.
3. Charges of similar amounts (split at the widest gap between amounts, again and again).
4. Pairs half a year or a year apart.

Then pieces of one contract (before and after a price change or a pause) are joined, and single charges that sit on
an empty due date of a contract are given to it.

A habit is told from a contract by its days: a contract keeps to its due dates, so that the distance from them does
not grow; a habit wanders. The less the amounts agree, the closer the days must be to the grid. Rhythms in weeks
count only with steady amounts: a weekly shop is no contract.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from vault.relationships import amounts
from vault.relationships.alignment import MAX_LATE, Fit, fit, wander
from vault.relationships.amounts import Kind, Reading
from vault.relationships.rhythm import RHYTHMS, YEARLY, Rhythm

# Scores (nats) a grid must reach, by how far the amounts agree.
MIN_SCORE = {"fixed": 6.0, "rate": 7.0, "use": 9.0}
# Nats that one mandate for all charges is worth.
BOUND_BONUS = 3.0
# Share of due dates in a run that must have seen a charge.
MIN_COVERAGE = {"fixed": 0.6, "rate": 0.7, "use": 0.8}
# Mean distance from the due date that is still a contract, in days: one day and a share of the rhythm, capped.
MAX_SPREAD = {"fixed": (0.8, 0.075, 4.5), "rate": (0.8, 0.06, 4.2), "use": (0.6, 0.055, 4.0)}
# Beyond this mean distance (times the root of the rhythm's days) days must keep to the grid and not wander: von
# Neumann's ratio no more than so many times the root of the number of charges below 2 (its standard error is 2).
STRICT_SPREAD = 0.25
MAX_WANDER = {"fixed": 3.6, "rate": 3.6, "use": 2.4}
# A gap of this many rhythms is a pause, after which the due date may be another.
PAUSE = 2.5
# Nats that each charge of the same amount takes away from a grid that does not explain it.
REST_PENALTY = 1.0
# A charge of the same amount this soon after another was taken twice (or again after a return).
DOUBLE_DAYS = 5
# More charges than this a day cannot be told apart by amounts that merely resemble each other.
MAX_LOOSE_RATE = 0.12
MAX_LOOSE = 240
# More equal charges than this a day are a habit, whatever grid lies in them.
MAX_EQUAL_RATE = 0.4
# More contracts of exactly the same amount at one payee are not looked for.
MAX_GRIDS = 8
# How many due dates beyond a contract's ends a charge is still looked for: of another amount, and of the same amount
# (further where little else is bought: it may have paused).
STRAY_SLOTS = 2
PAUSE_SLOTS = {False: 4, True: 13}
# Amounts nearer than this ratio are not split.
SPLIT_RATIO = 1.08


class Ledger(NamedTuple):
    """The charges of one payee in date order, as parallel columns; amounts are positive. `bound` when they were all
    drawn under one mandate, which habits are not."""

    days: list[int]
    months: list[float]
    amounts: list[int]
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


def separate(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """The contracts among `members`, indices into the ledger in date order."""
    members = _without_doubles(ledger, members)
    if len(members) < 3:
        return _pairs(ledger, members)
    whole = _whole(ledger, members)
    found = [whole] if whole else _equal(ledger, members)
    if found:
        found = _give_strays(ledger, _join(ledger, found), members, same_only=True)
        found = _give_strays(ledger, _join(ledger, found), members)
    left = _singles(ledger, _without(members, found), found)
    more = _similar(ledger, left)
    more += _pairs(ledger, _without(left, more))
    if more:
        found = _give_strays(ledger, _join(ledger, found + more), members)
    found = [one for one in found if _keeps_to_dates(ledger, one)]
    return [one for one in found if not _is_cut_out(ledger, one, _not_beside(found, one, members))]


def _without_doubles(ledger: Ledger, members: Sequence[int]) -> list[int]:
    """The members but for charges of the same amount as one a few days before, unless that is usual."""
    last: dict[int, int] = {}
    doubles: dict[int, list[int]] = defaultdict(list)
    for i in members:
        amount, day = ledger.amounts[i], ledger.days[i]
        if day - last.get(amount, -DOUBLE_DAYS) < DOUBLE_DAYS:
            doubles[amount].append(i)
        else:
            last[amount] = day
    if not doubles:
        return list(members)
    counts = Counter([ledger.amounts[i] for i in members])
    rare = {i for amount, some in doubles.items() if len(some) <= max(1, counts[amount] // 5) for i in some}
    return [i for i in members if i not in rare]


def _without(members: Sequence[int], found: Iterable[Found]) -> list[int]:
    taken = {i for one in found for i in one.members}
    return [i for i in members if i not in taken]


def _span(ledger: Ledger, members: Sequence[int]) -> int:
    return ledger.days[members[-1]] - ledger.days[members[0]] + 1


def _reading(ledger: Ledger, hits: Sequence[int], rhythm: Rhythm) -> Reading:
    seldom = rhythm.length > 170
    return amounts.read([ledger.amounts[i] for i in hits], [ledger.days[i] for i in hits], seldom=seldom)


def _found(ledger: Ledger, grid: Fit) -> Found:
    return Found(grid, grid.members, _reading(ledger, grid.members, grid.rhythm))


def _near_rhythms(ledger: Ledger, members: Sequence[int], least: float) -> list[Rhythm]:
    """The rhythms that the middle gap between charges suggests, from `least` of their length up."""
    days = ledger.days
    gaps = sorted([days[b] - days[a] for a, b in pairwise(members)])
    gap = gaps[(len(gaps) - 1) // 2]
    return [rhythm for rhythm in RHYTHMS if 0.75 * gap <= rhythm.length <= gap / least]


def _possible_rhythms(ledger: Ledger, members: Sequence[int]) -> list[Rhythm]:
    """The rhythms that three of the charges, with up to two due dates missed between, could follow."""
    days = ledger.days
    span = _span(ledger, members)
    three = min([days[b] - days[a] for a, b in zip(members, members[2:], strict=False)])
    return [one for one in RHYTHMS if span >= 2 * (one.length - one.reach) and three <= 4 * one.length + 2 * one.reach]


def _best(ledger: Ledger, members: Sequence[int], rhythms: Iterable[Rhythm]) -> Fit | None:
    best: Fit | None = None
    for rhythm in rhythms:
        one = fit(ledger.axis(rhythm), members, rhythm)
        if one and (best is None or one.score > best.score):
            best = one
    return best


def _whole(ledger: Ledger, members: Sequence[int]) -> Found | None:
    """All the charges as one contract, but for a few."""
    best = _best(ledger, members, _near_rhythms(ledger, members, 0.75))
    if best is None or len(best.hits) < 3:
        return None
    best = _settled(ledger, members, best)
    if len(members) > 2.2 * len(best.hits) + 2:
        return None
    one = _found(ledger, best)
    rest = _singles(ledger, _without(members, [one]), [one])
    if len(rest) > 0.15 * len(best.hits) + 0.5 or _alternates(ledger, one):
        return None
    return one if _is_contract(ledger, one) else None


def _settled(ledger: Ledger, members: Sequence[int], grid: Fit) -> Fit:
    """Where several charges are near one due date, the hit is the one of the commonest amount."""
    if len(members) == len(grid.hits):
        return grid
    common = Counter(ledger.amounts[i] for i in members)
    axis, chosen = ledger.axis(grid.rhythm), dict(zip(grid.slots, grid.hits, strict=True))
    for i in members:
        slot, off = grid.place(axis[i])
        rival = chosen.get(slot, i)
        if abs(off) <= grid.rhythm.reach and common[ledger.amounts[i]] > common[ledger.amounts[rival]]:
            chosen[slot] = i
    return grid._replace(hits=tuple(chosen[slot] for slot in grid.slots))


def _alternates(ledger: Ledger, one: Found) -> bool:
    """Whether every second hit is a contract of its own: two contracts half a rhythm apart."""
    if one.reading.kind == "fixed" or len(one.members) < 6:
        return False
    halves = (one.members[0::2], one.members[1::2])
    return all(_reading(ledger, half, one.rhythm).kind == "fixed" for half in halves)


def _is_contract(ledger: Ledger, one: Found) -> bool:
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
    """Bills by use come monthly or seldomer, at least four times (three when seldom), and do not leap about. Once or twice a year the
    same shop at the same feast is likelier, unless day and amount are close."""
    if one.rhythm.length > 170:
        return len(one.fit.hits) >= 3 and one.reading.swing <= 0.15 and one.fit.spread <= 2.5
    enough = 3 if one.rhythm.length > 80 or ledger.bound else 4
    return one.rhythm.monthly and len(one.fit.hits) >= enough and one.reading.swing <= 0.45


def _keeps_to_dates(ledger: Ledger, one: Found) -> bool:
    """Whether the charges, given-away strays included, stay near due dates and do not wander off."""
    length, axis, kind = one.rhythm.length, ledger.axis(one.rhythm), one.reading.kind
    if len(one.members) < 3:
        return True
    if kind == "use" and not _is_plausible_use(ledger, one):
        return False
    offs = [off for part in _parts(axis, one.members, PAUSE * length) for off in _offs(axis, part, length)]
    near = [off for off in offs if abs(off) <= one.rhythm.reach]
    if len(near) < 3 or len(offs) - len(near) > MAX_LATE + len(offs) // 8:
        return False
    spread = sum([abs(off) for off in near]) / (len(near) - 1)
    if spread > 1.2 * _max_spread(kind, one.rhythm):
        return False
    strict = spread > STRICT_SPREAD * length**0.5 and not ledger.bound
    return not strict or wander(near) >= 2 - MAX_WANDER[kind] / len(near) ** 0.5


def _not_beside(found: Sequence[Found], one: Found, members: Sequence[int]) -> list[int]:
    """The members but for those of other contracts that run at the same time."""
    first, last = one.members[0], one.members[-1]
    beside = [other for other in found if other.members[0] < last and other.members[-1] > first]
    return _without(members, beside)


def _is_cut_out(ledger: Ledger, one: Found, others: Sequence[int]) -> bool:
    """Whether a loose run goes on at the same amount and pace but off its due dates: a piece of a habit."""
    length = one.rhythm.length
    if ledger.bound or one.fit.spread <= STRICT_SPREAD * length**0.5 or len(one.members) < 3:
        return False
    for end, side in ((one.members[0], -1), (one.members[-1], 1)):
        same = [ledger.days[i] for i in others if ledger.amounts[i] == ledger.amounts[end]]
        if any(0.6 * length < side * (day - ledger.days[end]) < 1.5 * length for day in same):
            return True
    return False


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


def _equal(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """Contracts among charges of exactly the same amount."""
    by_amount: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_amount[ledger.amounts[i]].append(i)
    return [one for _, same in sorted(by_amount.items()) if len(same) >= 3 for one in _of_one_amount(ledger, same)]


def _of_one_amount(ledger: Ledger, same: Sequence[int]) -> list[Found]:
    """The grids among equal charges, if they leave little over."""
    found: list[Found] = []
    left = list(same)
    while len(found) < MAX_GRIDS and 3 <= len(left) <= MAX_EQUAL_RATE * (_span(ledger, left) + 30):
        best = _best(ledger, left, _possible_rhythms(ledger, left))
        if best is None:
            break
        one = _found(ledger, best)
        if not _is_contract(ledger, one):
            break
        found.append(one)
        left = _without(left, [one])
    penalty = REST_PENALTY * len(_singles(ledger, left, found)) if found else 0.0
    return [one for one in found if one.fit.score - penalty >= MIN_SCORE["fixed"]]


def _similar(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """Contracts among charges of similar amounts."""
    count = len(members)
    if count < 3 or count > MAX_LOOSE or count > MAX_LOOSE_RATE * (_span(ledger, members) + 60):
        return []
    best = _best(ledger, members, _near_rhythms(ledger, members, 0.5))
    if best and len(best.hits) >= 3:
        one = _found(ledger, best)
        begin, end = ledger.days[best.hits[0]], ledger.days[best.hits[-1]]
        inside = [i for i in members if begin <= ledger.days[i] <= end]
        if len(best.hits) >= 0.75 * len(inside) and _is_contract(ledger, one) and not _alternates(ledger, one):
            return [one, *_similar(ledger, _without(members, [one]))]
    low, high = _split(ledger, members)
    return _similar(ledger, low) + _similar(ledger, high)


def _split(ledger: Ledger, members: Sequence[int]) -> tuple[list[int], list[int]]:
    """The charges below and above the widest gap (as a ratio) between amounts; nothing when there is none."""
    values = sorted({ledger.amounts[i] for i in members})
    ratio, cut = max(((b / a, b) for a, b in pairwise(values)), default=(1.0, 0))
    if ratio < SPLIT_RATIO:
        return [], []
    low = [i for i in members if ledger.amounts[i] < cut]
    return low, [i for i in members if ledger.amounts[i] >= cut]


def _pairs(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """Two charges a rhythm apart where that is no chance: of the same amount a year apart, or of nearly the same
    amount or another long rhythm where nothing else is bought."""
    if len(members) < 2:
        return []
    alone = len(members) == 2
    if alone:
        one = _pair(ledger, members[0], members[1], alone)
        return [one] if one else []
    by_amount: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_amount[ledger.amounts[i]].append(i)
    equal = sum([len(same) * (len(same) - 1) // 2 for same in by_amount.values()])
    if equal > MAX_EQUAL_PAIRS:
        return []
    pairs = [same for same in by_amount.values() if len(same) == 2]
    return [one for a, b in sorted(pairs) if (one := _pair(ledger, a, b, alone))]


def _pair(ledger: Ledger, a: int, b: int, alone: bool) -> Found | None:
    first, second = ledger.amounts[a], ledger.amounts[b]
    equal = first == second
    for rhythm, most in PAIR_RHYTHMS.items() if alone else ((YEARLY, PAIR_RHYTHMS[YEARLY]),):
        axis = ledger.axis(rhythm)
        off = abs(axis[b] - axis[a] - rhythm.length)
        near = rhythm is YEARLY and off <= most / 3 and 0.9 <= second / first <= 1.3
        if near or (equal and off <= most):
            grid = Fit(rhythm, axis[b] % rhythm.length, (0, 1), (a, b), (), off / 2, 0, 3.0)
            return Found(grid, (a, b), _reading(ledger, (a, b), rhythm))
    return None


# How far apart from its rhythm a pair of equal charges may be, in days; other rhythms need three charges.
PAIR_RHYTHMS = {RHYTHMS[3]: 1.5, RHYTHMS[5]: 3.0, RHYTHMS[6]: 4.0, YEARLY: 8.0}
# Among more pairs of equal charges than this, one a year apart is likely to be chance.
MAX_EQUAL_PAIRS = 6


def _singles(ledger: Ledger, left: Sequence[int], found: Sequence[Found]) -> list[int]:
    """What is left over but for charges taken twice."""
    by_amount: dict[int, list[int]] = defaultdict(list)
    for one in found:
        for i in one.members:
            by_amount[ledger.amounts[i]].append(ledger.days[i])
    for taken in by_amount.values():
        taken.sort()
    return [i for i in left if not _has_near(by_amount.get(ledger.amounts[i], ()), ledger.days[i])]


def _has_near(days: Sequence[int], day: int) -> bool:
    """Whether one of the sorted `days` is close enough to `day` for a charge taken twice."""
    place = bisect_left(days, day - DOUBLE_DAYS)
    return place < len(days) and days[place] <= day + DOUBLE_DAYS


def _join(ledger: Ledger, found: Sequence[Found]) -> list[Found]:
    """Joins pieces of one contract that follow each other."""
    pieces = sorted(found, key=lambda one: (ledger.days[one.members[0]], one.members))
    joined: list[Found] = []
    for piece in pieces:
        options = [
            (cost, place)
            for place, earlier in enumerate(joined)
            if (cost := _joint_cost(ledger, earlier, piece)) is not None
        ]
        if options:
            place = min(options)[1]
            joined[place] = _union(ledger, joined[place], piece)
        else:
            joined.append(piece)
    return joined


def _joint_cost(ledger: Ledger, earlier: Found, later: Found) -> float | None:
    """How unlike two pieces are (relative step of the price); none when they cannot be one contract."""
    gap = ledger.days[later.members[0]] - ledger.days[earlier.members[-1]]
    length = max(earlier.rhythm.length, later.rhythm.length)
    before, after = ledger.amounts[earlier.members[-1]], ledger.amounts[later.members[0]]
    if gap < 0.5 * length or not 0.9 <= earlier.rhythm.length / later.rhythm.length <= 1.1:
        return None
    if before == after and earlier.rhythm is later.rhythm and gap > PAUSE * length:
        return 0.0
    longer, shorter = (earlier, later) if len(earlier.members) >= len(later.members) else (later, earlier)
    axis = ledger.axis(longer.rhythm)
    offs = [abs(longer.fit.place(axis[i])[1]) for i in shorter.fit.hits]
    fits = sum(offs) / len(offs) <= max(2.5, 2 * longer.fit.spread + 1)
    near = gap <= 2.6 * length and 0.4 <= after / before <= 2.5
    return abs(after / before - 1) + 0.01 if fits and near else None


def _union(ledger: Ledger, earlier: Found, later: Found) -> Found:
    members = tuple(sorted(earlier.members + later.members))
    longer = earlier if len(earlier.members) >= len(later.members) else later
    grid = fit(ledger.axis(longer.rhythm), members, longer.rhythm)
    if grid is None or len(grid.hits) < len(longer.fit.hits):
        grid = longer.fit
    grid = grid._replace(score=max(earlier.fit.score + later.fit.score, grid.score))
    return Found(grid, members, _reading(ledger, members, longer.rhythm))


def _give_strays(
    ledger: Ledger, found: Sequence[Found], members: Sequence[int], *, same_only: bool = False
) -> list[Found]:
    """Gives single charges on an empty due date of a contract to it, `same_only` those of an amount it had."""
    left = _singles(ledger, _without(members, found), found)
    grown = list(found)
    for place, one in enumerate(found):
        if not left:
            break
        quiet = len(left) <= 0.34 * len(one.members) + 1
        taken = _strays(ledger, one, left, quiet, same_only)
        if taken:
            together = tuple(sorted((*one.members, *taken)))
            grown[place] = Found(one.fit, together, _reading(ledger, together, one.rhythm))
            left = [i for i in left if i not in taken]
    return grown


def _strays(ledger: Ledger, one: Found, left: Sequence[int], quiet: bool, same_only: bool) -> list[int]:
    """The charges of `left` that belong to the contract, at most one for each empty due date."""
    axis, grid = ledger.axis(one.rhythm), one.fit
    filled = {grid.place(axis[i])[0] for i in one.members}
    low, high = min(filled), max(filled)
    reach = min(max(2.0, 2.5 * grid.spread + 1), one.rhythm.reach)
    prices = {ledger.amounts[i] for i in one.members}
    nearest: dict[int, tuple[bool, float, int]] = {}
    for i in left:
        slot, off = grid.place(axis[i])
        same = ledger.amounts[i] in prices
        late = same and quiet and low - 1 <= slot <= high + 1 and abs(off) <= 0.45 * one.rhythm.length
        if slot in filled or (abs(off) > reach and not late):
            continue
        if same or (not same_only and _is_stray(ledger, one, i, quiet)):
            nearest[slot] = min(nearest.get(slot, (True, 99.0, i)), (not same, abs(off), i))
    far = {False: STRAY_SLOTS, True: PAUSE_SLOTS[quiet]}
    reaches = {slot: far[not other] for slot, (other, _, _) in nearest.items()}
    return [nearest[slot][2] for slot in _connected(reaches, low, high)]


def _is_stray(ledger: Ledger, one: Found, i: int, quiet: bool) -> bool:
    """Whether a charge of another amount on an empty due date is the contract's: a one-off, a trial, a new price."""
    day, amount = ledger.days[i], ledger.amounts[i]
    if day < ledger.days[one.members[0]]:
        ratio = amount / ledger.amounts[one.members[0]]
        return 0.75 <= ratio <= 1.1 or (quiet and ratio <= 1.1)
    if day > ledger.days[one.members[-1]]:
        ratio = amount / ledger.amounts[one.members[-1]]
        return 0.9 <= ratio <= 1.35 or (quiet and 0.3 <= ratio <= 2.5)
    before = max(j for j in one.members if j < i)
    return quiet or 0.8 <= amount / ledger.amounts[before] <= 1.3


def _connected(reaches: dict[int, int], low: int, high: int) -> list[int]:
    """The slots between `low` and `high`, and those that follow within their own reach beyond, growing outwards."""
    slots = sorted(reaches)
    kept = [slot for slot in slots if low < slot < high]
    for slot in (s for s in slots if s > high):
        if slot - high <= reaches[slot]:
            kept, high = [*kept, slot], slot
    for slot in (s for s in reversed(slots) if s < low):
        if low - slot <= reaches[slot]:
            kept, low = [*kept, slot], slot
    return kept
