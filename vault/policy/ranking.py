"""Offers for one intention in order, with the reason for each place.

An offer takes part while no must is false; one with a must that cannot be told comes after all of which everything can.
Then the wishes (should) decide, each with its weight, then the cost of the first year, else the total, else the price per
month, in one currency: the one that most offers have. What is left is settled by the offer's name, so that the order is the
same every time. A wish that cannot be told is not met. Nothing here looks at who offers, nor at what a vendor pays anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from vault.money import exponent
from vault.policy.evaluation import seen
from vault.policy.facts import Facts
from vault.policy.outcome import Seen
from vault.policy.rules import Condition
from vault.policy.values import Amount
from vault.policy.writing import decimals

# The first of these that an offer has is its cost; the words say which.
_COSTS = {
    "offer.cost.first_year": "in the first year",
    "offer.price.total": "in total",
    "offer.price.per_month": "per month",
}


class Wish(Struct, frozen=True):
    """A should, with what it counts."""

    condition: Condition
    weight: int = 1


class Cost(Struct, frozen=True):
    """`basis` says of what: `in the first year`, which is `fact`."""

    amount: Amount
    basis: str
    fact: str

    def __str__(self) -> str:
        amount = self.amount
        return f"{decimals(amount.minor, exponent(amount.currency))} {amount.currency} {self.basis}"


class Place(Struct, frozen=True):
    """`rank` counts from 1 and is 0 for an offer that is out. `why` is one sentence about this place and no other."""

    offer: str
    rank: int
    why: str
    musts: tuple[Seen, ...]
    wishes: tuple[Seen, ...]
    score: int
    cost: Cost | None


class _Entrant(Struct, frozen=True):
    offer: str
    musts: tuple[Seen, ...]
    wishes: tuple[Seen, ...]
    score: int
    cost: Cost | None

    @property
    def failed(self) -> tuple[Seen, ...]:
        return tuple(must for must in self.musts if must.value is False)

    @property
    def open(self) -> tuple[Seen, ...]:
        return tuple(must for must in self.musts if must.value is None)


def ranked(offers: Mapping[str, Facts], musts: Sequence[Condition], wishes: Sequence[Wish]) -> tuple[Place, ...]:
    """Every offer with its place: those that take part by rank, then those that are out by name."""
    entrants = [_entrant(name, facts, musts, wishes) for name, facts in sorted(offers.items())]
    most = _common(entrants)
    running = sorted((one for one in entrants if not one.failed), key=lambda one: _key(one, most))
    total = sum(wish.weight for wish in wishes)
    places = [
        _place(one, rank, _why(one, running[rank - 2] if rank > 1 else None, total, most))
        for rank, one in enumerate(running, start=1)
    ]
    return (*places, *(_place(one, 0, _out(one)) for one in entrants if one.failed))


def left_out(offer: str, why: str) -> Place:
    """The place of an offer that is out for another reason than a must."""
    return Place(offer, 0, f"out: {why}", (), (), 0, None)


def _entrant(name: str, facts: Facts, musts: Sequence[Condition], wishes: Sequence[Wish]) -> _Entrant:
    found = tuple(seen(wish.condition, facts) for wish in wishes)
    score = sum(wish.weight for wish, one in zip(wishes, found, strict=True) if one.value is True)
    return _Entrant(name, tuple(seen(must, facts) for must in musts), found, score, cost_of(facts))


def cost_of(facts: Facts) -> Cost | None:
    """What an offer costs, by the first of the bases that it states."""
    for name, basis in _COSTS.items():
        amount = facts.get(name)
        if isinstance(amount, Amount):
            return Cost(amount, basis, name)
    return None


def _common(entrants: Sequence[_Entrant]) -> tuple[str, str]:
    """The basis and currency that most offers state their cost in; only these are compared."""
    stated = Counter((one.cost.basis, one.cost.amount.currency) for one in entrants if one.cost is not None)
    return max(stated, key=lambda pair: (stated[pair], pair), default=("", ""))


def _key(one: _Entrant, common: tuple[str, str]) -> tuple[object, ...]:
    comparable = _is_comparable(one, common)
    cost = one.cost.amount.minor if comparable and one.cost is not None else 0
    return bool(one.open), -one.score, not comparable, cost, one.offer


def _is_comparable(one: _Entrant, common: tuple[str, str]) -> bool:
    return one.cost is not None and (one.cost.basis, one.cost.amount.currency) == common


def _place(one: _Entrant, rank: int, why: str) -> Place:
    return Place(one.offer, rank, why, one.musts, one.wishes, one.score, one.cost)


def _out(one: _Entrant) -> str:
    return f"out: {', '.join(f'`{must.condition.text}` is not met' for must in one.failed)}"


def _why(one: _Entrant, before: _Entrant | None, total: int, common: tuple[str, str]) -> str:
    """What put it here: what it has, and what the one before has that it has not."""
    wishes = f"{one.score} of {total} for your wishes" if total else "all that you require"
    if one.open:
        return f"{wishes}, but it does not say whether {_texts(one.open)}"
    if before is None:
        return f"{wishes}{_at(one)}"
    if before.score > one.score:
        missed = [mine for mine in one.wishes if mine.value is not True]
        return f"{wishes}: {_texts(missed)} not met{_at(one)}"
    if not _is_comparable(one, common):
        return f"{wishes}, but its cost does not compare with the others"
    dearer = _is_comparable(before, common) and before.cost != one.cost
    return f"{wishes}, {'dearer than the one before' if dearer else 'and equal to the one before'}{_at(one)}"


def _texts(found: Sequence[Seen]) -> str:
    return ", ".join(f"`{one.condition.text}`" for one in found)


def _at(one: _Entrant) -> str:
    return f", {one.cost}" if one.cost is not None else ""
