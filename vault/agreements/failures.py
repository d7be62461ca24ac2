"""Failed deliveries: what came and was refused and belongs to no agreement, by code and digest, never by content.

Strangers can send such things, so only so many a day are recorded.
"""

from __future__ import annotations

from typing import Final

from terms.proof import jws
from terms.refusals import Refused
from vault.session import Vault
from vault.store import agreements as store
from vault.store.agreements import DeliveryRow
from vault.store.audit import OWN_LOG
from vault.times import stamp

# A person notices a vendor that fails this often, and a log that grows by more a day can be filled by strangers.
MAX_FAILED_DELIVERIES: Final = 100


def recorded(vault: Vault, raw: bytes, refusal: Refused) -> bool:
    """Record it with its leaf, unless the day has had its share; says whether."""
    at = stamp(vault.now)
    if store.deliveries_since(vault.connection, at[:10]) >= MAX_FAILED_DELIVERIES:
        return False
    row = DeliveryRow(at, refusal.code, jws.digest(raw))
    with vault.transaction():
        leaf = vault.log("agreement.delivery-failed", {"code": row.code, "digest": row.digest})
        store.add_delivery(vault.connection, row, log=OWN_LOG, leaf=leaf)
    return True
