"""Names of private persons: telling them from firms, and finding the owner's.

Two rules. A name of two to four words with a given name among them, and nothing of a firm or a card payment about it,
is a person; names that are also words (`Grace`, `Hunter`) count only in a transfer to an account, or where a service
that pays persons says so. What such a service prints (`Zelle payment to X REF`) is a person, whatever the words, unless
they are a firm's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vault.relationships import descriptors
from vault.relationships.descriptors import CONJUNCTIONS, Descriptor
from vault.relationships.lexicon import (
    FIRM_ENDINGS,
    GIVEN_NAMES,
    LEGAL_ENDS,
    NOT_SURNAMES,
    QUALIFIERS,
    SALUTATIONS,
    TITLES,
    TRADES,
    WORDS_AND_NAMES,
)

_BESIDE_OWNER = frozenset("und and u oder or et".split()) | GIVEN_NAMES
# Words of a firm's or a place's name that no person's has.
_BETWEEN = frozenset("in im am an at on for fur by bei and und the of".split())
# A booking by card has a shop at the other end, even where the shop is called like a person.
_BY_CARD = re.compile(
    r"//|\*|\b(?:debitk|girocard|kartenzahlung|kartenumsatz|card (?:payment|purchase)|purchase authorized|contactless"
    r"|point of sale|pos (?:purchase|debit)|paiement (?:par )?carte|pagamento pos|betaalautomaat|compra con tarjeta)",
    re.I,
)
# Services between persons, and the words between them and the person.
_PAID = re.compile(
    r"(?:quickpay with )?(zelle|venmo|cash app|bizum|quickpay)\b"
    r"(?:\s*\*\s*(.+)|[\s:-]*(?:[a-z]+\s+){0,3}?(?:to|from|a favor de|de)\s+(.+)|[\s:-]*(?:payment|pymt|pmt)?\s*(?:\d.*|$))",
    re.I | re.S,
)
_SERVICES = {"zelle": "Zelle", "venmo": "Venmo", "cash app": "Cash App", "bizum": "Bizum", "quickpay": "Zelle"}
# What follows the person's name in such a line.
_AFTER_NAME = re.compile(r"\s+(?:for|on|conf#?|conf(?:irmation)?|ref|memo|jpm\w*)\b|[;,#\"]", re.I)
# References of these services have this many letters or more; after two words of a name one is no name.
_REFERENCE_LETTERS = 11
_MOST_WORDS = 4
_AMONG_FRIENDS = re.compile(
    r"friends? (?:and|&) family|freunde (?:und|&) familie|mobile payment|handyzahlung|geld (?:gesendet|erhalten)"
    r"|money sent|sent money",
    re.I,
)


def is_person(printed: Descriptor, *, transfer: bool = False) -> bool:
    """Whether the words are a private person's name: two to four of them, one a given name (or initials after a
    title), none a firm's word, nothing of a card descriptor around them. `transfer`: the money went to an account."""
    words = name_words(printed)
    titled = not SALUTATIONS.isdisjoint(printed.words)
    if printed.host or not CONJUNCTIONS.issuperset({*printed.tokens}.difference(printed.words)):
        return False
    if not 2 - titled <= len(words) <= _MOST_WORDS or not all(word.isalpha() for word in words) or _is_firm(words):
        return False
    if not NOT_SURNAMES.isdisjoint(words[:1]) or not _BETWEEN.isdisjoint(words):
        return False
    if titled or any(word in GIVEN_NAMES for word in words):
        return True
    return transfer and len(words) == 2 and any(word in WORDS_AND_NAMES for word in words)


def _is_firm(words: tuple[str, ...]) -> bool:
    return (
        not TRADES.isdisjoint(words)
        or not QUALIFIERS.isdisjoint(words)
        or any(word.endswith(FIRM_ENDINGS) for word in words)
    )


def by_card(text: str) -> bool:
    return _BY_CARD.search(text) is not None


def among_friends(purpose: str) -> bool:
    """Whether a payment service calls the payment one between persons."""
    return _AMONG_FRIENDS.search(purpose) is not None


def name_words(printed: Descriptor) -> tuple[str, ...]:
    return tuple(word for word in printed.words if word not in TITLES)


def paid_between_persons(counterparty: str) -> tuple[str, Descriptor] | None:
    """The service and the name of a line like `ZELLE PAYMENT TO MIA EXAMPLE 4K2…` (no words when it names nobody);
    none for other lines."""
    found = _PAID.match(counterparty)
    if not found:
        return None
    rest = found[2] or found[3] or ""
    after = _AFTER_NAME.search(rest)
    printed = descriptors.read(rest[: after.start()] if after else rest)
    while len(printed.words) > 2 and len(printed.words[-1]) >= _REFERENCE_LETTERS:
        shown = printed.shown.rpartition(" ")[0]
        printed = Descriptor(printed.words[:-1], printed.words[:-1], shown)
    return _SERVICES[found[1].lower()], printed


def is_firms_name(printed: Descriptor) -> bool:
    """Whether a name that a service between persons printed is a firm's."""
    return _is_firm(name_words(printed)) or not LEGAL_ENDS.isdisjoint(printed.tokens)


@lru_cache(maxsize=64)
def _names(own: frozenset[str]) -> tuple[frozenset[str], ...]:
    words = (frozenset(descriptors.read(name).words) - TITLES for name in sorted(own))
    return tuple(name for name in words if len(name) > 1)


def is_own_name(words: tuple[str, ...], own: frozenset[str]) -> bool:
    """The owner, in either order, perhaps with a title or the second holder of a joint account."""
    names = _names(own)
    if not any(not name.isdisjoint(words) for name in names):
        return False
    printed = frozenset(words) - TITLES
    return any(name <= printed and printed - name <= _BESIDE_OWNER for name in names)


def names_owner(text: str, own: frozenset[str]) -> bool:
    """Whether the owner's whole name stands in a text."""
    tokens = frozenset(descriptors.read(text).tokens) if own else frozenset()
    return any(name <= tokens for name in _names(own))
