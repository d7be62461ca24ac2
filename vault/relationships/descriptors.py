"""A printed descriptor, cut down to the words that name someone.

Promises: the same words for every printed variant of one name, as far as the text itself shows what is noise. Taken
away are what banks and card schemes put in front (`KARTENZAHLUNG`, `PURCHASE AUTHORIZED ON 03/14`), legal forms
and all that follows them, numbers of shops, phones, dates, cards and references, and the place behind such a number
or in front of a country code. A place with nothing to mark it stays (`Stadtwerke Köln` is a name). It does not know
vendors; see `brands` and `payees`.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from vault.relationships.lexicon import (
    CITIES,
    CITY_OPENERS,
    COUNTRY_CODES,
    LEGAL_ENDS,
    LEGAL_LAST,
    NAME_ENDS,
    PLACE_CODES,
    QUALIFIERS,
    STATE_CODES,
    TRADES,
    fold,
)

# Longer text is no name; bounds the time on hostile input.
MAX_READ = 300

# What stands in front of the name, by kind of payment and language; each needs a word boundary behind it.
_PREFIXES = """
(?:sepa[ -]?)?(?:basis|firmen|einzugs)?-?lastschrift(?:seinzug)?|folgelastschrift|erstlastschrift|einzugserm\\S*
karten(?:zahlung|umsatz|verf(?:ü|ue|u)gung|kauf)|kauf/dienstleistung|(?:ec|giro|debit|kredit|visa|master)-?karte\\w*
girocard|debitk\\.?|visa[ -]debit(?:kartenumsatz|karte)?|visa|master ?card|maestro|v ?pay|dauerauftrag
(?:sepa|online|echtzeit|euro)?[ -]?(?:ü|ue|u)berweisung|(?:sepa[ -])?gutschrift|(?:ec|elv)(?=[ -]\\d)
card (?:payment|purchase|transaction)(?: (?:to|at|from))?|contactless(?: payment)?|(?:recurring|online) card payment
pos(?: (?:purchase|debit|transaction|pur))?|point of sale(?: (?:purchase|debit))?|debit(?: card)? (?:purchase|payment)
(?:recurring )?(?:payment|purchase) authorized on|check ?card(?: purchase)?|debit card|dbt crd|dbt purchase|crv|dda
(?:direct|pre-?authorized) debit(?: payment)?(?: to)?|dd|deb|bp payment|standing order(?: to)?|bill payment(?: to)?
ach(?: (?:debit|credit|web-recur|web|ppd|pmt|withdrawal))*|web-recur|web pmts?|recur(?:ring)?(?: (?:payment|pmt))?
cred(?:it)?(?= (?:card|from|to) )|payment to|transfer to|paid to|electronic (?:payment|withdrawal)
(?:facture|paiement|achat)(?: par)?(?: carte| cb)?|carte(?= \\d)|cb|prlv(?: sepa)?|pr(?:é|e)l(?:è|e)vement(?: sepa)?
vir(?:ement)?(?: sepa)?|betaalautomaat|bea(?=[ ,])|sepa incasso|incasso|overboeking|pagamento (?:pos|con carta)
addebito(?: sdd| diretto)?|bonifico(?: sepa)?|compra(?: en)?|pago (?:en|con tarjeta)|recibo|adeudo|kortk(?:ø|ö|o)[bp]
dankort|kortbetaling|kortik(?:ö|o)p|platba kartou|zakup przy u(?:ż|z)yciu karty|p(?:ł|l)atno(?:ś|s)(?:ć|c) kart(?:ą|a)
apple pay|google pay|mobile payment|in-app purchase|(?:www|https?)(?=[.:])
"""
_ONE = "|".join(_PREFIXES.strip().splitlines())
_PREFIX = re.compile(
    rf"(?:(?:{_ONE})(?![^\W_])[\s:./*,#-]*(?:(?:on|vom|am|du|del)\s+)?(?:\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?[\s,:]+)?)+",
    re.I,
)
_GIROCARD_TAIL = re.compile(r"(?<!:)//")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_]\b)?")
_FORMS = re.compile(r"\bsp\.? ?z\.? ?o\.? ?o\b\.?|\b[as]/[as]\b", re.I)
_FORM_WORDS = {"a": " aps ", "s": " spzoo "}
_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
_HOST = re.compile(
    r"\b(?:https?://)?(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:com|net|org|io|de|at|ch|fr|nl|be|it|es|eu|ie|pl|se|dk|no|fi|us|ca|au|cz|hu|pt|lu|uk|app|dev|shop|store|online|tv|me"
    r"|info|biz|ai|gg|co|cloud|club|fitness|energy|email|tech|so|fm|to|ly|example))\b(?:/\S*)?",
    re.I,
)
# With nothing but these behind it a prefix was the name (`Visa Europe Limited`); only card schemes are firms.
_EMPTY = QUALIFIERS | LEGAL_ENDS
_SCHEMES = ("visa europe", "visa inc", "visa int", "mastercard")
# Printed as `&`, `+`, a word or not at all.
CONJUNCTIONS = frozenset("und and et y u e".split())
# What follows an amount (`12.30 GBP, RATE 1.00`) tells of the payment, not of the payee.
_AMOUNT = re.compile(r"[\s,;]+\d+[.,]\d{2}\b(?![./-])")
# `ON 12 MAR`, `vom 12.03.`: a day, and all behind it.
_DAY = re.compile(
    r"\s+(?:(?:on|vom|am|den|du|del)\s+\d{1,2}\b|\d{1,2}[ .-]?(?:jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept"
    r"|oct|okt|nov|dec|dez|january|february|march|april|june|july|august|september|october|november|december|januar"
    r"|februar|märz|juni|juli|oktober|dezember)\b)",
    re.I,
)
# What US banks print behind the name of an electronic debit: its class and the company's number.
_COMPANY_ID = re.compile(r"\s+(?:PPD|WEB|CCD|TEL|CTX|IAT|POP|ARC|BOC|RCK)\s?ID\b", re.I)
_SECOND_LEVEL = frozenset("co com org net ac gov ltd".split())
_KEPT_NUMBER_WORDS = frozenset(
    "studio motel channel pier route cafe bar level gate club hotel super forever phase".split()
)


# A year of statements has a few thousand different words; bounded so that hostile input cannot grow it.
_fold_word = lru_cache(maxsize=16_384)(fold)


class Descriptor(msgspec.Struct, frozen=True):
    """`words` are folded and name the payee; `tokens` are all folded words before anything was cut behind the
    prefix; `shown` is the printed text of the name (see `display`); `host` a domain printed in it;
    `card` whether shop numbers, places or
    prefixes of card payments were cut away; `place` the code of a state at the end of the words, when what
    stands before it may be a town that no table knows."""

    words: tuple[str, ...]
    tokens: tuple[str, ...]
    shown: str
    host: str = ""
    card: bool = False
    place: str = ""


def read(text: str) -> Descriptor:
    """The descriptor without noise; no words when there is nothing but noise."""
    return _read(text[:MAX_READ])


# The same few hundred names stand before ever other purposes.
@lru_cache(maxsize=4_096)
def _read(text: str) -> Descriptor:
    prefix = _PREFIX.match(text)
    if prefix and _EMPTY.issuperset(_fold_word(word) for word in _WORD.findall(text[prefix.end() :])):
        prefix = None if prefix[0].lower().startswith(_SCHEMES) else prefix
    body = text[prefix.end() :] if prefix else text
    if "//" in body and (tail := _GIROCARD_TAIL.search(body)):
        body = body[: tail.start()]
    body = _without_tail(body)
    host = ""
    if "." in body:
        body, host = _without_host(body)
        body = _DOTTED.sub(lambda m: re.sub(r"[.\s]", "", m[0]) + " ", body)
    if "/" in body or "sp" in body.lower():
        body = _FORMS.sub(lambda m: _FORM_WORDS.get("a" if "/" in m[0] else "s", " "), body)
    spans = list(_WORD.finditer(body))
    tokens = tuple([_fold_word(span[0]) for span in spans])
    kept, cut = _kept(tokens, numbered=not prefix)
    kept, placed, town = _without_place(kept, tokens, spans)
    return Descriptor(
        tuple([tokens[place] for place in kept if tokens[place] not in CONJUNCTIONS or len(kept) < 3]),
        tokens,
        _shown(body, spans, kept),
        host,
        bool(prefix) or cut or bool(placed) or len(text) != len(body),
        placed if placed in STATE_CODES and len(kept) > 1 and not town and tokens[-1] == placed else "",
    )


def _without_tail(body: str) -> str:
    """The text up to an amount, a day or a company's number; the first letter always stays."""
    if ("." in body or "," in body) and (found := _AMOUNT.search(body, 1)):
        body = body[: found.start()]
    if found := _DAY.search(body, 1):
        body = body[: found.start()]
    if " ID" in body and (found := _COMPANY_ID.search(body, 1)):
        body = body[: found.start()]
    return body


