"""Logging in with the passphrase while the vault is open, and logging out.

The vault is open already, so the passphrase opens nothing here: it shows that whoever types it is the owner. Trying costs a
third of a second and 128 MiB each time, so few may be tried at once, and so many a minute from one address and from all.
"""

from __future__ import annotations

import asyncio
from typing import Final

from vault import keyring, sessions
from vault.keyring import WrongKeyError
from vault.session import Vault
from web.pages.frame import cookies
from web.pages.frame.guard import Visit, guarded, own_form, public
from web.pages.frame.responses import goes_to, local, page
from web.server.answers import Answer
from web.server.limits import Limit, by_address
from web.server.routes import Access, Asked, Route
from web.server.serving import Serving

_TEMPLATE: Final = "login/page.html"
_BY_ADDRESS: Final = Limit("passphrases", 10, 60)
_IN_ALL: Final = Limit("all-passphrases", 60, 60)
_AT_ONCE: Final = asyncio.Semaphore(2)
_SEES: Final = Access(nobody=200, owner=200, locked=303, vendor=200, granted=200, expired=200, revoked=200)
_GOES: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
_QUERY: Final = {"next": "where to go on"}


async def _shown(asked: Asked) -> Answer:
    onward = local(asked.query.get("next", "/"))
    if not asked.serving.vault.is_open:
        return goes_to(f"/unlock?next={onward}")
    return page(_TEMPLATE, {"next": onward, "wrong": ""})


async def _logged_in(asked: Asked) -> Answer:
    serving = asked.serving
    if not serving.vault.is_open:
        return goes_to("/unlock")
    fields = await own_form(asked)
    onward = local(fields.get("next", "/"))
    try:
        await proven(asked, fields.get("passphrase", ""))
    except WrongKeyError as error:
        return page(_TEMPLATE, {"next": onward, "wrong": error.hint or error.sentence}, status=403)
    return goes_to(onward, cookie=await session(asked, "passphrase"))


async def proven(asked: Asked, secret: str) -> None:
    """Whether this opens the vault; `WrongKeyError` where it does not."""
    charge(asked)
    ring = keyring.load(asked.serving.settings.home)
    async with _AT_ONCE:
        await asyncio.to_thread(keyring.unlock, ring, secret, kinds=("passphrase", "recovery"))


def charge(asked: Asked) -> None:
    """Count a passphrase that is tried."""
    client = asked.request.client
    asked.serving.limits.charge(_BY_ADDRESS, by_address(client.host if client else "unknown"))
    asked.serving.limits.charge(_IN_ALL, "everybody")


async def session(asked: Asked, way: str) -> str:
    """The cookie of a new session."""
    serving: Serving = asked.serving
    agent = asked.request.headers.get("user-agent", "")
    secret = await serving.vault.write(lambda vault: sessions.begin(vault, way, agent))
    return cookies.given(serving.settings, secret)


def _logged_out(vault: Vault, visit: Visit) -> Answer:
    sessions.end(vault, visit.session.id)
    return goes_to("/login", cookie=cookies.taken(visit.serving.settings))


ROUTES: tuple[Route, ...] = (
    public("GET", "/login", _shown, "Log in", access=_SEES, query=_QUERY),
    public("POST", "/login", _logged_in, "Log in with the passphrase", access=_GOES),
    guarded("POST", "/logout", _logged_out, "Log out"),
)
