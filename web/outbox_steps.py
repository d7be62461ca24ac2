"""Finding whose webhook a person means."""

from __future__ import annotations

from terms.errors import FirstpartyError
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
    problem = f"`{written[:60]}` fits {len(found)} webhooks" if found else f"`{written[:60]}` has no webhook"
    raise FirstpartyError(problem, hint="see `firstparty outbox`", code="not-found")
