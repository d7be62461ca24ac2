"""Whether the server is alive, and whether the vault behind it is open. Both answer while it is locked."""

from __future__ import annotations

import msgspec

from web.server import answers
from web.server.answers import Answer
from web.server.opened import locked
from web.server.routes import Access, Asked, Route


class Health(msgspec.Struct, frozen=True):
    """`status` is `alive`."""

    status: str


class Readiness(msgspec.Struct, frozen=True):
    """`status` is `ready`: the vault is open, and its schema is this program's (opening migrates it)."""

    status: str


async def health(asked: Asked) -> Answer:
    return answers.json(Health("alive"))


async def ready(asked: Asked) -> Answer:
    if not asked.serving.vault.is_open:
        raise locked()
    return answers.json(Readiness("ready"))


_ALIVE = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)
_READY = Access(nobody=200, owner=200, locked=503, vendor=200, granted=200, expired=200, revoked=200)

ROUTES = (
    Route("GET", "/health", health, _ALIVE, "Whether the server is alive", Health, Health("alive")),
    Route("GET", "/ready", ready, _READY, "Whether the vault is open", Readiness, Readiness("ready")),
)
