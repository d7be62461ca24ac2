"""The owner's rules as pages show them: sentences, with those that are switched off."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from vault.butler import rulebook
from vault.policy.language import pieces
from vault.policy.language.errors import RuleFileError
from vault.policy.language.pieces import Piece
from vault.policy.rules import Rule
from web.pages.frame import rule_words
from web.pages.frame.fact_words import because
from web.pages.frame.rule_words import Said

# What messages call the rules that are edited here.
NAME = "your rules"


class Line(Struct, frozen=True):
    """`rule` is none where it does not read; `text` is how it stands in the file. `hits` counts what it applied to lately."""

    id: str
    rule: Rule | None
    text: str
    is_off: bool
    hits: int

    @property
    def sentence(self) -> str:
        return (because(self.id, self.rule.because) if self.rule and self.rule.because else "") or self.id

    @property
    def does(self) -> str:
        return str(self.rule.then) if self.rule else ""

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(words for kind, words in rule_words.KINDS.items() if self.rule and kind in self.rule.kinds)

    @property
    def when(self) -> tuple[Said, ...]:
        return tuple(rule_words.condition(one.text) for one in self.rule.when) if self.rule else ()

    @property
    def unless(self) -> tuple[Said, ...]:
        return tuple(rule_words.condition(one.text) for one in self.rule.unless) if self.rule else ()


def lines(source: str, hits: Mapping[str, int]) -> list[Line] | None:
    """In the order of the file; none where it cannot be taken apart."""
    found = pieces.apart(source)
    if found is None:
        return None
    return [
        Line(one.rule, read_alone(found, one), one.text.strip(), one.is_off, 0 if one.is_off else hits.get(one.rule, 0))
        for one in found
        if one.rule
    ]


def read_alone(found: tuple[Piece, ...], one: Piece) -> Rule | None:
    try:
        rules = rulebook.read(pieces.alone(found, one), NAME).rules
    except RuleFileError:
        return None
    return rules[0] if len(rules) == 1 else None
