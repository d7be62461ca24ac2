"""Keyboard shortcuts: which there are, and the switch that turns them off."""

from __future__ import annotations

from typing import Final

import msgspec

from vault import preferences
from vault.session import Vault
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings/keys"
# As the script has them.
KEYS: Final = (
    ("g t", mark("Today")),
    ("g v", mark("Vendors")),
    ("g o", mark("Offers")),
    ("g i", mark("Intents")),
    ("g s", mark("Sharing")),
    ("g a", mark("Activity")),
    ("g b", mark("Butler")),
    ("/", mark("the search of a page")),
    ("?", mark("this page")),
    ("Esc", mark("close a menu")),
)


def _shown(vault: Vault, visit: Visit) -> Answer:
    return visit.shows("settings/keys.html", keys=KEYS)


def _switched(vault: Vault, visit: Visit) -> Answer:
    wanted = msgspec.structs.replace(visit.preferences, keys=visit.form.get("keys") == "on")
    preferences.put(vault, wanted)
    return goes_to(f"{PATH}?said=saved")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Keyboard shortcuts"),
    guarded("POST", PATH, _switched, "Turn keyboard shortcuts on or off"),
)
