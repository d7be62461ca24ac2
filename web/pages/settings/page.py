"""Settings on one page, with the ways to those that have pages of their own."""

from __future__ import annotations

from typing import Final

import msgspec

from terms.errors import UsageError
from vault import drill, preferences, sessions
from vault.preferences import Preferences
from vault.reminding import keeping
from vault.session import Vault
from vault.sessions import passkeys, second_step
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.language import LANGUAGES
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import fault, mark
from web.pages.settings import browsers, keys, leaving, passkeys_page, reminders, step, system, trying
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings"
_TEMPLATE: Final = "settings/page.html"
APPEARANCES: Final = {
    "system": mark("as the device"),
    "light": mark("light"),
    "dark": mark("dark"),
}
MONEY: Final = {"code": mark("12.99 EUR"), "symbol": mark("12.99 €")}
IDLE: Final = (0, 5, 15, 30, 60, 240)


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit, visit.preferences, "")


def _page(vault: Vault, visit: Visit, wanted: Preferences, wrong: str) -> Answer:
    return visit.shows(
        _TEMPLATE,
        status=422 if wrong else 200,
        wanted=wanted,
        wrong=wrong,
        zones=("UTC", *preferences.zones()),
        languages=LANGUAGES,
        appearances=APPEARANCES,
        moneys=MONEY,
        idles=sorted({*IDLE, wanted.idle_minutes}),
        browsers=len(sessions.listed(vault)),
        has_step=second_step.is_on(vault),
        passkeys=len(passkeys.listed(vault)),
        channels=len(keeping.channels(vault)),
        backup_due=drill.due(vault) is not None,
    )


def _saved(vault: Vault, visit: Visit) -> Answer:
    form, before = visit.form, visit.preferences
    language = form.get("language", "")
    minutes = form.get("idle_minutes", "0")
    wanted = msgspec.structs.replace(
        before,
        zone=form.get("zone", ""),
        appearance=form["appearance"] if form.get("appearance") in APPEARANCES else before.appearance,
        money="symbol" if form.get("money") == "symbol" else "code",
        language=language if language in LANGUAGES else "",
        idle_minutes=int(minutes) if minutes.isdecimal() and len(minutes) <= 5 else -1,
    )
    try:
        preferences.put(vault, wanted)
    except UsageError as error:
        return _page(vault, visit, wanted, fault(error))
    return goes_to(f"{PATH}?said=saved")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Settings"),
    guarded("POST", PATH, _saved, "Keep the settings"),
    *browsers.ROUTES,
    *step.ROUTES,
    *passkeys_page.ROUTES,
    *keys.ROUTES,
    *reminders.ROUTES,
    *system.ROUTES,
    *leaving.ROUTES,
    *trying.ROUTES,
)
