"""`intent.*`: what you have said you want to buy, where the offer answers to that."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.intention_life import State
from vault.policy.requests import OfferMade
from vault.policy.values import FactType, Value
from vault.policy.world import World

_SET = "your intention"
_OWNER, _NOBODY = Influence.OWNER, Influence.NOBODY


def _named(world: World) -> Value:
    asked = world.request.asked
    return isinstance(asked, OfferMade) and asked.intent is not None


def _open(world: World) -> Value | None:
    wanted = world.wanted
    if wanted is None:
        return False if _named(world) else None
    closes = wanted.intention.closes
    return wanted.state is State.OPEN and (closes is None or world.today <= closes)


def _budget(world: World) -> Value | None:
    budget = world.wanted.intention.budget if world.wanted else None
    return budget.amount if budget else None


def _over_limit(world: World) -> Value | None:
    wanted = world.wanted
    return wanted.offers_from_vendor >= wanted.intention.max_offers_per_vendor if wanted else None


ROWS = (
    Fact(
        "intent.named",
        FactType.TRUTH,
        "",
        "whether the offer answers an intention of yours",
        "the request",
        _NOBODY,
        find=_named,
    ),
    Fact("intent.open", FactType.TRUTH, "", "whether that intention is open today", _SET, _OWNER, find=_open),
    Fact(
        "intent.category",
        FactType.CATEGORY,
        "",
        "what you want to buy",
        _SET,
        _OWNER,
        find=lambda world: world.wanted.intention.category if world.wanted else None,
    ),
    Fact(
        "intent.budget",
        FactType.MONEY,
        "",
        "the most that you want to be committed to",
        _SET,
        _OWNER,
        least=0,
        find=_budget,
    ),
    Fact(
        "intent.closes",
        FactType.DATE,
        "",
        "the last day on which offers are taken",
        _SET,
        _OWNER,
        find=lambda world: world.wanted.intention.closes if world.wanted else None,
    ),
    Fact(
        "intent.offers_from_vendor",
        FactType.INTEGER,
        "offers",
        "how many offers the vendor has made for it, this one not counted",
        "the vault",
        _NOBODY,
        least=0,
        find=lambda world: world.wanted.offers_from_vendor if world.wanted else None,
    ),
    Fact(
        "intent.over_limit",
        FactType.TRUTH,
        "",
        "whether this is one more than you take from a vendor",
        "the vault",
        _NOBODY,
        find=_over_limit,
    ),
)
