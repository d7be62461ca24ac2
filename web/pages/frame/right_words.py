"""How pages say what one asked a vendor for by right, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vault.policy.rights_life import State
from web.pages.frame.wording import mark

RIGHTS: Final[Mapping[str, str]] = {
    "access": mark("a copy of what they have of you"),
    "portability": mark("what you gave them, to take along"),
    "rectification": mark("a correction"),
    "erasure": mark("the erasure of what they have of you"),
    "restriction": mark("a pause in its use"),
    "objection": mark("an end to a use of it"),
}
STATES: Final[Mapping[State, str]] = {
    State.OPEN: mark("not answered yet"),
    State.ACKNOWLEDGED: mark("they took note"),
    State.EXTENDED: mark("they need more time"),
    State.OVERDUE: mark("not answered in time"),
    State.FULFILLED: mark("done"),
    State.REFUSED: mark("refused"),
    State.WITHDRAWN: mark("taken back"),
}
# The look of a tag.
LOOKS: Final[Mapping[State, str]] = {State.OVERDUE: "bad", State.REFUSED: "bad", State.OPEN: "warn"}
