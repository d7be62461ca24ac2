"""What the ways of logging in share: the pages, the limits, and the session at their end."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from terms.phrases import Phrase
from vault import sessions
from vault.session import Vault
from vault.sessions import passkeys
from web.pages.frame import cookies, parties
from web.pages.frame.parties import Hindrance
from web.pages.frame.responses import page
from web.server.answers import Answer
from web.server.limits import Limit
from web.server.principals import COMES_FROM
from web.server.routes import Asked

_TEMPLATE: Final = "login/page.html"
_CODE: Final = "login/code.html"


async def door(asked: Asked, onward: str, *, wrong: str | Phrase = "", refused: str = "") -> Answer:
    """The page to log in at. `wrong` is what is wrong with the passphrase, `refused` with the passkey."""
    party = parties.here(asked)
    hosts = await asked.serving.vault.run(_hosts)
    context = {
        "next": onward,
        "wrong": wrong,
        "refused": refused,
        "has_passkeys": not isinstance(party, Hindrance) and party.id in hosts,
        "passkeys_at": party.origin
        if isinstance(party, Hindrance) and urlsplit(party.origin).hostname in hosts
        else "",
    }
    return page(_TEMPLATE, context, status=403 if wrong or refused else 200)


async def code_door(asked: Asked, onward: str, *, is_wrong: bool = False, refused: str = "") -> Answer:
    """The page that asks whoever gave the passphrase for the code. `refused` is what is wrong with a passkey, which may be shown in the
    place of the code: with its user verified it is two factors by itself (NIST SP 800-63B-4: multi-factor cryptographic)."""
    party = parties.here(asked)
    hosts = await asked.serving.vault.run(_hosts)
    context = {
        "next": onward,
        "ticket": asked.serving.half_in.made(asked.serving.clock()),
        "is_wrong": is_wrong,
        "refused": refused,
        "has_passkeys": not isinstance(party, Hindrance) and party.id in hosts,
    }
    return page(_CODE, context, status=403 if is_wrong or refused else 200)


def _hosts(vault: Vault) -> set[str]:
    return {one.host for one in passkeys.listed(vault)}


def charged(asked: Asked, by_address: Limit, in_all: Limit | None = None) -> None:
    """Count something that is tried, by the address that it comes from, and in all."""
    asked.serving.limits.charge(by_address, asked.request.scope["state"].get(COMES_FROM, "unknown"))
    if in_all is not None:
        asked.serving.limits.charge(in_all, "everybody")


async def session(asked: Asked, way: str) -> str:
    """The cookie of a new session."""
    serving = asked.serving
    serving.presence.at = serving.clock()
    agent = asked.request.headers.get("user-agent", "")
    secret = await serving.vault.write(lambda vault: sessions.begin(vault, way, agent))
    return cookies.given(serving.settings, secret)
