"""The page behind an invitation's link: for whoever opens it in a browser, and as JSON for a program.

It says whose invitation it is and how a vendor uses it, and nothing else: whether the code is still good is answered to the
client that uses it. So opening the link has no effect, asks nothing of the vault, and works while that is locked. Link previews
and curious strangers learn and change nothing.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

import msgspec

from web.server import answers
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Access, Asked, Route

PATH: Final = "/invite/{code}"
# Any code that could be one; nothing in it needs to be escaped anywhere.
_CODE: Final = re.compile(r"[a-z0-9_]{1,64}")
_HTML: Final = "text/html"
_JSON: Final = "application/json"
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>An invitation</title>
</head>
<body>
<h1>An invitation</h1>
<p>A customer of yours invites you to deal with them directly: under their terms, with the data that they choose to give you,
and nothing in between.</p>
<p>Hand this page to whoever looks after your customer systems. It is for one vendor and for one use, and runs out.</p>
<h2>For the developer</h2>
<p>The vault is at <code>{issuer}</code> and describes itself at <code>{issuer}/.well-known/firstparty.json</code> and
<code>{issuer}/openapi.json</code>. Get a token as your client, then introduce yourself with the code:</p>
<pre>POST {issuer}/v1/introduction
{{"name": "…", "intro": "…", "category": null, "invitation": "{code}"}}</pre>
</body>
</html>
"""


class Invited(msgspec.Struct, frozen=True):
    """Where the vault is, and the code to introduce yourself with."""

    issuer: str
    code: str


async def _shown(asked: Asked) -> Answer:
    code, issuer = asked.parameters["code"].lower(), asked.serving.settings.base_url
    if not _CODE.fullmatch(code):
        raise NotFoundError("there is nothing here")
    if prefers_html(asked.request.headers.getall("accept", [])):
        page = _PAGE.format(issuer=escape(issuer), code=escape(code))
        return Answer(200, page.encode(), _HTML, {"Vary": "Accept"})
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
