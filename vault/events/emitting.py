"""Writing an event down."""

from __future__ import annotations

import base64
from typing import Final

from vault import crypto
from vault.events.types import EventType
from vault.session import Vault
from vault.store import events as store
from vault.store import outbox
from vault.times import stamp

# As Standard Webhooks ids are made: random, so that no id tells how much happens in a vault.
_PREFIX: Final = "msg_"


def emit(vault: Vault, client: int, type: EventType, subject: str = "") -> str:
    """Inside a transaction: the client is owed word of this; gives the event's id. `subject` is an id as the client knows it."""
    id = _PREFIX + base64.urlsafe_b64encode(crypto.random_bytes(24)).decode()
    at = stamp(vault.now)
    number = store.add(vault.connection, id=id, client=client, type=type, subject=subject, at=at)
    # Whether it goes out is decided here, by the webhook as it is now, in the same write: there is no second step to lose.
    outbox.add_delivery(vault.connection, number, client, type, EventType.WEBHOOK_TESTED, at)
    return id
