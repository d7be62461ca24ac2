"""A client's document with its keys, for whoever verifies something that the client signed.

A key that the document at hand does not have may be new: the document is fetched once more, at most once a minute
(`connectors.client_metadata`). So a new key works at once, and wrong ones do not make us ask a third party again and again.
"""

from __future__ import annotations

from vault import access
from vault.access import Registration
from web.server.serving import Serving


async def registration(serving: Serving, client: str, key_name: str) -> Registration:
    """What the document at a client's URL says, with the key of this name if it has one."""
    documents, now = serving.outgoing.documents, serving.clock()
    found = access.registration((await documents.get(client, now)).completed)
    if all(key.name != key_name for key in found.keys):
        found = access.registration((await documents.get(client, now, renew=True)).completed)
    return found
