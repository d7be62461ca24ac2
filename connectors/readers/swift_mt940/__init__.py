"""SWIFT MT940 (and MT942) statements, as banks of many countries write them.

Promises: every `:61:` is a charge or a Problem. The file is read field by field, so one broken field spoils one
entry and not the file, and memory does not follow its size.

Rules

- The sign is the mark: `C` and `RD` (a debit taken back) are money in, `D` and `RC` money out; `EC` and `ED`
  (MT942) are expected, so pending. The letter after it is the funds code, not part of the mark.
- The day is the entry date, whose year is the one nearest to the value date; without it, the value date.
- A value date of 29 to 31 February (banks that count thirty days a month) is that February's last day.
- `:86:` is read as German numbered fields with SEPA keywords, as Dutch `/NAME/` code words, or as plain text.
- The own id is the bank's reference behind `//` with day, amount and occurrence, since many banks repeat it.
- `:86:` behind a closing balance speaks of the statement and is left out.

It does not check balances. The library mt-940 is not used: it reads a file as a whole, fails as a whole, and logs
the line that it failed on; the tests compare against it instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.frame import Manifest, Reader, Source
from connectors.readers.swift_mt940 import statement
from vault.findings import Finding, Problem

_AT_START = rb"(?:^|[\r\n]|@@|\{4:)[ \t]*"
_REFERENCE = re.compile(_AT_START + rb":20:")
_ACCOUNT = re.compile(_AT_START + rb":(?:25P?|28C?):")
_ENTRY = re.compile(_AT_START + rb":(?:61:[0-9]{6}|60[FM]:[CD]?[0-9]{6}[A-Z]{3})")
_DETAILS = re.compile(rb"\s*:86:")


class Mt940Reader:
    manifest = Manifest(
        name="mt940",
        title="MT940 bank statements (SWIFT)",
        kind="bank",
        formats=("MT940", "MT942"),
        yields=("charge",),
        how_to_get="in online banking, choose MT940 or SWIFT when downloading transactions (.sta, .mt940, .swi)",
    )

    def sniff(self, head: bytes) -> int:
        if _ENTRY.search(head):
            return 95 if _REFERENCE.search(head) or _ACCOUNT.search(head) else 80
        if _REFERENCE.search(head) and _ACCOUNT.search(head):
            return 85
        return 20 if _DETAILS.match(head) else 0

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        return statement.read(source.stream)


READER: Reader = Mt940Reader()
