"""Writes an account's lines as its bank would: Sparkasse CSV (two shapes), Chase CSV (two), OFX 1 and 2, CAMT.053."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.evening.truth import BankAccount, Line, Person

_OVERLAP = timedelta(days=20)


def write(person: Person, folder: Path) -> dict[str, int]:
    """Writes every account, in one file or several that overlap; returns which file belongs to which account."""
    owners: dict[str, int] = {}
    for index, account in enumerate(person.accounts):
        for number, lines in enumerate(_pieces(account, (person.seed + index) % 3)):
            suffix, form = _FORMS[account.style]
            path = folder / f"{index}_{account.style}_{number}.{suffix}"
            path.write_bytes(form(account, lines, person))
            owners[path.name] = index
    return owners


def _pieces(account: BankAccount, cuts: int) -> list[list[Line]]:
    lines = account.lines
    if not cuts or len(lines) < 200:
        return [lines]
    edges = [lines[len(lines) * i // (cuts + 1)].booked for i in range(1, cuts + 1)]
    begins = [date.min, *(edge - _OVERLAP for edge in edges)]
    ends = [*edges, date.max]
    return [[x for x in lines if begin <= x.booked < end] for begin, end in zip(begins, ends, strict=True)]


def _place(line: Line, account: BankAccount) -> int:
    """The line's place among all of its day's: a bank's own id must not depend on where a file was cut."""
    return [id(other) for other in account.lines if other.booked == line.booked].index(id(line))


def _comma(minor: int) -> str:
    return f"{minor / 100:.2f}".replace(".", ",")


