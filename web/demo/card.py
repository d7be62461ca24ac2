"""An American credit card's QFX file: OFX 1.02 in SGML, no closing tags on values, one value a line, Windows-1252."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

from vault.money import decimal_of
from web.demo.bookings import Booking
from web.demo.person import ACCOUNTS

HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
NAME, NOON = 32, "120000[0:GMT]"  # the longest NAME in OFX 1.02; banks post at noon so that no zone moves the day


def statement(lines: Iterable[Booking], balance: int, start: date, end: date) -> bytes:
    """The card's transactions from `start` to `end`; `balance` (negative: owed) in cents on that day."""
    body = "".join(_transaction(line) for line in lines)
    text = f"""{HEADER}<OFX>
<SIGNONMSGSRSV1>
<SONRS>
<STATUS>
<CODE>0
<SEVERITY>INFO
</STATUS>
<DTSERVER>{end:%Y%m%d}{NOON}
<LANGUAGE>ENG
<FI>
<ORG>EXAMPLE
<FID>99999
</FI>
<INTU.BID>99999
</SONRS>
</SIGNONMSGSRSV1>
<CREDITCARDMSGSRSV1>
<CCSTMTTRNRS>
<TRNUID>0
<STATUS>
<CODE>0
<SEVERITY>INFO
</STATUS>
<CCSTMTRS>
<CURDEF>USD
<CCACCTFROM>
<ACCTID>{ACCOUNTS["usa"].number}
</CCACCTFROM>
<BANKTRANLIST>
<DTSTART>{start:%Y%m%d}{NOON}
<DTEND>{end:%Y%m%d}{NOON}
{body}</BANKTRANLIST>
<LEDGERBAL>
<BALAMT>{decimal_of(balance, "USD")}
<DTASOF>{end:%Y%m%d}{NOON}
</LEDGERBAL>
</CCSTMTRS>
</CCSTMTTRNRS>
</CREDITCARDMSGSRSV1>
</OFX>
"""
    return text.replace("\n", "\r\n").encode("cp1252")


def _transaction(line: Booking) -> str:
    memo = f"<MEMO>{escape(line.purpose)}\n" if line.purpose else ""
    return f"""<STMTTRN>
<TRNTYPE>{"DEBIT" if line.minor < 0 else "CREDIT"}
<DTPOSTED>{line.on:%Y%m%d}{NOON}
<TRNAMT>{decimal_of(line.minor, "USD")}
<FITID>{line.own_id}
<NAME>{escape(line.printed[:NAME].rstrip())}
{memo}</STMTTRN>
"""
