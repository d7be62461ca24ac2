"""What the amounts of one contract say: a price with steps, a price seen through an exchange rate, or use.

The amounts of a contract in date order are read as one of four kinds:

* `fixed`: the same amount again and again, with few steps from one price to the next. An amount that occurs once
  between two charges of the same price is a one-off, not a price.
* `base`: at least half of the charges are one amount and the others more, as a basic fee with extras is. No price
  change is read from these.
* `rate`: amounts within a few percent of a level, as a foreign price charged in the account's currency is. Levels
  change only where an amount leaves the last few by more than the rate moves and the next ones stay there; at most
  one of the steps is a fall, as up and down is a season.
* `use`: anything else (energy, telephone). No price change is read from these.

A price that starts far below what follows, and not for long, is a trial and not a price change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

Kind = Literal["fixed", "base", "rate", "use"]

# A foreign price moves by a few percent from charge to charge; more is use.
RATE_SWING = 0.055
# A step between two levels of a foreign price must be clearly larger than that.
RATE_STEP = 0.07
# A step comes in one jump, of so many times what the price usually moves (or the rate's swing), where a rate drifts.
JUMP_MOVES = 4
MIN_JUMP = 0.03
# A first price of at most this share of the following one is a trial price, unless it lasted too long.
TRIAL_SHARE = 0.62
TRIAL_CHARGES = 4
TRIAL_DAYS = 190
# A last charge that differs counts as a new price only when it rises by no more than prices do.
LONE_RISE = 1.4
# Where nearly every charge has a price of its own, prices only rise, and by no more than this.
OFTEN_RISE = 1.35
SELDOM_RISE = 1.5
# A first charge may be lower by that or higher by this and be an earlier price; a set-up fee is more.
FIRST_STEP = 1.24
# A first charge that is higher by no more than this had extras; prices that fall, fall further.
FIRST_FALL = 1.04
# Prices come back once (an offer that ran out), not again and again.
MAX_RETURNS = 1

# With this many one-offs another amount at the end is one more; among few charges one is enough.
MANY_ONE_OFFS = 2
FEW_CHARGES = 10
# With extras a charge comes to at most so many times the basic fee, and at least this share is charged without.
MOST_EXTRAS = 3.0
MIN_BASE = 0.5
# Where no price comes back, steps no larger than this either way are prices when enough charges repeat the one before.
STEADY_STEP = 1.5
# A seldom price that is not tidy (49.90) and moves by less than this moves with an exchange rate.
TINY_STEP = 0.03
# Vendors raise prices; so many small moves of which some are falls are the rate's.
MANY_MOVES = 4
# A price is fixed when at least this share of charges repeats the one before.
MIN_REPEATS = 0.4
# And at most this share (or one) are one-offs; each of them parts at most one pair of repeats.
MAX_ONE_OFFS = 0.2


class Level(NamedTuple):
    """From position `start` on the price is `price`."""

    start: int
    price: int


class Reading(NamedTuple):
    """`levels` in order (one for `use`); `one_offs` are positions; `trial_end` is the position of the first full
    charge, 0 when there was no trial; `swing` is the median distance from the typical amount, relative."""

    kind: Kind
    levels: tuple[Level, ...]
    one_offs: frozenset[int] = frozenset()
    trial_end: int = 0
    swing: float = 0.0


def read(amounts: Sequence[int], days: Sequence[int], *, seldom: bool = False) -> Reading:
    """Reads positive amounts in date order; `seldom` for rhythms of half a year and longer, where each charge may
    carry a new price."""
    trial = 0 if amounts[0] == amounts[-1] else _trial_end(amounts, days)
    kept = amounts[trial:]
    found = _constant(kept) or _fixed(kept, seldom) or _base(kept) or _rate(kept) or _use(kept)
    if not trial:
        return found
    levels = tuple(Level(level.start + trial, level.price) for level in found.levels)
    return found._replace(levels=levels, one_offs=frozenset(i + trial for i in found.one_offs), trial_end=trial)


def _constant(amounts: Sequence[int]) -> Reading | None:
    return Reading("fixed", (Level(0, amounts[0]),)) if min(amounts) == max(amounts) else None


def _trial_end(amounts: Sequence[int], days: Sequence[int]) -> int:
    """How many first charges were at a trial price."""
    for end in range(1, min(TRIAL_CHARGES, len(amounts) - 1) + 1):
        if amounts[end - 1] != amounts[0] and abs(amounts[end - 1] - amounts[0]) > RATE_SWING * amounts[0]:
            return 0
        if amounts[end] > amounts[0] * 1.1:
            return end if _is_trial(amounts, days, end) else 0
    return 0


def _is_trial(amounts: Sequence[int], days: Sequence[int], end: int) -> bool:
    """A trial price is far below what follows, and what follows is steady at first."""
    following = amounts[end : end + 3]
    near = sum(abs(amount - following[0]) <= 0.12 * following[0] for amount in following)
    steady = near >= min(2, len(following))
    return amounts[0] <= TRIAL_SHARE * following[0] and steady and days[end] - days[0] <= TRIAL_DAYS


def _runs(amounts: Sequence[int]) -> list[tuple[int, list[int]]]:
    runs: list[tuple[int, list[int]]] = []
    for place, amount in enumerate(amounts):
        if runs and runs[-1][0] == amount:
            runs[-1][1].append(place)
        else:
            runs.append((amount, [place]))
    return runs


def _fixed(amounts: Sequence[int], seldom: bool) -> Reading | None:
    runs = _runs(amounts)
    count = len(amounts)
    if not seldom and count - len(runs) + max(1, MAX_ONE_OFFS * count) < MIN_REPEATS * (count - 1):
        return None
    one_offs = _drop_one_offs(runs, lambda _, before, after: before == after)
    if not seldom:
        one_offs |= _drop_one_offs(runs, _is_spike)
    raised = sum(amounts[i] > amounts[i - 1] for i in one_offs)
    if not seldom and (len(one_offs) >= MANY_ONE_OFFS or (raised and len(amounts) <= FEW_CHARGES)):
        one_offs |= _drop_lone_tail(runs)
    one_offs |= _drop_ends(runs, seldom, extras=raised > 0)
    return _fixed_reading(runs, one_offs, len(amounts), seldom)


def _drop_one_offs(runs: list[tuple[int, list[int]]], is_one_off: Callable[[int, int, int], bool]) -> set[int]:
    """Removes lone amounts between two runs, joins the runs if they are equal, and gives the places removed."""
    dropped: set[int] = set()
    place = 1
    while place < len(runs) - 1:
        amount, places = runs[place]
        before, after = runs[place - 1][0], runs[place + 1][0]
        if len(places) == 1 and is_one_off(amount, before, after):
            dropped.update(places)
            del runs[place]
            if before == after:
                runs[place - 1][1].extend(runs.pop(place)[1])
            place = max(place - 1, 1)
        else:
            place += 1
    return dropped


def _is_spike(amount: int, before: int, after: int) -> bool:
    return not min(before, after) < amount < max(before, after)


def _drop_lone_tail(runs: list[tuple[int, list[int]]]) -> set[int]:
    """Removes the last amounts while they are single: where amounts often leap, they are leaps and no new prices."""
    dropped: set[int] = set()
    while len(runs) > 1 and len(runs[-1][1]) == 1:
        dropped.update(runs.pop()[1])
    return dropped


def _drop_ends(runs: list[tuple[int, list[int]]], seldom: bool, *, extras: bool) -> set[int]:
    """Removes a lone first or last amount that is no price of its own."""
    dropped: set[int] = set()
    if len(runs) > 1 and len(runs[0][1]) == 1 and (len(runs[1][1]) > 1 or not seldom):
        ratio = runs[1][0] / runs[0][0]
        had_extras = not seldom and 1 < 1 / ratio < (FIRST_STEP if extras else FIRST_FALL)
        if had_extras or not 1 / FIRST_STEP <= ratio <= LONE_RISE:
            dropped.update(runs.pop(0)[1])
    if len(runs) > 1 and len(runs[-1][1]) == 1 and (len(runs[-2][1]) > 1 or not seldom):
        ratio = runs[-1][0] / runs[-2][0]
        if not 1 <= ratio <= LONE_RISE:
            dropped.update(runs.pop()[1])
    return dropped


def _fixed_reading(runs: list[tuple[int, list[int]]], one_offs: set[int], count: int, seldom: bool) -> Reading | None:
    regular = count - len(one_offs)
    steps = len(runs) - 1
    if not runs or regular < 2 or len(one_offs) > max(1, MAX_ONE_OFFS * count):
        return None
    prices = [amount for amount, _ in runs]
    most_rises = regular - 1 if seldom else 0.5 * (regular - 1)
    few = steps <= 0.34 * (regular - 1) + (0.35 if regular < 4 else 0)
    gently = steps <= most_rises and _rises_gently(prices, SELDOM_RISE if seldom else OFTEN_RISE)
    if not (few or gently or _steps_steadily(prices, regular)):
        return None
    if len(prices) - len(set(prices)) > MAX_RETURNS or (seldom and _is_exchanged(prices)) or _drifts(prices):
        return None
    if not seldom and regular - len(runs) < MIN_REPEATS * (count - 1):
        return None
    if any(_leaps(earlier, later) for earlier, later in pairwise(runs)):
        return None
    levels = tuple(Level(places[0], amount) for amount, places in runs)
    typical = levels[-1].price
    return Reading("fixed", levels, frozenset(one_offs), 0, 0.0 if steps == 0 else abs(levels[0].price / typical - 1))


def _drifts(prices: Sequence[int]) -> bool:
    """Whether the price moves as an exchange rate does that is set anew every few months: often, by little, both ways."""
    moves = [later / earlier - 1 for earlier, later in pairwise(prices)]
    falls = sum(move < 0 for move in moves)
    return len(moves) >= MANY_MOVES and falls > 0 and all(abs(move) < RATE_SWING for move in moves)


def _leaps(earlier: tuple[int, list[int]], later: tuple[int, list[int]]) -> bool:
    """Whether a step is too large for a price change; after a long offer and before a long stay it never is."""
    few = min(len(earlier[1]), len(later[1])) < 3
    return few and not 0.3 * earlier[0] <= later[0] <= 4 * earlier[0]


def _steps_steadily(prices: list[int], regular: int) -> bool:
    """Whether enough charges repeat the one before, and no price comes back: then falls are prices too."""
    repeats = regular - len(prices)
    moderate = all(1 / STEADY_STEP <= later / earlier <= STEADY_STEP for earlier, later in pairwise(prices))
    return len(set(prices)) == len(prices) and repeats >= MIN_REPEATS * (regular - 1) and moderate


def _is_exchanged(prices: list[int]) -> bool:
    """Whether a step is so small, and between amounts so unlike prices, that an exchange rate made it."""
    tidy = all(price % 5 == 0 or price % 10 == 9 for price in prices)
    return len(prices) > 1 and not tidy and any(abs(b / a - 1) < TINY_STEP for a, b in pairwise(prices))


def _rises_gently(prices: list[int], most: float) -> bool:
    return all(earlier < later <= most * earlier for earlier, later in pairwise(prices))


def _base(amounts: Sequence[int]) -> Reading | None:
    base, times = Counter(amounts).most_common(1)[0]
    if times < max(3, MIN_BASE * len(amounts)) or base != min(amounts) or max(amounts) > MOST_EXTRAS * base:
        return None
    return Reading("base", (Level(0, base),), frozenset(), 0, 0.0)


def _rate(amounts: Sequence[int]) -> Reading | None:
    move = median([abs(b - a) / a for a, b in pairwise(amounts)])
    if move > RATE_SWING:
        return None
    starts = _rate_starts(amounts, min(max(JUMP_MOVES * move, MIN_JUMP), RATE_SWING))
    ends = [*starts[1:], len(amounts)]
    parts = [amounts[start:end] for start, end in zip(starts, ends, strict=True)]
    levels = tuple(Level(start, round(median(part))) for start, part in zip(starts, parts, strict=True))
    inner = [*(part[:-1] for part in parts[:-1]), parts[-1]]
    far = sum([_is_far(amount, level.price) for level, part in zip(levels, inner, strict=True) for amount in part])
    if far > len(amounts) // 10 or not _are_prices(levels, [len(part) for part in parts], far):
        return None
    middle = median(amounts)
    return Reading("rate", levels, frozenset(), 0, median([abs(a - middle) for a in amounts]) / middle)


def _are_prices(levels: Sequence[Level], lengths: Sequence[int], far: int) -> bool:
    """Whether levels are prices and not the ups and downs of use: few, at most one fall and that not back to where it
    was, and a lone charge only as a rise where no other amount is far off."""
    prices = [level.price for level in levels]
    falls = [place for place in range(1, len(prices)) if prices[place] < prices[place - 1]]
    if len(falls) > 1 or len(prices) > 1 + sum(lengths) // 3:
        return False
    if any(abs(before / prices[place] - 1) < RATE_STEP for place in falls for before in prices[: place - 1]):
        return False
    lone = [place for place, length in enumerate(lengths) if length == 1]
    rises = [prices[max(place, 1)] / prices[max(place, 1) - 1] for place in lone]
    return not lone or (not far and not falls and max(rises) <= LONE_RISE)


def _is_far(amount: int, price: int) -> bool:
    return abs(amount - price) > 1.3 * RATE_SWING * price


def _rate_starts(amounts: Sequence[int], jump: float) -> list[int]:
    """The positions where a new level starts: the amount leaves the level of the last few, by a `jump` from the last,
    and the next stay away."""
    starts = [0]
    for place in range(1, len(amounts)):
        level = median(amounts[max(starts[-1], place - 6) : place])
        ahead = amounts[place : place + 3]
        step, stays = amounts[place] / level - 1, median(ahead) / level - 1
        if len(ahead) == 1:
            new = RATE_STEP <= step <= LONE_RISE - 1
        else:
            new = abs(stays) > RATE_STEP and step * stays > 0 and abs(step) > RATE_SWING
            new = new and abs(ahead[1] / ahead[0] - 1) <= RATE_SWING
        if new and abs(amounts[place] / amounts[place - 1] - 1) >= jump:
            starts.append(place)
    return starts


def _use(amounts: Sequence[int]) -> Reading:
    middle = median(amounts)
    swing = median(abs(amount - middle) for amount in amounts) / middle
    return Reading("use", (Level(0, round(median(amounts[-12:]))),), frozenset(), 0, swing)
