"""OFX 1.x (SGML), OFX 2.x (XML) and QFX: what a bank offers as "Microsoft Money" or "Quicken" download.

Promises: every `STMTTRN` of every statement (bank, card, and the cash side of an investment statement) is a
charge or a Problem; so are the pending `STMTTRNP` of OFX 2.1.1 and later. Files of any size are read in pieces.

Rules

- The day is the one the bank printed (`DTPOSTED`, `DTTRAN` for pending rows), whatever zone stands behind it.
- The currency is `CURSYM` of a `CURRENCY` aggregate (amount not converted), else the statement's `CURDEF`;
  `ORIGCURRENCY` only tells where a converted amount came from (OFX 1.6, section 5.2).
- `FITID` is the row's own id, made unique where the bank did not (`connectors.own_ids`).
- A status that is no success is a Problem with the bank's own message.
- Securities trades are no charges: one Problem per investment statement says how many were left out.

It does not validate against the DTD, and does not read balances, positions, bill payments or loans.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.frame import Manifest, Reader, Source
from connectors.readers.ofx import encoding, statement
from vault.findings import Finding, Problem


class OfxReader:
    manifest = Manifest(
        name="ofx",
        title="OFX and QFX bank statements",
        kind="bank",
        formats=("OFX 1.0–1.6 (SGML)", "OFX 2.0–2.3 (XML)", "QFX"),
        yields=("charge",),
        how_to_get="in online banking, choose to download transactions for Quicken or Microsoft Money (.ofx, .qfx)",
    )

    def sniff(self, head: bytes) -> int:
        return encoding.likeness(head)

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        return statement.read(source.stream)


READER: Reader = OfxReader()
