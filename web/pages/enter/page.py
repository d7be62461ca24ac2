"""`/enter/{token}`: a link that `firstparty login` makes over the local socket, good once and for ten minutes.

A link is opened by a form, so that what looks at links before people do (mail scanners, previews) does not use it up.
"""

from __future__ import annotations

from typing import Final

import msgspec

from vault import sessions
from web.pages.frame import cookies
from web.pages.frame.guard import own_form, public
from web.pages.frame.responses import goes_to, page
from web.server import answers
from web.server.answers import Answer
from web.server.routes import Access, Asked, Route

PATH: Final = "/enter/{token}"
_TEMPLATE: Final = "enter/page.html"
_SEES: Final = Access(nobody=200, owner=200, locked=303, vendor=200, granted=200, expired=200, revoked=200)
_OWNERS: Final = Access(nobody=404, owner=200, locked=200, vendor=404, granted=404, expired=404, revoked=404)
_GOES: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)


class Link(msgspec.Struct, frozen=True):
    """An address for the owner's browser."""

    url: str


async def _made(asked: Asked) -> Answer:
    serving = asked.serving
    return answers.json(Link(f"{serving.settings.base_url}/enter/{serving.doors.made(serving.clock())}"))


async def _shown(asked: Asked) -> Answer:
    if not asked.serving.vault.is_open:
        return goes_to("/unlock")
    return page(_TEMPLATE, {"token": asked.parameters["token"], "is_over": False})


async def _entered(asked: Asked) -> Answer:
    serving, token = asked.serving, asked.parameters["token"]
    if not serving.vault.is_open:
        return goes_to("/unlock")
    await own_form(asked)
    if not serving.doors.opens(token, serving.clock()):
        return page(_TEMPLATE, {"token": token, "is_over": True}, status=403)
    agent = asked.request.headers.get("user-agent", "")
    secret = await serving.vault.write(lambda vault: sessions.begin(vault, "link", agent))
    return goes_to("/", cookie=cookies.given(serving.settings, secret))


ROUTES: tuple[Route, ...] = (
    Route("POST", "/owner/login", _made, _OWNERS, "A link that logs a browser in", Link),
    public("GET", PATH, _shown, "A one-time link", access=_SEES),
    public("POST", PATH, _entered, "Come in by a one-time link", access=_GOES),
)
