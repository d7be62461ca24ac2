"""Where a client wants its events sent: registered, proven by the server's own question, tried out, and taken back.

An address is checked as far as it can be read here (`connectors.outbound`); what its name leads to is judged at every attempt.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from connectors.outbound import target
from connectors.webhooks import written_public_key
from vault import outbox
from vault.events import EventType, emit
from vault.policy.webhook_life import State
from vault.session import Vault
from vault.store.outbox import WebhookRow
from web.server import answers, bodies
from web.server.answers import Answer
from web.server.limits import Limit
from web.server.problems import NotFoundError
from web.server.routes import LOCKED, Access, Asked, Route, effects, reads

PATH: Final = "/v1/webhook"
# Each may have the vault knock at a server that somebody names; a vendor registers once, and again when it moves.
REGISTERING: Final = Limit("webhooks", 30, 3600)
_REFUSED: Final = ("unauthenticated", "forbidden")
_URL_CHARACTERS: Final = 2_048


class Webhook(msgspec.Struct, frozen=True):
    """`events` are the types that are sent, null for all. `public_key` verifies what is sent from now on; `previous_key` signs
    too for a week after a rotation. `problem` is what the last attempt or question came to, where it did not succeed."""

    url: str
    state: State
    public_key: str
    previous_key: str | None
    events: tuple[str, ...] | None
    problem: str | None


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`events` are the types that you want sent, all where it is null."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=_URL_CHARACTERS)]
    events: Annotated[tuple[EventType, ...], msgspec.Meta(min_length=1, max_length=len(EventType))] | None = None


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


def shape(vault: Vault, row: WebhookRow) -> Webhook:
    before = outbox.previous_key(vault, row)
    return Webhook(
        row.url,
        State(row.state),
        written_public_key(outbox.public_key(vault, row)),
        written_public_key(before) if before else None,
        row.types or None,
        row.because or None,
    )


async def _register(asked: Asked) -> Answer:
    said = bodies.json(await bodies.read(asked.request, bodies.JSON), Register)
    target(said.url, development=asked.serving.settings.is_dev)
    client = asked.principal.number

    def register(vault: Vault) -> Answer:
        return answers.json(shape(vault, outbox.register(vault, client, said.url, said.events or ())), 202)

    return await asked.serving.vault.write(register)


def _show(vault: Vault, asked: Asked) -> Answer:
    row = outbox.webhook(vault, asked.principal.number)
    if row is None:
        raise NotFoundError("there is no webhook")
    return answers.json(shape(vault, row))


async def _remove(asked: Asked) -> Answer:
    def remove(vault: Vault) -> Answer:
        if outbox.webhook(vault, asked.principal.number) is None:
            raise NotFoundError("there is no webhook")
        outbox.remove(vault, asked.principal.number)
        return Answer(204)

    return await asked.serving.vault.write(remove)


def _test(vault: Vault, asked: Asked, body: Nothing) -> Answer:
    client = asked.principal.number
    row = outbox.webhook(vault, client)
    if row is None or row.state == State.OFF:
        raise outbox.NoWebhookError("there is no webhook that is on", hint="register one with `PUT /v1/webhook`")
    emit(vault, client, EventType.WEBHOOK_TESTED)
    return answers.json(shape(vault, row), 202)


def _rotate(vault: Vault, asked: Asked, body: Nothing) -> Answer:
    return answers.json(shape(vault, outbox.rotate(vault, asked.principal.number)))


def _access(status: int) -> Access:
    return Access(nobody=401, owner=403, locked=LOCKED, vendor=status, granted=status, expired=401, revoked=401)


_KEY: Final = "whpk_3Jzqf5kX0m8qv1Zt3H3oVtQd5Zs0c3h1s9R4kq0nV3g="
_URL: Final = "https://shop.example/hook"
_EXAMPLE = Webhook(_URL, State.ACTIVE, _KEY, None, (EventType.PROFILE_CHANGED, EventType.GRANT_REVOKED), None)
_UNPROVEN = msgspec.structs.replace(_EXAMPLE, state=State.UNPROVEN)

ROUTES: tuple[Route, ...] = (
    Route(
        "PUT", PATH, _register, _access(202), "Have events sent to an address", Webhook, _UNPROVEN,
        body=Register, body_example=Register(_URL, (EventType.PROFILE_CHANGED, EventType.GRANT_REVOKED)),
        errors=(*_REFUSED, "bad-url", "forbidden-port", "too-many-requests"), limit=REGISTERING,
    ),
    Route("GET", PATH, reads(_show), _access(200), "Your webhook", Webhook, _EXAMPLE, errors=(*_REFUSED, "not-found")),
    Route("DELETE", PATH, _remove, _access(204), "Have no events sent any more", errors=(*_REFUSED, "not-found")),
    Route(
        "POST", f"{PATH}/test", effects(_test, Nothing), _access(202), "Have a test event sent", Webhook, _EXAMPLE,
        body=Nothing, body_example=Nothing(), errors=(*_REFUSED, "no-webhook"),
    ),
    Route(
        "POST", f"{PATH}/rotate", effects(_rotate, Nothing), _access(200), "Change the key that signs", Webhook,
        msgspec.structs.replace(_EXAMPLE, previous_key=_KEY), body=Nothing, body_example=Nothing(),
        errors=(*_REFUSED, "no-webhook"),
    ),
)  # fmt: skip
