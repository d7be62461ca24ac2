"""`contract.*`: what I have today.

Bound by the contract that a request names or that the intention replaces, else the only running contract in the offer's
category; several leave all of these unknown.
"""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_VAULT = "the vault"
_OWNER, _NOBODY = Influence.OWNER, Influence.NOBODY

ROWS = (
    Fact("contract.price.per_month", FactType.MONEY, "per month", "what I pay for it today", _VAULT, _NOBODY, least=0),
    Fact("contract.category", FactType.CATEGORY, "", "what it is for", _VAULT, _OWNER),
    Fact("contract.title", FactType.TEXT, "", "its title", _VAULT, _OWNER),
    Fact("contract.vendor", FactType.TEXT, "", "the domain of the vendor I have it with", _VAULT, _NOBODY),
    Fact("contract.same_vendor", FactType.TRUTH, "", "whether that is the vendor who asks", _VAULT, _NOBODY),
    Fact("contract.started", FactType.DATE, "", "the day it began", _VAULT, _OWNER),
    Fact("contract.ends", FactType.DATE, "", "the day it ends, if it does", _VAULT, _OWNER),
    Fact(
        "contract.last_cancel_day",
        FactType.DATE,
        "",
        "the last day on which notice still ends the current term",
        _VAULT,
        _NOBODY,
    ),
    Fact(
        "contract.used_this_year",
        FactType.INTEGER,
        "times",
        "how often I used it in the last twelve months",
        _VAULT,
        _NOBODY,
        least=0,
    ),
)
