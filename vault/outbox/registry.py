"""Webhooks: registered by a client, proven by its server, switched off. Each step is one transaction with its leaf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.events import EventType
from vault.policy.webhook_life import PROVEN, Event, State, next_state
from vault.session import Vault
from vault.store import agreements
from vault.store import outbox as store
from vault.store.outbox import WebhookRow
from vault.times import stamp

# However often a client registers, a stranger's server that it names hears from us no oftener.
ASK_PAUSE: Final = timedelta(seconds=5)
# A question that was put on record and never answered, since the vault was stopped, is asked again after this.
_LEASE: Final = timedelta(minutes=1)
# Nothing is put off for so long: such a time was written by a clock that was ahead, and is as good as now.
FAR: Final = timedelta(days=2)


class NoWebhookError(FirstpartyError):
    code = "no-webhook"


class Question(msgspec.Struct, frozen=True):
    """Whose address it is, to be asked there. `asks` counts this one."""

    client: int
    client_url: str
    url: str
    challenge: str
    asked_at: datetime
    asks: int


def webhook(vault: Vault, client: int) -> WebhookRow | None:
    """The client's webhook, also one that is off."""
    row = store.webhook(vault.connection, client)
    return None if row is None or row.state == State.REMOVED else row


def register(vault: Vault, client: int, url: str, types: Sequence[EventType]) -> WebhookRow:
    """Events of these types, or of all where there are none, go to `url` once it was proven. The same address as before stays
    proven; another is asked first, and one that was off again."""
    with vault.transaction():
        before = store.webhook(vault.connection, client)
        wanted = tuple(dict.fromkeys(str(one) for one in types))
        if before is not None and before.url == url and before.state in PROVEN:
            after = msgspec.structs.replace(before, types=wanted, changed_at=stamp(vault.now))
        else:
            after = _unproven(vault, client, url, wanted, before)
        if before is None or (before.url, before.types, before.state) != (after.url, after.types, after.state):
            _put(vault, after, "registered", url=url, types=list(wanted))
        return after


def _unproven(vault: Vault, client: int, url: str, types: tuple[str, ...], before: WebhookRow | None) -> WebhookRow:
    state = State.UNPROVEN if before is None else next_state(State(before.state), Event.REGISTER)
    asked_at = before.asked_at if before else None
    ask_at = (
        max(stamp(vault.now), stamp(datetime.fromisoformat(asked_at) + ASK_PAUSE)) if asked_at else stamp(vault.now)
    )
    return WebhookRow(
        client=client,
        url=url,
        types=types,
        state=state,
        because="",
        generation=before.generation if before else 1,
        rotated_at=before.rotated_at if before else None,
        challenge="",
        asks=0,
        asked_at=asked_at,
        ask_at=ask_at,
        failures=0,
        failing_since=None,
        paused_until=None,
        changed_at=stamp(vault.now),
    )


def rotate(vault: Vault, client: int) -> WebhookRow:
    """A new key signs from now on, and the present one for a while as well."""
    with vault.transaction():
        row = _present(vault, client)
        after = msgspec.structs.replace(row, generation=row.generation + 1, rotated_at=stamp(vault.now))
        _put(vault, after, "rotated", generation=after.generation)
        return after


def remove(vault: Vault, client: int) -> None:
    """The client wants no more; its keys stay, for when it comes back."""
    with vault.transaction():
        _end(vault, _present(vault, client), Event.REMOVE, "removed")


def switch_off(vault: Vault, client: int, because: str) -> WebhookRow:
    """Nothing more is sent there until the client registers again. `because` is a word: owner, gone, unanswered."""
    with vault.transaction():
        row = _present(vault, client)
        if row.state == State.OFF:
            return row
        return _end(vault, row, Event.SWITCH_OFF, because)


def _end(vault: Vault, row: WebhookRow, event: Event, because: str) -> WebhookRow:
    state = next_state(State(row.state), event)
    after = msgspec.structs.replace(
        row, state=state, because=because, challenge="", ask_at=None, paused_until=None, changed_at=stamp(vault.now)
    )
    _put(vault, after, str(state), because=because)
    store.drop_waiting(vault.connection, row.client)
    return after


def _present(vault: Vault, client: int) -> WebhookRow:
    row = webhook(vault, client)
    if row is None:
        raise NoWebhookError(phrase("there is no webhook"), hint=phrase("register one with `PUT /v1/webhook`"))
    return row


def _put(vault: Vault, row: WebhookRow, step: str, **said: object) -> None:
    store.put_webhook(vault.connection, row)
    client = agreements.client(vault.connection, row.client).url
    vault.log(f"webhook.{step}", {"client": client, **said})


# --- whose address it is --------------------------------------------------------------------------------------------


def to_ask(vault: Vault) -> list[int]:
    """The clients whose address is to be asked about."""
    return store.to_ask(vault.connection, stamp(vault.now), stamp(vault.now + FAR))


def ask(vault: Vault, client: int, challenge: str) -> Question | None:
    """Put on record that the address is asked now; none where it need not be."""
    with vault.transaction():
        row = store.webhook(vault.connection, client)
        at = stamp(vault.now)
        if row is None or client not in to_ask(vault):
            return None
        asks = row.asks + 1
        store.put_webhook(
            vault.connection,
            msgspec.structs.replace(row, challenge=challenge, asks=asks, asked_at=at, ask_at=stamp(vault.now + _LEASE)),
        )
        url = agreements.client(vault.connection, client).url
        return Question(client, url, row.url, challenge, datetime.fromisoformat(at).astimezone(UTC), asks)


def prove(vault: Vault, asked: Question) -> None:
    """The address answered as only its owner does. An answer to an earlier question proves nothing."""
    with vault.transaction():
        row = _asked(vault, asked)
        if row is not None:
            state = next_state(State(row.state), Event.PROVE)
            after = msgspec.structs.replace(
                row, state=state, because="", challenge="", ask_at=None, changed_at=stamp(vault.now)
            )
            _put(vault, after, "proved", url=row.url)
            store.wait_no_longer(vault.connection, row.client, stamp(vault.now))


def unanswered(vault: Vault, asked: Question, because: str, ask_at: datetime | None) -> None:
    """It did not; it is asked again at a time, or never."""
    with vault.transaction():
        row = _asked(vault, asked)
        if row is None:
            return
        if ask_at is None:
            _end(vault, row, Event.SWITCH_OFF, because)
        else:
            after = msgspec.structs.replace(row, because=because, challenge="", ask_at=stamp(ask_at))
            store.put_webhook(vault.connection, after)


def _asked(vault: Vault, asked: Question) -> WebhookRow | None:
    row = store.webhook(vault.connection, asked.client)
    is_same = row is not None and row.state == State.UNPROVEN and row.challenge == asked.challenge
    return row if is_same else None
