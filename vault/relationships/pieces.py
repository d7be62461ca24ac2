"""Puts the pieces of one contract together: before and after a price change or a pause, and single charges that sit
on an empty due date (a one-off, a trial, the first charge at a new price, a late one).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from math import inf, log
from statistics import median

from vault.relationships.alignment import fit
from vault.relationships.amounts import RATE_SWING
from vault.relationships.candidates import Found, Ledger, reading_of, singles, without
from vault.relationships.habits import PAUSE

# How many due dates beyond a contract's ends a charge is still looked for: of another amount, and of the same amount
# (further where little else is bought: it may have paused).
STRAY_SLOTS = {False: 2, True: 4}
PAUSE_SLOTS = {False: 4, True: 13}
# A contract may come back from a pause of so many rhythms at a new price.
PAUSE_RISE_SLOTS = 4.6
# A trial may cost a token (1.00), or half.
TOKEN = 100
# Contracts due within so many days of each other may have been given each other's charges; prices must differ clearly.
SWAP_DAYS = 5
CLEARLY = 1.5
# How likely a purchase of about the right amount may be to fall on a due date and still be taken for the contract's.
MAX_CHANCE = 0.1
# The same before the first charge, where it would be an earlier price that was charged once.
MAX_CHANCE_BEFORE = 0.02


def join(ledger: Ledger, found: Sequence[Found], most: float = inf) -> list[Found]:
    """Joins pieces of one contract that follow each other; `most` is how much their prices may differ (relative)."""
    pieces = sorted(found, key=lambda one: (ledger.days[one.members[0]], one.members))
    joined: list[Found] = []
    for piece in pieces:
        options = [
            (cost, place)
            for place, earlier in enumerate(joined)
            if (cost := _joint_cost(ledger, earlier, piece)) is not None and cost <= most
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
    near = near or (gap <= PAUSE_RISE_SLOTS * length and 0.8 <= after / before <= 1.35)
    return abs(after / before - 1) + 0.01 if fits and near else None


def _union(ledger: Ledger, earlier: Found, later: Found) -> Found:
    members = tuple(sorted(earlier.members + later.members))
    longer = earlier if len(earlier.members) >= len(later.members) else later
    grid = fit(ledger.axis(longer.rhythm), members, longer.rhythm)
    if grid is None or len(grid.hits) < len(longer.fit.hits):
        grid = longer.fit
    grid = grid._replace(score=max(earlier.fit.score + later.fit.score, grid.score))
    return Found(grid, members, reading_of(ledger, members, longer.rhythm))


def give_strays(
    ledger: Ledger, found: Sequence[Found], members: Sequence[int], *, same_only: bool = False
) -> list[Found]:
    """Gives single charges on an empty due date of a contract to it, `same_only` those of an amount it had."""
    left = singles(ledger, without(members, found), found)
    grown = list(found)
    for place, one in enumerate(found):
        if not left:
            break
        quiet = len(left) <= 0.34 * len(one.members) + 1
        taken = _strays(ledger, one, left, quiet, _next_door(grown, place), same_only)
        if taken:
            together = tuple(sorted((*one.members, *taken)))
            grown[place] = Found(one.fit, together, reading_of(ledger, together, one.rhythm))
            left = [i for i in left if i not in taken]
    return grown


def exchange(ledger: Ledger, found: Sequence[Found]) -> list[Found]:
    """Two contracts due on one day may each hold a charge of the other's price: such charges change places."""
    settled = list(found)
    for a, one in enumerate(settled):
        for b, other in enumerate(settled[:a]):
            swapped = _exchanged(ledger, one, other)
            if swapped:
                settled[a], settled[b] = swapped
                one = settled[a]
    return settled


def _exchanged(ledger: Ledger, one: Found, other: Found) -> tuple[Found, Found] | None:
    pairs = _pairs_near(ledger, one.members, other.members)
    prices = _prices_apart(ledger, one, other, pairs)
    if not prices or 1 / CLEARLY <= prices[0] / prices[1] <= CLEARLY:
        return None
    swaps = [pair for pair in pairs if _gain(ledger, *pair, prices) > 0]
    moved = {i for pair in swaps for i in pair}
    if not swaps or len(moved) < 2 * len(swaps):
        return None
    mine, theirs = {i for i, _ in swaps}, {j for _, j in swaps}
    return (
        _with(ledger, one, set(one.members) - mine | theirs),
        _with(ledger, other, set(other.members) - theirs | mine),
    )


def _pairs_near(ledger: Ledger, members: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]]:
    """The charges of two contracts that fall within a few days of each other."""
    days = [ledger.days[j] for j in others]
    pairs: list[tuple[int, int]] = []
    for i in members:
        begin, end = (bisect_left(days, ledger.days[i] + off) for off in (-SWAP_DAYS, SWAP_DAYS + 1))
        pairs += [(i, others[place]) for place in range(begin, end)]
    return pairs


