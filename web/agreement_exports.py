"""The forms in which an agreement leaves the vault: one row each, from the vault and the agreement's id to bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vault import agreements
from vault.session import Vault


def _bundle(vault: Vault, id: str, kept: str) -> bytes:
    return agreements.bundle(vault, id, kept=kept).encoded()


def _history(vault: Vault, id: str, kept: str) -> bytes:
    return agreements.held(vault, id).history.encoded()


# The third argument is a checkpoint that the reader keeps, or empty; only the bundle has a use for it.
EXPORTERS: Mapping[str, Callable[[Vault, str, str], bytes]] = {
    "bundle": _bundle,
    "history": _history,
}
