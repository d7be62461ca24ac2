"""How often a sender has asked lately, kept up with the table of requests instead of counted anew.

Requests are only ever added, with ids that grow: so what was read once is counted once. INVARIANT: whoever keeps this across
transactions drops it where one of them was taken back (`keeping`).
"""

from __future__ import annotations

from bisect import bisect_left, insort

from msgspec import Struct

from vault.policy.verdicts import Kind
from vault.store import decisions as store
from vault.store.connection import Connection

# Senders whose times are held at once; who comes back after so many others is read anew.
_MAX_SENDERS = 1_000


class _Times(Struct):
    """From `begin` on, earliest first."""

    begin: str
    times: list[str]


class Counts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._of: dict[tuple[str, tuple[Kind, ...]], _Times] = {}
        self._last = store.largest(connection, "request")

    def since(self, domain: str, begin: str, kinds: tuple[Kind, ...]) -> int:
        """How many requests of these kinds came from a domain at or after a time, as of when this last read on."""
        held = self._of.get((domain, kinds))
        if held is None or begin < held.begin:
            if len(self._of) >= _MAX_SENDERS:
                self._of.clear()
            held = _Times(begin, store.times_since(self._connection, domain, begin, kinds))
            self._of[domain, kinds] = held
        return len(held.times) - bisect_left(held.times, begin)

    def read_on(self) -> None:
        for id, domain, kind, at in store.requests_after(self._connection, self._last):
            self._last = id
            for (of, kinds), held in self._of.items():
                if of == domain and kind in kinds and at >= held.begin:
                    insort(held.times, at)
