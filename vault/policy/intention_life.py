"""The states of an intention as one table: what may happen, and what it is then.

What is not in the table cannot happen; asking for it raises and changes nothing. An intention is published only while it
is open; what has been awarded, withdrawn or has expired stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from terms.errors import FirstpartyError


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    AWARDED = "awarded"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """CLOSE: no more offers are taken, and the ranking stands. EXPIRE: it closed without an offer that fits."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    AWARD = "award"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class LifeError(FirstpartyError):
    code = "illegal-event"


# The whole life.
TABLE: Final[Mapping[tuple[State, Event], State]] = {
    (State.DRAFT, Event.OPEN): State.OPEN,
    (State.DRAFT, Event.WITHDRAW): State.WITHDRAWN,
    (State.OPEN, Event.CLOSE): State.CLOSED,
    (State.OPEN, Event.AWARD): State.AWARDED,
    (State.OPEN, Event.EXPIRE): State.EXPIRED,
    (State.OPEN, Event.WITHDRAW): State.WITHDRAWN,
    (State.CLOSED, Event.REOPEN): State.OPEN,
    (State.CLOSED, Event.AWARD): State.AWARDED,
    (State.CLOSED, Event.EXPIRE): State.EXPIRED,
    (State.CLOSED, Event.WITHDRAW): State.WITHDRAWN,
}
ENDED: Final = frozenset({State.AWARDED, State.EXPIRED, State.WITHDRAWN})


def next_state(state: State, event: Event) -> State:
    after = TABLE.get((state, event))
    if after is None:
        possible = ", ".join(one for at, one in TABLE if at is state)
        raise LifeError(
            f"an intention that is {state} cannot {event}",
            hint=f"what can happen to it: {possible}" if possible else "it has ended; make a new one",
        )
    return after
