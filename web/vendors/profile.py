"""Granted attributes, each reading a release on record."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
