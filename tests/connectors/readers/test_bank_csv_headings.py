"""Headers of many banks, each with one row: the columns are told without a word about the bank.

The headers are facts that the banks publish with their exports; the rows are made up.
"""

from __future__ import annotations

import io

import pytest

from connectors.frame import Source
from connectors.readers.bank_csv import READER
from vault.findings import FoundCharge

IBAN, OTHER = "DE89370400440532013000", "NL91ABNA0417164300"

HEADERS = [
    ("Starling", "Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes",
     "14/01/2024,Shop,Ref,CARD,-5.00,10.00,SHOPPING,", -500, "GBP", "Shop"),
    ("Lloyds", "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance",
     "14/01/2024,DEB,'00-00-00,12345678,Shop,5.00,,10.00", -500, "GBP", "Shop"),
    ("NatWest", "Date, Type, Description, Value, Balance, Account Name, Account Number",
     "14/01/2024,POS,Shop,-5.00,10.00,Current,000000-12345678", -500, "GBP", "Shop"),
    ("Nationwide", "Date,Transaction type,Description,Paid out,Paid in,Balance",
     "14 Jan 2024,Visa purchase,Shop,£5.00,,£10.00", -500, "GBP", "Shop"),
    ("Consorsbank", "Buchung;Valuta;Sender / Empfänger;IBAN / Konto-Nr.;BIC / BLZ;Buchungstext;Verwendungszweck;Betrag in EUR",
     f"14.01.2024;15.01.2024;Shop;{OTHER};X;LASTSCHRIFT;Zweck;-5,00", -500, "EUR", "Shop"),
    ("HypoVereinsbank", "Kontonummer;Buchungsdatum;Valuta;Empfaenger 1;Empfaenger 2;Verwendungszweck;Betrag;Waehrung",
     "1234567;14.01.2024;14.01.2024;Shop;;Zweck;-5,00;EUR", -500, "EUR", "Shop"),
    ("C24", "Transaktionstyp,Buchungsdatum,Karteneinsatz,Betrag,Zahlungsempfänger,IBAN,BIC,Verwendungszweck,Beschreibung",
     f'Kartenzahlung,14.01.2024,14.01.2024,"-5,00 €",Shop,{OTHER},X,Zweck,', -500, "EUR", "Shop"),
    ("bunq", '"Date";"Interest Date";"Amount";"Account";"Counterparty";"Name";"Description"',
     f'"2024-01-14";"2024-01-14";"-5,00";"{OTHER}";"{IBAN}";"Shop";"Text"', -500, "EUR", "Shop"),
    ("KBC", "Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;"
     "rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Vrije mededeling",
     f"BE71096123456769;;Eigenaar;EUR;1;14/01/2024;Betaling;14/01/2024;-5,00;10,00;;-5,00;{OTHER};X;Shop;Zweck", -500, "EUR", "Shop"),
    ("Fortis", "Volgnummer;Uitvoeringsdatum;Valutadatum;Bedrag;Valuta rekening;Rekeningnummer;Type verrichting;"
     "Tegenpartij;Naam van de tegenpartij;Mededeling;Details;Status;Reden van weigering",
     f"2024-1;14/01/2024;14/01/2024;-5,00;EUR;BE71096123456769;Kaart;{OTHER};Shop;Zweck;D;Geaccepteerd;", -500, "EUR", "Shop"),
    ("Crédit Mutuel", "Date;Date de valeur;Débit;Crédit;Libellé;Solde",
     "14/01/2024;14/01/2024;-5,00;;Boutique;10,00", None, "", ""),
    ("La Banque Postale", "Date;Libellé;Montant(EUROS)", "14/01/2024;Boutique;-5,00", -500, "EUR", "Boutique"),
    ("Société Générale", "Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise",
     "14/01/2024;CARTE X1;Boutique;-5,00;EUR", -500, "EUR", "CARTE X1"),
    ("BBVA", "F.Valor;Fecha;Concepto;Movimiento;Importe;Divisa;Disponible;Divisa;Observaciones",
     "14/01/2024;14/01/2024;Tienda;Pago;-5,00;EUR;10,00;EUR;", -500, "EUR", "Pago"),
    ("Fineco", "Data_Operazione;Data_Valuta;Entrate;Uscite;Descrizione;Descrizione_Completa;Stato;Valuta",
     "14/01/2024;14/01/2024;;-5,00;Negozio;Lunga;Contabilizzato;EUR", -500, "EUR", "Negozio"),
    ("Poste", "Data Contabile;Data Valuta;Addebiti (euro);Accrediti (euro);Descrizione operazioni",
     "14/01/2024;14/01/2024;5,00;;Negozio", -500, "EUR", "Negozio"),
    ("Swedbank", "Radnr,Clnr,Kontonr,Produkt,Valuta,Bokfdag,Transdag,Valutadag,Referens,Beskrivning,Belopp,Saldo",
     '1,8000,123456789,Privat,SEK,2024-01-14,2024-01-13,2024-01-14,R,Affär,"-5,00","10,00"', -500, "SEK", "Affär"),
    ("SEB", "Bokföringsdatum;Valutadatum;Verifikationsnummer;Text;Belopp;Saldo",
     "2024-01-14;2024-01-14;5484;Affär;-5,00;10,00", -500, "SEK", "Affär"),
    ("Danske", '"Dato";"Tekst";"Beløb";"Saldo";"Status";"Afstemt"',
     '"14.01.2024";"Butik";"-5,00";"10,00";"Udført";"Nej"', -500, "DKK", "Butik"),
    ("Nordea DK", "Bogføringsdato;Beløb;Afsender;Modtager;Navn;Beskrivelse;Saldo;Valuta;Afstemt",
     "2024/01/14;-5,00;1234567890;;Butik;Tekst;10,00;DKK;", -500, "DKK", "Butik"),
    ("DNB", '"Dato";"Forklaring";"Rentedato";"Ut fra konto";"Inn på konto"',
     '"14.01.2024";"Butikk";"14.01.2024";"5,00";""', -500, "NOK", "Butikk"),
    ("OP", "Kirjauspäivä;Arvopäivä;Määrä EUROA;Laji;Selitys;Saaja/Maksaja;Viite;Viesti",
     "14.01.2024;14.01.2024;-5,00;162;PKORTTIMAKSU;Kauppa;;Viesti", -500, "EUR", "Kauppa"),
    ("ING PL", '"Data transakcji";"Data księgowania";"Dane kontrahenta";"Tytuł";"Nr rachunku";"Kwota transakcji (waluta rachunku)";"Waluta"',
     "2024-01-13;2024-01-14;Sklep;Tytul;'61109010140000071219812874';-5,00;PLN", -500, "PLN", "Sklep"),
    ("Fio", '"ID pohybu";"Datum";"Objem";"Měna";"Protiúčet";"Název protiúčtu";"Zpráva pro příjemce"',
     '"26000000001";"14.01.2024";"-5,00";"CZK";"2000000001";"Obchod";"x"', -500, "CZK", "Obchod"),
    ("Westpac", "Bank Account,Date,Narrative,Debit Amount,Credit Amount,Balance,Categories,Serial",
     "032000123456,14/01/2024,Shop,5.00,,10.00,PAYMENT,", None, "", ""),
    ("U.S. Bank", '"Date","Transaction","Name","Memo","Amount"', '"2024-01-14","DEBIT","SHOP","x","-5.00"', -500, "USD", "SHOP"),
    ("Schwab", '"Date","Status","Type","CheckNumber","Description","Withdrawal","Deposit","RunningBalance"',
     '"01/14/2024","Posted","VISA","","SHOP","$5.00","","$10.00"', -500, "USD", "SHOP"),
    ("Apple Card", "Transaction Date,Clearing Date,Description,Merchant,Category,Type,Amount (USD),Purchased By",
     "01/13/2024,01/14/2024,SHOP 1 EXAMPLE ST,Shop,Other,Purchase,5.00,Owner", -500, "USD", "Shop"),
    ("Discover card", "Trans. Date,Post Date,Description,Amount,Category", "01/13/2024,01/14/2024,SHOP,5.00,Other", -500, "USD", "SHOP"),
    ("Revolut until 2021", "Completed Date ; Description ; Paid Out (EUR) ; Paid In (EUR) ; Exchange Out; Exchange In; Balance (EUR); Category; Notes",
     "14 Jan 2024 ; Shop ; 5,00 ; ; ; ; 10,00 ; x ;", -500, "EUR", "Shop"),
    ("Wise transfers", "ID,Status,Direction,Created on,Finished on,Source name,Source amount (after fees),Source currency,Target name,Reference",
     "TRANSFER-1,COMPLETED,OUT,2024-01-13 10:00:00,2024-01-14 10:00:00,Owner,5.00,EUR,Shop,R", -500, "EUR", "Shop"),
    ("Finance tool", "Date,Payee,Category,Memo,Outflow (EUR),Inflow (EUR)", "2024-01-14,Shop,Food,x,5.00,0.00", -500, "EUR", "Shop"),
    ("Export of a program", "booking_date;value_date;amount;currency;recipient_name;purpose", "2024-01-14;2024-01-14;-5.00;EUR;Shop;x", -500, "EUR", "Shop"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bank", "header", "row", "minor", "currency", "counterparty"), HEADERS, ids=[h[0] for h in HEADERS]
)
def test_the_columns_of_a_bank_are_told(
    bank: str, header: str, row: str, minor: int | None, currency: str, counterparty: str
) -> None:
    content = f"{header}\n{row}\n".encode()
    assert READER.sniff(content) >= 60
    mapping = None if currency else {"currency": "=EUR"}
    found = list(READER.read(Source(stream=io.BytesIO(content), size=len(content), mapping=mapping)))
    assert len(found) == 1
    assert isinstance(found[0], FoundCharge)
    assert found[0].booked.isoformat() == "2024-01-14"
    assert found[0].minor == (minor or -500)
    assert found[0].currency == (currency or "EUR")
    assert found[0].counterparty == counterparty or not counterparty
