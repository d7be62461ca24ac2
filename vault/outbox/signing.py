"""The keys that sign what is sent to a client: its own, derived from what only this vault and this client share the name of.

They are not the keys that sign agreements: a signature on an event is none on anything else, and another client's key tells
nothing of this one's. A new generation is another key; for a while the one before signs as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from terms.proof.keys import Sign
from vault import crypto
from vault.session import Vault
from vault.store import agreements
from vault.store.outbox import WebhookRow
from vault.times import stamp

# For a vendor to bring the new key to all its servers.
OVERLAP: Final = timedelta(days=7)
_PURPOSE: Final = "firstparty webhook signing 1"


def public_key(vault: Vault, row: WebhookRow) -> bytes:
    """By which the client verifies from now on."""
    return _signer(vault, row.client, row.generation).public


def previous_key(vault: Vault, row: WebhookRow) -> bytes | None:
    """The key before, while it signs as well."""
    return _signer(vault, row.client, row.generation - 1).public if _overlaps(row, vault.now) else None


def signers(vault: Vault, row: WebhookRow) -> tuple[Sign, ...]:
    """What signs now, the newest first."""
    generations = (row.generation, row.generation - 1) if _overlaps(row, vault.now) else (row.generation,)
    return tuple(_signer(vault, row.client, each).sign for each in generations)


def _overlaps(row: WebhookRow, now: datetime) -> bool:
    return row.rotated_at is not None and row.rotated_at > stamp(now - OVERLAP)


def _signer(vault: Vault, client: int, generation: int) -> crypto.Signer:
    seed, _ = agreements.identity(vault.connection, client)
    return crypto.Signer(crypto.derive(seed, _PURPOSE, context=generation.to_bytes(8, "big")))
