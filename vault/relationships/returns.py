"""Charges that failed, were given back, and were collected again some days later: one charge of the contract, not two.

A return is a credit of the same amount within days of a charge; the second collection is the one charge of that amount
that follows soon after. Where charges of the amount come that often anyway, it is simply the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from vault.relationships.streams import Payment

# A failed direct debit or card payment is returned within so many days, and collected again within so many.
RETURN_DAYS = 10
AGAIN_DAYS = 21


def collected_again(charges: Sequence[Payment], others: Sequence[Payment]) -> dict[int, int]:
    """The second collections among `charges`, to the first ones; both as indices into `charges` in date order."""
    credits: dict[int, list[int]] = defaultdict(list)
    for credit in others:
        if credit.minor:
            credits[-credit.minor].append(credit.on.toordinal())
    again: dict[int, int] = {}
    alike: dict[int, list[int]] = defaultdict(list)
    for i, charge in enumerate(charges if credits else ()):
        if charge.minor in credits:
            alike[charge.minor].append(i)
    for minor, same in alike.items():
        again |= _second_ones(same, [charges[i].on.toordinal() for i in same], credits[minor])
    return again


def _second_ones(same: Sequence[int], days: Sequence[int], returns: Sequence[int]) -> dict[int, int]:
    """The second collections among charges of one amount."""
    found: dict[int, int] = {}
    if len(same) > 3 and median([b - a for a, b in pairwise(days)]) <= AGAIN_DAYS:
        return found
    for day in returns:
        first = [place for place, on in enumerate(days) if 0 <= day - on <= RETURN_DAYS and same[place] not in found]
        second = [place for place, on in enumerate(days) if first and day <= on <= days[first[-1]] + AGAIN_DAYS]
        if len(second) == 1 and second[0] > first[-1]:
            found[same[second[0]]] = same[first[-1]]
    return found
