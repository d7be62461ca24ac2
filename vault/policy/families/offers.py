"""`offer.*`: what an offer or a promotion says, and what follows from it."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from vault.policy import figures
from vault.policy.fact import Fact, Influence
from vault.policy.offer_reading import currency_of, duration
from vault.policy.values import Amount, Duration, FactType, Value
from vault.policy.world import World
from vault.policy.writing import plain

_SAID = "the offer"
_RECKONED = "reckoned from the offer"
_AT_YOUR_USE = "reckoned from the offer and your use"
_VENDOR, _DERIVED = Influence.VENDOR, Influence.DERIVED


def _fees(world: World) -> Value | None:
    currency = currency_of(world.offer) if world.offer else None
    return Amount(sum(fee.minor for fee in world.offer.fees), currency) if world.offer and currency else None


def _bonus(world: World) -> Value | None:
    currency = currency_of(world.offer) if world.offer else None
    return Amount(figures.certain_bonuses(world.offer), currency) if world.offer and currency else None


def _term(world: World, name: Literal["minimum_term", "renewal_term", "notice"]) -> Duration | None:
    contract = world.offer.contract if world.offer else None
    return duration(getattr(contract, name)) if contract else None


def _carbon(world: World) -> Value | None:
    stated = world.offer.carbon_kg if world.offer else None
    return None if stated is None else plain(Fraction(stated))


def _expired(world: World) -> Value | None:
    if world.offer is None:
        return None
    return world.offer.valid_until is not None and world.today > world.offer.valid_until


ROWS = (
    Fact(
        "offer.category",
        FactType.CATEGORY,
        "",
        "what is offered, in the category tree",
        _SAID,
        _VENDOR,
        find=lambda world: world.offer.category if world.offer else None,
    ),
    Fact(
        "offer.title",
        FactType.TEXT,
        "",
        "the offer's title as written",
        _SAID,
        _VENDOR,
        find=lambda world: (world.offer.title or None) if world.offer else None,
    ),
    Fact(
        "offer.price.per_month",
        FactType.MONEY,
        "per month",
        "the regular price a month, with what is metered at your use; fees, bonuses and discounts left out",
        _AT_YOUR_USE,
        _VENDOR,
        least=0,
        find=lambda world: world.per_month.amount if world.per_month else None,
    ),
    Fact(
        "offer.price.total",
        FactType.MONEY,
        "",
        "the price of one billing period, or of the purchase",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: figures.total(world.offer) if world.offer else None,
    ),
    Fact(
        "offer.price.period",
        FactType.DURATION,
        "",
        "how often the price is paid; unknown for a purchase",
        _SAID,
        _VENDOR,
        find=lambda world: duration(world.offer.price.period) if world.offer and world.offer.price else None,
        least=0,
    ),
    Fact(
        "offer.currency",
        FactType.TEXT,
        "",
        "the currency of all of the offer (ISO 4217)",
        _SAID,
        _VENDOR,
        find=lambda world: currency_of(world.offer) if world.offer else None,
    ),
    Fact("offer.fees", FactType.MONEY, "", "all one-off fees together", _SAID, _VENDOR, least=0, find=_fees),
    Fact(
        "offer.bonus", FactType.MONEY, "", "all bonuses that hang on no condition", _SAID, _VENDOR, least=0, find=_bonus
    ),
    Fact(
        "offer.discount",
        FactType.NUMBER,
        "percent",
        "the regular price against the price it is compared with",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: figures.discount(world.offer) if world.offer else None,
    ),
    Fact(
        "offer.code",
        FactType.TEXT,
        "",
        "the discount code",
        _SAID,
        _VENDOR,
        find=lambda world: world.offer.discount.code if world.offer and world.offer.discount else None,
    ),
    Fact(
        "offer.cost.first_year",
        FactType.MONEY,
        "",
        "what the first year costs at your use: fees in, certain bonuses out",
        _AT_YOUR_USE,
        _DERIVED,
        find=lambda world: world.first_year.amount if world.first_year else None,
    ),
    Fact(
        "offer.cost.commitment",
        FactType.MONEY,
        "",
        "the most that accepting commits you to until you can leave: fees in, uncertain bonuses not out",
        _AT_YOUR_USE,
        _DERIVED,
        least=0,
        find=lambda world: world.commitment.amount if world.commitment else None,
    ),
    Fact(
        "offer.contract.minimum_term",
        FactType.DURATION,
        "",
        "how long you are bound at first",
        _SAID,
        _VENDOR,
        find=lambda world: _term(world, "minimum_term"),
        least=0,
    ),
    Fact(
        "offer.contract.renewal_term",
        FactType.DURATION,
        "",
        "how long it renews for if you do nothing",
        _SAID,
        _VENDOR,
        find=lambda world: _term(world, "renewal_term"),
        least=0,
    ),
    Fact(
        "offer.contract.notice",
        FactType.DURATION,
        "",
        "how long before the end you must give notice",
        _SAID,
        _VENDOR,
        find=lambda world: _term(world, "notice"),
        least=0,
    ),
    Fact(
        "offer.contract.bound_for",
        FactType.DURATION,
        "",
        "how long you are bound if you give notice on the first day",
        _RECKONED,
        _DERIVED,
        find=lambda world: figures.bound_for(world.offer) if world.offer else None,
        least=0,
    ),
    Fact(
        "offer.returns.days",
        FactType.INTEGER,
        "days",
        "how long it can be sent back",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: world.offer.returns.days if world.offer and world.offer.returns else None,
    ),
    Fact(
        "offer.warranty.months",
        FactType.INTEGER,
        "months",
        "how long the vendor warrants it",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: world.offer.warranty.months if world.offer and world.offer.warranty else None,
    ),
    Fact(
        "offer.delivery.by",
        FactType.DATE,
        "",
        "the day it is delivered by",
        _SAID,
        _VENDOR,
        find=lambda world: world.offer.delivery.by if world.offer and world.offer.delivery else None,
    ),
    Fact(
        "offer.carbon",
        FactType.NUMBER,
        "kg CO2e",
        "the emissions that the vendor states",
        _SAID,
        _VENDOR,
        least=0,
        find=_carbon,
    ),
    Fact(
        "offer.valid_until",
        FactType.DATE,
        "",
        "the last day on which the offer can be accepted",
        _SAID,
        _VENDOR,
        find=lambda world: world.offer.valid_until if world.offer else None,
    ),
    Fact(
        "offer.expired",
        FactType.TRUTH,
        "",
        "whether that day has passed; false where the offer names none",
        _RECKONED,
        _DERIVED,
        find=_expired,
    ),
    Fact(
        "offer.binding",
        FactType.TRUTH,
        "",
        "whether the vendor is bound by it",
        _SAID,
        _VENDOR,
        find=lambda world: world.offer.binding if world.offer else None,
    ),
)
