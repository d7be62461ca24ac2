"""`now.*`: the moment of the decision, in your time zone."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.moment import minute
from vault.policy.values import FactType

_NOBODY = Influence.NOBODY
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ROWS = (
    Fact("now.date", FactType.DATE, "", "today", "the clock", _NOBODY, find=lambda world: world.today),
    Fact(
        "now.time",
        FactType.TIME,
        "",
        "the time of day",
        "the clock",
        _NOBODY,
        least=0,
        find=lambda world: minute(world.now),
    ),
    Fact(
        "now.weekday",
        FactType.CHOICE,
        "",
        "the day of the week",
        "the clock",
        _NOBODY,
        choices=WEEKDAYS,
        find=lambda world: WEEKDAYS[world.today.weekday()],
    ),
)
