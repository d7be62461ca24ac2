"""The vendor and the contract that an address names."""

from __future__ import annotations

from vault import ids
from vault.overview import Contract, Overview
from vault.session import Vault
from vault.store import vendors as vendor_store
from vault.store.vendors import VendorRow
from web.pages.frame.guard import Visit
from web.pages.frame.overviews import overview_of
from web.server.problems import NotFoundError


def vendor_of(vault: Vault, visit: Visit) -> tuple[Overview, VendorRow]:
    row = vendor_store.vendor(vault.connection, ids.number_of("vendor", visit.parameters["id"]))
    if row is None:
        raise NotFoundError("there is no such vendor", hint="look for it among your vendors")
    return overview_of(vault), row


def contract_of(vault: Vault, visit: Visit) -> Contract:
    overview, row = vendor_of(vault, visit)
    number = ids.number_of("contract", visit.parameters["contract"])
    found = next((one for one in overview.by_vendor.get(row.id, []) if one.row.id == number), None)
    if found is None:
        raise NotFoundError("there is no such contract", hint="look at the vendor's page")
    return found
