"""The states of a grant as one table: what may happen, and what it is then; and what time makes of it.

A grant lives while it is active or narrowed. It only ever becomes less: nothing widens it, and what is over stays over. It
is over without anybody's word once its own time has run out (expired) or the agreement that it stands under binds no
longer (ended): `state_at` says so at every reading, whether or not that was put on record yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from vault.policy.life import state_after


class State(StrEnum):
    ACTIVE = "active"
    NARROWED = "narrowed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"


class Event(StrEnum):
    NARROW = "narrow"
    REVOKE = "revoke"
    EXPIRE = "expire"
    END = "end"


LIVE: Final = frozenset({State.ACTIVE, State.NARROWED})
# The whole life.
TABLE: Final[Mapping[tuple[State, Event], State]] = {
    (State.ACTIVE, Event.NARROW): State.NARROWED,
    (State.ACTIVE, Event.REVOKE): State.REVOKED,
    (State.ACTIVE, Event.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Event.END): State.ENDED,
    (State.NARROWED, Event.NARROW): State.NARROWED,
    (State.NARROWED, Event.REVOKE): State.REVOKED,
    (State.NARROWED, Event.EXPIRE): State.EXPIRED,
    (State.NARROWED, Event.END): State.ENDED,
}


def next_state(state: State, event: Event) -> State:
    return state_after(TABLE, state, event, of="a grant", over="it is over; give a new one if you want it back")


def due(state: State, *, binds: bool, time_is_up: bool) -> Event | None:
    """What has happened to a grant in this state and is not on record yet; of two things, that its time is up."""
    if state not in LIVE or (binds and not time_is_up):
        return None
    return Event.EXPIRE if time_is_up else Event.END


def state_at(state: State, *, binds: bool, time_is_up: bool) -> State:
    """The state that holds: the recorded one, or what time and the agreement have made of it."""
    event = due(state, binds=binds, time_is_up=time_is_up)
    return state if event is None else next_state(state, event)
