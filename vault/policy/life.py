"""A life as a table: what is not in it cannot happen, and asking for it raises and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from terms.errors import FirstpartyError
from terms.phrases import phrase

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class LifeError(FirstpartyError):
    code = "illegal-event"


def state_after(table: Mapping[tuple[S, E], S], state: S, event: E, *, of: str, over: str) -> S:
    """The state that follows. `of` names what lives (`a grant`), `over` says what to do where nothing can happen to it any
    more."""
    after = table.get((state, event))
    if after is None:
        possible = ", ".join(one for at, one in table if at is state)
        raise LifeError(
            phrase("%(of)s that is %(state)s cannot %(event)s", of=of, state=state, event=event),
            hint=phrase("what can happen to it: %(possible)s", possible=possible) if possible else over,
        )
    return after
