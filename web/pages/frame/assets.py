"""The one style sheet and the one script, at addresses that name their content, so that a browser may keep them.

The script only makes better what works without it. Where it stays small, what it does is told here:

    links, GET forms      to pages of the same frame (`data-frame` of the body) are fetched, and what the body has is replaced. The
                          browser asks before it goes anywhere and waits for the answer (Navigation API, precommit handlers): it
                          knows which clicks lead to this window, keeps the history with the place on each page, and drops the
                          older of two. A link's page is asked for when it is pressed, as a GET changes nothing. Loaded whole:
                          files, doors, pages of another frame, redirects, whatever fails, everything in other browsers
    form[data-quiet]      is sent in the background, and the page's <main> is replaced by the answer's, keeping the focus
    [data-live]           searches or checks while one types: its form is asked again and the element named by data-live is
                          replaced; where the form is a POST (which then keeps nothing) the address stays
    [data-stream]         listens to server-sent events and puts each message's text into the element with the event's id
    [data-copy]           copies the field with that id, and says so in its data-done
    [data-lists]          what may be chosen in the field with that id is the list named by the chosen option's data-list
    [data-drop]           takes files that are dropped on it into its field, and sends its form
    details.menu          closes on Escape and on a click elsewhere
    form[data-passkey]    asks this device to make a passkey ("create") or to show one ("get"), and sends what it says in the field
                          `answer`; what it is asked stands in data-options, or comes from data-challenge
    [data-passkeys]       is shown where this browser has passkeys ("yes"), or where it has none ("no")
    keys                  g then a letter goes to a page, / goes to the search, ? shows them; off inside fields
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from terms.phrases import phrase
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Access, Asked, Route

_FOLDER: Final = Path(__file__).parent / "assets"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_KEPT: Final = "public, max-age=31536000, immutable"
_PATH: Final = "/assets/{name}"


@cache
def _all() -> dict[str, tuple[str, bytes]]:
    """(content type, content) by name with the hash in it."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        content = path.read_bytes()
        found[f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"] = (_TYPES[path.suffix], content)
    return found


@cache
def address_of(name: str) -> str:
    """The address of `style.css`."""
    stem, _, ending = name.partition(".")
    return next(f"/assets/{one}" for one in _all() if one.startswith(f"{stem}.") and one.endswith(f".{ending}"))


@cache
def version() -> str:
    """Another one where any of them changed."""
    return hashlib.sha256("".join(_all()).encode()).hexdigest()[:8]


async def _asset(asked: Asked) -> Answer:
    found = _all().get(asked.parameters["name"])
    if found is None:
        raise NotFoundError(phrase("there is nothing here"))
    return Answer(200, found[1], found[0], {"Cache-Control": _KEPT})


_ACCESS: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)
ROUTES = (Route("GET", _PATH, _asset, _ACCESS, "Style, script and icon of the pages", standard="HTML"),)
