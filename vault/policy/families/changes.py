"""`change.*`: what a renewal or a price change announces."""

from __future__ import annotations

from collections.abc import Callable

from vault.policy.fact import Fact, Influence
from vault.policy.price_changes import Change, change
from vault.policy.values import FactType, Value
from vault.policy.world import World

_SAID = "the renewal or price change"
_VENDOR, _DERIVED = Influence.VENDOR, Influence.DERIVED


def _of(world: World, part: Callable[[Change], Value | None]) -> Value | None:
    found = change(world)
    return None if found is None else part(found)


def _days_ahead(world: World) -> Value | None:
    return _of(world, lambda found: (found.effective - world.today).days if found.effective else None)


ROWS = (
    Fact(
        "change.price.old.per_month",
        FactType.MONEY,
        "per month",
        "the price so far; for a renewal what you pay today",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: _of(world, lambda found: found.old),
    ),
    Fact(
        "change.price.new.per_month",
        FactType.MONEY,
        "per month",
        "the price from then on",
        _SAID,
        _VENDOR,
        least=0,
        find=lambda world: _of(world, lambda found: found.new),
    ),
    Fact(
        "change.rise",
        FactType.NUMBER,
        "percent",
        "how much more that is; negative for less",
        "reckoned from both",
        _DERIVED,
        find=lambda world: _of(world, lambda found: found.rise),
    ),
    Fact(
        "change.effective",
        FactType.DATE,
        "",
        "the day from which it holds",
        _SAID,
        _VENDOR,
        find=lambda world: _of(world, lambda found: found.effective),
    ),
    Fact(
        "change.days_ahead",
        FactType.INTEGER,
        "days",
        "how many days that lies ahead; negative when it has begun",
        "reckoned from it",
        _DERIVED,
        find=_days_ahead,
    ),
    Fact(
        "change.term",
        FactType.DURATION,
        "",
        "how long you are bound from then on",
        _SAID,
        _VENDOR,
        find=lambda world: _of(world, lambda found: found.term),
        least=0,
    ),
)
