"""The walk through an MT940 file: which statement an entry belongs to, and what is wrong with the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from connectors.frame import ReadError
from connectors.own_ids import OwnIds
from connectors.printed import folded
from connectors.readers.swift_mt940.details import details
from connectors.readers.swift_mt940.entry import Entry, Fault, entry
from connectors.readers.swift_mt940.fields import Field, fields
from terms.phrases import phrase
from vault.findings import MAX_ID, FoundCharge, Problem

_BALANCE_CURRENCY = re.compile(r"\s*[CD]?[0-9]{6}([A-Z]{3})")
_FLOOR_CURRENCY = re.compile(r"\s*([A-Z]{3})")
# Some banks put the currency behind the account.
_IBAN_AND_CURRENCY = re.compile(r"([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}?) ?[A-Z]{3}")
_ACCOUNT_NUMBER = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}|P[0-9]{7,12}").fullmatch
# What ends the entries of a statement: the closing balance, or the totals of an MT942.
_CLOSING = frozenset({"62F", "62M", "64", "65", "90C", "90D"})


def read(stream: BinaryIO) -> Iterator[FoundCharge | Problem]:
    """Charges and Problems in file order."""
    walk = Walk()
    for field in fields(stream):
        yield from walk.field(field)
    yield from walk.end()


class Walk:
    """The statement read so far, and the entry that still waits for its details."""

    def __init__(self) -> None:
        self._any = False
        self._account = self._currency = ""
        self._entry: Entry | None = None
        self._details: list[str] = []
        # What a following `:86:` belongs to: "" nothing yet, "entry", "faulty" entry, "statement".
        self._scope = ""
        self._open_entries = False
        self._own_ids = OwnIds()

    def field(self, field: Field) -> Iterator[FoundCharge | Problem]:
        """The next field of the file."""
        self._any = True
        tag = field.tag
        if tag == "86":
            yield from self._take_details(field)
            return
        yield from self._waiting()
        if tag == "61":
            yield from self._take_entry(field)
        elif tag in ("25", "25P"):
            yield from self._take_account(field)
        elif tag in ("60F", "60M"):
            match = _BALANCE_CURRENCY.match(field.lines[0])
            self._currency = match[1] if match else ""
        elif tag == "34F" and not self._currency:
            match = _FLOOR_CURRENCY.match(field.lines[0])
            self._currency = match[1] if match else ""
        elif tag in _CLOSING:
            self._scope, self._open_entries = "statement", False
        elif tag == "20":
            yield from self._began()

    def end(self) -> Iterator[FoundCharge | Problem]:
        """What waits at the end of the file."""
        if not self._any:
            raise ReadError(phrase("no MT940 field in the file; choose MT940 or SWIFT when downloading"))
        yield from self._waiting()
        yield from self._unfinished()

    def _began(self) -> Iterator[Problem]:
        yield from self._unfinished()
        self._account = self._currency = self._scope = ""

    def _unfinished(self) -> Iterator[Problem]:
        if self._open_entries:
            self._open_entries = False
            yield Problem(
                "",
                "cut-off",
                str(phrase("a statement ends without its closing balance; entries may be missing, download it again")),
            )

    def _take_account(self, field: Field) -> Iterator[Problem]:
        if self._open_entries:
            yield Problem(
                str(phrase("line %(place)s", place=field.place)),
                "misplaced-field",
                str(
                    phrase(
                        "an account field stands among the entries and was left out; correct it to `:86:` if it holds details"
                    )
                ),
            )
            return
        account = folded(" ".join(field.lines), MAX_ID)
        with_currency = _IBAN_AND_CURRENCY.fullmatch(account)
        self._account = with_currency[1] if with_currency else account.replace(" ", "")

    def _take_entry(self, field: Field) -> Iterator[Problem]:
        self._open_entries = True
        try:
            self._entry, self._details, self._scope = entry(field, self._currency), [], "entry"
        except Fault as fault:
            self._scope = "faulty"
            yield Problem(str(phrase("line %(place)s", place=field.place)), fault.code, fault.sentence)

    def _take_details(self, field: Field) -> Iterator[Problem]:
        if self._entry:
            self._details += field.lines
        elif not self._scope:
            self._scope = "faulty"
            yield Problem(
                str(phrase("line %(place)s", place=field.place)),
                "misplaced-field",
                str(phrase("details (`:86:`) stand before any entry; download it again")),
            )

    def _waiting(self) -> Iterator[FoundCharge]:
        """The entry before this field, whose details are now complete."""
        if self._entry is None:
            return
        waiting, self._entry = self._entry, None
        found = self._charge(waiting)
        yield self._own_ids.counted(found) if found.own_id else found

    def _charge(self, waiting: Entry) -> FoundCharge:
        said = details(self._details, waiting.minor > 0)
        # Rabobank prints the other account as supplementary details, ASN as the customer's reference.
        accounts = [text for text in (waiting.supplementary, waiting.reference) if _ACCOUNT_NUMBER(text)]
        return FoundCharge(
            booked=waiting.booked,
            minor=waiting.minor,
            currency=waiting.currency,
            counterparty=said.counterparty,
            purpose=said.purpose or ("" if waiting.supplementary in accounts else waiting.supplementary),
            own_id=waiting.bank_reference,
            bank_account=self._account,
            value_on=waiting.value_on,
            counterparty_account=said.account or next(iter(accounts), ""),
            creditor_id=said.creditor_id,
            mandate=said.mandate,
            pending=waiting.pending,
        )
