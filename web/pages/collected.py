"""The routes of every page, found by the folders."""

from __future__ import annotations

import importlib
import pkgutil

from web import pages
from web.pages.frame.assets import ROUTES as ASSETS
from web.server.routes import Route


def _collected() -> tuple[Route, ...]:
    found: list[Route] = []
    for one in sorted(pkgutil.iter_modules(pages.__path__), key=lambda one: one.name):
        if one.ispkg and one.name != "frame":
            found += importlib.import_module(f"web.pages.{one.name}.page").ROUTES
    return tuple(found)


ROUTES: tuple[Route, ...] = (*_collected(), *ASSETS)
