"""Finding whose view of an intention a person means."""

from __future__ import annotations

from terms.refusals import quoted
from vault.overview import Overview
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements
from vault.store import trading as store
from vault.store.agreements import ClientRow
from web import find


def client_of(vault: Vault, written: str) -> ClientRow:
    """The client of this address; else the only one of the vendor of this name, or of this domain."""
    found = agreements.client_by_url(vault.connection, written.strip())
    if found is not None:
        return found
    clients = _of_vendor(vault, written) or _of_domain(vault, written)
    if len(clients) == 1:
        return clients[0]
    if not clients:
        raise find.NotFoundError(f"no client of {quoted(written)} has come", hint="see `firstparty vendor screener`")
    shown = ", ".join(quoted(one.url) for one in clients)
    raise find.NotFoundError(f"{quoted(written)} has {len(clients)} clients: {shown}", hint="write its address")


def _of_vendor(vault: Vault, written: str) -> list[ClientRow]:
    try:
        row = find.vendor(Overview(vault.connection, vault.now.date()), written)
    except find.NotFoundError:
        return []
    return agreements.clients_of(vault.connection, row.id)


def _of_domain(vault: Vault, written: str) -> list[ClientRow]:
    rows = [agreements.client(vault.connection, one) for one in store.clients(vault.connection)]
    return [row for row in rows if registrable(row.url) and registrable(row.url) == registrable(written)]
