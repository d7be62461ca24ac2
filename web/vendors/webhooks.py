"""Where a client wants its events sent."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
