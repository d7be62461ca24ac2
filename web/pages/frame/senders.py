"""Who sent something, as the owner knows them."""

from __future__ import annotations

from vault.butler.market_rows import counted_as
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import vendors as vendor_store


def name_of(vault: Vault, address: str, vendor: int | None) -> str:
    """As the owner has it, else as its client calls itself, else its domain."""
    row = vendor_store.vendor(vault.connection, vendor) if vendor is not None else None
    client = agreement_store.client_by_url(vault.connection, address)
    return (row.name if row else "") or (client.name if client else "") or counted_as(address)
