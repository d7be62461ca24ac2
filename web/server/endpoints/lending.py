"""The owner's commands beside a running server: it lends them the keys, and they open the database themselves.

Only over the local socket. Whoever asks there is the system's user who owns the vault's folder, and could as well read the
keys from the server's memory. Each opening stands in the log, with the command that it was for.
"""

from __future__ import annotations

import base64

import msgspec

from vault.session import Vault
from web import clock
from web.server import answers
from web.server.answers import Answer
from web.server.routes import FOR_OWNER, Asked, Route

LEND, WAKE = "/owner/lend", "/owner/wake"


class Lent(msgspec.Struct, frozen=True):
    """`root` is the vault's root key in base 64. `ahead_seconds` is how far the server's clock was moved."""

    vault_id: str
    root: str
    ahead_seconds: int


class Woken(msgspec.Struct, frozen=True):
    woken: bool = True


async def lend(asked: Asked) -> Answer:
    ahead = round((asked.serving.clock() - clock.wall()).total_seconds())
    return answers.json(await asked.serving.vault.run(lambda vault: _lent(vault, ahead)))


def _lent(vault: Vault, ahead_seconds: int) -> Lent:
    return Lent(vault.keyring.vault_id, base64.b64encode(vault.keys.root).decode(), ahead_seconds)


async def wake(asked: Asked) -> Answer:
    asked.serving.due.set()
    return answers.json(Woken())


ROUTES = (
    Route("POST", LEND, lend, FOR_OWNER, "Lend a command the keys", Lent),
    Route("POST", WAKE, wake, FOR_OWNER, "Say that a command has written", Woken),
)
