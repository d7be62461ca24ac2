"""The walk through an OFX file: whose statement a row belongs to, and what is wrong with the file.

Between two rows stands structure (statement, account, currency, status); `Walk` keeps what holds for the next
row. A file may carry several statements, of several accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from connectors.frame import ReadError
from connectors.own_ids import OwnIds
from connectors.printed import folded
from connectors.readers.ofx.pieces import pieces
from connectors.readers.ofx.row import Fault, charge, plain
from terms.phrases import phrase
from vault.findings import MAX_ID, FoundCharge, Problem

_TAG = re.compile(r"<(/?)([A-Z][A-Z0-9._]*)>([^<]*)")
# Where a row ends that the bank did not close.
_ROW_END = re.compile(r"</(?:BANKTRANLISTP?|INVBANKTRAN|STMTRS|CCSTMTRS|OFX)>|<LEDGERBAL>")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}").fullmatch
_STATEMENTS = frozenset({"STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "STMTRS", "CCSTMTRS", "INVSTMTRS"})
_OWN_ACCOUNTS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
_PENDING_LISTS = frozenset({"PENDING", "BANKTRANLISTP"})
_NO_ERROR = frozenset({"", "INFO", "WARN"})


def read(stream: BinaryIO) -> Iterator[FoundCharge | Problem]:
    """Charges and Problems in file order."""
    walk = Walk()
    for piece, before_row in pieces(stream):
        start, *rows = piece.split("<STMTTRN>")
        yield from walk.structure(start)
        for left, row in zip(range(len(rows) - 1, -1, -1), rows, strict=True):
            inside, closed, after = row.partition("</STMTTRN>")
            if not closed:
                inside, closed, after = _ended(inside, sure=before_row or left > 0)
            yield walk.row(inside) if closed else walk.cut_row()
            if after and not after.isspace():
                yield from walk.structure(after)
    yield from walk.end()


def _ended(row: str, sure: bool) -> tuple[str, str, str]:
    """A row that the bank did not close: its inside, how it ends (empty when the file was cut there), the rest."""
    end = _ROW_END.search(row)
    if end:
        return row[: end.start()], end[0], row[end.start() :]
    return row, "<STMTTRN>" if sure else "", ""


class Walk:
    """What the structure read so far says about the next row."""

    def __init__(self) -> None:
        self._inside_ofx = self._ended = False
        self._currency = ""
        self._bank = self._account = self._bank_account = ""
        self._own = self._pending = False
        self._status: dict[str, str] | None = None
        self._trades = self._rows = 0
        self._own_ids = OwnIds()

    def row(self, inside: str) -> FoundCharge | Problem:
        """The charge of one row, or its Problem."""
        self._rows += 1
        try:
            found = charge(inside, self._currency, self._bank_account, self._pending)
        except Fault as fault:
            return Problem(self._where(), fault.code, fault.sentence)
        return self._own_ids.told_apart(found) if found.own_id else found

    def cut_row(self) -> Problem:
        """A row without an end."""
        self._rows += 1
        return Problem(self._where(), "cut-off", str(phrase("the file ends within this row; download it again")))

    def structure(self, text: str) -> Iterator[Problem]:
        """Takes in the tags between rows."""
        for closing, tag, value in _TAG.findall(text):
            if closing:
                yield from self._closed(tag)
            else:
                self._opened(tag, value)

    def end(self) -> Iterator[Problem]:
        """What can only be said when the file is over."""
        if not self._inside_ofx:
            raise ReadError(phrase("no `OFX` tag in the file; choose the OFX or Quicken format when downloading"))
        yield from self._status_problem()
        yield from self._trades_problem()
        if not self._ended:
            yield Problem(
                "",
                "cut-off",
                str(phrase("the file ends before `</OFX>`; rows may be missing, download it again")),
            )

    def _opened(self, tag: str, value: str) -> None:
        if tag in _STATEMENTS:
            self._currency = self._bank = self._account = self._bank_account = ""
            self._pending = False
        elif tag in _OWN_ACCOUNTS:
            self._own, self._bank, self._account = True, "", ""
        elif self._own and tag in ("BANKID", "ACCTID"):
            self._take_account(tag, plain(value))
        elif tag == "CURDEF":
            self._currency = value.strip().upper()
        elif tag == "STATUS":
            self._status = {}
        elif self._status is not None and tag in ("CODE", "SEVERITY", "MESSAGE"):
            self._status[tag] = plain(value).strip()
        elif tag == "INVTRAN":
            self._trades += 1
        elif tag in _PENDING_LISTS:
            self._pending = True
        elif tag == "OFX":
            self._inside_ofx, self._ended = True, False

    def _closed(self, tag: str) -> Iterator[Problem]:
        if tag in _OWN_ACCOUNTS:
            self._own = False
        elif tag in _PENDING_LISTS:
            self._pending = False
        elif tag == "STATUS":
            yield from self._status_problem()
        elif tag in ("INVTRANLIST", "INVSTMTRS"):
            yield from self._trades_problem()
        elif tag == "OFX":
            self._ended = True

    def _take_account(self, tag: str, value: str) -> None:
        """The own account: an IBAN alone, else bank and number, since numbers repeat between banks."""
        if tag == "BANKID":
            self._bank = folded(value, MAX_ID)
        else:
            self._account = folded(value, MAX_ID)
        alone = not self._bank or not self._account or _IBAN(self._account.replace(" ", ""))
        self._bank_account = self._account if alone else f"{self._bank}/{self._account}"[:MAX_ID]

    def _status_problem(self) -> Iterator[Problem]:
        status, self._status = self._status, None
        if not status or status.get("SEVERITY", "").upper() in _NO_ERROR:
            return
        code = folded(status.get("CODE", ""), 20)
        said = folded(status.get("MESSAGE", ""), 1_000) or "no message"
        yield Problem(
            "",
            "bank-error",
            str(
                phrase(
                    "instead of a statement the bank answered `%(said)s` (code `%(code)s`); download it again",
                    said=said,
                    code=code,
                )
            ),
        )

    def _trades_problem(self) -> Iterator[Problem]:
        if self._trades:
            trades, self._trades = self._trades, 0
            yield Problem(
                str(phrase("account %(bank_account)s", bank_account=self._bank_account[-4:])),
                "trades-not-read",
                str(
                    phrase(
                        "%(trades)s securities trades are left out: they are no charges; only cash movements were read",
                        trades=trades,
                    )
                ),
            )

    def _where(self) -> str:
        return str(phrase("transaction %(number)s", number=self._rows))
