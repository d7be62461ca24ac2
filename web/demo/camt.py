"""CAMT.053 statements as German banks give them: version 2 (until November 2025) and version 8.

The two differ where a reader stumbles: a party's name sits one level deeper in version 8, the status became a
choice, BIC became BICFI. The purpose of a direct debit in the version 2 files carries the labels of the old
statements (`EREF+`, `MREF+`, `CRED+`, `SVWZ+`); version 8 gives plain text. Element order follows the schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

from vault.money import decimal_of
from web.demo.bookings import Booking
from web.demo.numbers import number
from web.demo.person import ACCOUNTS, OWNER, Kind

BANK, BIC = "Beispielbank", "BEISDEF1XXX"
# For each kind: ISO family and subfamily, the German business transaction code, and the text banks print.
CODES: dict[Kind, tuple[str, str, str, str]] = {
    "debit": ("RDDT", "ESDD", "NDDT+105", "FOLGELASTSCHRIFT"),
    "standing": ("ICDT", "STDO", "NSTO+117", "DAUERAUFTRAG"),
    "transfer": ("ICDT", "ESCT", "NTRF+116", "ONLINE-UEBERWEISUNG"),
    "credit": ("RCDT", "ESCT", "NTRF+166", "GUTSCHR. UEBERWEISUNG"),
    "salary": ("RCDT", "SALA", "NTRF+153", "LOHN  GEHALT"),
    "card": ("CCRD", "POSD", "NDDT+106", "KARTENZAHLUNG"),
    "cash": ("CCRD", "CWDL", "NDDT+106", "BARGELDAUSZAHLUNG"),
    "fee": ("MDOP", "CHRG", "NCHG+809", "ENTGELTABSCHLUSS"),
}


def statement(lines: Iterable[Booking], opening: int, start: date, end: date, version: int) -> bytes:
    """One statement of the current account from `start` to `end`; `opening` is the balance before, in cents."""
    lines = list(lines)
    account = ACCOUNTS["giro"]
    closing = opening + sum(line.minor for line in lines)
    at, bic = f"{end}T20:15:00+01:00", "BICFI" if version > 2 else "BIC"
    body = "\n".join(_entry(line, version) for line in lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">
<BkToCstmrStmt>
<GrpHdr><MsgId>053D{end:%Y%m%d}{number(str(start))}</MsgId><CreDtTm>{at}</CreDtTm></GrpHdr>
<Stmt>
<Id>053D{end:%Y%m%d}0001</Id><ElctrncSeqNb>{end:%y%m}</ElctrncSeqNb><CreDtTm>{at}</CreDtTm>
<FrToDt><FrDtTm>{start}T00:00:00+01:00</FrDtTm><ToDtTm>{end}T00:00:00+01:00</ToDtTm></FrToDt>
<Acct><Id><IBAN>{account.number}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>{OWNER}</Nm></Ownr>
<Svcr><FinInstnId><{bic}>{BIC}</{bic}><Nm>{BANK}</Nm></FinInstnId></Svcr></Acct>
{_balance("OPBD" if version > 2 else "PRCD", opening, start)}
{_balance("CLBD", closing, end)}
{body}
</Stmt>
</BkToCstmrStmt>
</Document>
""".encode()


def _amount(minor: int) -> str:
    sign = "DBIT" if minor < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{decimal_of(abs(minor), "EUR")}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _balance(code: str, minor: int, day: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(minor)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def _entry(line: Booking, version: int) -> str:
    status = "<Cd>BOOK</Cd>" if version > 2 else "BOOK"
    return (
        f"<Ntry>{_amount(line.minor)}<Sts>{status}</Sts><BookgDt><Dt>{line.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{line.on}</Dt></ValDt><AcctSvcrRef>{line.own_id}</AcctSvcrRef>{_code(line.kind)}"
        f"<NtryDtls><TxDtls>{_references(line)}{_detail(line, version)}{_code(line.kind)}{_parties(line, version)}"
        f"<RmtInf>{_purpose(line, version)}</RmtInf></TxDtls></NtryDtls>"
        f"<AddtlNtryInf>{CODES[line.kind][3]}</AddtlNtryInf></Ntry>"
    )


def _detail(line: Booking, version: int) -> str:
    amount = _amount(line.minor)
    return amount if version > 2 else f"<AmtDtls><TxAmt>{amount.partition('<CdtDbtInd>')[0]}</TxAmt></AmtDtls>"


def _code(kind: Kind) -> str:
    family, sub, german, _ = CODES[kind]
    domain = "ACMT" if kind == "fee" else "PMNT"
    return (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>"
        f"<Prtry><Cd>{german}+9302</Cd><Issr>DK</Issr></Prtry></BkTxCd>"
    )


def _references(line: Booking) -> str:
    mandate = f"<MndtId>{line.mandate}</MndtId>" if line.mandate else ""
    return f"<Refs><EndToEndId>{end_to_end(line) or 'NOTPROVIDED'}</EndToEndId>{mandate}</Refs>"


def end_to_end(line: Booking) -> str:
    """The reference that the creditor gave; a card payment or transfer by hand has none."""
    return f"E{number(line.own_id, 10)}" if line.mandate else ""


def _parties(line: Booking, version: int) -> str:
    owner = _party("Dbtr" if line.minor < 0 else "Cdtr", OWNER, ACCOUNTS["giro"].number, "", version)
    if not line.printed:
        return ""
    if line.minor < 0:
        return f"<RltdPties>{owner}{_party('Cdtr', line.printed, line.iban, line.creditor, version)}</RltdPties>"
    return f"<RltdPties>{_party('Dbtr', line.printed, line.iban, '', version)}{owner}</RltdPties>"


def _party(tag: str, name: str, iban: str, creditor: str, version: int) -> str:
    other = f"<Othr><Id>{creditor}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr>"
    party = f"<Nm>{escape(name[:70])}</Nm>" + (f"<Id><PrvtId>{other}</PrvtId></Id>" if creditor else "")
    account = f"<{tag}Acct><Id><IBAN>{iban}</IBAN></Id></{tag}Acct>" if iban else ""
    return f"<{tag}>{f'<Pty>{party}</Pty>' if version > 2 else party}</{tag}>{account}"


def _purpose(line: Booking, version: int) -> str:
    texts = [line.purpose]
    if version == 2:
        labels = [f"EREF+{end_to_end(line)}", f"MREF+{line.mandate}", f"CRED+{line.creditor}"] if line.mandate else []
        texts = [*labels, f"SVWZ+{line.purpose}"]
    return "".join(f"<Ustrd>{escape(text)}</Ustrd>" for text in texts)
