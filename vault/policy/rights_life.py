"""The life of a request by which the person exercises a right (GDPR Art. 15 to 21) as one table, and its days.

The vendor has to act "without undue delay and in any event within one month of receipt" (Art. 12(3)). That period may be
"extended by two further months where necessary", of which the vendor informs the person within the month, with the reasons.
A refusal has its reasons too (Art. 12(4)). What is over stays over.

How a month is reckoned (Regulation 1182/71, Art. 3): from the day on which the request was made, which is not counted itself,
to the end of the same day of the month, or of the last day of a month that has no such day (31 January: 28 February). A
period that would end on a Saturday or Sunday ends on the Monday after. That it would end later still where this is a public
holiday is not reckoned with, as the vendor's holidays are not known; so a request can be said to be overdue a day too early.

Nobody's word makes a request overdue: `state_at` says so at every reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from vault import periods
from vault.policy.life import state_after


class Right(StrEnum):
    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class State(StrEnum):
    """EXTENDED is told as `acknowledged`; only its day is another. OVERDUE is never recorded."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """All but the last are the vendor's."""

    ACKNOWLEDGE = "be acknowledged"
    EXTEND = "be extended"
    FULFIL = "be fulfilled"
    REFUSE = "be refused"
    WITHDRAW = "be withdrawn"


# Of the General Data Protection Regulation (EU) 2016/679.
ARTICLES: Final[Mapping[Right, str]] = {
    Right.ACCESS: "Art. 15 GDPR",
    Right.RECTIFICATION: "Art. 16 GDPR",
    Right.ERASURE: "Art. 17 GDPR",
    Right.RESTRICTION: "Art. 18 GDPR",
    Right.PORTABILITY: "Art. 20 GDPR",
    Right.OBJECTION: "Art. 21 GDPR",
}
# Rights that are fulfilled by handing data over.
BRINGS_DATA: Final = frozenset({Right.ACCESS, Right.PORTABILITY})
LIVE: Final = frozenset({State.OPEN, State.ACKNOWLEDGED, State.EXTENDED})
_MONTH: Final = periods.Period(1, "M")
# One month and the two further ones.
_EXTENDED: Final = periods.Period(3, "M")
_SATURDAY: Final = 5

# What ends it may happen at any time of its life, also when it is late.
_ENDS: Final = {
    (state, event): after
    for state in (*sorted(LIVE), State.OVERDUE)
    for event, after in (
        (Event.FULFIL, State.FULFILLED),
        (Event.REFUSE, State.REFUSED),
        (Event.WITHDRAW, State.WITHDRAWN),
    )
}
# The whole life. What is late can be ended and no longer put off, for the month is over in which to say so.
TABLE: Final[Mapping[tuple[State, Event], State]] = {
    (State.OPEN, Event.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPEN, Event.EXTEND): State.EXTENDED,
    (State.ACKNOWLEDGED, Event.EXTEND): State.EXTENDED,
    **_ENDS,
}


def next_state(state: State, event: Event) -> State:
    return state_after(TABLE, state, event, of="a request for a right", over="it is over; the person may ask again")


def due(made: date, *, extended: bool = False) -> date:
    """The last day on which an answer is in time."""
    day = periods.add(made, _EXTENDED if extended else _MONTH)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= _SATURDAY else day


def state_at(state: State, due: date, today: date) -> State:
    """The state that holds: the recorded one, or that it is overdue."""
    return State.OVERDUE if state in LIVE and today > due else state
