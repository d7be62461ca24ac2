"""The states of a webhook and of a delivery as tables.

A webhook takes events once its address was proven (`active`), and is `failing` while the last attempt did not succeed: events
are tried still. `off` ends that, until the client registers again; `removed` is what the client took back.

A delivery waits until it succeeds, or until the schedule gives it up (`dead`): then the owner may send it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from vault.policy.life import state_after


class State(StrEnum):
    UNPROVEN = "unproven"
    ACTIVE = "active"
    FAILING = "failing"
    OFF = "off"
    REMOVED = "removed"


class Event(StrEnum):
    REGISTER = "register"
    PROVE = "prove"
    FAIL = "fail"
    SUCCEED = "succeed"
    SWITCH_OFF = "switch off"
    REMOVE = "remove"


_NOT_REMOVED: Final = (State.UNPROVEN, State.ACTIVE, State.FAILING, State.OFF)
# The whole life.
TABLE: Final[Mapping[tuple[State, Event], State]] = {
    **{(state, Event.REGISTER): State.UNPROVEN for state in State},
    (State.UNPROVEN, Event.PROVE): State.ACTIVE,
    (State.ACTIVE, Event.FAIL): State.FAILING,
    (State.FAILING, Event.FAIL): State.FAILING,
    (State.ACTIVE, Event.SUCCEED): State.ACTIVE,
    (State.FAILING, Event.SUCCEED): State.ACTIVE,
    **{(state, Event.SWITCH_OFF): State.OFF for state in _NOT_REMOVED},
    **{(state, Event.REMOVE): State.REMOVED for state in _NOT_REMOVED},
}
# Events are written down to be sent for these, and sent to the proven ones.
WANTED: Final = (State.UNPROVEN, State.ACTIVE, State.FAILING)
PROVEN: Final = (State.ACTIVE, State.FAILING)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


def next_state(state: State, event: Event) -> State:
    return state_after(TABLE, state, event, of="a webhook", over="its client may register it again")
