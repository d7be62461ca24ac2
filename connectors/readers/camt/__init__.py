"""ISO 20022 bank-to-customer messages: CAMT.052 (report), CAMT.053 (statement), CAMT.054 (notification).

Promises: every `Ntry` of every statement is read or named in a Problem, and the charges of an entry always add up
to the entry's amount. Elements are matched by local name, so that every version (001.01 to 001.13) and the
national dialects read alike. The file is streamed; memory does not follow its size.

Rules

- The sign is `CdtDbtInd`. `RvslInd` does not turn it (ISO 20022: a reversed debit *is* a credit entry); it only
  says that creditor and debtor are those of the payment that was reversed.
- An entry with several `TxDtls` is one charge per detail when each carries an amount in the entry's currency and
  they add up to the entry; otherwise the entry is one charge.
- The counterparty is the side whose account is not the statement's, else the one that the direction tells; its
  ultimate party's name comes first, since behind a payment service stands the merchant.
- The day is `BookgDt` as printed, else `ValDt`. `PDNG` and `FUTR` are pending; `INFO` is no booking: a Problem.
- The own id is the account servicer's reference (entry, else detail), else `TxId`, else a long `NtryRef`; never
  `EndToEndId`, which the payer repeats every month, and never `NOTPROVIDED`.
- Document type definitions are refused and entities are never resolved.

It does not read balances, interest or charges' break-down, and does not validate against the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.frame import Manifest, Reader, Source
from connectors.readers.camt import document
from vault.findings import Finding, Problem

_NAME_SPACE = re.compile(rb"camt\.05[234]\.001\.[0-9]{2}")
_MESSAGE = re.compile(rb"<(?:[A-Za-z0-9_-]+:)?(?:BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)[\s>/]")


class CamtReader:
    manifest = Manifest(
        name="camt",
        title="CAMT bank statements (ISO 20022)",
        kind="bank",
        formats=("CAMT.052", "CAMT.053", "CAMT.054"),
        yields=("charge",),
        how_to_get="in online banking, choose CAMT or XML when downloading transactions or account statements",
    )

    def sniff(self, head: bytes) -> int:
        plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if not plain.startswith(b"<"):
            return 0
        if _MESSAGE.search(plain):
            return 100
        return 90 if _NAME_SPACE.search(plain) else 0

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        return document.read(source.stream)


READER: Reader = CamtReader()
