"""The vendor and the contract that an address names."""

from __future__ import annotations

from terms.phrases import phrase
from vault import ids
from vault.overview import Contract
from vault.session import Vault
from vault.store import vendors as vendor_store
from vault.store.vendors import VendorRow
from web.pages.frame.guard import Visit
from web.pages.frame.overviews import overview_of
from web.server.problems import NotFoundError


def vendor_of(vault: Vault, visit: Visit) -> VendorRow:
    row = vendor_store.vendor(vault.connection, ids.number_of("vendor", visit.parameters["id"]))
    if row is None:
        raise NotFoundError(phrase("there is no such vendor"), hint=phrase("look for it among your vendors"))
    return row


def contract_of(vault: Vault, visit: Visit) -> Contract:
    return contract_with(vault, vendor_of(vault, visit), ids.number_of("contract", visit.parameters["contract"]))


def contract_with(vault: Vault, vendor: VendorRow, number: int) -> Contract:
    found = next((one for one in overview_of(vault).by_vendor.get(vendor.id, []) if one.row.id == number), None)
    if found is None:
        raise NotFoundError(phrase("there is no such contract"), hint=phrase("look at the vendor's page"))
    return found
