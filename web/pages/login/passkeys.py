"""Logging in by a passkey, in the place of passphrase and code, or of the code alone where the passphrase was given.

The script asks for a challenge when the button is pressed (`POST /login/passkey/challenge`), and sends what the browser's
authenticator says to it as a form (`POST /login/passkey`). A challenge is one browser's, which has a cookie to be known again by; it
is good once, for five minutes. Neither says anything of the vault but that passkeys are of its host.

A passkey is enough by itself, so it proves no less after a passphrase (also after one that has just unlocked the vault) than before
one. A browser that was asked for the code has a ticket (`web.pages.login.page`): it is used up by a passkey, and brings the browser
back to where it was when the passkey is refused.
"""

from __future__ import annotations

import secrets
from typing import Final

from terms.phrases import phrase
from vault.sessions import passkeys
from vault.sessions.passkeys import Passkey, Refusal
from web.pages.frame import cookies, parties
from web.pages.frame.guard import own_form, public
from web.pages.frame.parties import Hindrance
from web.pages.frame.responses import goes_to, local
from web.pages.frame.wording import mark
from web.pages.login.door import charged, code_door, door, session
from web.server.answers import JSON, Answer
from web.server.limits import Limit
from web.server.problems import NotFoundError
from web.server.routes import Access, Asked, Route

PATH: Final = "/login/passkey"
# All that are given out while one lasts have room (`doors.MAX_WAITING`): 60 at once, and 60 a minute.
_CHALLENGES: Final = Limit("challenges", 30, 60)
_ALL_CHALLENGES: Final = Limit("all-challenges", 60, 60)
# As many as passphrases.
_BY_ADDRESS: Final = Limit("passkeys", 10, 60)
_IN_ALL: Final = Limit("all-passkeys", 60, 60)
_ASKS: Final = Access(nobody=200, owner=200, locked=303, vendor=200, granted=200, expired=200, revoked=200)
_GOES: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
LATE: Final = mark("That took too long, or it was answered already. Try again.")
_REFUSED: Final = {
    Refusal.UNKNOWN: mark("This vault does not know that passkey. It may have been removed here: remove it from your device too."),
    Refusal.COPIED: mark(
        "That passkey was refused: it counts backwards, as a copy of it would. Log in with the passphrase and remove it in the settings."
    ),
}  # fmt: skip
_UNVERIFIED: Final = mark("That passkey was not accepted. Try again, or log in without it.")


async def _asked_for(asked: Asked) -> Answer:
    serving = asked.serving
    if not serving.vault.is_open:
        return goes_to("/unlock")
    await own_form(asked)
    party = parties.here(asked)
    if isinstance(party, Hindrance):
        raise NotFoundError(phrase("there are no passkeys at this address"), hint=phrase("log in with the passphrase"))
    charged(asked, _CHALLENGES, _ALL_CHALLENGES)
    browser = secrets.token_urlsafe(24)
    challenge = serving.greeted.given(browser, serving.clock())
    # Made in the vault's thread: what the library imports at first takes a third of a second.
    options = await serving.vault.run(lambda vault: passkeys.request_options(party, challenge.value))
    headers = {"Set-Cookie": cookies.asked(serving.settings, browser), "Cache-Control": "no-store"}
    return Answer(200, options.encode(), JSON, headers)


async def _shown(asked: Asked) -> Answer:
    serving = asked.serving
    if not serving.vault.is_open:
        return goes_to("/unlock")
    fields = await own_form(asked)
    onward = local(fields.get("next", "/"))
    charged(asked, _BY_ADDRESS, _IN_ALL)
    party = parties.here(asked)
    challenge = serving.greeted.answered(cookies.visitor_of(asked.request, serving.settings), serving.clock())
    is_half_in = serving.half_in.opens(fields.get("ticket", ""), serving.clock())
    here = code_door if is_half_in else door
    if challenge is None or isinstance(party, Hindrance):
        return await here(asked, onward, refused=LATE)
    answer = fields.get("answer", "")
    found = await serving.vault.write(lambda vault: passkeys.present(vault, party, challenge.value, answer))
    if isinstance(found, Passkey):
        return goes_to(onward, cookie=await session(asked, "passkey"))
    return await here(asked, onward, refused=_REFUSED.get(found, _UNVERIFIED))


ROUTES: tuple[Route, ...] = (
    public("POST", f"{PATH}/challenge", _asked_for, "Ask to log in by a passkey", access=_ASKS),
    public("POST", PATH, _shown, "Log in by a passkey", access=_GOES),
)