def _table(rows: list[list[str]], delimiter: str, quoting: int, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode(encoding, "replace")


_GERMAN_KINDS = {
    "card": "KARTENZAHLUNG",
    "debit": "FOLGELASTSCHRIFT",
    "transfer": "ONLINE-UEBERWEISUNG",
    "standing": "DAUERAUFTRAG",
    "credit": "GUTSCHR. UEBERWEISUNG",
    "cash": "BARGELDAUSZAHLUNG",
    "sumup": "KARTENZAHLUNG",
    "fee": "ENTGELTABSCHLUSS",
}


def _sparkasse_camt(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    head = (
        "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Glaeubiger ID;Mandatsreferenz;"
        "Kundenreferenz (End-to-End);Sammlerreferenz;Lastschrift Ursprungsbetrag;Auslagenersatz Ruecklastschrift;"
        "Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;BIC (SWIFT-Code);Betrag;Waehrung;Info"
    ).split(";")
    rows = [head]
    for x in reversed(lines):
        day = f"{x.booked:%d.%m.%y}"
        told = [x.purpose, x.creditor_id, x.mandate, "", "", "", "", x.payee, "", ""]
        rows.append([account.number, day, day, _GERMAN_KINDS[x.kind], *told, _comma(x.minor), "EUR", "Umsatz gebucht"])
    return _table(rows, ";", csv.QUOTE_ALL, "latin-1")


def _sparkasse_old(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    head = (
        "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;"
        "Kontonummer;BLZ;Betrag;Waehrung;Info"
    ).split(";")
    rows = [head]
    for x in reversed(lines):
        purpose = x.purpose
        if x.mandate:
            purpose = f"EREF+{x.mandate}-{x.booked:%y%m} MREF+{x.mandate} CRED+{x.creditor_id} SVWZ+{purpose}"
        made = [account.number[-10:], f"{x.booked:%d.%m.%y}", f"{x.booked:%d.%m.%y}"]
        rows.append(
            [*made, _GERMAN_KINDS[x.kind], purpose, x.payee, "0", "0", _comma(x.minor), "EUR", "Umsatz gebucht"]
        )
    return _table(rows, ";", csv.QUOTE_ALL, "latin-1")


def _chase_card(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    rows = [["Transaction Date", "Post Date", "Description", "Category", "Type", "Amount", "Memo"]]
    for x in reversed(lines):
        told = x.payee if account.clean else f"{x.payee} {x.purpose}".strip()
        kind = "Sale" if x.minor < 0 else ("Payment" if x.who.startswith("~") else "Return")
        made = [f"{x.made:%m/%d/%Y}", f"{x.booked:%m/%d/%Y}"]
        rows.append([*made, told, "" if kind == "Payment" else "Shopping", kind, f"{x.minor / 100:.2f}", ""])
    return _table(rows, ",", csv.QUOTE_MINIMAL, "utf-8")


_CHASE_KINDS = {
    "debit": "ACH_DEBIT",
    "standing": "ACH_DEBIT",
    "credit": "ACH_CREDIT",
    "cash": "ATM",
    "transfer": "ACCT_XFER",
}


def _chase_checking(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    rows = [["Details", "Posting Date", "Description", "Amount", "Type", "Balance", "Check or Slip #"]]
    balance = 812345
    for x in lines:
        balance += x.minor
        told = f"{x.payee}   {x.purpose}".strip()
        side = "DEBIT" if x.minor < 0 else "CREDIT"
        kind = _CHASE_KINDS.get(x.kind, "DEBIT_CARD")
        rows.insert(
            1, [side, f"{x.booked:%m/%d/%Y}", told, f"{x.minor / 100:.2f}", kind, f"{balance / 100:.2f}", "", ""]
        )
    return _table(rows, ",", csv.QUOTE_MINIMAL, "utf-8")


def _ofx(account: BankAccount, lines: list[Line], person: Person, end: Callable[[str], str], head: str) -> bytes:
    def tag(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}{end(name)}\n"

    body = []
    for x in lines:
        number = _place(x, account)
        kind = "CREDIT" if x.minor > 0 else {"cash": "ATM", "debit": "DIRECTDEBIT"}.get(x.kind, "DEBIT")
        body.append(
            "<STMTTRN>\n"
            + tag("TRNTYPE", kind)
            + tag("DTPOSTED", f"{x.booked:%Y%m%d}120000")
            + tag("TRNAMT", f"{x.minor / 100:.2f}")
            + tag("FITID", f"{x.booked:%Y%m%d}{account.number[-4:]}{number:04}")
            + tag("NAME", x.payee[:32])
            + (tag("MEMO", (x.payee[32:] + " " + x.purpose).strip()) if x.purpose else "")
            + "</STMTTRN>\n"
        )
    card = account.number.startswith("4")
    outer, middle, inner, own = (
        ("CREDITCARDMSGSRSV1", "CCSTMTTRNRS", "CCSTMTRS", "CCACCTFROM")
        if card
        else ("BANKMSGSRSV1", "STMTTRNRS", "STMTRS", "BANKACCTFROM")
    )
    whose = (
        tag("ACCTID", account.number)
        if card
        else tag("BANKID", "021000021") + tag("ACCTID", "000111222") + tag("ACCTTYPE", "CHECKING")
    )
    fine = "<STATUS>\n" + tag("CODE", "0") + tag("SEVERITY", "INFO") + "</STATUS>\n"
    text = (
        f"{head}<OFX>\n<SIGNONMSGSRSV1>\n<SONRS>\n{fine}"
        + tag("DTSERVER", f"{person.until:%Y%m%d}120000")
        + tag("LANGUAGE", "ENG")
        + f"</SONRS>\n</SIGNONMSGSRSV1>\n<{outer}>\n<{middle}>\n"
        + tag("TRNUID", "0")
        + f"{fine}<{inner}>\n"
        + tag("CURDEF", account.currency)
        + f"<{own}>\n{whose}</{own}>\n<BANKTRANLIST>\n"
        + tag("DTSTART", f"{lines[0].booked:%Y%m%d}")
        + tag("DTEND", f"{lines[-1].booked:%Y%m%d}")
        + "".join(body)
        + f"</BANKTRANLIST>\n<LEDGERBAL>\n{tag('BALAMT', '0.00')}{tag('DTASOF', f'{person.until:%Y%m%d}')}</LEDGERBAL>\n"
        + f"</{inner}>\n</{middle}>\n</{outer}>\n</OFX>\n"
    )
    return text.encode("cp1252" if head.startswith("OFXH") else "utf-8", "replace")


def _ofx1(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    head = (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
        "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
    )
    return _ofx(account, lines, person, lambda name: "", head)


def _ofx2(account: BankAccount, lines: list[Line], person: Person) -> bytes:
    head = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
    )
    return _ofx(account, lines, person, lambda name: f"</{name}>", head)


def _entry(x: Line, account: BankAccount, person: Person, version: int) -> str:
    out = x.minor < 0
    side, party = ("DBIT", "Cdtr") if out else ("CRDT", "Dbtr")
    number = _place(x, account)
    status = "<Sts>BOOK</Sts>" if version == 2 else "<Sts><Cd>BOOK</Cd></Sts>"
    who = f"<Nm>{escape(x.payee)}</Nm>" if version == 2 else f"<Pty><Nm>{escape(x.payee)}</Nm></Pty>"
    parties = f"<{party}>{who}</{party}>" if x.payee else ""
    if x.creditor_id and party == "Cdtr":
        scheme = f"<Id><PrvtId><Othr><Id>{x.creditor_id}</Id></Othr></PrvtId></Id>"
        inside = f"<Nm>{escape(x.payee)}</Nm>{scheme}"
        parties = f"<Cdtr>{inside if version == 2 else f'<Pty>{inside}</Pty>'}</Cdtr>"
    mandate = f"<MndtId>{x.mandate}</MndtId>" if x.mandate else ""
    amount = f'<Amt Ccy="{account.currency}">{abs(x.minor) / 100:.2f}</Amt>'
    text = "".join(f"<Ustrd>{escape(x.purpose[i : i + 140])}</Ustrd>" for i in range(0, len(x.purpose), 140))
    return (
        f"<Ntry>{amount}<CdtDbtInd>{side}</CdtDbtInd>{status}<BookgDt><Dt>{x.booked}</Dt></BookgDt>"
        f"<ValDt><Dt>{x.booked}</Dt></ValDt><AcctSvcrRef>{x.booked:%Y%m%d}{number:06}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>NDDT+105+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId>{mandate}</Refs>"
        + (f"{amount}<CdtDbtInd>{side}</CdtDbtInd>" if version != 2 else f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>")
        + (f"<RltdPties>{parties}</RltdPties>" if parties else "")
        + (f"<RmtInf>{text}</RmtInf>" if text else "")
        + "</TxDtls></NtryDtls></Ntry>\n"
    )


def _camt(account: BankAccount, lines: list[Line], person: Person, version: int) -> bytes:
    made = f"{person.until}T20:15:00+01:00"
    own = f"<Ownr><Nm>{person.owner}</Nm></Ownr>"
    day = f"<Dt><Dt>{lines[0].booked}</Dt></Dt>"
    zero = f'<Amt Ccy="{account.currency}">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{day}'
    code = "PRCD" if version == 2 else "OPBD"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.0{version}"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>M{person.seed}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr><Stmt><Id>S{person.seed}{lines[0].booked}</Id>"
        f"<CreDtTm>{made}</CreDtTm><Acct><Id><IBAN>{account.number}</IBAN></Id><Ccy>{account.currency}</Ccy>{own}</Acct>\n"
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{zero}</Bal>\n"
        + "".join(_entry(x, account, person, version) for x in lines)
        + "</Stmt></BkToCstmrStmt></Document>\n"
    )
    return text.encode()


_Form = Callable[[BankAccount, list[Line], Person], bytes]
_FORMS: dict[str, tuple[str, _Form]] = {
    "sparkasse_camt": ("csv", _sparkasse_camt),
    "sparkasse_old": ("csv", _sparkasse_old),
    "chase_card": ("csv", _chase_card),
    "chase_checking": ("csv", _chase_checking),
    "ofx1": ("ofx", _ofx1),
    "ofx2": ("qfx", _ofx2),
    "camt2": ("xml", lambda a, x, p: _camt(a, x, p, 2)),
    "camt8": ("xml", lambda a, x, p: _camt(a, x, p, 8)),
}
