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
6. Anything else is a vendor under its folded words, with the code of the state where an unknown town may be among
   them (`ackley cafe stonebrook, nj`).

Keys of other roles carry a prefix (`person:`, `income:`), so that they never meet a vendor's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from vault.relationships import brands, descriptors, persons, roles
from vault.relationships import payment_services as services
from vault.relationships.brands import Brand
from vault.relationships.descriptors import Descriptor, display
from vault.relationships.lexicon import fold, squash

Role = Literal["vendor", "own", "person", "income", "bank", "cash"]


def key_words(key: str) -> tuple[str, ...]:
    """The words of a vendor's key, without the code of a place."""
    return tuple(key.partition(PLACE_MARK)[0].split())


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


# Stands in a key before the code of a place.
PLACE_MARK = ", "
# A brand this long at the start of a service's glued word is no accident.
_GLUED_LETTERS = 6
_GOOGLE_OWN = frozenset("google one storage cloud ads workspace services service play temporary hold payment".split())


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
    if own_names and persons.is_own_name(printed.words, own_names):
        return _OWN_PAYEE
    named = bool(printed.words)
    if not named and purpose:
        counterparty = " ".join(purpose[: descriptors.MAX_READ].split())
        printed = descriptors.read(counterparty)
    charge = _Charge(
        counterparty,
        purpose,
        minor > 0,
        normal_creditor(creditor_id),
        bool(counterparty_account),
        own_names,
        named,
        printed,
        _leading_brand(printed),
    )
    return _not_a_vendor(charge) or _behind_service(charge) or _vendor(printed, charge.brand, "", charge.creditor)


class _Charge(msgspec.Struct, frozen=True):
    """What one charge prints, read. `named`: the counterparty names somebody (else the purpose was read for it)."""

    counterparty: str
    purpose: str
    credit: bool
    creditor: str
    to_account: bool
    own_names: frozenset[str]
    named: bool
    printed: Descriptor
    brand: Brand | None


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


def _not_a_vendor(charge: _Charge) -> PayeeKey | None:
    """Rules 1 to 3 and 5, where they apply."""
    printed, brand = charge.printed, charge.brand
    shop = brand is not None and not brand.category.startswith("bank")
    if shop and not charge.credit:
        return None
    text = roles.Text(fold(f"{charge.counterparty} {charge.purpose}"))
    if charge.credit and text.is_income():
        return PayeeKey(f"income:{' '.join(printed.words)}", display(printed.shown), "", "income")
    if shop:
        return None
    if not charge.creditor and _is_own(charge, text):
        return _OWN_PAYEE
    banking = brand or not printed.words or _is_bank(printed.words)
    spoken = text if banking else roles.Text(fold(charge.counterparty))
    if spoken.is_cash():
        return _CASH_PAYEE
    if spoken.is_fee():
        return _bank(brand, printed)
    return None if brand or charge.creditor else _person(charge)


def _is_own(charge: _Charge, text: roles.Text) -> bool:
    """Own money moved: between the owner's accounts, to a bank in the owner's own name, or for a card's balance."""
    if charge.brand:
        if services.leading_service(charge.printed.tokens)[0]:
            return False
        lends = charge.brand.category == "bank.credit" or text.pays_bank()
        return text.settles_card() or (not lends and persons.names_owner(charge.purpose, charge.own_names))
    return text.moves_own_money() or (not charge.named and text.is_services_own())


def _person(charge: _Charge) -> PayeeKey | None:
    if paid := persons.paid_between_persons(charge.counterparty):
        service, name = paid
        if name.words and persons.is_firms_name(name):
            return _vendor(name, None, service, "")
        return _person_called(name) if name.words else PayeeKey(f"person:{fold(service)}", service, "", "person")
    transfer = charge.to_account or persons.among_friends(charge.purpose)
    if not persons.is_person(charge.printed, transfer=transfer):
        return None
    card = persons.by_card(f"{charge.counterparty} {charge.purpose}") or services.SHORT_HEAD.match(charge.counterparty)
    return None if card else _person_called(charge.printed)


def _person_called(name: Descriptor) -> PayeeKey:
    return PayeeKey(f"person:{' '.join(sorted(persons.name_words(name)))}", display(name.shown), "", "person")


def _bank(brand: Brand | None, printed: Descriptor) -> PayeeKey:
    if brand:
        return PayeeKey(brand.key, brand.name, "", "bank")
    if _is_bank(printed.words):
        return PayeeKey(" ".join(printed.words), display(printed.shown), "", "bank")
    return PayeeKey("bank fees", "Bank fees", "", "bank")


def _is_bank(words: tuple[str, ...]) -> bool:
    return any(word.endswith(("bank", "sparkasse", "banque", "banco")) for word in words[:3])


def _behind_service(charge: _Charge) -> PayeeKey | None:
    """The merchant behind a payment service, the service itself when none is named, or none for other payees."""
    counterparty, purpose, printed = charge.counterparty, charge.purpose, charge.printed
    if "*" in counterparty:
        prefixed = services.SERVICE_STAR.search(counterparty)
        star = services.STAR.match(counterparty[prefixed.start() :] if prefixed else counterparty)
        if star:
            return _starred(star[1], star[2], charge.brand, charge.creditor)
    if short := services.SHORT_HEAD.match(counterparty):
        return _vendor(descriptors.read(counterparty[short.end() :]), None, services.HEADS[short[1].lower()], "")
    service, used = services.leading_service(printed.tokens)
    if not service and "." in counterparty and services.PAYPAL_LINE.search(counterparty):
        service, used, purpose = "PayPal", len(printed.tokens), f"{counterparty} {purpose}"
    if not service:
        return None
    merchant = services.merchant_in(purpose, service) or services.rest_of(printed, used)
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
    brand = brand or _leading_brand(printed)
    if brand is None and via and len(printed.words) == 1:
        brand = _glued(printed.words[0])
    if brand:
        return _of_brand(brand, via, creditor, printed.host)
    # With the code of a place behind an unknown town, so that `recognition` can tell town and name by other payees.
    key = " ".join(printed.words) + (f"{PLACE_MARK}{printed.place}" if printed.place else "")
    return PayeeKey(key, display(printed.shown), via, "vendor", creditor, printed.host)


def _leading_brand(printed: Descriptor) -> Brand | None:
    found = brands.leading_brand(printed.tokens)
    return found or (brands.leading_brand(printed.words) if printed.words != printed.tokens else None)


def _of_brand(brand: Brand, via: str, creditor: str, host: str) -> PayeeKey:
    return PayeeKey(brand.key, brand.name, via, "vendor", creditor, host)


def _glued(word: str) -> Brand | None:
    """Services print without spaces and cut at a width: `SPOTIFYPAYP`, `PLAYSTATIONNET`."""
    prefixes = (word[:length] for length in range(len(word), _GLUED_LETTERS - 1, -1))
    whole = next((brand for prefix in prefixes if (brand := brands.brand_called((prefix,)))), None)
    return whole or brands.brand_cut(word)


def _account(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).upper()


@lru_cache(maxsize=64)
def _accounts(own: frozenset[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_account, own)))
