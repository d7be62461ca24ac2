"""The owner's own routes, reached over the local socket and by nobody else: is it locked, unlock it, lock it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from web.server import answers, bodies
from web.server.answers import Answer
from web.server.limits import UNLOCKING
from web.server.routes import Access, Asked, Route

# What the command line reads of a passphrase file at most.
MAX_SECRET = 4_096


class Unlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`secret` is the passphrase, the recovery key or a key file's content."""

    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_SECRET)]


class State(msgspec.Struct, frozen=True):
    """`changed` is false where it was so already. `url` is the vault's address as vendors see it."""

    locked: bool
    changed: bool = False
    url: str = ""


async def unlock(asked: Asked) -> Answer:
    given = bodies.json(await bodies.read(asked.request, bodies.JSON), Unlock)
    changed = await asked.serving.vault.unlock(given.secret)
    return answers.json(State(locked=False, changed=changed))


async def lock(asked: Asked) -> Answer:
    return answers.json(State(locked=True, changed=await asked.serving.vault.lock()))


async def state(asked: Asked) -> Answer:
    return answers.json(State(locked=not asked.serving.vault.is_open, url=asked.serving.settings.base_url))


_ACCESS = Access(nobody=404, owner=200, locked=200, vendor=404, granted=404, expired=404, revoked=404)

ROUTES = (
    Route("GET", "/owner/state", state, _ACCESS, "Whether the vault is locked", State),
    Route("POST", "/owner/unlock", unlock, _ACCESS, "Unlock the vault", State, body=Unlock, limit=UNLOCKING),
    Route("POST", "/owner/lock", lock, _ACCESS, "Lock the vault", State),
)
