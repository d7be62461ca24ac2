"""Finding whose webhook a person means."""

from __future__ import annotations

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.session import Vault
from vault.store import agreements, outbox
from vault.store.agreements import ClientRow


def client_of(vault: Vault, written: str) -> ClientRow:
    """The client with a webhook that has this address, or whose vendor has this name; of several, none."""
    folded = written.strip().casefold()
    clients = [agreements.client(vault.connection, row.client) for row in outbox.webhooks(vault.connection)]
    found = [one for one in clients if folded in (one.url.casefold(), one.name.casefold(), one.vendor_name.casefold())]
    found = found or [
        one for one in clients if folded and folded in f"{one.url}\n{one.name}\n{one.vendor_name}".casefold()
    ]
    if len(found) == 1:
        return found[0]
    several = phrase("`%(written)s` fits %(count)s webhooks", written=written[:60], count=len(found))
    problem = several if found else phrase("`%(written)s` has no webhook", written=written[:60])
    raise FirstpartyError(problem, hint=phrase("see `firstparty outbox`"), code="not-found")
