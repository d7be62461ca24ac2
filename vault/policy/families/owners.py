"""`me.*`: what you spend, allow and want."""

from __future__ import annotations

from vault.policy import budgets
from vault.policy.fact import Fact, Influence
from vault.policy.moment import minute
from vault.policy.offer_reading import currency_of
from vault.policy.values import FactType, Value
from vault.policy.world import World

_VAULT, _SET = "the vault", "set by you"
_OWNER, _NOBODY = Influence.OWNER, Influence.NOBODY


def _spend(world: World) -> Value | None:
    return None if world.contracts is None else budgets.spent(world.contracts, _currency(world))


def _category_spend(world: World) -> Value | None:
    found = world.contracts_in(world.category)
    return None if found is None else budgets.spent(found, _currency(world))


def _in_category(world: World) -> Value | None:
    found = world.contracts_in(world.category)
    return None if found is None else len(found)


def _currency(world: World) -> str | None:
    return currency_of(world.offer) if world.offer else None


def _quiet(world: World) -> Value:
    return any(hours.covers(minute(world.now)) for hours in world.known.quiet_hours())


ROWS = (
    Fact(
        "me.spend.per_month",
        FactType.MONEY,
        "per month",
        "what all running contracts cost you",
        _VAULT,
        _NOBODY,
        least=0,
        find=_spend,
    ),
    Fact(
        "me.spend.category.per_month",
        FactType.MONEY,
        "per month",
        "what those in the offer's category cost you",
        _VAULT,
        _NOBODY,
        least=0,
        find=_category_spend,
    ),
    Fact(
        "me.contracts.in_category",
        FactType.INTEGER,
        "contracts",
        "how many contracts you have in the offer's category",
        _VAULT,
        _NOBODY,
        least=0,
        find=_in_category,
    ),
    Fact(
        "me.budget.exceeded",
        FactType.TRUTH,
        "",
        "whether accepting breaks a budget; false where none is set",
        _SET,
        _OWNER,
        find=budgets.exceeded,
    ),
    Fact(
        "me.budget.left",
        FactType.MONEY,
        "per month",
        "what is left of the tightest monthly budget that covers it",
        _SET,
        _OWNER,
        find=budgets.left,
    ),
    Fact("me.quiet.now", FactType.TRUTH, "", "whether it is one of my quiet hours", _SET, _OWNER, find=_quiet),
    Fact(
        "me.country",
        FactType.TEXT,
        "",
        "the country you live in (ISO 3166)",
        _SET,
        _OWNER,
        find=lambda world: world.known.country(),
    ),
)
