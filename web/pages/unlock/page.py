"""Unlocking from a browser. Whoever unlocks has given the passphrase, so this browser is logged in as well, after the
code where the owner has set one up: that protects the door, not the keys."""

from __future__ import annotations

from typing import Final

from vault import keyring
from vault.keyring import WrongKeyError
from vault.session import Vault
from web.pages.frame.guard import Visit, guarded, own_form, public
from web.pages.frame.responses import goes_to, local, page
from web.pages.login.page import charge, half_in
from web.server.answers import Answer
from web.server.routes import Access, Asked, Route

_TEMPLATE: Final = "unlock/page.html"
_SEES: Final = Access(nobody=303, owner=303, locked=200, vendor=303, granted=303, expired=303, revoked=303)
_GOES: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
_QUERY: Final = {"next": "where to go on"}


async def _shown(asked: Asked) -> Answer:
    onward = local(asked.query.get("next", "/"))
    if asked.serving.vault.is_open:
        return goes_to(onward)
    keyring.load(asked.serving.settings.home)  # a damaged one is said before anybody types
    return page(_TEMPLATE, {"next": onward, "wrong": ""})


async def _unlocked(asked: Asked) -> Answer:
    if asked.serving.vault.is_open:
        return goes_to("/login")
    fields = await own_form(asked)
    onward = local(fields.get("next", "/"))
    charge(asked)
    try:
        await asked.serving.vault.unlock(fields.get("passphrase", ""))
    except WrongKeyError as error:
        return page(_TEMPLATE, {"next": onward, "wrong": error.helps or error.said}, status=403)
    asked.serving.presence.at = asked.serving.clock()
    return await half_in(asked, onward, "unlock")


async def _locked(asked: Asked) -> Answer:
    answer = await _guarded_lock.handler(asked)
    if isinstance(answer, Answer) and answer.headers.get("Location") == "/unlock":
        await asked.serving.vault.lock()
    assert isinstance(answer, Answer)
    return answer


def _may_lock(vault: Vault, visit: Visit) -> Answer:
    return goes_to("/unlock")


# The guard's answer says whether whoever asks may lock; locking itself closes the vault that the guard runs in.
_guarded_lock: Final = guarded("POST", "/lock", _may_lock, "Lock the vault")
_LOCKS: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)

ROUTES: tuple[Route, ...] = (
    public("GET", "/unlock", _shown, "Unlock", access=_SEES, query=_QUERY),
    public("POST", "/unlock", _unlocked, "Unlock with the passphrase", access=_GOES),
    public("POST", "/lock", _locked, "Lock the vault", access=_LOCKS),
)
