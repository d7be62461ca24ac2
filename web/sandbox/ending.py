"""One click that ends a sandbox or a demonstration: the server stops, and whoever started it removes the vault."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from web.pages.frame.guard import Visit, checked, own_form, working
from web.pages.frame.responses import page
from web.server.answers import Answer
from web.server.routes import Route

# The page that says so is sent first.
_AFTER_SECONDS: Final = 0.5


async def _ended(visit: Visit) -> Answer:
    checked(await own_form(visit.asked), visit.session)
    asyncio.get_running_loop().call_later(_AFTER_SECONDS, signal.raise_signal, signal.SIGTERM)
    return page("welcome/ended.html", {})


ROUTES: tuple[Route, ...] = (working("POST", "/demo/end", _ended, "End it and remove everything"),)
