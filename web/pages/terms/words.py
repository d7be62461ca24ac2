"""Sentences of `terms` for a reader who knows no ids: durations and data in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from terms.choice import NOTHING_CHOSEN, Choice
from terms.choice_changes import differences
from terms.roster import Agreement
from terms.roster.clauses import Action
from web.pages.frame.wording import duration, mark, term

_DURATION: Final = re.compile(r"\bP\d+[YMWD]\b")
_TERM: Final = re.compile(r"\b(?:pd|dpv):[A-Za-z-]+")
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


def plain(sentence: str) -> str:
    """`data kept at most P30D` → `Data kept at most 30 days`."""
    worded = _TERM.sub(lambda found: term(found[0]), _DURATION.sub(lambda found: duration(found[0]), sentence))
    return worded[:1].upper() + worded[1:]


def clauses(one: Agreement) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an agreement says, under its headings."""
    found = [
        (heading, tuple(clause.says for clause in one.clauses if clause.action == action))
        for action, heading in HEADINGS.items()
    ]
    return tuple((heading, says) for heading, says in found if says)


def said(before: Choice, after: Choice, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(plain(one.says) for one in differences(before, after, names))


def whole(choice: Choice, names: Mapping[str, str]) -> tuple[str, ...]:
    return said(NOTHING_CHOSEN, choice, names)


def sentences(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(plain, found))
