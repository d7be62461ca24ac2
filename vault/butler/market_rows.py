"""Intentions and requests as they are stored, read back."""

from __future__ import annotations

import msgspec

from vault import ids
from vault.policy import intentions, requests
from vault.policy.intention_life import State
from vault.policy.known import Wanted
from vault.relationships.domains import registrable
from vault.store import market
from vault.store.connection import Connection
from vault.store.market import IntentionRow


def intention_of(row: IntentionRow) -> intentions.Intention:
    return intentions.of_json(msgspec.json.decode(row.body))


def request_of(body: str) -> requests.Request:
    return requests.of_json(msgspec.json.decode(body))


def counted_as(sender: str) -> str:
    """What a sender's requests are counted by: its registrable domain, so that another address of it is no other sender.
    An address without one stands for itself."""
    return registrable(sender) or sender


def wanted(connection: Connection, intent: str, vendor: str) -> Wanted | None:
    """The intention of an id as written in a request, with how many offers the vendor has made for it."""
    parsed = ids.parse(intent)
    row = market.intention(connection, parsed[1]) if parsed and parsed[0] == "intention" else None
    if row is None:
        return None
    return Wanted(intention_of(row), State(row.state), market.offers_of(connection, row.id, counted_as(vendor)))
