"""A passkey of the sandbox's person, so that its page has one to show: of a name that no server here has, and of a key that nobody
holds the other half of."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from vault import crypto
from vault.session import Vault
from vault.store import passkeys as store
from vault.times import stamp

_HOST: Final = "vault.example"
_NAME: Final = "Phone"


def add(vault: Vault) -> None:
    added, used = stamp(vault.now - timedelta(days=40)), stamp(vault.now - timedelta(days=2))
    with vault.transaction():
        id = store.add(
            vault.connection, crypto.random_bytes(32), crypto.random_bytes(77), 0, host=_HOST, name=_NAME, at=added
        )
        store.used(vault.connection, id, 0, used)
        vault.log("login.passkey-added", {"passkey": id, "name": _NAME})
