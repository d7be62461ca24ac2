"""One `Ntry`: its amount, day and state, and its details as charges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
from lxml.etree import _Element

from connectors.printed import folded, minor_printed
from connectors.readers.camt.parties import Party, compact, counterparty
from connectors.readers.camt.tree import Leaves, first, leaves_and_details
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.findings import MAX_ID, MAX_TEXT, FoundCharge
from vault.money import AmountError, is_currency

# A reference of the entry shorter than this is its place in the statement, which another download numbers anew.
SHORTEST_ENTRY_REFERENCE = 12

_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NONE", "N/A", "NA", "NULL", "UNKNOWN"})
# What the payer wrote, in the order in which it is kept.
_WRITTEN = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf")
_PENDING = frozenset({"PDNG", "FUTR"})


class Fault(FirstpartyError):
    """The entry is no charge."""


class Entry(msgspec.Struct, frozen=True):
    """What holds for all charges of one entry; `money_in` is the direction of the original payment."""

    minor: int
    currency: str
    booked: date
    value_on: date | None
    pending: bool
    money_in: bool
    own_account: str


def charges(element: _Element, own_account: str, own_currency: str) -> Iterator[FoundCharge]:
    """The charges of the entry `element`; raises `Fault` before the first one."""
    found, details = leaves_and_details(element)
    entry = _entry(found, details, own_account, own_currency)
    amounts = _split(entry, details)
    if amounts:
        for place, (minor, detail) in enumerate(zip(amounts, details, strict=True), 1):
            own_id = _own_id(detail) or _numbered(_own_id(found), place)
            yield _charge(
                entry, minor, own_id, counterparty(detail, entry.money_in, own_account), _purpose(detail), detail
            )
    else:
        yield _whole(entry, found, details)


def _entry(found: Leaves, details: list[Leaves], own_account: str, own_currency: str) -> Entry:
    state = first(found, "Sts/Cd", "Sts", "Sts/Prtry").strip().upper()
    if state == "INFO":
        raise Fault(phrase("the entry is for information only and was not booked; it is left out"), code="not-booked")
    currency = first(found, "Amt@Ccy").strip().upper() or own_currency
    minor = _amount(first(found, "Amt"), currency)
    indicator = first(found, "CdtDbtInd").strip().upper()
    if indicator not in ("CRDT", "DBIT"):
        raise Fault(
            phrase("the entry says neither `CRDT` nor `DBIT`; correct `CdtDbtInd` in the file"), code="direction"
        )
    value_on = _day(first(found, "ValDt/Dt", "ValDt/DtTm"))
    booked = _day(first(found, "BookgDt/Dt", "BookgDt/DtTm")) or value_on or _detail_day(details)
    if booked is None:
        printed = folded(first(found, "BookgDt/Dt", "BookgDt/DtTm"), 40)
        why = phrase("`%(printed)s` is not a day", printed=printed) if printed else phrase("the entry has no day")
        raise Fault(phrase("%(why)s; correct `BookgDt` in the file", why=why), code="date")
    reversal = first(found, "RvslInd").strip().lower() in ("true", "1")
    return Entry(
        minor=minor if indicator == "CRDT" else -minor,
        currency=currency,
        booked=booked,
        value_on=value_on,
        pending=state in _PENDING,
        money_in=(indicator == "CRDT") != reversal,
        own_account=own_account,
    )


def _amount(text: str, currency: str) -> int:
    if not is_currency(currency):
        raise Fault(phrase("the entry does not say in which currency it is; correct `Amt/@Ccy`"), code="no-currency")
    try:
        minor = minor_printed(text, currency)
    except AmountError as error:
        raise Fault(phrase("%(sentence)s; correct `Amt` in the file", sentence=error.sentence), code="amount") from None
    if minor < 0:
        raise Fault(phrase("the amount is negative, but its direction is in `CdtDbtInd`; correct `Amt`"), code="amount")
    return minor


def _split(entry: Entry, details: list[Leaves]) -> list[int]:
    """The signed amounts of several details when they add up to the entry, else nothing."""
    if len(details) < 2:
        return []
    amounts = [_detail_amount(detail, entry.currency) for detail in details]
    unsigned = [amount for amount in amounts if amount is not None]
    if len(unsigned) != len(details):
        return []
    sign = -1 if entry.minor < 0 else 1
    signs = [{"CRDT": 1, "DBIT": -1}.get(first(detail, "CdtDbtInd").strip().upper(), sign) for detail in details]
    for chosen in (signs, [sign] * len(details)):
        signed = [amount * one for amount, one in zip(unsigned, chosen, strict=True)]
        if sum(signed) == entry.minor:
            return signed
    return []


def _detail_amount(detail: Leaves, currency: str) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if first(detail, f"{path}@Ccy").strip().upper() == currency:
            try:
                return minor_printed(first(detail, path), currency)
            except AmountError:
                continue
    return None


def _whole(entry: Entry, found: Leaves, details: list[Leaves]) -> FoundCharge:
    """The entry as one charge; several details give what they have in common."""
    parties = [counterparty(detail, entry.money_in, entry.own_account) for detail in details]
    party = parties[0] if len(set(parties)) == 1 else Party()
    purpose = " ".join(text for text in map(_purpose, details) if text)
    entry_text = first(found, "AddtlNtryInf")
    if len(details) > 1:
        purpose = f"{entry_text} {purpose}"
    only = details[0] if len(details) == 1 else {}
    return _charge(entry, entry.minor, _own_id(found) or _own_id(only), party, purpose or entry_text, only)


def _charge(entry: Entry, minor: int, own_id: str, party: Party, purpose: str, detail: Leaves) -> FoundCharge:
    return FoundCharge(
        booked=entry.booked,
        minor=minor,
        currency=entry.currency,
        counterparty=party.name,
        purpose=folded(purpose, MAX_TEXT),
        own_id=own_id,
        bank_account=entry.own_account,
        value_on=entry.value_on,
        counterparty_account=party.account,
        creditor_id=party.creditor_id,
        mandate=_reference(detail, "Refs/MndtId"),
        pending=entry.pending,
    )


def _purpose(detail: Leaves) -> str:
    """What the payer wrote: unstructured lines, then references; the bank's own words only when there are none."""
    parts = [detail[path] for path in _WRITTEN if path in detail]
    return folded("\n".join(parts) or detail.get("AddtlTxInf", ""), MAX_TEXT)


def _own_id(found: Leaves) -> str:
    own = _reference(found, "AcctSvcrRef") or _reference(found, "Refs/AcctSvcrRef") or _reference(found, "Refs/TxId")
    if own:
        return own
    entry_reference = _reference(found, "NtryRef")
    return entry_reference if len(entry_reference) >= SHORTEST_ENTRY_REFERENCE else ""


def _numbered(own_id: str, place: int) -> str:
    return f"{own_id[: MAX_ID - 12]}/{place}" if own_id else ""


def _reference(found: Leaves, path: str) -> str:
    text = first(found, path)
    if not text:
        return ""
    reference = compact(text)
    return "" if reference.upper() in _NO_REFERENCE or not reference.strip("0") else reference


def _detail_day(details: list[Leaves]) -> date | None:
    for detail in details:
        day = _day(first(detail, "RltdDts/IntrBkSttlmDt", "RltdDts/TxDtTm", "RltdDts/AccptncDtTm"))
        if day:
            return day
    return None


def _day(text: str) -> date | None:
    """The printed day of an ISO 8601 date or time, whatever its zone."""
    text = text.strip()[:10]
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    return None
