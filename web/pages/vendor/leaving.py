"""Leaving well: what is worth doing before one goes, in an order that loses nothing, each step with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from vault import ids
from vault.engaging import rights
from vault.granting.standing import Grant
from vault.overview import Overview
from vault.policy.rights_life import Right
from vault.session import Vault
from vault.store import vendors as vendor_store
from vault.store.vendors import VendorRow
from web.pages.frame.wording import mark


class Step(Struct, frozen=True):
    """`href` is where it is done, empty where that is not here."""

    words: str
    done: bool
    href: str = ""


def leaving(vault: Vault, overview: Overview, vendor: VendorRow, grants: Sequence[Grant]) -> tuple[Step, ...]:
    """A copy first, since afterwards there may be nobody to ask; erasure last, since it ends the conversation."""
    asked = {one.right for one in rights.listed(vault) if one.row.vendor == vendor.id}
    contracts = overview.by_vendor.get(vendor.id, [])
    running = [one for one in contracts if one.status in ("active", "trial")]
    here = f"/vendors/{ids.text('vendor', vendor.id)}"
    letter = f"{here}/letter/{ids.text('contract', running[0].row.id)}" if running else ""
    accounts = vendor_store.accounts(vault.connection, vendor.id)
    steps = [
        Step(
            mark("Ask for a copy of what they have of you"),
            bool(asked & {Right.ACCESS, Right.PORTABILITY}),
            f"{here}#ask",
        ),
        Step(mark("Cancel what runs"), not running, letter),
        Step(mark("Stop sharing your details"), not any(one.is_live for one in grants), f"{here}#sees"),
        Step(mark("Ask them to erase the rest"), Right.ERASURE in asked, f"{here}#ask"),
    ]
    if accounts:
        steps.append(Step(mark("Close the account, and remove it from your password manager"), False))
    return tuple(steps)
