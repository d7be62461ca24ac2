"""Who the person turns to: a vendor of the vault, its client where it is connected, or a client that is of no vendor yet."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.refusals import quoted
from vault import ids
from vault.granting.addresses import addresses
from vault.overview import Overview
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as meeting_store
from vault.store import vendors as vendor_store
from vault.store.agreements import ClientRow
from vault.store.vendors import ContactRow, VendorRow

_OFFERED: Final = 6


class UnknownAddresseeError(FirstpartyError):
    code = "not-found"


class NotConnectedError(FirstpartyError):
    """There is no client of this vendor that could be told anything."""

    code = "not-connected"


class Addressee(Struct, frozen=True):
    """`clients` are those of the vendor, or the one that is of no vendor yet; the first of `contacts` is the best."""

    vendor: VendorRow | None
    clients: tuple[ClientRow, ...]
    contacts: tuple[ContactRow, ...] = ()

    @property
    def name(self) -> str:
        return self.vendor.name if self.vendor else self.clients[0].name or self.clients[0].url

    @property
    def client(self) -> ClientRow | None:
        """The one to tell; none where it is not connected. Of several, none until one is named."""
        if len(self.clients) > 1:
            urls = ", ".join(quoted(one.url) for one in self.clients[:_OFFERED])
            raise UnknownAddresseeError(
                phrase("`%(name)s` has several clients: %(urls)s", name=self.name, urls=urls),
                hint=phrase("name one by its address"),
            )
        return self.clients[0] if self.clients else None


def connected(to: Addressee) -> ClientRow:
    """Its client; `NotConnectedError` where there is none, which says how it is reached instead."""
    if to.client is None:
        known = ", ".join(f"{one.kind} {one.value}" for one in to.contacts)
        raise NotConnectedError(
            phrase("`%(name)s` is not connected to your vault", name=to.name),
            hint=phrase("write to it yourself: %(known)s", known=known)
            if known
            else phrase("write to it yourself, or `firstparty invite` it"),
        )
    return to.client


def found(vault: Vault, written: str, now: datetime) -> Addressee:
    """Who a person means by an id, an address, a name or a part of one."""
    vendor = _vendor(Overview(vault.connection, now.date()), written)
    if vendor is not None:
        return of_vendor(vault, vendor)
    clients = meeting_store.clients(vault.connection)
    folded = written.strip().casefold()
    meant = [one for one in clients if folded in (one.url.casefold(), one.name.casefold(), registrable(one.url))]
    meant = meant or [one for one in clients if len(folded) > 1 and folded in f"{one.name}\n{one.url}".casefold()]
    if len(meant) == 1:
        return _of_client(vault, meant[0])
    raise UnknownAddresseeError(
        phrase("%(written)s fits %(meant)s vendors", written=quoted(written), meant=len(meant))
        if meant
        else phrase("there is no vendor %(written)s", written=quoted(written)),
        hint=phrase("see `firstparty vendors`"),
    )


def of_vendor(vault: Vault, vendor: VendorRow) -> Addressee:
    clients = agreement_store.clients_of(vault.connection, vendor.id)
    return Addressee(vendor, tuple(clients), addresses(vault.connection, vendor.id))


def _of_client(vault: Vault, client: ClientRow) -> Addressee:
    """This client alone, of its vendor where it has one."""
    vendor = vendor_store.vendor(vault.connection, client.vendor) if client.vendor is not None else None
    return replace(of_vendor(vault, vendor), clients=(client,)) if vendor else Addressee(None, (client,))


def _vendor(overview: Overview, written: str) -> VendorRow | None:
    """The vendor of this id, name, domain, or the only one whose name has this in it; none where none has."""
    parsed, folded = ids.parse(written), written.strip().casefold()
    if parsed and parsed[0] == "vendor":
        return next((row for row in overview.vendors if row.id == parsed[1]), None)
    named = [row for row in overview.vendors if row.name.casefold() == folded or folded in row.domains]
    named = named or [row for row in overview.vendors if folded and folded in row.name.casefold()]
    if len(named) > 1:
        shown = ", ".join(f"`{row.name}`" for row in named[:_OFFERED])
        raise UnknownAddresseeError(
            phrase(
                "%(written)s fits %(named)s vendors: %(shown)s", written=quoted(written), named=len(named), shown=shown
            ),
            hint=phrase("write more of the name, or its id"),
        )
    return named[0] if named else None
