"""`intent.*`: what I have said I want to buy, where the offer answers to that."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_SET = "my intention"
_OWNER, _NOBODY = Influence.OWNER, Influence.NOBODY

ROWS = (
    Fact("intent.named", FactType.TRUTH, "", "whether the offer answers an intention of mine", "the request", _NOBODY),
    Fact("intent.open", FactType.TRUTH, "", "whether that intention is open today", _SET, _OWNER),
    Fact("intent.category", FactType.CATEGORY, "", "what I want to buy", _SET, _OWNER),
    Fact("intent.budget", FactType.MONEY, "", "the most that I want to be committed to", _SET, _OWNER, least=0),
    Fact("intent.closes", FactType.DATE, "", "the last day on which offers are taken", _SET, _OWNER),
    Fact(
        "intent.offers_from_vendor",
        FactType.INTEGER,
        "offers",
        "how many offers the vendor has made for it, this one not counted",
        "the vault",
        _NOBODY,
        least=0,
    ),
    Fact(
        "intent.over_limit",
        FactType.TRUTH,
        "",
        "whether this is one more than I take from a vendor",
        "the vault",
        _NOBODY,
    ),
)
