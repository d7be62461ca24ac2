"""The one style sheet and the one script, at addresses that name their content, so that a browser may keep them."""

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


async def _asset(asked: Asked) -> Answer:
    found = _all().get(asked.parameters["name"])
    if found is None:
        raise NotFoundError(phrase("there is nothing here"))
    return Answer(200, found[1], found[0], {"Cache-Control": _KEPT})


_ACCESS: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)
ROUTES = (Route("GET", _PATH, _asset, _ACCESS, "Style, script and icon of the pages", standard="HTML"),)
