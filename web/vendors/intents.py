"""The intentions that a vendor may see, as far as they are told."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
