"""The words that stand over the columns of bank exports, and what they mean.

One table for all banks: a role, then the headings that say it, best first.
A heading is compared folded: lower case, no accents, `ae oe ue ss` for umlauts, punctuation gone, and a currency
in it (`Betrag (EUR)`, `Amount in EUR`, `Importe €`) taken out. A heading may have several roles (`Valuta` is a date
in German and a currency in Swedish): the cells below it decide. A bank that uses a new word is a new word here.

Roles: `booked`, `value_on`, `amount`, `debit`, `credit`, `direction`, `currency`, `counterparty`, `payer`,
`payee`, `purpose`, `description`, `kind`, `own_id`, `bank_account`, `some_account` (own or the other's: cells
decide), `counterparty_account`, `creditor_id`, `mandate`, `state`, `balance`, `fee`.
"""

from __future__ import annotations

import re
import unicodedata

from connectors.readers.bank_csv.amounts import SYMBOLS

_TABLE: dict[str, str] = {
    "booked": """
        Buchungstag | Buchungsdatum | Booking date | Booked date | Booked on | Posting date | Posted date |
        Post date | Date posted | Completed date | Date completed | Datum des Abschlusses | Abgeschlossen am |
        Date de comptabilisation | Date comptable | Date d'operation comptable | Fecha contable | F. contable |
        Boekdatum | Boekingsdatum | Bokföringsdag | Bokföringsdatum | Bokfdag | Bokfört | Bogføringsdato |
        Bogført dato | Bokført dato | Bokføringsdato | Bokført | Data księgowania | Data contabile |
        Data di contabilizzazione | Clearing date | Reskontradatum | Finished on | Date dateOp | Buchung | Boeking |
        dateOp | Interest date posted | Kirjauspäivä | Date de fin | Datum | Date | Date operation |
        Date de l'operation | Date d'operation | Date de transaction | Fecha | Fecha operacion | F. operacion |
        Fecha de operacion | Fecha de la operacion | Data operazione | Data | Data operacji | Data transakcji |
        Data transazione | Data movimento | Data lançamento | Dato | Utförd dato | Transaktionsdatum |
        Transactiedatum | Transaction date | Trans. date | Trans date | Transdag | Transaktionsdag |
        Transaktionsdato | Umsatztag | Umsatzdatum | Belegdatum | Belegtag | Abschlussdatum | Trade date | Kaufdatum
        | Date time | Date/Time | DateTime | Timestamp | Datum/Uhrzeit | Zeitpunkt | Started date | Date de debut |
        Datum des Beginns | Startdatum | Created on | Transaction Date UTC | Effective date | Entry date |
        Authorised on | Pvm | Uitvoeringsdatum | Datum zaúčtování | Datum provedení | Buchungszeitpunkt | Data Mov.
        | Data de movimento | Data do lançamento | F. movimiento | Contabilizzazione | Transaction posted date
    """,
    "value_on": """
        Valutadatum | Wertstellung | Wertstellungsdatum | Wertstellung (Valuta) | Valuta | Value date | Date valeur
        | Date de valeur | dateVal | Fecha valor | F. valor | Data valuta | Data waluty | Valutadag | Valuteringsdag
        | Rentedatum | Rentedato | Renteboekdatum | Valutadato | Wert | Interest date | Arvopäivä | Valør |
        Wertstellungstag | Value Dat | Datum valuty
    """,
    "amount": """
        Betrag | Amount | Bedrag | Montant | Importe | Importo | Belopp | Beløp | Beløb | Kwota | Umsatz | Net |
        Netto | Net amount | Montant net | Neto | Kwota operacji | Kwota transakcji | Transaktionsbetrag |
        Transaction amount | Transactiebedrag | Buchungsbetrag | Umsatzbetrag | Valor | Booked amount |
        Billing amount | Amount paid | Montant operation en devise | Montant de l'operation | Montant operation |
        Importe de la operacion | Importe operacion | Kwota w walucie rachunku | Account currency amount |
        Source amount (after fees) | Belopp i SEK | Bedrag af/bij | Betrag in Kontowährung | Määrä | Gross | Brutto
        | Bruto | Value | Brut | Lordo | Sum | Beloep | Kwota transakcji (waluta rachunku) | Objem | Částka |
        Montante | Movimento | Amount (account currency)
    """,
    "debit": """
        Soll | Debit | Debit amount | Belastung | Débit | Debet | Uitgaven | Addebiti | Addebito | Dare | Cargo |
        Cargos | Uttag | Ut | Ut fra konto | Ut av konto | Ut på konto | Withdrawal | Withdrawals |
        Withdrawal amount | Money out | Paid out | Lastschrift | Ausgabe | Ausgaben | Ausgang | Obciążenia |
        Obciążenie | Wydatki | Uscite | Dépenses | Af | Debits | Utgående | Debit (-) | Montant débit | Amount debit
        | Outflow | Payment amount | Débito | Withdrawal Amt. | Montant débité | Débits
    """,
    "credit": """
        Haben | Credit | Credit amount | Gutschrift | Crédit | Credito | Inkomsten | Accrediti | Accredito | Avere |
        Abono | Abonos | Insättning | Inn | Inn på konto | Deposit | Deposits | Deposit amount | Money in | Paid in
        | Einnahme | Einnahmen | Eingang | Uznania | Uznanie | Wpływy | Entrate | Recettes | Bij | Credits |
        Ingående | Credit (+) | Montant crédit | Amount credit | Inflow | Crédito | Deposit Amt. | Montant crédité |
        Crédits
    """,
    "direction": """
        Af Bij | Af/Bij | Soll/Haben | S/H | D/C | C/D | DC | CD | Debit/Credit | Credit/Debit | Debet/Credit |
        Debit or credit | CreditDebitIndicator | Credit Debit Indicator | Dr/Cr | Direction | Richtung | Sens |
        Vorzeichen | Bij/Af | D/H | Débit/Crédit | Debe/Haber | Transaction type | Type | Art | Details | Umsatzart
        | Transaktionstyp
    """,
    "currency": """
        Währung | Currency | Currency code | Devise | Divisa | Moneda | Valuta | Valutacode | Muntsoort | Munt |
        Waluta | Waluta operacji | Waluta rachunku | Account currency | Kontowährung | Valutakod | Munteenheid |
        Buchungswährung | Source currency | Transaction currency | Monnaie | Moeda | Valuutta | Devies |
        Valuta rekening | Měna | Divisa operacion
    """,
    "counterparty": """
        Naam tegenpartij | Naam van de tegenpartij | Naam tegenpartij bevat | Name Zahlungsbeteiligter |
        Partner name | Counterparty name | Recipient name | Merchant name | Payee name | Nazwa kontrahenta |
        Název protiúčtu | Gegenkonto Name | Name Gegenkonto | Begünstigter/Zahlungspflichtiger |
        Beguenstigter/Zahlungspflichtiger | Begünstigter / Auftraggeber | Auftraggeber / Begünstigter |
        Auftraggeber/Begünstigter | Auftraggeber/Empfänger | Empfänger/Auftraggeber | Empfänger/Zahlungspflichtiger
        | Auftraggeber/Zahlungsempfänger | Zahlungsempfänger/Auftraggeber | Zahlungsbeteiligter | Zahlungspartner |
        Gegenpartei | Empfänger | Zahlungsempfänger | Begünstigter | Payee | Partner | Counterparty | Counter party
        | Merchant | Händler | Beneficiary | Recipient | Name | Naam | Naam / Omschrijving | Tegenpartij |
        Tegenpartij naam | Naam tegenrekening | Nom | Tiers | Nom du tiers | Contrepartie | Bénéficiaire |
        supplierFound | Beneficiario | Ordenante | Controparte | Namn | Motpart | Modtager | Mottaker | Navn |
        Nadawca/Odbiorca | Odbiorca/Nadawca | Kontrahent | Dane kontrahenta | Nazwa nadawcy/odbiorcy | Saaja/Maksaja
        | Counterparty Name | Appears on your statement as | Erscheint auf Ihrer Abrechnung als | Sender / Empfänger
        | Empfaenger 1 | Nimi | Odesílatel | Sender name
    """,
    "payer": "Zahlungspflichtige*r | Zahlungspflichtiger | Payer name | Payer | Source name | Auftraggeber | Sender",
    "payee": "Zahlungsempfänger*in | Zahlungsempfängerin | Payee name | Target name | Zahlungsempfänger",
    "purpose": """
        Verwendungszweck | Vorgang/Verwendungszweck | Purpose | Payment reference | Reference |
        Remittance information | Betreff | Subject | Zahlungsreferenz | Mededelingen | Mededeling | Omschrijving |
        Communication | Communications | Motif | Concepto | Causale | Meddelande | Melding | Meddelelse | Tytuł |
        Tytułem | Tytuł operacji | Viesti | Item title | Artikelbezeichnung | Memo | Notes and #tags | Rubrik |
        Omschrijving-1 | Description1 | Beschreibung1 | Verwendungszweckzeile 1 | Omschrijving-2 | Description2 |
        Beschreibung2 | Omschrijving-3 | Description3 | Beschreibung3 | Verwendungszweckzeile 2 | Vrije mededeling |
        Communicatie | Otsikko | Zpráva pro příjemce | Poznámka | Description longue | Nota
    """,
    "description": """
        Description | Beschreibung | Buchungstext | Transaction description | Transaction details | Libellé |
        Libellé operation | Libellé de l'operation | Libellé simplifié | Label | Descripción | Descrizione |
        Descrizione operazione | Descrizione estesa | Beskrivning | Beskrivelse | Text | Tekst | Forklaring |
        Opis operacji | Opis transakcji | Opis | Détail | Détails | Narrative | Specifikation | Transaktion |
        Original description | Extended details | Umsatztext | Details | Selitys | Descrição | Operazione | Dettagli
        | Descrizione completa | Descrizione operazioni | Transaktionstext | Narration | Title | Transactie |
        Transaction | Particulars | Movimiento | Détail de l'écriture | Operation
    """,
    "kind": """
        Umsatzart | Buchungstext | Umsatztyp | Vorgang | Transaktionstyp | Transaction type | Type | Typ | Art |
        MutatieSoort | Subcategory | Type operation | Typ transakcji | Tipo | Textschlüssel |
        Transaction details type | Type verrichting | Laji | Szczegóły
    """,
    "own_id": """
        Transaction ID | Transaktions-ID | Transaktionscode | Transaction code | TransferWise ID | Transaktions-Nr.
        | Transaction no. | Transactie ID | Transaction number | Volgnr | Identifiant de transaction |
        N° de transaction | Id. de transacción | Codice transazione | Verifikationsnummer | Transaktionsnummer |
        Unique ID | ID | FITID | Numer transakcji | Arkiveringskod | Arkistointitunnus | Transactiereferentie ID |
        Referenz | Reference Number | Nr transakcji | ID pohybu | ID operace | Identificador |
        Transaction Reference Number
    """,
    "bank_account": """
        Auftragskonto | IBAN Auftragskonto | IBAN Auftraggeberkonto | IBAN Kontoinhaber | IBAN/BBAN | Eigenes Konto
        | Rekening | Rekeningnummer | Own account | Own IBAN | Kontonr | Card no. | Account # | Konto # |
        Card number | accountNum | Numéro de compte | Rachunek | IBAN Rekening | Referenzkonto | Kartennummer |
        Account IBAN | Auftraggeberkonto | Account | Account name | Kontoname | accountLabel | Product | Produkt |
        Produit | Konto | Compte | Cuenta | Conto | Bank account | Card
    """,
    "some_account": "Kontonummer | Account number | IBAN | Konto-Nr. | Iban number",
    "counterparty_account": """
        Kontonummer/IBAN | IBAN / Kontonummer | IBAN Zahlungsbeteiligter | Partner Iban | Partner account |
        Partner Account Number | Counterparty account | Counterparty IBAN | Tegenrekening | Tegenrekening IBAN/BBAN
        | IBAN tegenpartij | Tegenpartij IBAN | Payee account number | Gegenkonto | Gegenkonto IBAN |
        IBAN Gegenkonto | Compte bénéficiaire | IBAN beneficiario | Numer konta | Rachunek nadawcy/odbiorcy |
        Numer rachunku kontrahenta | Motkonto | Motkontonummer | Cuenta beneficiario | IBAN Empfänger |
        Empfänger IBAN | Conto controparte | Compte contrepartie | Rekening tegenpartij | IBAN / Konto-Nr. |
        Gegeniban | Rekeningnummer tegenpartij | Protiúčet | Nr rachunku | Saajan tilinumero | Counterparty |
        Tegenpartij
    """,
    "creditor_id": """
        Gläubiger-ID | Gläubiger ID | Gläubiger-Identifikationsnummer | Gläubigeridentifikation | Creditor ID |
        Creditor identifier | Incassant ID | Incassant-ID | Identifiant créancier | ICS | Identificador acreedor |
        Codice creditore | CreditorID
    """,
    "mandate": """
        Mandatsreferenz | Mandat | Mandate reference | Mandate ID | Mandate | Machtigingskenmerk | Machtiging ID |
        Référence du mandat | Référence mandat | RUM | Referencia mandato | Riferimento mandato | Mandatsref. |
        Mandats-ID
    """,
    "state": """
        State | Status | Zustand | État | Statut | Estado | Stato | Tila | Info | Buchungsstatus |
        Transaction status | Vorgemerkt | Balance impact | Auswirkung auf Guthaben | Impact sur le solde |
        Afstemt Status
    """,
    "balance": """
        Saldo | Balance | Kontostand | Running balance | Running Bal. | Saldo nach Buchung | Saldo na mutatie |
        Saldo na trn | Solde | Saldo po operacji | Saldo po transakcji | Guthaben | Available balance |
        accountbalance | Closing balance | Disponible | RunningBalance | Current balance
    """,
    "fee": "Fee | Gebühr | Frais | Comisión | Commissione | Kosten | Opłata | Avgift",
}

