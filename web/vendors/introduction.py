"""Who a vendor is and whether it may write."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
