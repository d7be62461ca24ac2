"""The CSV shapes of Sparkasse, DKB, Barclays and PayPal: header, encoding, order, dates and decimals of each.

Newest first everywhere. Sparkasse: Windows-1252, `;`, two-digit years, the card terminal's text as purpose. DKB: UTF-8
with a byte order mark and four lines before the header. Barclays: no currency, padded memo. PayPal: for every payment
a second row, the money that the bank sent for it, so that the balance stays nought.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from vault.money import decimal_of
from web.demo.bookings import Booking
from web.demo.camt import BANK, CODES, end_to_end
from web.demo.numbers import Chance, number
from web.demo.person import ACCOUNTS, LOGIN, OWNER

SPARKASSE = """Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Glaeubiger ID;Mandatsreferenz;
Kundenreferenz (End-to-End);Sammlerreferenz;Lastschrift Ursprungsbetrag;Auslagenersatz Ruecklastschrift;
Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;BIC (SWIFT-Code);Betrag;Waehrung;Info"""
DKB = """Buchungsdatum;Wertstellung;Status;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;Umsatztyp;IBAN;
Betrag (€);Gläubiger-ID;Mandatsreferenz;Kundenreferenz"""
PAYPAL = """Datum;Uhrzeit;Zeitzone;Beschreibung;Währung;Brutto;Entgelt;Netto;Guthaben;Transaktionscode;
Absender E-Mail-Adresse;Name;Name der Bank;Bankkonto;Versand- und Bearbeitungsgebühr;Umsatzsteuer;Rechnungsnummer;
Zugehöriger Transaktionscode"""
BARCLAYS = "Number;Date;Account;Amount;Subcategory;Memo"
# How Barclays names a kind, and what it puts behind the memo.
_BARCLAYS_KINDS = {"debit": ("Direct Debit", " DDR"), "card": ("Debit", ""), "credit": ("Counter Credit", " BGC")}

Row = Mapping[str, str]


def sparkasse(lines: Iterable[Booking]) -> bytes:
    return _table(SPARKASSE, map(_sparkasse_row, _newest_first(lines)), ";", csv.QUOTE_ALL).encode("cp1252")


def _sparkasse_row(line: Booking) -> Row:
    return {
        "Auftragskonto": ACCOUNTS["daily"].number,
        "Buchungstag": f"{line.on:%d.%m.%y}",
        "Valutadatum": f"{line.on:%d.%m.%y}",
        "Buchungstext": CODES[line.kind][3],
        "Verwendungszweck": line.purpose,
        "Glaeubiger ID": line.creditor,
        "Mandatsreferenz": line.mandate,
        "Kundenreferenz (End-to-End)": end_to_end(line),
        "Beguenstigter/Zahlungspflichtiger": line.printed,
        "Kontonummer/IBAN": line.iban,
        "Betrag": _comma(line.minor),
        "Waehrung": "EUR",
        "Info": "Umsatz gebucht",
    }


def dkb(lines: Iterable[Booking], balance: int) -> bytes:
    lines = _newest_first(lines)
    preamble = f'"Tagesgeldkonto";"{ACCOUNTS["savings"].number}"\r\n"Zeitraum:";""\r\n'
    preamble += f'"Kontostand vom {lines[0].on:%d.%m.%Y}:";"{_comma(balance, ".")} €"\r\n""\r\n'
    return (preamble + _table(DKB, map(_dkb_row, lines), ";", csv.QUOTE_ALL)).encode("utf-8-sig")


def _dkb_row(line: Booking) -> Row:
    other, incoming = line.printed or "DKB AG", line.minor > 0
    return {
        "Buchungsdatum": f"{line.on:%d.%m.%y}",
        "Wertstellung": f"{line.on:%d.%m.%y}",
        "Status": "Gebucht",
        "Zahlungspflichtige*r": other if incoming else OWNER,
        "Zahlungsempfänger*in": OWNER if incoming else other,
        "Verwendungszweck": line.purpose,
        "Umsatztyp": "Eingang" if incoming else "Ausgang",
        "IBAN": line.iban,
        "Betrag (€)": _comma(line.minor, "."),
    }


def barclays(lines: Iterable[Booking]) -> bytes:
    return _table(BARCLAYS, map(_barclays_row, _newest_first(lines)), ",", csv.QUOTE_MINIMAL).encode("cp1252")


def _barclays_row(line: Booking) -> Row:
    subcategory, suffix = _BARCLAYS_KINDS[line.kind]
    return {
        "Number": "\t ",
        "Date": f"{line.on:%d/%m/%Y}",
        "Account": ACCOUNTS["london"].number,
        "Amount": str(decimal_of(line.minor, "GBP")),
        "Subcategory": subcategory,
        "Memo": f"{line.printed:<18}\t{line.purpose}{suffix}".upper(),
    }


def paypal(lines: Iterable[Booking]) -> bytes:
    rows = (row for line in _newest_first(lines) for row in _paypal_rows(line))
    return _table(PAYPAL, rows, ",", csv.QUOTE_ALL).encode("utf-8-sig")


def _paypal_rows(line: Booking) -> Iterator[Row]:
    """The payment (or refund) and the movement to or from the bank that balances it."""
    chance = Chance(f"paypal {line.own_id}")
    code, back, amount = chance.code(17), "Bankgutschrift auf PayPal-Konto", _comma(line.minor, ".")
    what = "Zahlung im Einzugsverfahren" if line.contract else "PayPal Express-Zahlung"
    if line.minor > 0:
        what, back = "Rückzahlung", "Allgemeine Abbuchung"
    both = {
        "Datum": f"{line.on:%d.%m.%Y}",
        "Uhrzeit": f"{8 + chance.below(13):02d}:{chance.below(60):02d}:{chance.below(60):02d}",
        "Zeitzone": "Europe/Berlin",
        "Währung": "EUR",
        "Entgelt": "0,00",
        "Absender E-Mail-Adresse": LOGIN,
        "Versand- und Bearbeitungsgebühr": "0,00",
        "Umsatzsteuer": "0,00",
        "Rechnungsnummer": number(code),
    }
    payment = {"Beschreibung": what, "Name": line.printed, "Transaktionscode": code, "Guthaben": amount}
    yield both | payment | {"Brutto": amount, "Netto": amount}
    transfer = {
        "Beschreibung": back,
        "Name der Bank": BANK,
        "Bankkonto": ACCOUNTS["giro"].number[-4:],
        "Guthaben": "0,00",
    }
    codes, amount = (
        {"Transaktionscode": chance.code(17), "Zugehöriger Transaktionscode": code},
        _comma(-line.minor, "."),
    )
    yield both | transfer | codes | {"Brutto": amount, "Netto": amount}


def _newest_first(lines: Iterable[Booking]) -> list[Booking]:
    return sorted(lines, key=lambda line: (line.on, line.own_id), reverse=True)


def _comma(minor: int, thousands: str = "") -> str:
    """A German decimal: `-1.234,50`, or without the point where a bank leaves it out."""
    euros, _, cents = f"{decimal_of(minor, 'EUR'):,}".partition(".")
    return f"{euros.replace(',', thousands)},{cents}"


def _table(columns: str, rows: Iterable[Row], delimiter: str, quoting: Literal[0, 1]) -> str:
    out = io.StringIO()
    names = columns.replace("\n", "").split(";")
    writer = csv.DictWriter(out, names, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
