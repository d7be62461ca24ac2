"""The life of an authorization request, and of the tokens that come of it, as two tables.

A request is pushed by the client. Where the customer is there (code), it is shown on the consent page; where not (CIBA),
the owner's rules accept or refuse it, or leave it to be shown to the owner. The owner approves or denies only what was
shown. What was approved is redeemed once. Whatever is not redeemed in its time expires.

A token lives until it is revoked, its own time is over (expired), or its grant is (ended). Nothing brings one back.

What is not in a table cannot happen; asking for it raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from vault.policy.life import state_after


class State(StrEnum):
    PUSHED = "pushed"
    SHOWN = "shown"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    REDEEMED = "redeemed"


class Event(StrEnum):
    """ACCEPT and REFUSE are the owner's rules'; APPROVE and DENY the owner's own."""

    SHOW = "show"
    ACCEPT = "accept"
    REFUSE = "refuse"
    APPROVE = "approve"
    DENY = "deny"
    REDEEM = "redeem"
    EXPIRE = "expire"


# The whole life of a request.
TABLE: Final[Mapping[tuple[State, Event], State]] = {
    (State.PUSHED, Event.SHOW): State.SHOWN,
    (State.PUSHED, Event.ACCEPT): State.APPROVED,
    (State.PUSHED, Event.REFUSE): State.DENIED,
    (State.PUSHED, Event.EXPIRE): State.EXPIRED,
    (State.SHOWN, Event.APPROVE): State.APPROVED,
    (State.SHOWN, Event.DENY): State.DENIED,
    (State.SHOWN, Event.EXPIRE): State.EXPIRED,
    (State.APPROVED, Event.REDEEM): State.REDEEMED,
    (State.APPROVED, Event.EXPIRE): State.EXPIRED,
}
OPEN: Final = frozenset({State.PUSHED, State.SHOWN, State.APPROVED})


def next_state(state: State, event: Event) -> State:
    return state_after(
        TABLE, state, event, of="a request for authorization", over="it is over; the client can ask again"
    )


def state_at(state: State, *, time_is_up: bool) -> State:
    """The state that holds: the recorded one, or what time has made of it."""
    return next_state(state, Event.EXPIRE) if time_is_up and state in OPEN else state


class TokenState(StrEnum):
    LIVE = "live"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"


class TokenEvent(StrEnum):
    REVOKE = "revoke"
    EXPIRE = "expire"
    END = "end"


# The whole life of a token, access or refresh.
TOKENS: Final[Mapping[tuple[TokenState, TokenEvent], TokenState]] = {
    (TokenState.LIVE, TokenEvent.REVOKE): TokenState.REVOKED,
    (TokenState.LIVE, TokenEvent.EXPIRE): TokenState.EXPIRED,
    (TokenState.LIVE, TokenEvent.END): TokenState.ENDED,
}


def token_after(state: TokenState, event: TokenEvent) -> TokenState:
    return state_after(TOKENS, state, event, of="a token", over="it is over; the client can ask for another")


def token_state_at(state: TokenState, *, time_is_up: bool, grant_lives: bool) -> TokenState:
    """The state that holds; of two things that ended it, that its time is up."""
    if state is not TokenState.LIVE or (grant_lives and not time_is_up):
        return state
    return token_after(state, TokenEvent.EXPIRE if time_is_up else TokenEvent.END)
