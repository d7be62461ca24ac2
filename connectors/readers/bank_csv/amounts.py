"""Amounts as banks print them, read into exact decimals.

A column of amounts has one decimal mark, decided over the column: in `1.234,56` the last mark is the decimal one,
in `12,5` the only one is; `1.234` alone says nothing and counts as grouped, since currencies with three decimals
are decided by their code. Signs may lead, trail (`12,50-`), be parentheses, the Unicode minus, or letters
(`S`, `H`, `DR`, `CR`). A currency code or sign may stand before or after. Groups must be whole: `1.23,45` is
refused rather than guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

# A grouped fifteen-digit amount with sign and currency is under this; longer cells are text.
MAX_AMOUNT_TEXT = 48

# Signs that mean one currency wherever they are printed. `$` and `kr` do not: see `layout`.
SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "ZŁ": "PLN",
    "¥": "JPY",
    "₹": "INR",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "Kč": "CZK",
    "Ft": "HUF",
    "₺": "TRY",
    "₴": "UAH",
    "R$": "BRL",
    "₪": "ILS",
}
# Printed as they are and resolved by other evidence.
SHARED_SYMBOLS = frozenset({"$", "kr", "kr.", "Kr", "Kr."})
_SIGN_LETTERS = {"S": -1, "D": -1, "DR": -1, "DB": -1, "H": 1, "C": 1, "CR": 1}

_PLAIN = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-")
    | dict.fromkeys("\u00a0\u2007\u2008\u2009\u200a\u202f\u2002\u2003", " ")
    | dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'")
)
_PRINTED = re.compile(
    r"(?P<sign>[+-]?) ?(?P<before>[^\d\s+,'.()-][^\d\s+,'()-]{0,4})? ?(?P<inner>[+-]?) ?"
    r"(?P<number>\d[\d.,' ]*|[.,]\d+)(?P<after>[+-]?) ?(?P<unit>[^\d\s+,'.()-][^\d\s+,'()-]{0,4})?(?P<last>[+-]?)"
)
_FORMS = {
    mark: re.compile(rf"(\d*|\d{{1,3}}(?:([{group}])\d{{2,3}})*(?:[{group}])\d{{3}})(?:[{mark}](\d{{0,10}}))?")
    for mark, group in ((",", ".' "), (".", ",' "))
}


class Printed(NamedTuple):
    """An amount taken apart: sign, the number as printed, and the currency code or sign beside it (or empty)."""

    sign: int
    number: str
    unit: str


def take_apart(text: str) -> Printed | None:
    """Sign, number and unit of a printed amount; none when `text` is no amount."""
    if len(text) > MAX_AMOUNT_TEXT:
        return None
    text = text.translate(_PLAIN).strip()
    bracketed = text.startswith("(") and text.endswith(")")
    match = _PRINTED.fullmatch(text[1:-1].strip() if bracketed else text)
    if match is None:
        return None
    number = match["number"].strip()
    signs = match["sign"] + match["inner"] + match["after"] + match["last"]
    if match["after"] == "-" and number.endswith("."):  # the Swiss `12.-` has no centimes and is positive
        number, signs = number[:-1], match["sign"] + match["inner"]
    if len(signs) + bracketed > 1:
        return None
    sign, unit = _unit(match["before"] or "", match["unit"] or "")
    if sign == 0:
        return None
    return Printed(-sign if signs == "-" or bracketed else sign, number, unit)


def _unit(before: str, after: str) -> tuple[int, str]:
    """The sign that letters give (0: they are no unit) and the currency beside the number."""
    sign, unit = 1, ""
    for word in (before, after):
        if not word:
            continue
        if word.upper() in _SIGN_LETTERS:
            sign = _SIGN_LETTERS[word.upper()]
        elif not unit and (word in SYMBOLS or word in SHARED_SYMBOLS or (len(word) == 3 and word.isalpha())):
            unit = SYMBOLS.get(word, word if word in SHARED_SYMBOLS else word.upper())
        else:
            return 0, ""
    return sign, unit


def decimal_of(number: str, mark: str) -> Decimal | None:
    """The exact value of a printed number in a column with this decimal mark."""
    match = _FORMS[mark].fullmatch(number)
    if match is None or not (match[1] or match[3]):
        return None
    whole = re.sub(r"\D", "", match[1])
    return Decimal(f"{whole or '0'}.{match[3] or '0'}")


def is_amount(text: str) -> bool:
    printed = take_apart(text)
    return printed is not None and any(decimal_of(printed.number, mark) is not None for mark in ",.")


class AmountEvidence:
    """What a column tells about its decimal mark, its units and whether it has negative amounts."""

    def __init__(self) -> None:
        self._marks: Counter[str] = Counter()
        self._grouped = ""
        self.units: Counter[str] = Counter()
        self.negatives = 0
        self.positives = 0

    def feed(self, text: str) -> None:
        printed = take_apart(text)
        if printed is None:
            return
        if printed.unit:
            self.units[printed.unit] += 1
        self.negatives += printed.sign < 0
        self.positives += printed.sign > 0
        self._feed_marks(printed.number)

    def _feed_marks(self, number: str) -> None:
        comma, dot = number.rfind(","), number.rfind(".")
        if (comma < 0 and dot < 0) or not any(decimal_of(number, mark) is not None for mark in ",."):
            return
        last = "," if comma > dot else "."
        other = "." if last == "," else ","
        if number.count(last) > 1:
            self._marks[other] += 1
        elif (comma >= 0 and dot >= 0) or len(number) - max(comma, dot) != 4:
            self._marks[last] += 1
        else:
            self._grouped = last

    @property
    def decided(self) -> bool:
        return bool(self._marks)

    def mark(self, digits: int = 2) -> str:
        """The decimal mark; `digits` are those of the currency, for a column where every number has three after
        its only mark."""
        if self._marks:
            return self._marks.most_common(1)[0][0]
        if self._grouped:
            other = "." if self._grouped == "," else ","
            return self._grouped if digits == 3 else other
        return "."
