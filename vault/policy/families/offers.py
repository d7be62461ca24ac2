"""`offer.*`: what an offer or a promotion says, and what follows from it."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_SAID = "the offer"
_RECKONED = "reckoned from the offer"
_AT_MY_USE = "reckoned from the offer and my use"
_VENDOR, _DERIVED = Influence.VENDOR, Influence.DERIVED

ROWS = (
    Fact("offer.category", FactType.CATEGORY, "", "what is offered, in the category tree", _SAID, _VENDOR),
    Fact("offer.title", FactType.TEXT, "", "the offer's title as written", _SAID, _VENDOR),
    Fact(
        "offer.price.per_month",
        FactType.MONEY,
        "per month",
        "the regular price a month, with what is metered at my use; fees, bonuses and discounts left out",
        _AT_MY_USE,
        _VENDOR,
        least=0,
    ),
    Fact(
        "offer.price.total",
        FactType.MONEY,
        "",
        "the price of one billing period, or of the purchase",
        _SAID,
        _VENDOR,
        least=0,
    ),
    Fact(
        "offer.price.period",
        FactType.DURATION,
        "",
        "how often the price is paid; unknown for a purchase",
        _SAID,
        _VENDOR,
    ),
    Fact("offer.currency", FactType.TEXT, "", "the currency of all of the offer (ISO 4217)", _SAID, _VENDOR),
    Fact("offer.fees", FactType.MONEY, "", "all one-off fees together", _SAID, _VENDOR, least=0),
    Fact("offer.bonus", FactType.MONEY, "", "all bonuses that hang on no condition", _SAID, _VENDOR, least=0),
    Fact(
        "offer.discount",
        FactType.NUMBER,
        "percent",
        "the regular price against the price it is compared with",
        _SAID,
        _VENDOR,
        least=0,
    ),
    Fact("offer.code", FactType.TEXT, "", "the discount code", _SAID, _VENDOR),
    Fact(
        "offer.cost.first_year",
        FactType.MONEY,
        "",
        "what the first year costs at my use: fees in, certain bonuses out",
        _AT_MY_USE,
        _DERIVED,
    ),
    Fact(
        "offer.cost.commitment",
        FactType.MONEY,
        "",
        "the most that accepting commits me to until I can leave: fees in, uncertain bonuses not out",
        _AT_MY_USE,
        _DERIVED,
        least=0,
    ),
    Fact("offer.contract.minimum_term", FactType.DURATION, "", "how long I am bound at first", _SAID, _VENDOR),
    Fact(
        "offer.contract.renewal_term", FactType.DURATION, "", "how long it renews for if I do nothing", _SAID, _VENDOR
    ),
    Fact("offer.contract.notice", FactType.DURATION, "", "how long before the end I must give notice", _SAID, _VENDOR),
    Fact(
        "offer.contract.bound_for",
        FactType.DURATION,
        "",
        "how long I am bound if I give notice on the first day",
        _RECKONED,
        _DERIVED,
    ),
    Fact("offer.returns.days", FactType.INTEGER, "days", "how long it can be sent back", _SAID, _VENDOR, least=0),
    Fact(
        "offer.warranty.months", FactType.INTEGER, "months", "how long the vendor warrants it", _SAID, _VENDOR, least=0
    ),
    Fact("offer.delivery.by", FactType.DATE, "", "the day it is delivered by", _SAID, _VENDOR),
    Fact("offer.carbon", FactType.NUMBER, "kg CO2e", "the emissions that the vendor states", _SAID, _VENDOR, least=0),
    Fact("offer.valid_until", FactType.DATE, "", "the last day on which the offer can be accepted", _SAID, _VENDOR),
    Fact(
        "offer.expired",
        FactType.TRUTH,
        "",
        "whether that day has passed; false where the offer names none",
        _RECKONED,
        _DERIVED,
    ),
    Fact("offer.binding", FactType.TRUTH, "", "whether the vendor is bound by it", _SAID, _VENDOR),
)
