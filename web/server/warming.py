"""What a start leaves out and the first requests would wait for: done once the server answers, beside whatever it answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from connectors import outbound
from terms.proof import jws
from terms.roster import roster
from web.pages.frame import rendering

# Whoever waited for the start has been answered by then.
_REST_SECONDS = 0.1


async def warm() -> None:
    await asyncio.sleep(_REST_SECONDS)
    # What fails here fails again, with words of its own, for whoever needs it; the server is not to end by it.
    with suppress(Exception):
        await asyncio.to_thread(_prepare)


def _prepare() -> None:
    jws.prepare()
    roster()
    rendering.prepare()
    outbound.prepare()
