"""Agreements over the wire: proffered, answered, and the identical record fetched."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
