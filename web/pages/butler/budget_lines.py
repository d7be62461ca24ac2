"""A budget as a line of the form: in the language of the page, and back, without loss. In German:

energy: 120 EUR per month     Energie: 120 EUR pro Monat
deal: 1200 EUR                Geschäft: 1200 EUR
"""

from __future__ import annotations

from typing import Final

from vault.policy.language.errors import Fault
from vault.policy.rules import Operator
from web.pages.frame import rule_values
from web.pages.frame.language import gettext
from web.pages.frame.wording import mark

_DEAL: Final = "deal"
_DEAL_WORD: Final = mark("deal")
# Facts of the kinds that a budget is made of.
_PRICE, _CATEGORY = "offer.price.per_month", "offer.category"


def shown(line: str) -> str:
    """A line that would not be taken back as it is stays as it is."""
    scope, colon, amount = line.rpartition(":")
    words = [_scope_shown(one) for one in scope.split()]
    made = f"{' '.join(words)}{': ' if colon else ''}{rule_values.shown(_PRICE, Operator.AT_MOST, amount.strip())}"
    try:
        return made if written(made) == line else line
    except Fault:
        return line


def written(typed: str) -> str:
    """A `Fault` where a number could mean two."""
    scope, colon, amount = typed.rpartition(":")
    found = rule_values.written(_PRICE, Operator.AT_MOST, amount)
    return f"{_scope(scope.strip())}: {found}" if colon else found


def _scope_shown(word: str) -> str:
    return gettext(_DEAL_WORD) if word == _DEAL else rule_values.shown(_CATEGORY, Operator.IS, word)


def _scope(typed: str) -> str:
    """`deal`, a category, or both in this order."""
    for word in (_DEAL, gettext(_DEAL_WORD)):
        first, _, rest = typed.partition(" ")
        if first.casefold() == word.casefold():
            return f"{_DEAL} {rule_values.written(_CATEGORY, Operator.IS, rest)}".strip()
    return rule_values.written(_CATEGORY, Operator.IS, typed) if typed else ""
