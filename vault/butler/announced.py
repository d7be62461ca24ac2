"""Prices and renewals that a vendor announced by itself: judged when they came, and told in the next round, each once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vault.butler.decisions import Butler, Decision, facts_of, of_rows
from vault.policy.effects import SHOWN
from vault.policy.facts import Facts
from vault.store import decisions as store
from vault.store import messages as message_store
from vault.times import stamp


class Announced(Struct, frozen=True):
    """`about` is what it is about: the contract as the vault has it, else what the vendor called its message."""

    decision: Decision
    facts: Facts
    about: str


def announced(butler: Butler) -> Iterator[Announced]:
    """What was not told before and is worth a look as it stands, oldest first; told by being read here."""
    vault = butler.vault
    waiting = message_store.untold_changes(vault.connection)
    judged = store.latest(vault.connection, [request for _, request in waiting])
    for number, request in waiting:
        made = of_rows(vault, *judged[request])
        row = message_store.message(vault.connection, number)
        assert row is not None  # it was listed
        with vault.transaction():
            message_store.put_told(vault.connection, number, stamp(vault.now))
        if made.effect in SHOWN:
            facts = facts_of(vault, made)
            vendor = row.vendor_name or row.client_name or row.client_url
            yield Announced(made, facts, str(facts.get("contract.title") or f"{vendor}, “{row.subject}”"))
