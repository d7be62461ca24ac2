"""What single banks do differently, as rows of tables. Everything general is in the other modules.

A shape is known by headings that stand together only in that bank's export. `currency` and `date_style` are what
the bank always means where the file does not say; `charges_positive` marks card exports that print purchases
without a minus; `fee_apart` exports whose fee is not in the amount; `holds` exports that list amounts only held back.
"""

from __future__ import annotations

import msgspec

from connectors.readers.bank_csv.headings import fold


class Shape(msgspec.Struct, frozen=True):
    name: str
    headings: frozenset[str]
    currency: str = ""
    date_style: str = ""
    charges_positive: bool = False
    fee_apart: bool = False
    holds: bool = False


def _shape(
    name: str,
    headings: str,
    currency: str = "",
    date_style: str = "",
    *,
    charges_positive: bool = False,
    fee_apart: bool = False,
    holds: bool = False,
) -> Shape:
    folded = frozenset(fold(heading) for heading in headings.split("|"))
    return Shape(name, folded, currency, date_style, charges_positive, fee_apart, holds)


SHAPES = (
    _shape("Chase account", "Details | Posting Date | Description | Amount | Check or Slip #", "USD", "MDY"),
    _shape("Chase card", "Transaction Date | Post Date | Description | Category | Type | Amount", "USD", "MDY"),
    _shape("Capital One card", "Transaction Date | Posted Date | Card No. | Description | Debit | Credit", "USD"),
    _shape("Capital One account", "Transaction Description | Transaction Date | Transaction Amount", "USD", "MDY"),
    _shape("Bank of America account", "Date | Description | Amount | Running Bal.", "USD", "MDY"),
    _shape("Bank of America card", "Posted Date | Reference Number | Payee | Address | Amount", "USD", "MDY"),
    _shape("Citi", "Status | Date | Description | Debit | Credit | Member Name", "USD", "MDY"),
    _shape("U.S. Bank", "Date | Transaction | Name | Memo | Amount", "USD"),
    _shape("Discover account", "Transaction Date | Transaction Description | Transaction Type | Debit | Credit", "USD"),
    _shape("Schwab", "Date | Status | Type | CheckNumber | Withdrawal | Deposit | RunningBalance", "USD", "MDY"),
    _shape("USAA", "Date | Description | Original Description | Category | Amount | Status", "USD"),
    _shape("SoFi", "Date | Description | Type | Amount | Current balance | Status", "USD"),
    _shape("Ally", "Date | Time | Amount | Type | Description", "USD"),
    _shape(
        "Discover", "Trans. Date | Post Date | Description | Amount | Category", "USD", "MDY", charges_positive=True
    ),
    _shape(
        "Apple Card", "Transaction Date | Clearing Date | Merchant | Amount (USD)", "USD", "MDY", charges_positive=True
    ),
    _shape("American Express", "Card Member | Account # | Amount", charges_positive=True),
    _shape(
        "American Express US",
        "Extended Details | Appears On Your Statement As | Zip Code | Amount",
        "USD",
        "MDY",
        charges_positive=True,
    ),
    _shape(
        "American Express DE",
        "Karteninhaber | Betrag | Erscheint auf Ihrer Abrechnung als",
        "EUR",
        "DMY",
        charges_positive=True,
    ),
    _shape("American Express DE short", "Karteninhaber | Konto # | Betrag", "EUR", "DMY", charges_positive=True),
    _shape("Barclays", "Number | Date | Account | Amount | Subcategory | Memo", "GBP", "DMY"),
    _shape("Lloyds", "Transaction Date | Sort Code | Account Number | Debit Amount | Credit Amount", "GBP", "DMY"),
    _shape("Nationwide", "Date | Transaction type | Description | Paid out | Paid in | Balance", "GBP", "DMY"),
    _shape("NatWest", "Date | Type | Description | Value | Balance | Account Name | Account Number", "GBP", "DMY"),
    _shape("Revolut", "Type | Product | Started Date | Completed Date | Fee | State", fee_apart=True),
    _shape("Revolut DE", "Art | Produkt | Datum des Beginns | Gebühr | Betrag", fee_apart=True),
    _shape("Revolut FR", "Type | Produit | Date de début | Frais | Montant", fee_apart=True),
    _shape("PayPal", "Transaction ID | Gross | Net | Status", holds=True),
    _shape("PayPal DE", "Transaktionscode | Brutto | Netto | Status", holds=True),
    _shape("BNP Paribas", "Date operation | Libelle operation | Montant operation en devise", "EUR", "DMY"),
    _shape("Boursorama", "dateOp | dateVal | label | amount | accountNum", "EUR"),
    _shape("Crédit Agricole", "Date | Libellé | Débit euros | Crédit euros", "EUR", "DMY"),
    _shape("Comdirect account", "Buchungstag | Wertstellung (Valuta) | Vorgang | Buchungstext", "EUR", "DMY"),
    _shape("Handelsbanken", "Reskontradatum | Transaktionsdatum | Text | Belopp", "SEK"),
    _shape("DNB", "Dato | Forklaring | Rentedato | Ut fra konto", "NOK"),
)

