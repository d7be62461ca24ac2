"""Payment services: how statements print them, and the merchant behind them.

A service stands before an asterisk (`SumUp *X`), with its own company name and the merchant in the purpose (PayPal:
`Ihr Einkauf bei X`), or with the merchant glued behind. A service that is missing here makes its
merchants one vendor under the service's name.
"""

from __future__ import annotations

import re

from vault.relationships import descriptors
from vault.relationships.descriptors import Descriptor
from vault.relationships.lexicon import COUNTRY_WORDS, LEGAL_ENDS, QUALIFIERS

# What stands before the asterisk (squashed) → service.
HEADS = {
    **dict.fromkeys("paypal pp paypalinst".split(), "PayPal"),
    **dict.fromkeys("sq squ square gosq".split(), "Square"),
    **dict.fromkeys("sumup smp".split(), "SumUp"),
    **dict.fromkeys("ztl iz izettle zettle zettler".split(), "Zettle"),
    **dict.fromkeys("google googleplay".split(), "Google Play"),
    **dict.fromkeys("dri digitalriver".split(), "Digital River"),
    **dict.fromkeys("fs fsprg fastspring".split(), "FastSpring"),
    **dict.fromkeys("2co 2cocom 2checkout avangate".split(), "2Checkout"),
    **dict.fromkeys("paddle paddlenet".split(), "Paddle"),
    **dict.fromkeys("amzpay amazonpay amznpay".split(), "Amazon Pay"),
    "tst": "Toast",
    "sp": "Shopify",
    "klarna": "Klarna",
    "stripe": "Stripe",
    "adyen": "Adyen",
    "mollie": "Mollie",
    "gc": "GoCardless",
    "gocardless": "GoCardless",
    "cko": "Checkout.com",
    "wp": "Worldpay",
    "ls": "Lightspeed",
    "mp": "Mercado Pago",
    "mercadopago": "Mercado Pago",
    "payu": "PayU",
    "nya": "Nayax",
    "xsolla": "Xsolla",
    "bb": "Blackbaud",
    "eb": "Eventbrite",
    "cleverbridge": "cleverbridge",
    "cb": "cleverbridge",
    "dlo": "dLocal",
}
# First words of a service's own name, which follow no asterisk.
_NAMES = {
    "paypal": "PayPal",
    "klarna": "Klarna",
    "stripe": "Stripe",
    "adyen": "Adyen",
    "mollie": "Mollie",
    "stichtingmollie": "Mollie",
    "sumup": "SumUp",
    "izettle": "Zettle",
    "zettle": "Zettle",
    "gocardless": "GoCardless",
    "paddle": "Paddle",
    "digitalriver": "Digital River",
    "fastspring": "FastSpring",
    "2checkout": "2Checkout",
    "cleverbridge": "cleverbridge",
    "payone": "PAYONE",
    "ratepay": "Ratepay",
    "billpay": "BillPay",
    "unzer": "Unzer",
    "riverty": "Riverty",
    "afterpay": "Afterpay",
    "clearpay": "Clearpay",
    "worldpay": "Worldpay",
    "worldline": "Worldline",
    "telecash": "TeleCash",
    "concardis": "Concardis",
    "slimpay": "SlimPay",
    "logpay": "LogPay",
    "trustly": "Trustly",
    "buckaroo": "Buckaroo",
    "multisafepay": "MultiSafepay",
    "secupay": "secupay",
    "payu": "PayU",
    "xsolla": "Xsolla",
    "amazonpay": "Amazon Pay",
    "applepay": "Apple Pay",
    "googlepay": "Google Pay",
    "googleplay": "Google Play",
    "twint": "TWINT",
}
# Creditor identifiers of payment services: PayPal (Europe). Other services are told by their names.
CREDITORS = frozenset({"LU96ZZZ0000000000000000058"})
_OWN_WORDS = (
    LEGAL_ENDS
    | QUALIFIERS
    | frozenset(
        "sa et cie inst instant xfer transfer bank ab europe payments payment technology stichting se co".split()
    )
    | frozenset("echeck pmt des id ppd web ach debit financial transaction bv klarna account".split())
)
STAR = re.compile(r"([^*]{1,24}?)\*+(.*)", re.S)
SHORT_HEAD = re.compile(r"(SP|SQ|PP|TST|ZTL|IZ|FS) (?=\S{3})")
SERVICE_STAR = re.compile(r"\b(paypal|sumup|sq|zettle|izettle|klarna|google|stripe)\s*\*", re.I)
_PURCHASE = re.compile(
    r"(?:ihre?n? (?:einkauf|kauf|zahlung|bestellung) (?:bei|an)|einkauf bei|your (?:purchase|payment|order)"
    r" (?:at|from|to)"
    r"|votre achat (?:chez|a|à)|aankoop bij|su compra en|acquisto (?:presso|da)|bestellung bei|inst(?:ant)? xfer)"
    r"\s*:?\s+([^,/;|]{2,80})",
    re.I,
)
PAYPAL_LINE = re.compile(r"\bPP\.\d+\.PP\b[\s/.]*([^,/;|]{2,80})", re.I)
# Klarna's own debits: a reference, the merchant, `Klarna`.
_KLARNA_LINE = re.compile(r"(?:[A-Z0-9]{8,}\s+)?(\S.{1,60}?)\s+Klarna\b", re.I)
_TAGS = re.compile(r"\b(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|COAM|OAMT)\s?[+:]", re.I)
# What every tag ends in; most purposes are told apart by this alone.
_MAY_BE_TAGGED = re.compile(r"[A-Za-z]\s?[+:]")
_PURPOSE_TAG = re.compile(r"\bSVWZ\s?[+:]\s*(.*)", re.I | re.S)


def leading_service(tokens: tuple[str, ...]) -> tuple[str, int]:
    """The payment service that the words begin with, and how many words that took."""
    for count in (2, 1):
        if service := _NAMES.get("".join(tokens[:count])):
            return service, count
    return "", 0


def merchant_in(purpose: str, service: str = "") -> Descriptor | None:
    """The merchant that the purpose of a `service`'s own payment names."""
    for pattern in (_PURCHASE, PAYPAL_LINE, *((_KLARNA_LINE,) if service == "Klarna" else ())):
        if (found := pattern.search(purpose)) and (merchant := descriptors.read(found[1])).words:
            return merchant
    return None


def rest_of(printed: Descriptor, used: int) -> Descriptor | None:
    """What a service's name leaves of the counterparty (`PAYPAL INST XFER SPOTIFY`), when it names someone."""
    words = [word for word in printed.tokens[used:] if word not in _OWN_WORDS and word not in COUNTRY_WORDS]
    text = " ".join(word for word in words if len(word) > 1)
    return descriptors.read(text) if text and not text.isdigit() else None


def plain_purpose(purpose: str) -> str:
    """The remittance text of a purpose with SEPA tags (`EREF+… SVWZ+…`); the text itself when it has none."""
    if not _MAY_BE_TAGGED.search(purpose) or not _TAGS.search(purpose):
        return purpose
    tagged = _PURPOSE_TAG.search(purpose)
    return _TAGS.split(tagged[1] if tagged else purpose, maxsplit=1)[0]
