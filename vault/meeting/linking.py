"""Which vendor of the vault a client is of: the owner or an invitation says so; a domain that they share only proposes it.

A client is linked to one vendor. Linking changes what terms hold for it, and whose agreements, grants and contracts it may
speak of, so a shared domain is shown to the owner and is not taken for the owner's word.
"""

from __future__ import annotations

from terms.errors import UsageError
from terms.phrases import phrase
from vault import ids
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store import vendors as vendor_store
from vault.store.agreements import ClientRow
from vault.store.vendors import VendorRow

LINKED, UNLINKED = "client.linked", "client.unlinked"


class LinkedElsewhereError(UsageError):
    code = "other-vendor"


def vendor_of(vault: Vault, client: ClientRow) -> VendorRow | None:
    """The vendor that the client is linked to."""
    return vendor_store.vendor(vault.connection, client.vendor) if client.vendor is not None else None


def proposed(vault: Vault, client: ClientRow) -> VendorRow | None:
    """The vendor whose domain an unlinked client's document lies at; none where several have it."""
    domain = registrable(client.url) if client.vendor is None else ""
    found = store.vendors_of_domain(vault.connection, domain) if domain else []
    return vendor_store.vendor(vault.connection, found[0]) if len(found) == 1 else None


def link(vault: Vault, client: int, vendor: int) -> None:
    """The client is this vendor's, from now on; refused where it is another's."""
    row = agreement_store.client(vault.connection, client)
    if row.vendor == vendor:
        return
    if row.vendor is not None:
        raise LinkedElsewhereError(
            phrase("`%(url)s` is the client of `%(vendor_name)s`", url=row.url, vendor_name=row.vendor_name),
            hint=phrase("unlink it, or merge the two vendors if they are one"),
        )
    with vault.transaction():
        store.link_client(vault.connection, client, vendor)
        vault.log(LINKED, {"client": row.url, "vendor": ids.text("vendor", vendor)})


def unlink(vault: Vault, client: int) -> bool:
    """Take a link back; says whether there was one."""
    row = agreement_store.client(vault.connection, client)
    if row.vendor is None:
        return False
    with vault.transaction():
        store.link_client(vault.connection, client, None)
        vault.log(UNLINKED, {"client": row.url, "vendor": ids.text("vendor", row.vendor)})
    return True