# A heading of one country's language and currency, where the file names no currency at all.
_NATIONAL = {
    "Belopp": "SEK",
    "Bokföringsdag": "SEK",
    "Bokföringsdatum": "SEK",
    "Beløp": "NOK",
    "Inn på konto": "NOK",
    "Beløb": "DKK",
    "Kwota": "PLN",
    "Kwota operacji": "PLN",
}
_NATIONAL_FOLDED = {heading.lower(): currency for heading, currency in _NATIONAL.items()}

# Countries of the euro area, and others whose IBAN speaks for one currency.
_IBAN_CURRENCY = {
    **dict.fromkeys("AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK MC SM AD".split(), "EUR"),
    **dict(pair.split(":") for pair in "CH:CHF LI:CHF GB:GBP PL:PLN SE:SEK NO:NOK DK:DKK CZ:CZK HU:HUF RO:RON".split()),
}

PENDING, DROPPED = 1, 2
# What a cell of a state column says; anything else is booked. Reversed payments stay: their reversal is a row too.
_STATES = {
    PENDING: """pending | vorgemerkt | umsatz vorgemerkt | ausstehend | offen | en attente | pendiente | in sospeso |
        in behandeling | reserverad | reservert | oczekujaca | authorised | authorized | authorisation | in progress |
        unverarbeitet | processing | vormerkung | a venir | on hold | gereserveerd | reserviert | reserveret |
        venter""",
    DROPPED: """declined | reverted | failed | denied | cancelled | canceled | rejected | expired | voided | removed |
        abgelehnt | fehlgeschlagen | storniert | zurueckgesetzt | abgebrochen | verweigert | annule | refuse | echoue |
        rechazado | cancelado | fallido | rifiutato | annullato | geweigerd | geannuleerd | odrzucona | anulowana |
        memo | rueckgaengig gemacht | refuse par la banque | nicht autorisiert | retourne""",
}
STATES = {fold(word): state for state, words in _STATES.items() for word in words.replace("\n", " ").split("|")}

# PayPal rows that hold money back and let it go again; nothing is paid by them.
HOLDS = frozenset(
    fold(kind)
    for kind in """General Authorization | Account Hold for Open Authorization | Reversal of General Account Hold |
        Authorization | Order | Void of Authorization | Allgemeine Autorisierung |
        Einbehaltung für offene Autorisierung |
        Rückbuchung allgemeiner Kontoeinbehaltung | Autorisierung | Bestellung |
        Allgemeine Einbehaltung | Account Hold""".replace("\n", " ").split("|")
)

DIRECTIONS = {
    **dict.fromkeys(
        """af debit dbit dr d s soll debet belastung lastschrift out neutral ausgang cargo debe uitgaand ut money-out withdrawal
        debito dare obciazenie -""".split(),
        -1,
    ),
    **dict.fromkeys(
        """bij credit crdt cr c h haben kredit gutschrift in eingang abono haber inkomend inn money-in deposit
        credito avere uznanie +""".split(),
        1,
    ),
}


def shape_of(header: tuple[str, ...]) -> Shape | None:
    """The shape with the most headings among those whose headings all stand in this header."""
    folded = {fold(heading) for heading in header}
    known = [shape for shape in SHAPES if shape.headings <= folded]
    return max(known, key=lambda shape: len(shape.headings), default=None)


def national_currency(header: tuple[str, ...]) -> str:
    spoken = (_NATIONAL_FOLDED.get(heading.strip().lstrip("#").lower()) for heading in header)
    return next(filter(None, spoken), "")


def currency_of_iban(account: str) -> str:
    """The currency of the country of an IBAN; empty for anything else."""
    return _IBAN_CURRENCY.get(account[:2], "") if len(account) >= 15 and account[2:4].isdigit() else ""


def direction_of(cell: str) -> int:
    """-1 for money out, 1 for money in, 0 for a word that says neither."""
    return DIRECTIONS.get(cell.strip().lower(), 0)
