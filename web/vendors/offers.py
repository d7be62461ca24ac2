"""Signed offers, what was decided of them, and what came of an award."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
