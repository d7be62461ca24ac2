"""`change.*`: what a renewal or a price change announces."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_SAID = "the renewal or price change"
_VENDOR, _DERIVED = Influence.VENDOR, Influence.DERIVED

ROWS = (
    Fact(
        "change.price.old.per_month",
        FactType.MONEY,
        "per month",
        "the price so far; for a renewal what I pay today",
        _SAID,
        _VENDOR,
        least=0,
    ),
    Fact("change.price.new.per_month", FactType.MONEY, "per month", "the price from then on", _SAID, _VENDOR, least=0),
    Fact(
        "change.rise",
        FactType.NUMBER,
        "percent",
        "how much more that is; negative for less",
        "reckoned from both",
        _DERIVED,
    ),
    Fact("change.effective", FactType.DATE, "", "the day from which it holds", _SAID, _VENDOR),
    Fact(
        "change.days_ahead",
        FactType.INTEGER,
        "days",
        "how many days that lies ahead; negative when it has begun",
        "reckoned from it",
        _DERIVED,
    ),
    Fact("change.term", FactType.DURATION, "", "how long I am bound from then on", _SAID, _VENDOR),
)
