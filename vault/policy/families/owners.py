"""`me.*`: what I spend, allow and want."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_VAULT, _SET = "the vault", "set by me"
_OWNER, _NOBODY = Influence.OWNER, Influence.NOBODY

ROWS = (
    Fact(
        "me.spend.per_month",
        FactType.MONEY,
        "per month",
        "what all running contracts cost me",
        _VAULT,
        _NOBODY,
        least=0,
    ),
    Fact(
        "me.spend.category.per_month",
        FactType.MONEY,
        "per month",
        "what those in the offer's category cost me",
        _VAULT,
        _NOBODY,
        least=0,
    ),
    Fact(
        "me.contracts.in_category",
        FactType.INTEGER,
        "contracts",
        "how many contracts I have in the offer's category",
        _VAULT,
        _NOBODY,
        least=0,
    ),
    Fact(
        "me.budget.exceeded",
        FactType.TRUTH,
        "",
        "whether accepting breaks a budget; false where none is set",
        _SET,
        _OWNER,
    ),
    Fact(
        "me.budget.left",
        FactType.MONEY,
        "per month",
        "what is left of the tightest monthly budget that covers it",
        _SET,
        _OWNER,
    ),
    Fact("me.quiet.now", FactType.TRUTH, "", "whether it is one of my quiet hours", _SET, _OWNER),
    Fact("me.country", FactType.TEXT, "", "the country I live in (ISO 3166)", _SET, _OWNER),
)
