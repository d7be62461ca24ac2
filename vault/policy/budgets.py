"""Whether accepting a request breaks a budget of mine: true, false, or unknown where a budget is set and a figure is not known.

A monthly budget covers what its category costs a month, the contract that this one surely replaces left out; a purchase
counts in full. A budget for one deal caps its commitment, and the budget of an intention is one. What commits no money
(a message, a request for data) breaks none.
"""

from __future__ import annotations

from vault.categories import ancestors
from vault.policy.known import Budget, Contracts
from vault.policy.price_changes import change
from vault.policy.values import Amount, order
from vault.policy.verdicts import Truth, some
from vault.policy.world import World


def exceeded(world: World) -> Truth:
    """Never unknown where no budget is set."""
    announced = change(world)
    if world.offer is None and announced is None:
        return False
    return some([_broken(budget, world) for budget in _budgets(world)])


def left(world: World) -> Amount | None:
    """What the tightest monthly budget leaves before this; None where there is none, or several currencies."""
    rooms = [
        _room(budget, world) for budget in _budgets(world) if budget.measure == "per month" and _covers(budget, world)
    ]
    found = [room for room in rooms if room is not None]
    if not found or len(found) < len(rooms) or len({room.currency for room in found}) > 1:
        return None
    return min(found, key=lambda room: room.minor)


def spent(held: Contracts, currency: str | None) -> Amount | None:
    """What contracts cost a month; None where a price is not known or the currencies differ. `currency` is that of
    nothing at all."""
    if held:
        return held.cost
    return None if currency is None else Amount(0, currency)


def _budgets(world: World) -> list[Budget]:
    wish = world.wanted.intention.budget if world.wanted else None
    return [*world.known.budgets(), *([Budget(wish.amount, "commitment")] if wish else [])]


def _broken(budget: Budget, world: World) -> Truth:
    covers = _covers(budget, world)
    if covers is False:
        return False
    over = _over_commitment(budget, world) if budget.measure == "commitment" else _over_month(budget, world)
    # Not known whether it counts here: only what keeps within it is known.
    return None if covers is None and over else over


def _covers(budget: Budget, world: World) -> Truth:
    if not budget.category:
        return True
    return None if world.category is None else budget.category in ancestors(world.category)


def _over_commitment(budget: Budget, world: World) -> Truth:
    amount = _commitment(world)
    compared = None if amount is None else order(amount, budget.limit)
    return None if compared is None else compared > 0


def _over_month(budget: Budget, world: World) -> Truth:
    more, room = _monthly(world), _room(budget, world)
    compared = None if more is None or room is None else order(more, room)
    return None if compared is None else compared > 0


def _monthly(world: World) -> Amount | None:
    """What accepting adds a month; a purchase in full. None where the commitment is not known."""
    announced = change(world)
    if announced is not None:
        return announced.new
    commitment = _commitment(world)
    regular = world.per_month.amount if world.per_month else None
    return None if commitment is None else regular or commitment


def _commitment(world: World) -> Amount | None:
    announced = change(world)
    if announced is not None:
        return announced.commitment
    return world.commitment.amount if world.commitment else None


def _room(budget: Budget, world: World) -> Amount | None:
    if world.contracts is None:
        return None
    held = world.contracts.under(budget.category) if budget.category else world.contracts
    if any(one is world.replaced for one in held):
        held = Contracts(one for one in held if one is not world.replaced)
    so_far = spent(held, budget.limit.currency)
    if so_far is None or so_far.currency != budget.limit.currency:
        return None
    return Amount(budget.limit.minor - so_far.minor, budget.limit.currency)
