"""Receiving webhooks: one function that any web framework can call.

    status, headers, body = answered(request_headers, raw_body, hook, on_event)

It answers the vault's question whose address this is, verifies everything else, and hands events to `on_event`; a repeated id
is answered and not handed out again, as `Seen` remembers it. Whatever `on_event` raises is answered 500, and the vault tries
again later. What is not signed by the vault is answered 401, without saying why.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import msgspec

from connectors.kit import clock
from connectors.kit.shapes import Event
from connectors.webhooks import challenge_in, read_public_key, verified, written_answer
from connectors.webhooks.refusals import WebhookRefused

Response = tuple[int, dict[str, str], bytes]
_JSON: Final = {"content-type": "application/json"}
# Ids in memory: a vault repeats within days, and sends a person's few events a day.
_REMEMBERED: Final = 10_000


class Ids(Protocol):
    """Where the ids of events that were acted upon are kept. Better in the database where the effect is written."""

    def is_new(self, id: str) -> bool: ...

    def add(self, id: str) -> None: ...


class Seen:
    """In memory."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def is_new(self, id: str) -> bool:
        return id not in self._ids

    def add(self, id: str) -> None:
        self._ids[id] = None
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Hook:
    """The address as it was registered, of which client, and the vault's keys (`whpk_…`). Without keys, which come in the answer
    to registering, the question is answered alone."""

    client_id: str
    url: str
    public_keys: Sequence[str] = ()
    seen: Ids = field(default_factory=Seen)


def answered(
    headers: Mapping[str, str],
    body: bytes,
    hook: Hook,
    on_event: Callable[[Event], None],
    *,
    now: Callable[[], datetime] = clock.now,
) -> Response:
    """What to answer to a request that came to the webhook's address."""
    try:
        if not hook.public_keys:
            # The answer to the question holds no secret, and the vault asks it before anybody knows its key.
            return _to_question(body, hook) or (503, {"retry-after": "5"}, b"")
        message = verified(headers, body, [read_public_key(key) for key in hook.public_keys], now=now())
        question = _to_question(body, hook)
        if question is not None:
            return question
        told = msgspec.json.decode(body, type=Event)
    except (WebhookRefused, msgspec.DecodeError):
        return 401, {}, b""
    if hook.seen.is_new(message.id):
        try:
            on_event(msgspec.structs.replace(told, id=message.id))
        except Exception:
            # Whatever is wrong there is the caller's to log; the vault only has to come again.
            return 500, {}, b""
        hook.seen.add(message.id)
    return 204, {}, b""


def _to_question(body: bytes, hook: Hook) -> Response | None:
    value = challenge_in(body)
    return None if value is None else (200, _JSON, written_answer(hook.client_id, hook.url, value))
