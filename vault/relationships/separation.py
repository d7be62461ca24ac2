"""Tells the contracts of one payee apart, and from everything else bought there.

The steps, each on what the one before left over:

1. The charges as a whole, if they lie on one grid.
2. Charges of exactly the same amount, as often as another grid is found among them.
3. Charges of similar amounts (split at the widest gap between amounts, again and again).
4. Two charges of the same amount a year apart, where chance makes no such pairs (`chance`); where nothing else is
   bought, also half a year, a quarter or a month.

Between the steps the pieces of one contract are put together (`pieces`), and whatever behaves like a habit is dropped
at the end (`habits`). What is picked from much must be surer than what stands alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from statistics import median

from vault.relationships.alignment import Fit, fit
from vault.relationships.amounts import SELDOM_RISE
from vault.relationships.candidates import (
    Found,
    Ledger,
    found_on,
    reading_of,
    singles,
    span_of,
    without,
    without_doubles,
)
from vault.relationships.chance import Prices, expects_pairs, is_chance
from vault.relationships.habits import MIN_SCORE, is_contract, is_cut_out, keeps_to_dates, not_beside
from vault.relationships.pieces import exchange, give_strays, join
from vault.relationships.rhythm import RHYTHMS, THIRTY_DAYS, YEARLY, Rhythm

# Nats that each charge of the same amount takes away from a grid that does not explain it.
REST_PENALTY = 1.0
# More charges than this a day cannot be told apart by amounts that merely resemble each other.
MAX_LOOSE_RATE = 0.12
MAX_LOOSE = 240
# More equal charges than this a day are a habit, whatever grid lies in them.
MAX_EQUAL_RATE = 0.4
# More contracts of exactly the same amount at one payee are not looked for.
MAX_GRIDS = 8
# Nats, times the logarithm of how many charges there were for each one picked.
PICK_COST = 2.0
# At least this share of the gaps between the charges of a contract is about as long as its rhythm.
REGULAR_GAPS = 0.4
# So many charges, this near to their due dates on average (days), tell 30 days from a month and from a habit.
MIN_THIRTIES = 6
THIRTY_SPREAD = 1.0
# Amounts nearer than this ratio are not split.
SPLIT_RATIO = 1.08
SPLIT = log(SPLIT_RATIO)
# How far apart from its rhythm a pair of equal charges may be, in days; other rhythms need three charges.
PAIR_RHYTHMS = {RHYTHMS[3]: 1.5, RHYTHMS[5]: 3.0, RHYTHMS[6]: 4.0, YEARLY: 8.0}


def separate(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """The contracts among `members`, indices into the ledger in date order."""
    members = without_doubles(ledger, members)
    if len(members) < 3:
        return _pairs(ledger, members)
    whole = _whole(ledger, members)
    found = [whole] if whole else _equal(ledger, members)
    if found:
        found = give_strays(ledger, join(ledger, found), members, same_only=True)
        found = give_strays(ledger, join(ledger, found), members)
    left = singles(ledger, without(members, found), found)
    more = _similar(ledger, left)
    more += _pairs(ledger, without(left, more))
    if more:
        found = give_strays(ledger, join(ledger, found + more), members)
    found = exchange(ledger, join(ledger, found))
    found = [one for one in found if keeps_to_dates(ledger, one, not_beside(found, one, members))]
    found = [one for one in found if not is_cut_out(ledger, one, not_beside(found, one, members))]
    return found or _thirty_days(ledger, members)


def _best(ledger: Ledger, members: Sequence[int], rhythms: Iterable[Rhythm]) -> Fit | None:
    best: Fit | None = None
    for rhythm in rhythms:
        one = fit(ledger.axis(rhythm), members, rhythm)
        if one and (best is None or one.score > best.score):
            best = one
    return best


def _near_rhythms(ledger: Ledger, members: Sequence[int], least: float) -> list[Rhythm]:
    """The rhythms that the middle gap between charges suggests, from `least` of their length up, and that enough of
    the gaps agree with."""
    days = ledger.days
    gaps = sorted([days[b] - days[a] for a, b in pairwise(members)])
    gap, enough = gaps[(len(gaps) - 1) // 2], REGULAR_GAPS * len(gaps)
    return [
        one
        for one in RHYTHMS
        if 0.75 * gap <= one.length <= gap / least
        and bisect_right(gaps, one.length + 1.5 * one.reach) - bisect_left(gaps, one.length - 1.5 * one.reach) >= enough
    ]


def _possible_rhythms(ledger: Ledger, members: Sequence[int]) -> list[Rhythm]:
    """The rhythms that three of the charges, with up to two due dates missed between, could follow."""
    days = ledger.days
    span = span_of(ledger, members)
    three = min([days[b] - days[a] for a, b in zip(members, members[2:], strict=False)])
    return [one for one in RHYTHMS if span >= 2 * (one.length - one.reach) and three <= 4 * one.length + 2 * one.reach]


def _whole(ledger: Ledger, members: Sequence[int]) -> Found | None:
    """All the charges as one contract, but for a few."""
    best = _best(ledger, members, _near_rhythms(ledger, members, 0.75))
    if best is None or len(best.hits) < 3:
        return None
    best = _settled(ledger, members, best)
    if len(members) > 2.2 * len(best.hits) + 2:
        return None
    one = found_on(ledger, best)
    rest = singles(ledger, without(members, [one]), [one])
    if len(rest) > 0.15 * len(best.hits) + 0.5 or _alternates(ledger, one):
        return None
    return one if is_contract(ledger, one) else None


def _thirty_days(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """All the charges as one contract of exactly 30 days, when there are enough to tell that from a month."""
    grid = fit(ledger.days, members, THIRTY_DAYS) if len(members) >= MIN_THIRTIES else None
    if grid is None or grid.spread > THIRTY_SPREAD or len(grid.members) < max(MIN_THIRTIES, 0.9 * len(members)):
        return []
    one = found_on(ledger, grid)
    return [one] if one.reading.kind == "fixed" and is_contract(ledger, one) else []


def _settled(ledger: Ledger, members: Sequence[int], grid: Fit) -> Fit:
    """Where several charges are near one due date, the hit is the one of the commonest amount, or of the usual price."""
    if len(members) == len(grid.hits):
        return grid
    common = Counter(ledger.amounts[i] for i in members)
    usual = median([ledger.amounts[i] for i in grid.hits])
    axis, chosen = ledger.axis(grid.rhythm), dict(zip(grid.slots, grid.hits, strict=True))
    for i in members:
        slot, off = grid.place(axis[i])
        if abs(off) > grid.rhythm.reach or slot not in chosen:
            continue
        amount, rival = ledger.amounts[i], ledger.amounts[chosen[slot]]
        oftener = common[amount] - common[rival]
        if oftener > 0 or (oftener == 0 and abs(log(amount / usual)) < abs(log(rival / usual)) - SPLIT):
            chosen[slot] = i
    return grid._replace(hits=tuple(chosen[slot] for slot in grid.slots))


def _alternates(ledger: Ledger, one: Found) -> bool:
    """Whether every second hit is a contract of its own: two contracts half a rhythm apart."""
    if one.reading.kind == "fixed" or len(one.members) < 6:
        return False
    halves = [reading_of(ledger, half, one.rhythm) for half in (one.members[0::2], one.members[1::2])]
    low, high = sorted(half.levels[-1].price for half in halves)
    return high > SPLIT_RATIO * low and all(half.kind == "fixed" for half in halves)


def _equal(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """Contracts among charges of exactly the same amount."""
    by_amount: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_amount[ledger.amounts[i]].append(i)
    often = [same for _, same in sorted(by_amount.items()) if len(same) >= 3]
    found = [one for same in often for one in _of_one_amount(ledger, same, log(len(often)))]
    if not found or ledger.bound:
        return found
    prices = Prices([ledger.amounts[i] for i in members])
    return [one for one in found if not is_chance(prices, one, ledger.amounts[one.members[0]])]


def _of_one_amount(ledger: Ledger, same: Sequence[int], tried: float) -> list[Found]:
    """The grids among equal charges, if they leave little over; `tried` is what looking at so many amounts costs."""
    found: list[Found] = []
    left = list(same)
    while len(found) < MAX_GRIDS and 3 <= len(left) <= MAX_EQUAL_RATE * (span_of(ledger, left) + 30):
        best = _best(ledger, left, _possible_rhythms(ledger, left))
        if best is None:
            break
        one = found_on(ledger, best)
        if not is_contract(ledger, one):
            break
        found.append(one)
        left = without(left, [one])
    penalty = tried + (REST_PENALTY * len(singles(ledger, left, found)) if found else 0.0)
    return [one for one in found if one.fit.score - penalty >= MIN_SCORE["fixed"]]


def _similar(ledger: Ledger, members: Sequence[int]) -> list[Found]:
    """Contracts among charges of similar amounts."""
    count = len(members)
    if count < 3 or count > MAX_LOOSE or count > MAX_LOOSE_RATE * (span_of(ledger, members) + 60):
        return []
    return _clustered(ledger, members, count)


def _clustered(ledger: Ledger, members: Sequence[int], among: int) -> list[Found]:
    """A contract that these charges are, or else those below and above the widest gap between their amounts; the more
    charges it is picked from, the surer it must be."""
    if len(members) < 3:
        return []
    best = _best(ledger, members, _near_rhythms(ledger, members, 0.5))
    if best and len(best.hits) >= 3 and best.score > PICK_COST * log(among / len(best.hits)):
        one = found_on(ledger, best._replace(score=best.score - PICK_COST * log(among / len(best.hits))))
        begin, end = ledger.days[best.hits[0]], ledger.days[best.hits[-1]]
        inside = [i for i in members if begin <= ledger.days[i] <= end]
        if len(best.hits) >= 0.75 * len(inside) and is_contract(ledger, one) and not _alternates(ledger, one):
            return [one, *_clustered(ledger, without(members, [one]), among)]
    low, high = _split(ledger, members)
    return _clustered(ledger, low, among) + _clustered(ledger, high, among)


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
    if len(members) <= 2:
        one = _pair(ledger, members[0], members[1], True) if len(members) == 2 else None
        return [one] if one else []
    by_amount: dict[int, list[int]] = defaultdict(list)
    for i in members:
        by_amount[ledger.amounts[i]].append(i)
    twice = sorted(same for same in by_amount.values() if len(same) == 2)
    found = [one for a, b in twice if (one := _pair(ledger, a, b, False))]
    if found and expects_pairs(ledger, members, YEARLY.length, PAIR_RHYTHMS[YEARLY], len(found)):
        return [one for one in found if _have_own_words(ledger, one.members, members)]
    return found


def _have_own_words(ledger: Ledger, pair: Sequence[int], members: Sequence[int]) -> bool:
    """Whether the texts of two charges are the same words (numbers aside), and no other charge's."""
    words = _words(ledger.texts[pair[0]])
    if not words or words != _words(ledger.texts[pair[1]]):
        return False
    return not any(_words(ledger.texts[i]) == words for i in members if i not in pair)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", text.casefold())


def _pair(ledger: Ledger, a: int, b: int, alone: bool) -> Found | None:
    first, second = ledger.amounts[a], ledger.amounts[b]
    equal = first == second
    for rhythm, most in PAIR_RHYTHMS.items() if alone else ((YEARLY, PAIR_RHYTHMS[YEARLY]),):
        axis = ledger.axis(rhythm)
        off = abs(axis[b] - axis[a] - rhythm.length)
        near = rhythm is YEARLY and off <= most / 3 and 0.9 <= second / first <= SELDOM_RISE
        if near or (equal and off <= most):
            grid = Fit(rhythm, axis[b] % rhythm.length, (0, 1), (a, b), (), off / 2, 0, 3.0)
            return Found(grid, (a, b), reading_of(ledger, (a, b), rhythm))
    return None
