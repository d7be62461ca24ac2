"""What the person tells a vendor about it, where they share it."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
