"""`/welcome`: how to begin. An empty vault leads here until it is answered; the files and the sample go to `/import`."""

from __future__ import annotations

from typing import Final

from vault.session import Vault
from vault.store import settings
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.steps import NO_STEPS, WELCOMED
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "welcome/page.html"


def _shown(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_TEMPLATE)


def _begun_empty(vault: Vault, visit: Visit) -> Answer:
    return _set(vault, WELCOMED)


def _without_steps(vault: Vault, visit: Visit) -> Answer:
    return _set(vault, NO_STEPS)


def _set(vault: Vault, name: str) -> Answer:
    with vault.transaction():
        settings.put(vault.connection, name, "1")
    return goes_to("/")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/welcome", _shown, "How to begin"),
    guarded("POST", "/welcome", _begun_empty, "Begin with nothing"),
    guarded("POST", "/welcome/steps", _without_steps, "Show no first steps any more"),
)
