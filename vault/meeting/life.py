"""How a client stands with the person, as one table; and the life of an invitation, as another.

A client is new until it introduces itself, or until the owner or an invitation says something of it. The owner's rules accept
it, refuse it (not now), or leave it waiting behind the screener. The owner may say any word at any time, and the last one
counts; an invitation is such a word, given beforehand, and only `never` is stronger. What is not in a table cannot happen;
asking for it raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from vault.policy.life import state_after


class Standing(StrEnum):
    """`yes` may write. What the others send is held (`new`, `waiting`) or turned away (`not-now`, `never`)."""

    NEW = "new"
    WAITING = "waiting"
    YES = "yes"
    NOT_NOW = "not-now"
    NEVER = "never"


class Event(StrEnum):
    """ACCEPT, ASK and REFUSE are the rules'; INVITE is a code that was good; the last three are the owner's words."""

    ACCEPT = "be accepted"
    ASK = "wait"
    REFUSE = "be refused"
    INVITE = "be invited"
    LET_IN = "be let in"
    PUT_OFF = "be put off"
    TURN_AWAY = "be turned away"


_WORDS: Final = {Event.LET_IN: Standing.YES, Event.PUT_OFF: Standing.NOT_NOW, Event.TURN_AWAY: Standing.NEVER}
# The whole life: what the rules may say of a new client, where an invitation leads, and the owner's word at any time.
TABLE: Final[Mapping[tuple[Standing, Event], Standing]] = {
    (Standing.NEW, Event.ACCEPT): Standing.YES,
    (Standing.NEW, Event.ASK): Standing.WAITING,
    (Standing.NEW, Event.REFUSE): Standing.NOT_NOW,
    **{(at, Event.INVITE): Standing.YES for at in Standing if at is not Standing.NEVER},
    **{(at, event): after for at in Standing for event, after in _WORDS.items()},
}
TURNED_AWAY: Final = frozenset({Standing.NOT_NOW, Standing.NEVER})


def next_standing(standing: Standing, event: Event) -> Standing:
    return state_after(TABLE, standing, event, of="a client", over="its owner has to say so")


def event_of(word: Standing) -> Event:
    """The event by which the owner's word comes about."""
    return next(event for event, after in _WORDS.items() if after is word)


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class InvitationEvent(StrEnum):
    USE = "be used"
    REVOKE = "be revoked"
    EXPIRE = "expire"


# The whole life of an invitation: one use.
INVITATIONS: Final[Mapping[tuple[InvitationState, InvitationEvent], InvitationState]] = {
    (InvitationState.OPEN, InvitationEvent.USE): InvitationState.USED,
    (InvitationState.OPEN, InvitationEvent.REVOKE): InvitationState.REVOKED,
    (InvitationState.OPEN, InvitationEvent.EXPIRE): InvitationState.EXPIRED,
}


def invitation_after(state: InvitationState, event: InvitationEvent) -> InvitationState:
    return state_after(INVITATIONS, state, event, of="an invitation", over="it is over; make another")


def invitation_at(state: InvitationState, *, time_is_up: bool) -> InvitationState:
    """The state that holds: the recorded one, or what time has made of it."""
    is_over = time_is_up and state is InvitationState.OPEN
    return invitation_after(state, InvitationEvent.EXPIRE) if is_over else state
