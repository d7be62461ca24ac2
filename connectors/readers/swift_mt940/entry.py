"""One `:61:` statement line.

SWIFT: `6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][34x]`, that is value date, entry date, mark, funds code, amount, type,
the customer's reference, the bank's reference, supplementary details.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

import msgspec

from connectors.printed import folded, minor_printed
from connectors.readers.swift_mt940.fields import Field
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.findings import MAX_ID, MAX_TEXT
from vault.money import AmountError, is_currency

# Two-digit years: no bank sent statements of the years before.
FIRST_YEAR = 1980

_LINE = re.compile(
    r"\s*(?P<value>[0-9]{6})(?P<entry>[0-9]{4}|[ ]{4})?\s*(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?\s*"
    r"(?P<amount>[0-9][0-9.]*,?[0-9]*|,[0-9]+)(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.DOTALL,
)
_SIGNS = {"C": 1, "RD": 1, "EC": 1, "D": -1, "RC": -1, "ED": -1}
_NO_REFERENCE = frozenset({"NONREF", "NOREF", "NOTPROVIDED", "NONE", "NOTAVAILABLE"})


class Fault(FirstpartyError):
    """The field is no statement line."""


class Entry(msgspec.Struct, frozen=True):
    minor: int
    currency: str
    booked: date
    value_on: date | None
    pending: bool
    reference: str
    bank_reference: str
    supplementary: str


def entry(field: Field, currency: str) -> Entry:
    """What a `:61:` field states; raises `Fault`."""
    match = _LINE.match("\n".join(field.lines))
    if not match:
        raise Fault(
            phrase("the `:61:` line does not have the form of a statement line; correct it in the file"), code="entry"
        )
    if not match["type"] and not match["rest"].strip():
        raise Fault(phrase("the `:61:` line ends within its amount; download the file again"), code="cut-off")
    mark = match["mark"]
    booked, value_on = _days(match["value"], (match["entry"] or "").strip())
    first, _, supplementary = match["rest"].partition("\n")
    reference, _, bank_reference = first.partition("//")
    return Entry(
        minor=_SIGNS[mark] * _amount(match["amount"], currency),
        currency=currency,
        booked=booked,
        value_on=value_on,
        pending=mark.startswith("E"),
        reference=_reference(reference),
        bank_reference=_reference(bank_reference),
        supplementary=folded(supplementary, MAX_TEXT),
    )


def _amount(text: str, currency: str) -> int:
    if not is_currency(currency):
        raise Fault(
            phrase("no opening balance (`:60F:`) says in which currency this entry is; download the whole statement"),
            code="no-currency",
        )
    try:
        return minor_printed(text, currency)
    except AmountError as error:
        raise Fault(
            phrase("%(sentence)s; correct `:61:` in the file", sentence=error.sentence), code="amount"
        ) from None


def _days(value: str, entry_day: str) -> tuple[date, date | None]:
    """Booking day and value day; raises `Fault` when neither can be read."""
    year = 2000 + int(value[:2]) if int(value[:2]) < FIRST_YEAR % 100 else 1900 + int(value[:2])
    value_on = _value_day(year, int(value[2:4]), int(value[4:]))
    booked = _nearest(entry_day, value_on, year) if entry_day else value_on
    if booked is None:
        raise Fault(
            phrase(
                "`%(value)s%(entry_day)s` holds no day; correct `:61:` in the file", value=value, entry_day=entry_day
            ),
            code="date",
        )
    return booked, value_on


def _value_day(year: int, month: int, day: int) -> date | None:
    if month == 2 and 29 <= day <= 31:
        day = min(day, calendar.monthrange(year, 2)[1])
    return _day(year, month, day)


def _nearest(entry_day: str, value_on: date | None, year: int) -> date | None:
    """The entry date in the year that brings it nearest to the value date."""
    month, day = int(entry_day[:2]), int(entry_day[2:])
    near = value_on or _day(year, month, day)
    if near is None:
        return None
    days = [found for each in (year, year - 1, year + 1) if (found := _day(each, month, day))]
    return min(days, key=lambda found: abs((found - near).days), default=value_on)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _reference(text: str) -> str:
    reference = folded(text, MAX_ID - 40)
    return "" if reference.upper() in _NO_REFERENCE else reference
