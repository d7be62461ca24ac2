"""Logging in with the passphrase while the vault is open, and logging out.

The vault is open already, so the passphrase opens nothing here: it shows that whoever types it is the owner. Trying costs a
third of a second and 128 MiB each time, so few may be tried at once, and so many a minute from one address and from all.

Where the owner has set up the second step (`vault.sessions.second_step`), a code is asked after the passphrase. Between the two
a browser holds a ticket, good once and for some minutes. The recovery key needs no code: it is for those who lost the app. A
passkey (`web.pages.login.passkeys`) stands for both, and may be shown where the code is asked.
"""

from __future__ import annotations

import asyncio
from typing import Final

from vault import keyring, sessions
from vault.keyring import WrongKeyError
from vault.session import Vault
from vault.sessions import second_step
from web.pages.frame import cookies
from web.pages.frame.guard import Visit, guarded, own_form, public
from web.pages.frame.responses import goes_to, local
from web.pages.login import passkeys
from web.pages.login.door import charged, code_door, door, session
from web.server.answers import Answer
from web.server.limits import Limit
from web.server.routes import Access, Asked, Route

_BY_ADDRESS: Final = Limit("passphrases", 10, 60)
_IN_ALL: Final = Limit("all-passphrases", 60, 60)
# Of a million codes, three hold at a time; whoever tries them has the passphrase already.
_CODES: Final = Limit("codes", 10, 60)
_AT_ONCE: Final = asyncio.Semaphore(2)
_SEES: Final = Access(nobody=200, owner=200, locked=303, vendor=200, granted=200, expired=200, revoked=200)
_GOES: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
_QUERY: Final = {"next": "where to go on"}


async def _shown(asked: Asked) -> Answer:
    onward = local(asked.query.get("next", "/"))
    if not asked.serving.vault.is_open:
        return goes_to(f"/unlock?next={onward}")
    return await door(asked, onward)


async def _logged_in(asked: Asked) -> Answer:
    serving = asked.serving
    if not serving.vault.is_open:
        return goes_to("/unlock")
    fields = await own_form(asked)
    onward = local(fields.get("next", "/"))
    try:
        kind = await proven(asked, fields.get("passphrase", ""))
    except WrongKeyError as error:
        return await door(asked, onward, wrong=error.helps or error.said)
    if kind == "recovery":
        return goes_to(onward, cookie=await session(asked, "recovery"))
    return await half_in(asked, onward, "passphrase")


async def half_in(asked: Asked, onward: str, way: str) -> Answer:
    """Whoever gave the passphrase goes on, or is asked for the code first."""
    if await asked.serving.vault.run(second_step.is_on):
        return await code_door(asked, onward)
    return goes_to(onward, cookie=await session(asked, way))


async def _with_code(asked: Asked) -> Answer:
    serving = asked.serving
    if not serving.vault.is_open:
        return goes_to("/unlock")
    fields = await own_form(asked)
    onward = local(fields.get("next", "/"))
    charged(asked, _CODES)
    if not serving.half_in.opens(fields.get("ticket", ""), serving.clock()):
        return goes_to("/login")
    if not await serving.vault.write(lambda vault: second_step.passes(vault, fields.get("code", ""))):
        return await code_door(asked, onward, is_wrong=True)
    return goes_to(onward, cookie=await session(asked, "code"))


async def proven(asked: Asked, secret: str) -> str:
    """The kind of key that this is (`passphrase`, `recovery`); `WrongKeyError` where it opens nothing."""
    charge(asked)
    ring = keyring.load(asked.serving.settings.home)
    async with _AT_ONCE:
        _, kind = await asyncio.to_thread(keyring.unlock, ring, secret, kinds=("passphrase", "recovery"))
    return kind


def charge(asked: Asked) -> None:
    """Count a passphrase that is tried."""
    charged(asked, _BY_ADDRESS, _IN_ALL)


def _logged_out(vault: Vault, visit: Visit) -> Answer:
    sessions.end(vault, visit.session.id)
    return goes_to("/login", cookie=cookies.taken(visit.serving.settings))


ROUTES: tuple[Route, ...] = (
    public("GET", "/login", _shown, "Log in", access=_SEES, query=_QUERY),
    public("POST", "/login", _logged_in, "Log in with the passphrase", access=_GOES),
    public("POST", "/login/code", _with_code, "Log in: the second step", access=_GOES),
    *passkeys.ROUTES,
    guarded("POST", "/logout", _logged_out, "Log out"),
)