def _prices_apart(ledger: Ledger, one: Found, other: Found, pairs: Sequence[tuple[int, int]]) -> list[float] | None:
    """The prices of two contracts, by the charges that either has alone on its day; where one has none such, its price
    is what the days of both hold beside the other's."""
    both = {i for pair in pairs for i in pair}
    alone = [[ledger.amounts[i] for i in each.members if i not in both] for each in (one, other)]
    if not pairs or not any(alone):
        return None
    if all(alone):
        return [median(amounts) for amounts in alone]
    known = median(alone[0] or alone[1])
    beside = median([max((ledger.amounts[i] for i in pair), key=lambda x: abs(log(x / known))) for pair in pairs])
    return [known, beside] if alone[0] else [beside, known]


def _gain(ledger: Ledger, i: int, j: int, prices: Sequence[float]) -> float:
    """How much nearer (as ratios) two charges are to the prices of the contracts when they change places."""
    first, second = (log(ledger.amounts[place]) for place in (i, j))
    low, high = (log(price) for price in prices)
    return abs(first - low) + abs(second - high) - abs(second - low) - abs(first - high)


def _with(ledger: Ledger, one: Found, members: set[int]) -> Found:
    ordered = tuple(sorted(members))
    return Found(one.fit, ordered, reading_of(ledger, ordered, one.rhythm))


def _next_door(found: Sequence[Found], place: int) -> list[int]:
    """The charges of candidates of the same rhythm before or after this one, which may be more of the same contract."""
    one = found[place]
    return [
        i
        for other in found
        if other.rhythm is one.rhythm and (other.members[-1] < one.members[0] or other.members[0] > one.members[-1])
        for i in other.members
    ]


def _strays(
    ledger: Ledger, one: Found, left: Sequence[int], quiet: bool, next_door: Sequence[int], same_only: bool
) -> list[int]:
    """The charges of `left` that belong to the contract, at most one for each empty due date. Where much else is
    bought, an amount that the contract did not have must be there twice, or such amounts be rare."""
    axis, grid = ledger.axis(one.rhythm), one.fit
    filled = {grid.place(axis[i])[0] for i in one.members}
    taken = filled | {grid.place(axis[i])[0] for i in next_door}
    low, high = min(filled), max(filled)
    reach = min(max(2.0, 2.5 * grid.spread + 1), one.rhythm.reach)
    prices = {ledger.amounts[i] for i in one.members}
    loose = quiet and one.reading.kind == "rate"
    options: list[tuple[int, bool, float, int]] = []
    for i in left:
        slot, off = grid.place(axis[i])
        same = ledger.amounts[i] in prices or (loose and _is_near(ledger, one, i))
        late = same and quiet and low - 1 <= slot <= high + 1 and abs(off) <= 0.45 * one.rhythm.length
        if slot in filled or (abs(off) > reach and not late):
            continue
        if same or (not same_only and slot not in taken and _is_stray(ledger, one, i, quiet)):
            options.append((slot, not same, abs(off), i))
    often = Counter(ledger.amounts[i] for _, _, _, i in options)
    nearest: dict[int, tuple[bool, float, int]] = {}
    for slot, other, off, i in options:
        if quiet or not other or often[ledger.amounts[i]] > 1 or _is_no_chance(ledger, one, i, left, reach):
            nearest[slot] = min(nearest.get(slot, (True, 99.0, i)), (other, off, i))
    far = {False: STRAY_SLOTS[quiet], True: PAUSE_SLOTS[quiet]}
    reaches = {slot: far[not other] for slot, (other, _, _) in nearest.items()}
    return [nearest[slot][2] for slot in _connected(reaches, low, high)]


def _is_near(ledger: Ledger, one: Found, i: int) -> bool:
    """Whether the amount is within the swing of a foreign price from one of the contract's."""
    amount = ledger.amounts[i]
    return any(abs(level.price - amount) <= RATE_SWING * level.price for level in one.reading.levels)


def _is_no_chance(ledger: Ledger, one: Found, i: int, left: Sequence[int], reach: float) -> bool:
    """Whether charges of about this amount are so rare among what is left that one on a due date is no chance."""
    amount = ledger.amounts[i]
    alike = sum([0.75 * amount <= ledger.amounts[j] <= 1.33 * amount for j in left]) - 1
    before = ledger.days[i] < ledger.days[one.members[0]] and not _is_trial(amount, ledger.amounts[one.members[0]])
    most = MAX_CHANCE_BEFORE if before else MAX_CHANCE
    return alike * (2 * reach + 1) <= most * (ledger.days[left[-1]] - ledger.days[left[0]] + 1)


def _is_stray(ledger: Ledger, one: Found, i: int, quiet: bool) -> bool:
    """Whether a charge of another amount on an empty due date is the contract's: a one-off, a trial, a new price."""
    day, amount = ledger.days[i], ledger.amounts[i]
    if day < ledger.days[one.members[0]]:
        price = ledger.amounts[one.members[0]]
        return _is_trial(amount, price) or 0.75 * price <= amount <= 1.1 * price or (quiet and amount <= price)
    if day > ledger.days[one.members[-1]]:
        ratio = amount / ledger.amounts[one.members[-1]]
        return 0.9 <= ratio <= 1.35 or (quiet and 0.3 <= ratio <= 2.5)
    before = max(j for j in one.members if j < i)
    return quiet or 0.8 <= amount / ledger.amounts[before] <= 1.3


def _is_trial(amount: int, price: int) -> bool:
    return amount <= TOKEN or amount == price // 2


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
