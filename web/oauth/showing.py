"""Where a vendor sends the browser of a customer who is there (RFC 9126, 4): the request is put before the owner.

Whoever opens this may be anybody, so the page says that something waits and where it is answered, and nothing of the vault:
what is asked, with the real values, is shown to the owner alone (`owners`). It is plain text, so that nothing in it can be
markup. The answer goes back by the address that the approval gives; the vendor knows its own browser by `state`.
"""

from __future__ import annotations

from typing import Final

from vault import access
from web.oauth.metadata import AUTHORIZE_PATH
from web.oauth.speaking import spoken
from web.server.answers import Answer
from web.server.routes import LOCKED, Access, Asked, Route

_TEXT: Final = "text/plain"  # the charset is added where it is sent
_PAGE: Final = """A vendor asks for something of this vault, and that is for its owner to answer.

On the machine that the vault runs on:

    firstparty requests
    firstparty approve {id}
    firstparty deny {id} --because "..."

The answer prints the address that leads back to the vendor; open it in this browser.
"""


async def _show(asked: Asked) -> Answer:
    query = asked.query
    if asked.request.method == "HEAD":  # it changes nothing (RFC 9110, 9.2.1), and what is shown is shown once
        return Answer(200, b"", _TEXT)
    uri, client = query.get("request_uri", ""), query.get("client_id", "")
    shown = await asked.serving.vault.write(lambda vault: access.show(vault, uri, client))
    return Answer(200, _PAGE.format(id=shown.id).encode(), _TEXT)


_ACCESS: Final = Access(nobody=200, owner=200, locked=LOCKED, vendor=200, granted=200, expired=200, revoked=200)
_QUERY: Final = {"client_id": "the client's id", "request_uri": "what pushing the request gave"}

ROUTES = (
    Route(
        "GET", AUTHORIZE_PATH, spoken(_show), _ACCESS, "Put a pushed request before the owner",
        query=_QUERY, standard="RFC 9126",
    ),
)  # fmt: skip
