"""A reader of files that need a passphrase: `SEALED`, then the passphrase."""

from datetime import date

from connectors.frame import Manifest, PassphraseNeeded
from vault.findings import FoundCharge


class Sealed:
    manifest = Manifest("sealed", "Sealed", "bank", ("sealed",), ("charge",), "write it")

    def sniff(self, head):
        return 100 if head.startswith(b"SEALED\n") else 0

    def read(self, source):
        wanted = source.stream.read().decode().split("\n")[1]
        if source.passphrase != wanted:
            raise PassphraseNeeded("the export is protected by a password")
        yield FoundCharge(date(2025, 1, 2), -100, "EUR", source.name)


READER = Sealed()
