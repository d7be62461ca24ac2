"""One `STMTTRN` aggregate: from its text to a charge.

`Fault` is a row that cannot be a charge; its code and sentence become the row's Problem.
"""

from __future__ import annotations

import html.entities
import re
from datetime import date

from connectors.printed import folded, minor_printed
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.findings import MAX_ID, MAX_NAME, MAX_TEXT, FoundCharge
from vault.money import AmountError, is_currency

# Days repeat; a forged file must not make the cache grow without end.
MAX_CACHED_DAYS = 20_000

_FIELD = re.compile(r"<([A-Z][A-Z0-9._]*)>([^<]*)")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?![0-9]{3}-)").match
# Brazilian banks write the day's balances as rows without an id.
_BALANCE = re.compile(
    r"\s*(?:S A L D O|Saldo (?:anterior|do dia|total|inicial|final|atual|disponivel))\b", re.IGNORECASE
)
_days: dict[str, date] = {}


class Fault(FirstpartyError):
    """The row is no charge."""


def charge(text: str, currency: str, bank_account: str, pending: bool = False) -> FoundCharge:
    """The charge that the inside of a `STMTTRN` states; raises `Fault`."""
    fields = dict(_FIELD.findall(text))
    get = fields.get
    pending = pending or "PENDINGROW" in fields
    if "CURRENCY" in fields and "CURSYM" in fields and "ORIGCURRENCY" not in fields:
        currency = get("CURSYM", "").strip().upper() or currency
    if not get("FITID", "").strip() and (_BALANCE.match(get("MEMO", "")) or _BALANCE.match(get("NAME", ""))):
        raise Fault(phrase("the row states a balance and no movement; it is left out"), code="balance-row")
    available = get("DTAVAIL")
    return FoundCharge(
        booked=_day_of(get("DTPOSTED") or (get("DTTRAN", "") if pending else "")),
        minor=_minor_of(get("TRNAMT", ""), currency),
        currency=currency,
        counterparty=_line(get("EXTDNAME", ""), MAX_NAME) or _line(get("NAME", ""), MAX_NAME),
        purpose=_line(get("MEMO", ""), MAX_TEXT),
        own_id=_line(get("FITID", ""), MAX_ID),
        bank_account=bank_account,
        value_on=_day_or_none(available) if available else None,
        counterparty_account=_line(get("ACCTID", ""), MAX_ID) if "ACCTID" in fields else "",
        pending=pending,
    )


def plain(value: str) -> str:
    """`value` with its entities resolved."""
    return _ENTITY.sub(_resolved, value) if "&" in value else value


def _resolved(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return html.entities.html5.get(name + ";", match[0])
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def _line(value: str, limit: int) -> str:
    return folded(plain(value), limit) if value else ""


def _minor_of(text: str, currency: str) -> int:
    if not is_currency(currency):
        raise Fault(
            phrase("the file does not say in which currency this amount is; download it again, or correct `CURDEF`"),
            code="no-currency",
        )
    try:
        return minor_printed(text, currency)
    except AmountError as error:
        raise Fault(
            phrase("%(sentence)s; correct `TRNAMT` in the file", sentence=error.sentence), code="amount"
        ) from None


def _day_of(text: str) -> date:
    day = _day_or_none(text)
    if day is None:
        printed = phrase("`%(printed)s` is not a day", printed=folded(text, 40))
        why = printed if text.strip() else phrase("the row has no day")
        raise Fault(phrase("%(why)s; correct `DTPOSTED` in the file", why=why), code="date")
    return day


def _day_or_none(text: str) -> date | None:
    text = text.strip()
    key = text[:10]
    found = _days.get(key)
    if found is None and (match := _DAY(key)):
        try:
            found = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
        if len(_days) >= MAX_CACHED_DAYS:
            _days.clear()
        _days[key] = found
    return found
