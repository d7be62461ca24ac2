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
    Fact(
        "contract.price.per_month",
        FactType.MONEY,
        "per month",
        "what you pay for it today",
        _VAULT,
        _NOBODY,
        least=0,
        find=lambda world: world.contract.price_per_month if world.contract else None,
    ),
    Fact(
        "contract.category",
        FactType.CATEGORY,
        "",
        "what it is for",
        _VAULT,
        _OWNER,
        find=lambda world: (world.contract.category or None) if world.contract else None,
    ),
    Fact(
        "contract.title",
        FactType.TEXT,
        "",
        "its title",
        _VAULT,
        _OWNER,
        find=lambda world: (world.contract.title or None) if world.contract else None,
    ),
    Fact(
        "contract.vendor",
        FactType.TEXT,
        "",
        "the domain of the vendor you have it with",
        _VAULT,
        _NOBODY,
        find=lambda world: (world.contract.vendor or None) if world.contract else None,
    ),
    Fact(
        "contract.same_vendor",
        FactType.TRUTH,
        "",
        "whether that is the vendor who asks",
        _VAULT,
        _NOBODY,
        find=lambda world: world.held_with_vendor(world.contract) if world.contract else None,
    ),
    Fact(
        "contract.started",
        FactType.DATE,
        "",
        "the day it began",
        _VAULT,
        _OWNER,
        find=lambda world: world.contract.started if world.contract else None,
    ),
    Fact(
        "contract.ends",
        FactType.DATE,
        "",
        "the day it ends, if it does",
        _VAULT,
        _OWNER,
        find=lambda world: world.contract.ends if world.contract else None,
    ),
    Fact(
        "contract.last_cancel_day",
        FactType.DATE,
        "",
        "the last day on which notice still ends the current term",
        _VAULT,
        _NOBODY,
        find=lambda world: world.contract.last_cancel_day if world.contract else None,
    ),
    Fact(
        "contract.used_this_year",
        FactType.INTEGER,
        "times",
        "how often you used it in the last twelve months",
        _VAULT,
        _NOBODY,
        least=0,
        find=lambda world: world.contract.used_this_year if world.contract else None,
    ),
)
