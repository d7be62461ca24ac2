"""The feed of events."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
