"""Sentences of `terms` for a reader who knows no ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from terms.choice import NOTHING_CHOSEN, Choice
from terms.choice_changes import differences
from terms.phrases import Phrase
from terms.roster import Agreement
from terms.roster.clauses import Action
from web.pages.frame import wording
from web.pages.frame.wording import begun, mark

STATES: Final[Mapping[str, str]] = {
    "proffered": mark("offered, not answered yet"),
    "counter-offered": mark("answered with other terms"),
    "accepted": mark("in force"),
    "active": mark("in force"),
    "violated": mark("in force, said to be violated"),
    "refused": mark("declined"),
    "withdrawn": mark("withdrawn"),
    "terminated": mark("ended"),
    "expired": mark("run out"),
    "amended": mark("replaced by another"),
}
LOOKS: Final[Mapping[str, str]] = {"accepted": "", "active": "", "violated": "bad", "counter-offered": "warn"}
HEADINGS: Final[Mapping[Action, str]] = {
    "require": mark("They must"),
    "permit": mark("They may"),
    "forbid": mark("They must not"),
}


def clauses(one: Agreement) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an agreement says, under its headings."""
    found = [
        (heading, tuple(wording.said(clause.says) for clause in one.clauses if clause.action == action))
        for action, heading in HEADINGS.items()
    ]
    return tuple((heading, says) for heading, says in found if says)


def said(before: Choice, after: Choice, names: Mapping[str, str]) -> tuple[str, ...]:
    return sentences(one.words for one in differences(before, after, names))


def whole(choice: Choice, names: Mapping[str, str]) -> tuple[str, ...]:
    return said(NOTHING_CHOSEN, choice, names)


def sentences(found: Iterable[Phrase]) -> tuple[str, ...]:
    return tuple(map(begun, found))
