"""The outbox for programs."""

from __future__ import annotations

import msgspec

from vault import outbox
from vault.session import Vault
from vault.store import agreements
from vault.store import outbox as store
from vault.store.outbox import DeliveryRow


class Webhook(msgspec.Struct, frozen=True):
    """Where a vendor's client wants its events sent. `problem` says why that does not work, or who ended it; `failing_since` is
    null unless the last attempt failed."""

    vendor: str
    client: str
    url: str
    state: str
    events: tuple[str, ...] | None
    problem: str | None
    failing_since: str | None


class Delivery(msgspec.Struct, frozen=True):
    """An event that was not delivered yet. `state` is `waiting` or `dead`; `problem` what the last attempt came to."""

    id: str
    vendor: str
    client: str
    type: str
    about: str
    at: str
    state: str
    attempts: int
    next_at: str | None
    last_at: str | None
    problem: str | None


class Outbox(msgspec.Struct, frozen=True):
    webhooks: tuple[Webhook, ...]
    deliveries: tuple[Delivery, ...]


def of(vault: Vault, *, only_dead: bool) -> Outbox:
    rows = [row for row in outbox.undelivered(vault) if not only_dead or row.state == "dead"]
    return Outbox(tuple(_webhooks(vault)), tuple(map(delivery, rows)))


def _webhooks(vault: Vault) -> list[Webhook]:
    found = []
    for row in store.webhooks(vault.connection):
        client = agreements.client(vault.connection, row.client)
        if row.state != "removed":
            found.append(
                Webhook(
                    client.vendor_name or client.name or client.url, client.url, row.url, row.state,
                    row.types or None, row.because or None, row.failing_since,
                )
            )  # fmt: skip
    return found


def delivery(row: DeliveryRow) -> Delivery:
    vendor = row.vendor_name or row.client_name or row.client_url
    return Delivery(
        row.id, vendor, row.client_url, row.type, row.subject, row.at, row.state, row.attempts, row.next_at, row.last_at,
        _problem(row),
    )  # fmt: skip


def _problem(row: DeliveryRow) -> str | None:
    return row.code or (f"status {row.status}" if row.status else None)