def _without_host(body: str) -> tuple[str, str]:
    """The text with a printed domain replaced by the words of its label, and that domain."""
    found = _HOST.search(body)
    if not found:
        return body, ""
    host = found[1].lower()
    labels = host.split(".")
    depth = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    label = found[1].split(".")[-depth].replace("-", " ")
    alone = not _WORD.search(body[: found.start()])
    return f"{body[: found.start()]}{label} {body[found.end() :]}", ".".join(labels[-depth:]) if alone else ""


def is_reference(word: str) -> bool:
    """Whether a word of letters and digits is a reference (`2H4KX`, `P0F1`) and not a name (`Check24`, `H3G`)."""
    if word.isalpha():
        return False
    if word.isdigit():
        return len(word) > 2
    if len(word) <= 3:
        return False
    stem = word.rstrip("0123456789")
    if stem.isalpha():
        return len(word) - len(stem) > 2 or len(stem) < 3
    if sum(c.isalpha() for c in word) >= len(word) - 1 and len(word) >= 6:
        return False
    tail = word.lstrip("0123456789")
    return not (tail.isalpha() and len(word) - len(tail) <= 3 and len(word) <= 10)


def _kept(tokens: tuple[str, ...], *, numbered: bool) -> tuple[list[int], bool]:
    """Places of the words that make the name, and whether a number ended it. `numbered`: the name may begin with
    a number (`365 Market`); it may not behind a bank's prefix, which has numbers of its own."""
    kept: list[int] = []
    cut = False
    for place, word in enumerate(tokens):
        if word.isalpha():
            if kept and (word in LEGAL_ENDS or word in NAME_ENDS):
                break
            kept.append(place)
        elif not kept:
            if (numbered and len(word) <= 3) or _begins_name(word):
                kept.append(place)
        elif is_reference(word) or word[0] == "0":
            cut = True
            if not all(tokens[k] in TRADES for k in kept):
                break
        elif not word.isdigit() or _belongs(tokens, kept):
            kept.append(place)
    return _without_form(kept, tokens), cut


