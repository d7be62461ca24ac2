"""Which operator fits which type of fact, and the words by which people look for one.

What an operator means stands in `vault.policy.rules`; what stands behind it here, as a `Takes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from terms.phrases import Phrase, phrase
from vault.policy.rules import Operator as O
from vault.policy.values import NAMES, ORDERED, SETS, FactType


class Takes(Enum):
    """ONE value of the fact's type; a LIST of names of its vocabulary; a MEMBER of the set; a SPAN of time; SOMEBODY
    (names of those who attest); NOTHING."""

    ONE = "one"
    LIST = "list"
    MEMBER = "member"
    SPAN = "span"
    SOMEBODY = "somebody"
    NOTHING = "nothing"


TAKES: Final[Mapping[O, Takes]] = {
    **dict.fromkeys((O.IS, O.IS_NOT, O.LESS, O.AT_MOST, O.MORE, O.AT_LEAST), Takes.ONE),
    **dict.fromkeys((O.WITHIN, O.NOT_WITHIN, O.ANY_OF, O.ALL_OF, O.NONE_OF), Takes.LIST),
    O.CONTAINS: Takes.MEMBER,
    O.WITHIN_LAST: Takes.SPAN,
    O.WITHIN_NEXT: Takes.SPAN,
    O.ATTESTED_BY: Takes.SOMEBODY,
    O.IS_KNOWN: Takes.NOTHING,
    O.IS_UNKNOWN: Takes.NOTHING,
}

_ALWAYS = (O.IS_KNOWN, O.IS_UNKNOWN)
_EQUAL = (O.IS, O.IS_NOT)
_ORDER = (*_EQUAL, O.LESS, O.AT_MOST, O.MORE, O.AT_LEAST)
_NAME = (*_EQUAL, O.WITHIN, O.NOT_WITHIN, O.ANY_OF, O.NONE_OF)
_SET = (*_EQUAL, O.WITHIN, O.NOT_WITHIN, O.CONTAINS, O.ANY_OF, O.ALL_OF, O.NONE_OF)

OPERATORS: Final[Mapping[FactType, tuple[O, ...]]] = {
    **dict.fromkeys(ORDERED, (*_ORDER, *_ALWAYS)),
    **dict.fromkeys(NAMES, (*_NAME, *_ALWAYS)),
    **dict.fromkeys(SETS, (*_SET, *_ALWAYS)),
    FactType.DATE: (*_ORDER, O.WITHIN_LAST, O.WITHIN_NEXT, *_ALWAYS),
    FactType.TRUTH: (*_EQUAL, *_ALWAYS),
    FactType.CLAIM: (*_EQUAL, O.ATTESTED_BY, *_ALWAYS),
}

BY_WORD: Final[Mapping[str, O]] = {str(operator): operator for operator in O}

# Longest first, so that `is not` is not read as `is`. A word ends where a letter cannot follow.
_WORDS = sorted(BY_WORD, key=len, reverse=True)
_FORMS = "|".join(
    r"\s+".join(map(re.escape, word.split())) + (r"(?![\w])" if word[-1].isalpha() else "") for word in _WORDS
)
# A fact's name ends at a space or where an operator's sign begins.
CONDITION: Final = re.compile(rf"\s*([^\s<>=!≤≥]+)\s*(?:({_FORMS})(?![<>=!])\s*)?(.*)", re.DOTALL)

# How messages call a type.
CALLED: Final[Mapping[FactType, Phrase]] = {
    FactType.INTEGER: phrase("a whole number"),
    FactType.NUMBER: phrase("a number"),
    FactType.MONEY: phrase("an amount of money"),
    FactType.DURATION: phrase("a duration"),
    FactType.DATE: phrase("a date"),
    FactType.TIME: phrase("a time of day"),
    FactType.TRUTH: phrase("true or false"),
    FactType.CLAIM: phrase("a claim, true or false"),
    FactType.TEXT: phrase("a text"),
    FactType.CHOICE: phrase("a choice"),
    FactType.CATEGORY: phrase("a category"),
    FactType.PURPOSES: phrase("a set of purposes"),
    FactType.PERSONAL_DATA: phrase("a set of personal data"),
    FactType.TEXTS: phrase("a set of texts"),
}

# What people write for it. Read for a hint only: one thing has one way of writing.
SYNONYMS: Final[Mapping[str, O]] = {
    **dict.fromkeys(("=", "==", "===", "equals", "eq", "are"), O.IS),
    **dict.fromkeys(("!=", "<>", "≠", "isn't", "isnt", "ne"), O.IS_NOT),
    **dict.fromkeys(("≤", "=<", "max", "at most", "lte", "up to"), O.AT_MOST),
    **dict.fromkeys(("≥", "=>", "min", "at least", "gte"), O.AT_LEAST),
    **dict.fromkeys(("under", "below", "less", "lt", "cheaper", "before"), O.LESS),
    **dict.fromkeys(("over", "above", "more", "gt", "exceeds", "after"), O.MORE),
    **dict.fromkeys(("in", "one of", "inside", "of"), O.WITHIN),
    **dict.fromkeys(("not in", "outside"), O.NOT_WITHIN),
    **dict.fromkeys(("has", "includes", "contain", "have"), O.CONTAINS),
    **dict.fromkeys(("any", "anyof"), O.ANY_OF),
    **dict.fromkeys(("all", "allof"), O.ALL_OF),
    **dict.fromkeys(("none", "noneof", "no"), O.NONE_OF),
    **dict.fromkeys(("exists", "known"), O.IS_KNOWN),
    **dict.fromkeys(("missing", "unknown"), O.IS_UNKNOWN),
    **dict.fromkeys(("certified by", "verified by", "attested"), O.ATTESTED_BY),
}


def synonym(text: str) -> tuple[str, O | None]:
    """The word at the beginning of `text` that stands where an operator should, and the operator it probably means."""
    words = text.split(maxsplit=2)
    signs = re.match(r"[<>=!≤≥≠]+", text.strip())
    tried = [signs[0]] if signs else [" ".join(words[:2]), words[0]]
    known = {**BY_WORD, **SYNONYMS}
    return next(((word, known[word.lower()]) for word in tried if word.lower() in known), (tried[-1], None))
