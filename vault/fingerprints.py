"""Keyed fingerprints by which an import knows what is already there.

A record's own id in its source comes first; without one, its content *counted by occurrence within the file*: two equal
coffees on one day are two, the same statement twice adds nothing, overlapping statements merge. The fingerprints are
keyed (BLAKE2b), so that they say nothing without the vault's key, even in an export.

Some banks reuse an id; so day and amount belong to a charge's key even where the source gives an id.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from urllib.parse import urlsplit

from vault.findings import FoundAccount, FoundCharge
from vault.first_seen import VALUE_MASK, FirstSeen

# 128 bits: no accidental equal among any number of records a person can have.
_BYTES = 16
_SEPARATOR = "\x1f"


class Fingerprinter:
    """Fingerprints of one file's findings; make a new one for each file, since occurrences are counted in it."""

    def __init__(self, key: bytes, connector: str) -> None:
        self._keyed = hashlib.blake2b(key=key, digest_size=_BYTES)
        self._connector = connector
        self._named, self._printed = FirstSeen(), FirstSeen()
        self._number = 0
        self._again: Counter[str] = Counter()

    def _of(self, text: str) -> bytes:
        hashing = self._keyed.copy()
        hashing.update(text.encode("utf-8", "surrogatepass"))
        return hashing.digest()

    def bank_account(self, number: str) -> bytes:
        """The same for every way to space one number; files that name none share one per connector."""
        plain = "".join(number.split()).upper()
        return self._of(f"bank-account{_SEPARATOR}{plain or self._connector}")

    def charge(self, charge: FoundCharge, account: bytes) -> bytes:
        day = charge.booked.toordinal()
        core = f"{account.hex()}\x1f{day}\x1f{charge.minor}\x1f{charge.currency}"
        if charge.own_id:
            named = f"id\x1f{charge.own_id}\x1f{core}"
            printed = hash((charge.counterparty, charge.purpose)) & VALUE_MASK
            if self._named.of(day, named, printed) == printed:
                return self._of(named)
        text = f"{core}\x1f{charge.counterparty}\x1f{charge.purpose}"
        return self._of(f"content\x1f{self._occurrence(day, text)}\x1f{text}")

    def _occurrence(self, day: int, text: str) -> int:
        self._number = (self._number + 1) & VALUE_MASK
        if self._printed.of(day, text, self._number) == self._number:
            return 1
        self._again[text] += 1
        return self._again[text] + 1

    def account(self, account: FoundAccount) -> tuple[bytes | None, bytes]:
        """(by own id, by content); the content is what a second password manager would list alike."""
        hosts = sorted({_host(url).removeprefix("www.") for url in account.urls})
        text = _SEPARATOR.join((*hosts, account.username.casefold(), "" if hosts else account.title.casefold()))
        self._again[text] += 1
        own = f"account{_SEPARATOR}{self._connector}{_SEPARATOR}{account.own_id}"
        content = f"account{_SEPARATOR}{self._again[text]}{_SEPARATOR}{text}"
        return (self._of(own) if account.own_id else None, self._of(content))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:  # `http://[` is no address
        return url


def masked(number: str) -> str:
    """Enough of a bank account number for its owner to know it: country and last four."""
    plain = "".join(number.split())
    head = plain[:2] if plain[:2].isalpha() else ""
    return f"{head}…{plain[-4:]}" if len(plain) > 6 else plain
