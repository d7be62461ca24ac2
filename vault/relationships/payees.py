"""From one printed charge to the payee behind it.

Promises: `identify` gives equal keys for the printed variants of one payee as far as the text shows it; what two
texts cannot show (a domain and a company name of an unknown brand) is left to `recognition`. It never guesses a
merchant: a payment service whose text names none is itself the payee.

The rules, in order:

1. The owner's own accounts and names, and words for moving money between them: role `own`.
2. A well-known brand at the start of the counterparty is that brand: role `vendor` (income words aside).
3. Cash, the bank's own fees and interest, salary and the like: roles `cash`, `bank`, `income`.
4. Payment services (`PAYPAL *X`, `SumUp *X`, PayPal with `Ihr Einkauf bei X`): the merchant, with `via` naming the
   service. A service's creditor id says nothing about the merchant and is dropped.
5. A given name and a family name without a firm's words, creditor id or card descriptor: role `person`.
6. Anything else is a vendor under its folded words.

Keys of other roles carry a prefix (`person:`, `income:`), so that they never meet a vendor's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from vault.relationships import brands, descriptors
from vault.relationships import payment_services as services
from vault.relationships.brands import Brand
from vault.relationships.descriptors import CONJUNCTIONS, Descriptor, display
from vault.relationships.lexicon import (
    FIRM_ENDINGS,
    GIVEN_NAMES,
    NOT_SURNAMES,
    QUALIFIERS,
    SALUTATIONS,
    TITLES,
    TRADES,
    fold,
    squash,
)

Role = Literal["vendor", "own", "person", "income", "bank", "cash"]


class PayeeKey(msgspec.Struct, frozen=True):
    """`key` is the identity (a brand's key, or folded words); `name` is for people; `via` the payment service that
    stood in between; `creditor_id` the SEPA creditor identifier without its business code, empty where it is a
    payment service's; `host` a domain that the descriptor printed."""

    key: str
    name: str
    via: str
    role: Role
    creditor_id: str = ""
    host: str = ""


# A brand this long at the start of a service's glued word is no accident.
_GLUED_LETTERS = 6
_GOOGLE_OWN = frozenset("google one storage cloud ads workspace services service play temporary hold payment".split())

# The patterns below read folded text (umlauts as bare vowels: `ü`, `ue` → `u`).
_OWN = re.compile(
    r"\b(?:umbuchung|ubertrag|own account|eigenes konto|internal transfer|virement interne|giroconto interno|"
    r"transfer (?:to|from) (?:my )?(?:savings?|checking|pocket|pot|vault)|(?:to|from) (?:savings|pocket|vault)|"
    r"online transfer (?:to|from)|savings? transfer|spaarrekening|traspaso)\b"
)
_CASH = re.compile(
    r"\b(?:atm|geldautomat|bargeld\w*|barauszahlung|bargeldabhebung|ga nr\w*|cash ?(?:withdrawal|machine|point|advance)|"
    r"cashpoint|retrait(?: dab)?|prelievo|bancomat|retirada|reintegro|geldopname|auszahlung (?:am )?ga|wyplata|lnk)\b"
)
_FEE = re.compile(
    r"\b(?:kontofuhrung\w*|entgeltabschluss|rechnungsabschluss|kontoabschluss|abschluss (?:per|vom)|abschluss$|"
    r"(?:soll|haben|dispo|guthaben)?zinsen\b|zinsabschluss|(?:bank|account|overdraft|atm|wire|maintenance|card) fees?|"
    r"service charge|monthly (?:account |service |maintenance )?fee|foreign transaction fee|overdraft|"
    r"interest (?:charged?|paid|earned|payment)|auslandseinsatz\w*|kartenpreis|kartenentgelt|depotentgelt|"
    r"frais (?:bancaires|de tenue)|cotisation carte|spese (?:tenuta )?conto|kaartkosten|buchungsposten|entgelt\b)"
)
_INCOME = re.compile(
    r"\b(?:gehalt|lohn|bezuge|besoldung|payroll|salar(?:y|ies|is)|salaire|wages?\b|stipendio|nomina\b|pension|"
    r"rente\b|rentenzahlung|versorgungsbez|kindergeld|elterngeld|arbeitslosengeld|bafog|wohngeld|dividend|"
    r"dir(?:ect)? dep(?:osit)?|social security|ssa treas|universal credit|child benefit|krankengeld|"
    r"verdienst|honorar\b)"
)


def identify(
    counterparty: str,
    purpose: str,
    creditor_id: str,
    counterparty_account: str,
    minor: int,
    *,
    own_accounts: frozenset[str],
    own_names: frozenset[str],
) -> PayeeKey:
    """The payee of a charge (negative `minor`) or credit as printed. `own_accounts` as the files name them,
    `own_names` as the owner writes them (either order of first and last name is recognised)."""
    purpose = services.plain_purpose(purpose)
    if counterparty_account and _account(counterparty_account) in _accounts(own_accounts):
        return _OWN_PAYEE
    counterparty = " ".join(counterparty[: descriptors.MAX_READ].split())
    printed = descriptors.read(counterparty)
    if own_names and _is_own_name(printed.words, own_names):
        return _OWN_PAYEE
    if not printed.words and purpose:
        counterparty = " ".join(purpose[: descriptors.MAX_READ].split())
        printed = descriptors.read(counterparty)
    creditor = normal_creditor(creditor_id)
    brand = brands.leading_brand(printed.tokens) or brands.leading_brand(printed.words)
    return (
        _not_a_vendor(counterparty, purpose, minor, printed, brand, creditor)
        or _behind_service(counterparty, purpose, printed, brand, creditor)
        or _vendor(printed, brand, "", creditor)
    )


_OWN_PAYEE = PayeeKey("own", "Own account", "", "own")
_CASH_PAYEE = PayeeKey("cash", "Cash", "", "cash")


def normal_creditor(creditor_id: str) -> str:
    """The SEPA creditor identifier without spaces and with the business code, which the creditor may change at
    will (EPC262-08), set to `ZZZ`; empty when it is none or a payment service's."""
    if not creditor_id:
        return ""
    code = "".join(creditor_id.split()).upper()
    if len(code) < 8 or not code[:2].isalpha() or not code[2:4].isdigit() or not code.isalnum():
        return ""
    code = f"{code[:4]}ZZZ{code[7:]}"
    return "" if code in services.CREDITORS else code


def _not_a_vendor(
    counterparty: str, purpose: str, minor: int, printed: Descriptor, brand: Brand | None, creditor: str
) -> PayeeKey | None:
    """Rules 1 to 3 and 5, where they apply."""
    text = fold(f"{counterparty} {purpose}")
    if minor > 0 and _INCOME.search(text):
        return PayeeKey(f"income:{' '.join(printed.words)}", display(printed.shown), "", "income")
    if brand and not brand.category.startswith("bank"):
        return None
    if not creditor and not brand and _OWN.search(text):
        return _OWN_PAYEE
    own_text = fold(counterparty)
    banking = brand or not printed.words or _is_bank(printed.words)
    if _CASH.search(text if banking else own_text):
        return _CASH_PAYEE
    if _FEE.search(text if banking else own_text):
        return _bank(brand, printed)
    if not brand and not creditor and is_person(printed):
        return PayeeKey(f"person:{' '.join(sorted(_name_words(printed)))}", display(printed.shown), "", "person")
    return None


def _bank(brand: Brand | None, printed: Descriptor) -> PayeeKey:
    if brand:
        return PayeeKey(brand.key, brand.name, "", "bank")
    if _is_bank(printed.words):
        return PayeeKey(" ".join(printed.words), display(printed.shown), "", "bank")
    return PayeeKey("bank fees", "Bank fees", "", "bank")


def _is_bank(words: tuple[str, ...]) -> bool:
    return any(word.endswith(("bank", "sparkasse", "banque", "banco")) for word in words[:3])


def _behind_service(
    counterparty: str, purpose: str, printed: Descriptor, brand: Brand | None, creditor: str
) -> PayeeKey | None:
    """The merchant behind a payment service, the service itself when none is named, or none for other payees."""
    prefixed = services.SERVICE_STAR.search(counterparty)
    star = services.STAR.match(counterparty[prefixed.start() :] if prefixed else counterparty)
    if star:
        return _starred(star[1], star[2], brand, creditor)
    if short := services.SHORT_HEAD.match(counterparty):
        return _vendor(descriptors.read(counterparty[short.end() :]), None, services.HEADS[short[1].lower()], "")
    service, used = services.leading_service(printed.tokens)
    if not service and services.PAYPAL_LINE.search(counterparty):
        service, used, purpose = "PayPal", len(printed.tokens), f"{counterparty} {purpose}"
    if not service:
        return None
    merchant = services.merchant_in(purpose) or services.rest_of(printed, used)
    if merchant and (named := _vendor(merchant, None, service, "")).key:
        return named
    known = brands.named_brand(descriptors.read(purpose).tokens)
    if known and squash((service,)) != known.key:
        return _of_brand(known, service, "", "")
    return PayeeKey(squash((service,)), service, "", "vendor")


def _starred(head: str, rest: str, brand: Brand | None, creditor: str) -> PayeeKey | None:
    """`HEAD *REST`: a service and its merchant, or a merchant and its reference."""
    before = descriptors.read(head)
    behind = descriptors.read(rest)
    service = services.HEADS.get(squash(before.tokens[-1:])) or services.HEADS.get(squash(before.tokens))
    if service == "Google Play" and brand and (brand.key != "google" or _GOOGLE_OWN.issuperset(behind.words)):
        return _of_brand(brand, "", creditor, "")
    if service:
        if behind.words:
            return _vendor(behind, None, service, "")
        return PayeeKey(squash((service,)), service, "", "vendor")
    if brand:
        return _of_brand(brand, "", creditor, before.host)
    short = len(squash(before.tokens)) <= 4
    named = behind if short and behind.words else before
    if not named.words:
        return None
    return _vendor(named, None, head.strip(), "") if named is behind else _vendor(named, None, "", creditor)


def _vendor(printed: Descriptor, brand: Brand | None, via: str, creditor: str) -> PayeeKey:
    brand = brand or brands.leading_brand(printed.tokens) or brands.leading_brand(printed.words)
    if brand is None and via and len(printed.words) == 1:
        brand = _glued(printed.words[0])
    if brand:
        return _of_brand(brand, via, creditor, printed.host)
    return PayeeKey(" ".join(printed.words), display(printed.shown), via, "vendor", creditor, printed.host)


def _of_brand(brand: Brand, via: str, creditor: str, host: str) -> PayeeKey:
    return PayeeKey(brand.key, brand.name, via, "vendor", creditor, host)


def _glued(word: str) -> Brand | None:
    """Services print without spaces and cut at a width: `SPOTIFYPAYP`, `PLAYSTATIONNET`."""
    prefixes = (word[:length] for length in range(len(word), _GLUED_LETTERS - 1, -1))
    return next((brand for prefix in prefixes if (brand := brands.brand_called((prefix,)))), None)


_BESIDE_OWNER = frozenset("und and u oder or et".split()) | GIVEN_NAMES


def _account(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).upper()


@lru_cache(maxsize=64)
def _accounts(own: frozenset[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_account, own)))


