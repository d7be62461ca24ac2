"""Proof that something stands in the vault's log."""

from __future__ import annotations

from web.server.routes import Route

ROUTES: tuple[Route, ...] = ()
