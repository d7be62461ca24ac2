"""Bank exports as CSV, of any bank: found by their headings and cells, not by the bank's name.

Promises: the encoding, the delimiter, the lines above and below the table, the columns and the way dates and
amounts are written are told from the file; the order of day and month from the whole column, never from a row.
Pending rows are marked, declined and reverted ones left out, totals and balances passed over. What cannot be told
is asked for (`--map FILE`, see `owner_mapping` for its keys), never guessed. A faulty row is a problem with its line.

Does not: convert currencies, pair a payment with its currency conversion, or read tables without a date and an
amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.frame import Manifest, Source
from connectors.readers.bank_csv import decoding, layout, reading
from connectors.readers.bank_csv.columns import choose
from connectors.readers.bank_csv.owner_mapping import OwnerMapping
from vault.findings import Finding, Problem

# How sure: a known header with fitting cells, a header alone, a header that only speaks of dates and amounts.
_SURE, _LIKELY, _POSSIBLE, _TABLE_OF_BOOKINGS = 80, 60, 25, 5
# First characters of formats that other readers read; none begins a table.
_FOREIGN = (b"<", b"{", b"[", b":20:", b"OFXHEADER", b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xd0\xcf\x11\xe0")


class BankCsv:
    manifest = Manifest(
        name="bank_csv",
        title="Bank statement (CSV)",
        kind="bank",
        formats=("CSV",),
        yields=("charge",),
        how_to_get="in your bank's online banking open the list of bookings and export it as CSV",
    )

    def sniff(self, head: bytes) -> int:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_FOREIGN):
            return 0
        text = _text(head)
        table = layout.find_table(text, OwnerMapping())
        if table is None:
            return _TABLE_OF_BOOKINGS if layout.looks_like_bookings(text) else 0
        fits = {"booked"} <= choose(table.header, table.sample).keys()
        if not fits:
            return 0
        if table.score == 1:
            return _POSSIBLE
        return _SURE if any(len(row) > 1 for row in table.sample) else _LIKELY

    def header_key(self, head: bytes) -> str:
        return "" if head.startswith(_FOREIGN) else layout.fingerprint(_text(head))

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        return reading.read(source)


def _text(head: bytes) -> str:
    text = head.decode(decoding.guess(head), "replace").lstrip("\ufeff").replace("\0", "")
    return layout.whole_lines(text, "\n" not in text and "\r" not in text) or text


READER = BankCsv()
