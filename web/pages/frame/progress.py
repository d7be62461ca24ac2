"""How far something is that goes on while its page waits, as server-sent events for the script's `data-stream`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Final

from web.pages.frame.guard import Visit
from web.server.answers import Streamed

# How often a bar moves.
_EVERY_SECONDS: Final = 0.2


def bar(visit: Visit, at: Callable[[], int | None], *, whole: int, then: str) -> Streamed:
    """Moves the element `bar` while `at` says where it is; when that is nothing, it is at `whole`, and the browser goes on to `then`."""
    return Streamed(_events(visit, at, whole, then), "text/event-stream", headers={"Cache-Control": "no-store"})


async def _events(visit: Visit, at: Callable[[], int | None], whole: int, then: str) -> AsyncIterator[bytes]:
    while (place := at()) is not None and not visit.serving.stopping.is_set():
        yield _event(id="bar", text=str(place))
        await asyncio.sleep(_EVERY_SECONDS)
    yield _event(id="bar", text=str(whole), href=then)


def _event(**fields: str) -> bytes:
    return f"data: {json.dumps(fields)}\n\n".encode()
