"""Requests for rights of the person, and their answers."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
