"""Bank statements of any length, the same on every run, written straight to disk.

One row after another comes from a seeded generator: some payees are charged every month at one price, most are shops
with Zipf's distribution of visits; the purpose carries a running reference, as banks print it. Names are made of parts,
so nobody real is in them. Three accounts share the rows; each account's are in the order of days.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

ACCOUNTS = ("DE89370400440532013000", "DE02120300000000202051", "DE02500105170137075030")
PAYEES = 1_500
MONTHLY = 60
FIRST_DAY, DAYS = date(2024, 1, 1), 730
CHUNK = 10_000

_FRONT = (
    "Apfel Birken Dorf Eichen Feld Garten Hafen Insel Kirsch Linden Markt Nord Ost Park Quell Rosen Sonnen Tannen "
    "Ufer Wald Wiesen Ahorn Berg Brunnen Distel Erlen Fichten Gold Hasel Kloster"
).split()
_MIDDLE = "hof laden baeckerei apotheke buchhandlung imbiss kiosk drogerie optik blumen".split()
_TOWN = "Musterstadt Beispielheim Altdorf Neustadt Oberau".split()
_FOUND = "Abo Mitgliedschaft Beitrag Vertrag Tarif".split()


class Payee(NamedTuple):
    name: str
    purpose: str
    creditor: str
    mandate: str
    account: str
    minor: int
    monthly: bool


class Row(NamedTuple):
    number: int
    account: str
    day: date
    minor: int
    payee: Payee
    purpose: str


def payees(count: int = PAYEES) -> list[Payee]:
    found = []
    for place in range(count):
        front, middle = _FRONT[place % len(_FRONT)], _MIDDLE[place // len(_FRONT) % len(_MIDDLE)]
        town = _TOWN[place // 300 % len(_TOWN)]
        serial = place // 1_500
        name = f"{front}{middle} {town}" + (f" {chr(65 + serial % 26)}{chr(97 + serial // 26 % 26)}x" if serial else "")
        monthly = place % (PAYEES // MONTHLY) == 7
        found.append(
            Payee(
                f"{name} GmbH" if monthly else name,
                f"{_FOUND[place % len(_FOUND)]} Kundennummer K-{4711 + place}"
                if monthly
                else "Kartenzahlung Kaufumsatz",
                f"DE{10 + place % 89}ZZZ{place:011d}" if monthly else "",
                f"MREF-{place}" if monthly else "",
                f"DE02{place + 10**17:018d}" if monthly else "",
                499 + 100 * (place % 70),
                monthly,
            )
        )
    return found


def rows(count: int, seed: int = 1, *, days: int = DAYS, payee_count: int = PAYEES) -> Iterator[Row]:
    """`count` rows over `days`, account after account."""
    rng = random.Random(seed)
    known = payees(payee_count)
    monthly = [payee for payee in known if payee.monthly]
    shops = [payee for payee in known if not payee.monthly]
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(shops))))
    number = 0
    for place, account in enumerate(ACCOUNTS):
        share = count // len(ACCOUNTS) + (place < count % len(ACCOUNTS))
        charged: set[tuple[int, int]] = set()
        for start in range(0, share, CHUNK):
            size = min(CHUNK, share - start)
            for offset, shop in enumerate(rng.choices(shops, cum_weights=weights, k=size)):
                number += 1
                day = FIRST_DAY + timedelta(days=(start + offset) * days // share)
                payee, minor = shop, -(100 + rng.randrange(150_00))
                if number % 24 == 0:
                    due = number // 24 % len(monthly)
                    month = day.year * 12 + day.month
                    if (due, month) not in charged:
                        charged.add((due, month))
                        payee = monthly[due]
                        minor = -payee.minor
                yield Row(number, account, day, minor, payee, f"{payee.purpose} {day:%d.%m.%Y} REF{number:09d}")


def _amount(minor: int, point: str = ".") -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}{point}{abs(minor) % 100:02d}"


# --- OFX 1.0.2 (SGML, as German and American banks write it) --------------------------------------------------------

_OFX_HEAD = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
    "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
    "<OFX>\r\n<SIGNONMSGSRSV1>\r\n<SONRS>\r\n<STATUS>\r\n<CODE>0\r\n<SEVERITY>INFO\r\n</STATUS>\r\n"
    "<DTSERVER>20260101120000\r\n<LANGUAGE>ENG\r\n</SONRS>\r\n</SIGNONMSGSRSV1>\r\n<BANKMSGSRSV1>\r\n"
)
_OFX_STATEMENT = (
    "<STMTTRNRS>\r\n<TRNUID>0\r\n<STATUS>\r\n<CODE>0\r\n<SEVERITY>INFO\r\n</STATUS>\r\n<STMTRS>\r\n<CURDEF>EUR\r\n"
    "<BANKACCTFROM>\r\n<BANKID>37040044\r\n<ACCTID>{}\r\n<ACCTTYPE>CHECKING\r\n</BANKACCTFROM>\r\n<BANKTRANLIST>\r\n"
    "<DTSTART>20240101\r\n<DTEND>20251231\r\n"
)
_OFX_END = (
    "</BANKTRANLIST>\r\n<LEDGERBAL>\r\n<BALAMT>1000.00\r\n<DTASOF>20251231\r\n</LEDGERBAL>\r\n</STMTRS>\r\n"
    "</STMTTRNRS>\r\n"
)


def write_ofx(path: Path, count: int, seed: int = 1) -> None:
    write_ofx_rows(path, rows(count, seed))


def write_ofx_rows(path: Path, rows: Iterable[Row]) -> None:
    """Account after account."""
    account = ""
    with path.open("w", encoding="cp1252", newline="") as out:
        out.write(_OFX_HEAD)
        for row in rows:
            if row.account != account:
                out.write((_OFX_END if account else "") + _OFX_STATEMENT.format(row.account))
                account = row.account
            out.write(
                f"<STMTTRN>\r\n<TRNTYPE>DEBIT\r\n<DTPOSTED>{row.day:%Y%m%d}120000\r\n<TRNAMT>{_amount(row.minor)}\r\n"
                f"<FITID>{row.day:%Y%m%d}{row.number:08d}\r\n<NAME>{row.payee.name[:32]}\r\n<MEMO>{row.purpose}\r\n"
                "</STMTTRN>\r\n"
            )
        out.write(f"{_OFX_END}</BANKMSGSRSV1>\r\n</OFX>\r\n")


# --- CAMT.053.001.02 ------------------------------------------------------------------------------------------------


def write_camt(path: Path, count: int, seed: int = 1) -> None:
    account = ""
    end = "</Stmt>\n"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
            "<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId><CreDtTm>2026-01-01T12:00:00</CreDtTm></GrpHdr>\n"
        )
        for row in rows(count, seed):
            if row.account != account:
                account, head = row.account, (end if account else "")
                out.write(
                    f"{head}<Stmt><Id>{account}</Id><CreDtTm>2026-01-01T12:00:00</CreDtTm><Acct><Id><IBAN>{account}"
                    "</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
                )
            out.write(_camt_entry(row))
        out.write(f"{end}</BkToCstmrStmt></Document>\n")


def _camt_entry(row: Row) -> str:
    payee = row.payee
    mandate = f"<MndtId>{payee.mandate}</MndtId>" if payee.mandate else ""
    creditor = f"<Id><PrvtId><Othr><Id>{payee.creditor}</Id></Othr></PrvtId></Id>" if payee.creditor else ""
    iban = f"<CdtrAcct><Id><IBAN>{payee.account}</IBAN></Id></CdtrAcct>" if payee.account else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{_amount(-row.minor)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{row.day}</Dt></BookgDt><ValDt><Dt>{row.day}</Dt></ValDt>"
        f"<AcctSvcrRef>{row.day:%Y%m%d}{row.number:08d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RDDT</Cd>"
        "<SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>E{row.number}</EndToEndId>{mandate}</Refs><AmtDtls><TxAmt>"
        f'<Amt Ccy="EUR">{_amount(-row.minor)}</Amt></TxAmt></AmtDtls><RltdPties><Cdtr><Nm>{payee.name}</Nm>{creditor}'
        f"</Cdtr>{iban}</RltdPties><RmtInf><Ustrd>{row.purpose}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


# --- the CSV that Sparkasse calls CAMT V2 ---------------------------------------------------------------------------

_CSV_HEAD = (
    "Auftragskonto Buchungstag Valutadatum Buchungstext Verwendungszweck Glaeubiger_ID Mandatsreferenz "
    "Kundenreferenz_(End-to-End) Sammlerreferenz Lastschrift_Ursprungsbetrag Auslagenersatz_Ruecklastschrift "
    "Beguenstigter/Zahlungspflichtiger Kontonummer/IBAN BIC_(SWIFT-Code) Betrag Waehrung Info"
).split()


def write_csv(
    path: Path, count: int, seed: int = 1, *, days: int = DAYS, payee_count: int = PAYEES, size: int = 0
) -> int:
    """Gives how many rows were written; stops early when the file has `size` bytes."""
    written = 0
    with path.open("w", encoding="cp1252", newline="") as out:
        out.write(";".join(f'"{name.replace("_", " ")}"' for name in _CSV_HEAD) + "\r\n")
        for row in rows(count, seed, days=days, payee_count=payee_count):
            payee, day = row.payee, f"{row.day:%d.%m.%y}"
            kind = "FOLGELASTSCHRIFT" if payee.monthly else "KARTENZAHLUNG"
            out.write(
                f'"{row.account}";"{day}";"{day}";"{kind}";"{row.purpose}";"{payee.creditor}";"{payee.mandate}";'
                f'"E{row.number}";"";"";"";"{payee.name}";"{payee.account}";"BYLADEM1001";'
                f'"{_amount(row.minor, ",")}";"EUR";"Umsatz gebucht"\r\n'
            )
            written += 1
            if size and not written % CHUNK and out.tell() >= size:
                break
    return written


# --- a password manager's CSV ---------------------------------------------------------------------------------------


def write_accounts(path: Path, count: int, *, hosts: int) -> None:
    """`count` accounts at `hosts` invented addresses, as Chrome exports them."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("name,url,username,password,note\n")
        for number in range(count):
            place = number % hosts
            front, middle = _FRONT[place % len(_FRONT)].lower(), _MIDDLE[place // len(_FRONT) % len(_MIDDLE)]
            host = f"{front}{middle}{place // 300 or ''}.example"
            out.write(f"{host},https://www.{host}/,person{number // hosts}@mail.example,not-kept-{number},\n")
