"""What the owner rules on vendors; recognition obeys it."""

from __future__ import annotations

from typing import Literal

import msgspec


class OwnerRule(msgspec.Struct, frozen=True):
    """A correction. `vendor` is a vendor's key.

    `rename` and `category` set `value`. `merge` puts `payees` (keys), `domains` and `accounts` (refs) into the vendor;
    `split` makes them a vendor of their own (`vendor` names it; empty: after the first of them)."""

    action: Literal["rename", "merge", "split", "category"]
    vendor: str
    value: str = ""
    payees: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
