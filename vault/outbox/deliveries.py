"""Deliveries: what is sent next, what came of it, and the dead letters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.proof.keys import Sign
from vault.outbox.registry import FAR, switch_off
from vault.outbox.signing import signers
from vault.policy.webhook_life import PROVEN, WANTED, DeliveryState, Event, State, next_state
from vault.session import Vault
from vault.store import events as event_store
from vault.store import outbox as store
from vault.store.events import EventRow
from vault.store.outbox import DeliveryRow, WebhookRow
from vault.times import stamp

# After so many failures in a row an endpoint was down, and what waits for it waits for that alone.
_DOWN: Final = 3
# An endpoint that took nothing for as long as a delivery is tried: what is as old as that is given up with it.
_GIVEN_UP: Final = timedelta(days=3)


class UnknownDeliveryError(FirstpartyError):
    code = "not-found"


class Prepared(msgspec.Struct, frozen=True):
    """An attempt about to be made. `failures` are those of the endpoint in a row, `signers` what signs it."""

    row: DeliveryRow
    url: str
    failures: int
    signers: tuple[Sign, ...]


class Failure(msgspec.Struct, frozen=True):
    """What came of an attempt that failed: when this is tried again, or never, and until when the endpoint is left alone.
    `is_gone`: the endpoint said that it wants no more."""

    status: int
    code: str
    next_at: datetime | None
    paused_until: datetime | None
    is_gone: bool = False


def to_send(vault: Vault) -> list[int]:
    """The clients to which something is to be sent by now."""
    return store.to_send(vault.connection, stamp(vault.now), stamp(vault.now + FAR))


def prepared(vault: Vault, client: int) -> Prepared | None:
    """What is sent to this client next, if something is due."""
    row = store.next_delivery(vault.connection, client, stamp(vault.now), stamp(vault.now + FAR))
    webhook = store.webhook(vault.connection, client) if row else None
    if row is None or webhook is None:
        return None
    return Prepared(row, webhook.url, webhook.failures, signers(vault, webhook))


def deliver(vault: Vault, made: Prepared) -> tuple[EventRow, ...]:
    """The client's server took it; gives the event if it was not seen before."""
    at = stamp(vault.now)
    with vault.transaction():
        event = event_store.event(vault.connection, made.row.client, made.row.id)
        if event is None:
            return ()  # forgotten meanwhile
        event_store.set_seen(vault.connection, [event.number], at)
        row = store.delivery(vault.connection, event.number)
        if row is not None:
            _put(vault, row, state=DeliveryState.DELIVERED, next_at=None, status=0, code="")
        webhook = store.webhook(vault.connection, made.row.client)
        if webhook is not None and webhook.failures and _is_the_same(webhook, made):
            _put_webhook(vault, webhook, Event.SUCCEED, failures=0, failing_since=None, paused_until=None)
            if webhook.failures >= _DOWN:
                store.wait_no_longer(vault.connection, webhook.client, at)
        return (event,) if event.seen_at is None else ()


def fail(vault: Vault, made: Prepared, why: Failure) -> None:
    """An attempt did not succeed."""
    with vault.transaction():
        row = store.delivery(vault.connection, made.row.event)
        webhook = store.webhook(vault.connection, made.row.client)
        if row is None or row.state != DeliveryState.WAITING or webhook is None or not _is_the_same(webhook, made):
            return  # switched off or changed meanwhile: it says nothing of what is there now
        if why.is_gone:
            switch_off(vault, webhook.client, "gone")
            return
        since = webhook.failing_since or stamp(vault.now)
        _put_webhook(
            vault,
            webhook,
            Event.FAIL,
            failures=webhook.failures + 1,
            failing_since=since,
            paused_until=stamp(why.paused_until) if why.paused_until else None,
        )
        state = DeliveryState.WAITING if why.next_at else DeliveryState.DEAD
        next_at = stamp(why.next_at) if why.next_at else None
        _put(vault, row, state=state, next_at=next_at, status=why.status, code=why.code)
        long_ago = stamp(vault.now - _GIVEN_UP)
        if state is DeliveryState.DEAD and since <= long_ago:
            store.give_up(vault.connection, webhook.client, long_ago)


def _put(vault: Vault, row: DeliveryRow, *, state: DeliveryState, next_at: str | None, status: int, code: str) -> None:
    after = msgspec.structs.replace(
        row,
        state=state,
        attempts=row.attempts + 1,
        next_at=next_at,
        last_at=stamp(vault.now),
        status=status,
        code=code,
    )
    store.put_delivery(vault.connection, after)


def _put_webhook(
    vault: Vault, row: WebhookRow, event: Event, *, failures: int, failing_since: str | None, paused_until: str | None
) -> None:
    after = msgspec.structs.replace(
        row,
        state=next_state(State(row.state), event),
        failures=failures,
        failing_since=failing_since,
        paused_until=paused_until,
        changed_at=stamp(vault.now),
    )
    store.put_webhook(vault.connection, after)


def _is_the_same(webhook: WebhookRow, made: Prepared) -> bool:
    return webhook.url == made.url and webhook.state in PROVEN


# --- the owner's side -----------------------------------------------------------------------------------------------


def undelivered(vault: Vault) -> list[DeliveryRow]:
    """What waits and what is dead, oldest first."""
    return store.deliveries(vault.connection, (DeliveryState.WAITING, DeliveryState.DEAD))


def dead(vault: Vault) -> int:
    """How many dead letters there are."""
    return store.count(vault.connection, DeliveryState.DEAD)


def replay(vault: Vault, id: str) -> DeliveryRow:
    """Send a dead letter again, by the whole schedule, with the id that it has."""
    found = [row for row in store.deliveries(vault.connection, (DeliveryState.DEAD,)) if row.id == id]
    if not found:
        raise UnknownDeliveryError(
            phrase("there is no dead letter `%(id)s`", id=id[:60]), hint=phrase("see `firstparty outbox --dead`")
        )
    with vault.transaction():
        if not _again(vault, found[0]):
            raise FirstpartyError(
                phrase("its client has no webhook that is on"),
                hint=phrase("the client reads it in its feed"),
                code="no-webhook",
            )
    return found[0]


def replay_all(vault: Vault) -> tuple[int, int]:
    """Send all dead letters again; gives how many, and how many not, since their clients have no webhook that is on."""
    with vault.transaction():
        rows = store.deliveries(vault.connection, (DeliveryState.DEAD,))
        sent = sum(_again(vault, row) for row in rows)
    return sent, len(rows) - sent


def _again(vault: Vault, row: DeliveryRow) -> bool:
    webhook = store.webhook(vault.connection, row.client)
    if webhook is None or webhook.state not in WANTED:
        return False
    at = stamp(vault.now)
    again = msgspec.structs.replace(row, state=DeliveryState.WAITING, attempts=0, next_at=at)
    store.put_delivery(vault.connection, again)
    store.put_webhook(vault.connection, msgspec.structs.replace(webhook, paused_until=None))
    return True
