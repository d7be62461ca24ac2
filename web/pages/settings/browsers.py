"""Where the owner is logged in, and logging out from there."""

from __future__ import annotations

import re
from typing import Final

from terms.phrases import phrase
from vault import sessions
from vault.session import Vault
from vault.sessions import Session
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

PATH: Final = "/settings/sessions"
_TEMPLATE: Final = "settings/sessions.html"
WAYS: Final = {
    "passphrase": mark("with the passphrase"),
    "code": mark("with passphrase and code"),
    "passkey": mark("with a passkey"),
    "recovery": mark("with the recovery key"),
    "unlock": mark("by unlocking the vault"),
    "link": mark("by a one-time link"),
}
# What browsers call themselves: each pretends to be those before it, so the last that fits is meant.
_BROWSERS: Final = ("Safari", "Chrome", "Firefox", "OPR", "Edg", "curl")
_NAMES: Final = {"OPR": "Opera", "Edg": "Edge"}
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def told(agent: str) -> str:
    """`Firefox · Linux` of what a browser sends; its own words where that tells nothing."""
    found = [name for name in _BROWSERS if re.search(rf"\b{name}[\w]*/", agent)]
    system = next((words for sign, words in _SYSTEMS if sign in agent), "")
    browser = _NAMES.get(found[-1], found[-1]) if found else ""
    return " · ".join(one for one in (browser, system) if one) or agent


def _shown(vault: Vault, visit: Visit) -> Answer:
    rows: list[tuple[Session, str]] = [(one, told(one.agent)) for one in sessions.listed(vault)]
    return visit.shows(_TEMPLATE, rows=rows, ways=WAYS, idle_days=sessions.IDLE_DAYS, longest=sessions.LONGEST_DAYS)


def _ended(vault: Vault, visit: Visit) -> Answer:
    written = visit.form.get("id", "")
    if not written.isdecimal() or not sessions.end(vault, int(written)):
        raise NotFoundError(phrase("this browser is not logged in any more"))
    return goes_to(f"{PATH}?said=ended")


def _others_ended(vault: Vault, visit: Visit) -> Answer:
    sessions.end_others(vault, than=visit.session.id)
    return goes_to(f"{PATH}?said=ended")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Where you are logged in"),
    guarded("POST", f"{PATH}/end", _ended, "Log one browser out"),
    guarded("POST", f"{PATH}/end-others", _others_ended, "Log out everywhere else"),
)
