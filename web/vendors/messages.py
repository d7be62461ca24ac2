"""Messages in threads, both ways."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
