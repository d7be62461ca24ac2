"""Reads an assertion: `never accept for offer when offer.price.per_month > 100 EUR and vendor.verified is false`.

    never|always VERDICT [for KIND, KIND …] [when CONDITION and CONDITION …]

`for` may stand at the end as well. The conditions are those of the rule language; `and` inside a quoted text or a list is
part of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.language.conditions import read_condition
from vault.policy.language.errors import Fault
from vault.policy.language.operands import Scope
from vault.policy.language.sections import KINDS, read_kind, read_verdict
from vault.policy.proving.answers import Assertion, Mode

# A sentence that a person types.
MAX_ASSERTION: Final = 20_000
# Each may need a branch of the search.
MAX_CONDITIONS: Final = 20

_SHAPE = re.compile(r"\s*(\S+)\s+(\S+)((?:\s+for\s+.*?)?)((?:\s+when\s.*)?)\s*", re.DOTALL)
_KIND: Final = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
_AT_END = re.compile(rf"(.*)\s+for\s+((?:{_KIND})(?:\s*,\s*(?:{_KIND}))*)\s*", re.DOTALL)
# What ` and ` is looked for outside of.
_WORDS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|\[[^\]]*\]|\s+and\s+|.", re.DOTALL)
_SHAPE_HINT: Final = phrase('write it like "never accept when offer.price.per_month > 100 EUR"')


class AssertionTextError(FirstpartyError):
    """The text is no assertion."""

    code = "assertion"
    exit_code = 2


def read_assertion(
    text: str, table: Mapping[str, Fact] = TABLE, lists: Mapping[str, Collection[str]] | None = None
) -> Assertion:
    """The assertion that a text makes; raises `AssertionTextError`. `lists` are the owner's, by name."""
    if len(text) > MAX_ASSERTION:
        raise AssertionTextError(
            phrase("the assertion is longer than %(most_assertion)s characters", most_assertion=MAX_ASSERTION),
            hint=phrase("use a list by name"),
        )
    match = _SHAPE.fullmatch(text)
    if not match:
        raise AssertionTextError(phrase("%(text)s asserts nothing", text=quoted(text)), hint=_SHAPE_HINT)
    mode, verdict, kinds, when = match.groups()
    try:
        return _assertion(mode, verdict, kinds, when, Scope(table, {k: tuple(v) for k, v in (lists or {}).items()}))
    except Fault as fault:
        raise AssertionTextError(fault.said, hint=fault.helps or _SHAPE_HINT) from None


def _assertion(mode: str, verdict: str, kinds: str, when: str, scope: Scope) -> Assertion:
    if mode not in tuple(map(str, Mode)):
        raise Fault(phrase("%(mode)s begins no assertion", mode=quoted(mode)), phrase("begin with `never` or `always`"))
    conditions = when.strip().removeprefix("when").strip()
    late = _AT_END.fullmatch(conditions)
    listed = kinds.strip().removeprefix("for").strip()
    if late and not listed:
        conditions, listed = late.groups()
    parts = list(_split(conditions)) if conditions else []
    if when and not conditions:
        raise Fault(phrase("nothing stands behind `when`"), _SHAPE_HINT)
    if len(parts) > MAX_CONDITIONS:
        raise Fault(
            phrase("more than %(most_conditions)s conditions", most_conditions=MAX_CONDITIONS),
            phrase("assert it in several"),
        )
    return Assertion(
        Mode(mode),
        read_verdict(verdict),
        tuple(read_condition(scope, part) for part in parts),
        frozenset(read_kind(word.strip()) for word in listed.split(",")) if listed else frozenset(),
    )


def _split(text: str) -> Iterator[str]:
    """At each `and` that stands outside of quotes and brackets."""
    part = ""
    for match in _WORDS.finditer(text):
        word = match[0]
        if len(word) > 1 and word.strip() == "and" and word[0].isspace():
            yield part.strip()
            part = ""
        else:
            part += word
    yield part.strip()
