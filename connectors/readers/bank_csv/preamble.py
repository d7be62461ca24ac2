"""What stands above a table and speaks of all its rows: the owner's account and its currency.

Only labelled values and IBANs are read; an account named in a title (`Umsätze Girokonto`) counts when there is
nothing better.
"""

from __future__ import annotations

import re

from connectors.readers.bank_csv.headings import fold
from vault.money import is_currency

_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_LABELS = frozenset(
    fold(label)
    for label in """IBAN | Kontonummer | Konto | Girokonto | Tagesgeldkonto | Kreditkarte | Account | Account number |
        Rekening | Rekeningnummer | Compte | Numéro de compte | Cuenta | Número de cuenta | Konto-Nr | Kontonr |
        Numer rachunku | Kontonamn | Kontoname | Card number | Konto IBAN""".replace("\n", " ").split("|")
)
_TITLE = re.compile(r"(?:Umsätze|Ums.tze|Transactions|Buchungen) (?:auf |of |for )?(?P<account>\S.*)")
_CURRENCY_LABELS = frozenset(
    {
        "waehrung",
        "currency",
        "bewertet in",
        "devise",
        "divisa",
        "moneda",
        "valuta",
        "waluta",
        "muntsoort",
        "kontowaehrung",
    }
)


def iban_in(text: str) -> str:
    """The first IBAN-like text in `text`, without blanks; empty if there is none."""
    match = _IBAN.search(text)
    return match[0].replace(" ", "") if match else ""


def account_of(rows: list[list[str]]) -> str:
    """The owner's account as the rows above a table name it; empty if they do not."""
    labelled = title = ""
    for row in rows:
        for cell, following in zip(row, (*row[1:], ""), strict=False):
            if found := iban_in(cell):
                return found
            if fold(cell) in _LABELS and following.strip() and not labelled:
                labelled = following.strip().rstrip("/ ")
            if not title and (match := _TITLE.fullmatch(cell.strip())):
                title = match["account"].strip()
    return labelled or title


def currency_of(rows: list[list[str]]) -> str:
    """The currency that the rows above a table name: labelled, beside a balance, or below a heading of its own."""
    loose = ""
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            text = cell.strip()
            if fold(text) in _CURRENCY_LABELS:
                below = rows[number + 1][place : place + 1] if number + 1 < len(rows) else []
                beside = row[place + 1 : place + 2]
                for near in (*beside, *below):
                    if is_currency(near.strip()):
                        return near.strip()
            ending = text[-3:]
            if not loose and is_currency(ending) and (text == ending or text[:-3].strip()[-1:].isdigit()):
                loose = ending if ending not in _ABBREVIATIONS else ""
    return loose


# Three capitals that stand in preambles and are no currencies.
_ABBREVIATIONS = frozenset({"ING", "DKB", "BIC", "BLZ", "PDF", "CSV", "UBS", "BNP", "CET", "UTC", "GMT"})
