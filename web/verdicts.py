"""What `confirm` and `dismiss` share: the same target, another verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault.overview import Contract
    from vault.session import Vault


def contract_of(vault: Vault, written: str) -> Contract:
    """The contract that a person means, dismissed ones included."""
    from vault.overview import Overview
    from web import clock, find

    return find.contract(Overview(vault.connection, clock.today(), dismissed=True), written)
