"""The facts that a rule may speak of, as the form offers them: under what they are about, in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from vault.policy.category_fields import BY_FIELD
from vault.policy.facts import TABLE
from web.pages.frame import rule_values, rule_words
from web.pages.frame.wording import mark

_OF_SOME: Final = "of some kinds"
FAMILIES: Final[Mapping[str, str]] = {
    "offer": mark("The offer"),
    "vendor": mark("The vendor"),
    "terms": mark("The terms"),
    "data": mark("The details that it wants"),
    "contract": mark("What you have today"),
    "change": mark("The change of a price"),
    "intent": mark("What you are looking for"),
    "message": mark("The message"),
    "me": mark("You"),
    "now": mark("The time"),
    "request": mark("How it came"),
    "grant": mark("What it may see already"),
    _OF_SOME: mark("The offer, for some kinds of things"),
}


@cache
def facts() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Each family's heading with its facts: their names, in words, and the list of what may be chosen for them."""
    of_some = {fact.name for fact in BY_FIELD.values()}
    found: dict[str, list[tuple[str, str, str]]] = {family: [] for family in FAMILIES}
    for name in TABLE:
        family = _OF_SOME if name in of_some else name.partition(".")[0]
        found[family].append((name, rule_words.subject(name), rule_values.list_of(name)))
    return tuple((FAMILIES[family], tuple(listed)) for family, listed in found.items() if listed)