@lru_cache(maxsize=64)
def _names(own: frozenset[str]) -> tuple[frozenset[str], ...]:
    words = (frozenset(descriptors.read(name).words) - TITLES for name in sorted(own))
    return tuple(name for name in words if len(name) > 1)


def _is_own_name(words: tuple[str, ...], own: frozenset[str]) -> bool:
    """The owner, in either order, perhaps with a title or the second holder of a joint account."""
    names = _names(own)
    if not any(not name.isdisjoint(words) for name in names):
        return False
    printed = frozenset(words) - TITLES
    return any(name <= printed and printed - name <= _BESIDE_OWNER for name in names)


def _name_words(printed: Descriptor) -> tuple[str, ...]:
    return tuple(word for word in printed.words if word not in TITLES)


def is_person(printed: Descriptor) -> bool:
    """Whether the words are a private person's name: two to four of them, one a given name (or initials after a
    title), none a firm's word, nothing of a card descriptor around them."""
    words = _name_words(printed)
    titled = not SALUTATIONS.isdisjoint(printed.words)
    if printed.host or not CONJUNCTIONS.issuperset({*printed.tokens}.difference(printed.words)):
        return False
    if not 2 - titled <= len(words) <= 4:
        return False
    if not all(word.isalpha() for word in words) or not TRADES.isdisjoint(words):
        return False
    if any(word.endswith(FIRM_ENDINGS) for word in words):
        return False
    if not NOT_SURNAMES.isdisjoint(words[:1]) or not QUALIFIERS.isdisjoint(words):
        return False
    return titled or any(word in GIVEN_NAMES for word in words)