# Words that, in any heading the table does not know, still speak for a role; tried last.
_SPEAKING = {
    "booked": "datum date fecha data dato dag",
    "amount": "betrag amount bedrag montant importe importo belopp beloep kwota",
}
_UNKNOWN_RANK = 1_000

_CURRENCY_IN_HEADING = re.compile(
    r"\s*(?:\bin\s+|\ben\s+|\bw\s+)?[(\[]?\s*(?:\bin\s+)?([A-Z]{3}|€|£|\$|zł|US\$|(?i:euro[sa]?))\s*[)\]]?\s*$"
)
_NOT_CURRENCIES = frozenset(
    {"BIC", "TAN", "REF", "BLZ", "PAN", "UTC", "TYP", "CSV", "SHA", "BIN", "IBAN", "RUM", "ICS"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "a", "ł": "l"})


def fold(heading: str) -> str:
    """A heading without what does not matter: case, accents, punctuation, white space."""
    text = unicodedata.normalize("NFC", heading).lower().translate(_UMLAUTS)
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", text).strip()


def split_currency(heading: str) -> tuple[str, str]:
    """A heading without the currency in it, and that currency (`$` where it is only a sign, or empty)."""
    match = _CURRENCY_IN_HEADING.search(heading)
    if match is None or match[1] in _NOT_CURRENCIES or not heading[: match.start()].strip():
        return heading, ""
    name = "EUR" if match[1].lower().startswith("euro") else match[1]
    return heading[: match.start()], SYMBOLS.get(name, name)


def _compile() -> dict[str, tuple[tuple[str, int], ...]]:
    meanings: dict[str, list[tuple[str, int]]] = {}
    for role, text in _TABLE.items():
        for rank, heading in enumerate(text.split("|")):
            roles = meanings.setdefault(fold(heading), [])
            if role not in (known for known, _ in roles):
                roles.append((role, rank))
    return {heading: tuple(roles) for heading, roles in meanings.items()}


_MEANINGS = _compile()


def meanings(heading: str) -> tuple[tuple[str, int], ...]:
    """The roles a heading may have, each with a rank (0 is best); empty for a heading that says none."""
    known = _MEANINGS.get(fold(heading)) or _MEANINGS.get(fold(split_currency(heading)[0]))
    return known or ()


def spoken(heading: str) -> tuple[tuple[str, int], ...]:
    """Roles guessed from single words of a heading that the table does not know."""
    words = set(fold(split_currency(heading)[0]).split())
    return tuple((role, _UNKNOWN_RANK) for role, hints in _SPEAKING.items() if words & set(hints.split()))
