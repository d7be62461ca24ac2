"""What a vendor gives its customer: contracts, invoices, usage, and what it holds."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
