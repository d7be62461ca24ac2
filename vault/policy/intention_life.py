"""The states of an intention as one table: what may happen, and what it is then.

What is not in the table cannot happen; asking for it raises and changes nothing. An intention is published only while it
is open; what has been awarded, withdrawn or has expired stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from vault.policy.life import state_after


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
    return state_after(TABLE, state, event, of="an intention", over="it has ended; make a new one")
