"""The page behind an invitation's link: for whoever opens it in a browser, and as JSON for a program.

It says whose invitation it is and how a vendor uses it, and nothing else: whether the code is still good is answered to the
client that uses it. So opening the link has no effect, asks nothing of the vault, and works while that is locked. Link previews
and curious strangers learn and change nothing.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from terms.phrases import phrase
from web.pages.frame import language
from web.pages.frame.responses import page
from web.server import answers
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Access, Asked, Route

PATH: Final = "/invite/{code}"
# Any code that could be one; nothing in it needs to be escaped anywhere.
_CODE: Final = re.compile(r"[a-z0-9_]{1,64}")
_HTML: Final = "text/html"
_JSON: Final = "application/json"
_TEMPLATE: Final = "invite/page.html"


class Invited(msgspec.Struct, frozen=True):
    """Where the vault is, and the code to introduce yourself with."""

    issuer: str
    code: str


async def _shown(asked: Asked) -> Answer:
    code, issuer = asked.parameters["code"].lower(), asked.serving.settings.base_url
    if not _CODE.fullmatch(code):
        raise NotFoundError(phrase("there is nothing here"))
    if prefers_html(asked.request.headers.getall("accept", [])):
        with language.speaking(language.preferred(asked.request.headers.get("accept-language", ""))):
            shown = page(_TEMPLATE, {"issuer": issuer, "code": code})
        return Answer(shown.status, shown.body, shown.media_type, {**shown.headers, "Vary": "Accept, Accept-Language"})
    return answers.json(Invited(issuer, code), Vary="Accept")


def prefers_html(accept: list[str]) -> bool:
    """Whether a browser asks (RFC 9110 §12.5.1): HTML is named and JSON is not wanted more. A program that says nothing, or
    anything, gets JSON."""
    wanted = dict(_weighed(one) for one in ",".join(accept).split(","))
    return wanted.get(_HTML, 0.0) > max(wanted.get(_JSON, 0.0), 0.0)


def _weighed(one: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in one.split(";"))
    weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    return name, float(weight) if re.fullmatch(r"[01](\.[0-9]{1,3})?", weight) else 0.0


_ACCESS: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        PATH,
        _shown,
        _ACCESS,
        "What an invitation is for",
        Invited,
        Invited("https://vault.example", "meet_0123456789abcdefghjkmnpqrs"),
        errors=("not-found",),
    ),
)
