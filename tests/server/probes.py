"""`serve` with a few routes more, given by the seam through which all routes come: what no real route does yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec

from terms.proof import jcs
from terms.refusals import Refused
from vault.session import Vault
from web.server import answers, bodies
from web.server.answers import Answer, Streamed
from web.server.routes import FOR_ANYBODY, Access, Asked, Route, effects, reads


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    count: Annotated[int, msgspec.Meta(ge=0, le=jcs.MAX_INTEGER)] = 0


class Kept(msgspec.Struct, frozen=True):
    number: int


def _keep(vault: Vault, asked: Asked, note: Note) -> Answer:
    """Keeps a note. Refuses one about `refused`, having recorded that; breaks at `broken`."""
    with vault.transaction():
        vault.log("note.asked", {"text": note.text})
    if note.text == "refused":
        raise Refused("off-roster")
    with vault.transaction():
        number = vault.log("note.kept", {"text": note.text})
        vault.connection.execute("INSERT INTO meta VALUES (?, ?)", (f"note/{number}", note.text))
        if note.text == "broken":
            raise RuntimeError(f"broken by {note.text}")
    return answers.json(Kept(number), 201, Location=f"/v1/notes/{number}")


def _notes(vault: Vault, asked: Asked) -> Answer:
    rows = vault.connection.execute(
        "SELECT value FROM meta WHERE key LIKE 'note/%' ORDER BY CAST(substr(key, 6) AS INTEGER)"
    )
    return answers.json([row[0] for row in rows])


async def _form(asked: Asked) -> Answer:
    return answers.json(bodies.form(await bodies.read(asked.request, bodies.FORM)))


async def _broken(asked: Asked) -> Answer:
    raise RuntimeError(f"secret in {asked.request.url}")


async def _polite(asked: Asked) -> Streamed:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"begun\n"
        await asked.serving.stopping.wait()
        yield b"ended\n"

    return Streamed(chunks(), "text/event-stream")


async def _endless(asked: Asked) -> Streamed:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"begun\n"
        await asyncio.Event().wait()

    return Streamed(chunks(), "text/event-stream")


_WRITES = Access(nobody=201, owner=201, locked=503, vendor=201, granted=201, expired=201, revoked=201)
ROUTES = (
    Route("POST", "/v1/notes", effects(_keep, Note), _WRITES, "Keep a note", Kept, body=Note, errors=("off-roster",)),
    Route("GET", "/v1/notes", reads(_notes), FOR_ANYBODY, "The notes"),
    Route("POST", "/form", _form, FOR_ANYBODY, "A form", errors=("form", "media-type", "too-large")),
    Route("GET", "/polite", _polite, FOR_ANYBODY, "A stream that ends when the server stops"),
    Route("GET", "/endless", _endless, FOR_ANYBODY, "A stream that does not"),
    Route("GET", "/broken", _broken, FOR_ANYBODY, "A fault", query={"q": "anything"}),
)


# `firstparty`, with these routes beside its own.
PROGRAM = """
from web.server import application
application.COLLECTIONS += ("tests.server.probes",)
from web.cli import main
main()
"""
