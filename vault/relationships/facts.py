"""The facts that the owner, or a document, can state of a contract: one table of names, forms and fields.

The same names serve the command line (`firstparty set contract ID notice P1M`), the questions of `review` and what
the vault stores: a fact is kept as its name, its text in canonical form and its basis, and becomes a field of
`ContractTerms` here. A fact that is unset is removed by its text being `-`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import periods
from vault.relationships.categories import ancestors, is_category
from vault.relationships.deadlines import Basis, ContractTerms

UNSET = "-"
# A name or a day; longer text is no fact.
MAX_TEXT = 40
_YES, _NO = "yes", "no"


class FactError(UsageError):
    code = "fact"


class StatedFact(msgspec.Struct, frozen=True):
    """A fact as stored: `text` in canonical form (ISO 8601, or a word of the table)."""

    text: str
    basis: Basis = "owner"


class Stated(msgspec.Struct, frozen=True):
    """What a vendor states of a contract: its price for a period, and facts. `on` is the day on which it did."""

    by: str
    on: date
    price_minor: int
    currency: str
    period: str
    facts: dict[str, StatedFact] = {}


class _Form(msgspec.Struct, frozen=True):
    field: str
    parse: Callable[[str], object]
    example: str


def canonical(name: str, text: str) -> str:
    """The form in which the fact `name` is stored; `FactError` for an unknown name or a text that does not fit."""
    form = _form(name)
    if text.strip() == UNSET:
        return UNSET
    try:
        value = form.parse(text.strip().lower()[:MAX_TEXT])
    except (ValueError, FirstpartyError):
        raise FactError(
            phrase("`%(text)s` is no %(name)s", text=text[:MAX_TEXT], name=name),
            hint=phrase("write it like %(example)s", example=form.example),
        ) from None
    return (_YES if value else _NO) if isinstance(value, bool) else str(value)


def names() -> tuple[str, ...]:
    """The names of all facts, in the order of a contract's life."""
    return tuple(_FORMS)


def with_facts(terms: ContractTerms, facts: Mapping[str, StatedFact]) -> ContractTerms:
    """`terms` with every stated fact in its field and its basis noted; an unset fact changes nothing."""
    stated = {name: fact for name, fact in facts.items() if fact.text != UNSET}
    values = {_form(name).field: _form(name).parse(fact.text.lower()) for name, fact in stated.items()}
    bases = {**terms.bases, **{_form(name).field: fact.basis for name, fact in stated.items()}}
    return msgspec.structs.replace(terms, **values, bases=bases)


def _form(name: str) -> _Form:
    if name not in _FORMS:
        raise FactError(
            phrase("a contract has no fact `%(name)s`", name=name[:MAX_TEXT]),
            hint=phrase("there are %(forms)s", forms=", ".join(_FORMS)),
        )
    return _FORMS[name]


def _style(text: str) -> str:
    return _word(text, ("term-end", "month-end", "any-time"))


def _yes(text: str) -> bool:
    return _word(text, (_YES, _NO)) == _YES


def _category(text: str) -> str:
    """A category of the tree, or a narrower one below it that only the law knows (`energy.basic`)."""
    if not any(is_category(place) for place in ancestors(text)):
        raise ValueError(text)
    return text


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise ValueError(text)
    return text.upper()


def _word(text: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise ValueError(text)
    return text


_FORMS: dict[str, _Form] = {
    "started": _Form("started", date.fromisoformat, "2025-01-15"),
    "minimum": _Form("minimum_term", periods.parse, "P24M"),
    "renewal": _Form("renewal_term", periods.parse, "P1Y"),
    "notice": _Form("notice_period", periods.parse, "P1M"),
    "notice-to": _Form("notice_to", _style, "term-end, month-end or any-time"),
    "renews": _Form("auto_renews", _yes, "yes or no"),
    "trial-ends": _Form("trial_ends_on", date.fromisoformat, "2025-01-31"),
    "cancelled": _Form("cancelled_on", date.fromisoformat, "2026-11-22"),
    "ends": _Form("ends_on", date.fromisoformat, "2026-12-31"),
    "category": _Form("category", _category, "energy.electricity"),
    "country": _Form("country", _country, "DE"),
}
