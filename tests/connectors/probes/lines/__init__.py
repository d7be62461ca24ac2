"""A small honest reader: `LINES`, then one row `minor text` a line; a row without a number is a problem."""

from datetime import date

from connectors.frame import Manifest
from vault.findings import FoundCharge, Problem


class Lines:
    manifest = Manifest("lines", "Lines", "bank", ("lines",), ("charge",), "write it")

    def sniff(self, head):
        return 100 if head.startswith(b"LINES\n") else 0

    def header_key(self, head):
        return "lines" if head.startswith(b"LINES\n") else ""

    def read(self, source):
        source.stream.readline()
        for number, line in enumerate(source.stream, 2):
            minor, _, text = line.decode().rstrip("\n").partition(" ")
            try:
                yield FoundCharge(date(2025, 1, 2), int(minor), "EUR", text, (source.mapping or {}).get("purpose", ""))
            except ValueError:
                yield Problem(f"line {number}", "amount", "not a number")


READER = Lines()
