"""How often charges of equal amounts come about by chance where much is bought.

Among many purchases two of one amount are sooner or later a year apart, and three half a year apart: there are more
pairs than people feel there are (the birthday problem). What is expected by chance is read from the payee's own
charges: how dense the amounts lie around one (cents are even within a few percent), and how many other amounts occur
more than once (prices are not even). Equal charges that are no more than that are no contract.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from math import exp, log

from vault.relationships.candidates import Found, Ledger

# Amounts within this share of one another are about equally likely.
NEAR = 0.15
# Shops ask some amounts oftener than their neighbours (1.99, 2.49).
TIDY = 2.0
# So many pairs, or groups, expected by chance are too many to believe in one.
MOST_PAIRS = 0.05
MOST_GROUPS = 0.02
# Nats for the choice among the rhythms.
RHYTHM_CHOICE = 2.0


class Prices:
    """The amounts at one payee, and how likely they are to be equal."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self._sorted = sorted(amounts)
        self._counts = Counter(amounts)
        self._sizes = Counter(self._counts.values())

    def _partners(self, amount: int) -> float:
        """How many charges of exactly `amount` their neighbours let expect."""
        low = bisect_left(self._sorted, round(amount * (1 - NEAR)))
        high = bisect_right(self._sorted, round(amount * (1 + NEAR)))
        return TIDY * max(high - low - self._counts[amount], 0) / (2 * NEAR * amount + 1)

    def _usual_partners(self, own: int, most: int) -> float:
        """How many partners of equal amount the charges of the other amounts have, those of a few left out that
        occur more than `most` times; `own` is how often the amount in question occurs."""
        sizes = [(size, times - (size == own)) for size, times in self._sizes.items() if size <= most]
        charges = sum([size * times for size, times in sizes])
        return sum([size * (size - 1) * times for size, times in sizes]) / charges if charges else 0.0

    def groups(self, amount: int, size: int) -> float:
        """How many groups of `size` equal amounts are expected by chance among the others."""
        own = self._counts[amount]
        mean = max(self._partners(amount), self._usual_partners(own, own + 1))
        return (len(self._sorted) - own) / size * _at_least(mean, size - 1)

    def equal(self, aside: int) -> float:
        """How likely two charges are to be of the same amount, `aside` pairs of equal amounts not counted."""
        count = len(self._sorted)
        dense = sum([self._partners(amount) for amount in self._counts]) / len(self._counts) / count
        pairs = sum([size * (size - 1) // 2 * times for size, times in self._sizes.items()]) - aside
        return max(dense, 2 * pairs / (count * (count - 1)))


def _at_least(mean: float, least: int) -> float:
    """The chance of `least` or more where `mean` are expected (Poisson)."""
    term = below = exp(-mean)
    for times in range(1, least):
        term *= mean / times
        below += term
    return max(1.0 - below, 0.0)


def is_chance(prices: Prices, one: Found, amount: int) -> bool:
    """Whether a grid of equal amounts is no better than the best among the groups that chance makes. What a grid is
    worth for being there at all, and its free choice of rhythm and first due date, are no evidence here."""
    expected = prices.groups(amount, len(one.members))
    if expected <= MOST_GROUPS:
        return False
    width = 1 + 3.5 * one.fit.spread
    free = len(one.fit.hits) + RHYTHM_CHOICE + log(max(one.rhythm.length / width, 1.0))
    return one.fit.score - free < log(expected / MOST_GROUPS)


def expects_pairs(ledger: Ledger, members: Sequence[int], length: float, off: float, found: int) -> bool:
    """Whether pairs of equal amounts about `length` days apart are expected by chance among `members`, going by all
    but the `found` ones."""
    prices = Prices([ledger.amounts[i] for i in members])
    months = [ledger.months[i] for i in members]
    near = [bisect_right(months, at + length + off) - bisect_left(months, at + length - off) for at in months]
    return sum(near) * prices.equal(found) > MOST_PAIRS