def _without_form(kept: list[int], tokens: tuple[str, ...]) -> list[int]:
    """Without the last words that are only then a legal form; a legal form alone names nobody."""
    while len(kept) > 1 and tokens[kept[-1]] in LEGAL_LAST:
        kept = kept[:-1]
    return [] if len(kept) == 1 and tokens[kept[0]] in LEGAL_ENDS else kept


def _begins_name(word: str) -> bool:
    """Whether a first word with digits is a name: no reference, or one that spells something (`Platform161`)."""
    letters = sum(c.isalpha() for c in word)
    return letters > 0 and (not is_reference(word) or letters >= 5)


def _belongs(tokens: tuple[str, ...], kept: list[int]) -> bool:
    """Whether a short number after these words is part of the name: after a digit (`1 & 1`), or `Studio 54`."""
    first = tokens[kept[0]]
    return len(kept) == 1 and (first in _KEPT_NUMBER_WORDS or not first.isalpha())


def _without_place(kept: list[int], tokens: tuple[str, ...], spans: list[re.Match[str]]) -> tuple[list[int], str, bool]:
    """Drops a country or state code in capitals from the end, and the city in front of it; with the last code that
    was dropped, and whether the city was known."""
    left = kept
    while len(left) > 1 and spans[left[-1]][0].isupper() and tokens[left[-1]] in PLACE_CODES:
        if len(left) == 2 and tokens[left[-1]] not in COUNTRY_CODES:
            break
        left = left[:-1]
    if left is kept:
        return kept, "", False
    town = len(left) > 1 and tokens[left[-1]] in CITIES
    if town:
        opened = len(left) > 2 and tokens[left[-2]] in CITY_OPENERS
        short = left[: -2 if opened else -1]
        if not all(tokens[place] in TRADES for place in short):
            left = short
    return left, tokens[kept[-1]], town


def _shown(body: str, spans: list[re.Match[str]], kept: list[int]) -> str:
    """The printed text from the first word of the name to the last."""
    if not kept:
        return ""
    if kept[-1] - kept[0] == len(kept) - 1:
        text = body[spans[kept[0]].start() : spans[kept[-1]].end()]
    else:
        text = " ".join(spans[place][0] for place in kept)
    return text


def display(shown: str) -> str:
    """The name as a person would write it: in title case when it was printed all in capitals or all small."""
    text = " ".join(shown.replace("*", " ").split())
    if text.isupper() or text.islower():
        return _WORD.sub(lambda m: m[0] if _is_acronym(m[0]) else m[0].capitalize(), text)
    return text


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) <= 4 and not (set(fold(word)) & set("aeiouy"))
