"""Passkeys: keys of the owner's devices that log a browser in, in the place of passphrase and code.

They open the door, not the vault. Its keys are under the passphrase, so a locked vault stays locked whatever passkey is shown, and
the file and the passphrase without any passkey are enough to read it.

* A passkey is of one host. Where the vault has another name later, its passkeys serve there no more.
* A counter that does not go up is what a copied key looks like (§6.1.1): it is refused, and stands in the log. Many authenticators
  count nothing; their counter stays 0.
* They are of this server and no records of its owner: an export leaves them out (`vault.store.dump`), so that no archive that is
  brought in lets anybody in.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

from msgspec import Struct

from vault.lettering import plain
from vault.session import Vault
from vault.sessions import ceremonies
from vault.sessions.ceremonies import RelyingParty
from vault.store import passkeys as store
from vault.store.passkeys import PasskeyRow
from vault.times import stamp

# Each is named to the browser when another is added; a person has a few devices.
MAX_PASSKEYS: Final = 20
MAX_NAME: Final = 60
# What the browser is told: as long as a challenge is kept (`web.server.doors`).
LASTS_MS: Final = 5 * 60 * 1000


class Refusal(StrEnum):
    """Why a passkey was not taken. `UNVERIFIED`: it is no answer to the challenge by that key, or its user was not verified."""

    UNVERIFIED = "unverified"
    UNKNOWN = "unknown"
    COPIED = "copied"
    THERE_ALREADY = "there-already"
    TOO_MANY = "too-many"


class Passkey(Struct, frozen=True):
    """`used_at` is empty for one that was not used yet."""

    id: int
    name: str
    host: str
    added_at: str
    used_at: str


def cleaned(name: str) -> str:
    """A name as it is kept: printable, on one line, not longer than a list shows; empty where nothing is left."""
    return " ".join(plain(" ".join(name.split())[:MAX_NAME]).split())


def creation_options(vault: Vault, party: RelyingParty, challenge: bytes) -> str:
    """What a browser is asked for a new passkey with, as JSON."""
    known = [row.credential for row in store.all_of_them(vault.connection) if row.host == party.id]
    return ceremonies.creation_options(party, challenge, user=_user(vault), known=known, lasts_ms=LASTS_MS)


def request_options(party: RelyingParty, challenge: bytes) -> str:
    """What a browser is asked to show a passkey with, as JSON."""
    return ceremonies.request_options(party, challenge, lasts_ms=LASTS_MS)


def add(vault: Vault, party: RelyingParty, challenge: bytes, answer: str, name: str) -> Passkey | Refusal:
    """Keep the passkey that a browser made."""
    made = ceremonies.created(party, challenge, answer)
    if made is None:
        return Refusal.UNVERIFIED
    if store.by_credential(vault.connection, made.credential) is not None:
        return Refusal.THERE_ALREADY
    if len(store.all_of_them(vault.connection)) >= MAX_PASSKEYS:
        return Refusal.TOO_MANY
    kept = cleaned(name)
    with vault.transaction():
        at = stamp(vault.now)
        id = store.add(
            vault.connection, made.credential, made.public_key, made.sign_count, host=party.id, name=kept, at=at
        )
        vault.log("login.passkey-added", {"passkey": id, "name": kept})
    return Passkey(id, kept, party.id, at, "")


def present(vault: Vault, party: RelyingParty, challenge: bytes, answer: str) -> Passkey | Refusal:
    """The passkey that a browser shows; it was used by that."""
    shown = ceremonies.read(answer)
    if shown is None:
        return Refusal.UNVERIFIED
    row = store.by_credential(vault.connection, shown.credential)
    if row is None or row.host != party.id:
        return Refusal.UNKNOWN
    count = ceremonies.asserted(party, challenge, shown, row.public_key) if shown.user == _user(vault) else None
    if count is None:
        return Refusal.UNVERIFIED
    with vault.transaction():
        if (count or row.sign_count) and count <= row.sign_count:
            vault.log("login.passkey-copied", {"passkey": row.id, "name": row.name})
            return Refusal.COPIED
        store.used(vault.connection, row.id, count, stamp(vault.now))
    return Passkey(row.id, row.name, row.host, row.added_at, stamp(vault.now))


def listed(vault: Vault) -> list[Passkey]:
    """In the order in which they were added."""
    return [_told(row) for row in store.all_of_them(vault.connection)]


def rename(vault: Vault, id: int, name: str) -> bool:
    """Give a passkey another name; whether there is one."""
    row = store.by_id(vault.connection, id)
    if row is None:
        return False
    with vault.transaction():
        store.rename(vault.connection, id, cleaned(name))
        vault.log("login.passkey-renamed", {"passkey": id, "name": cleaned(name)})
    return True


def remove(vault: Vault, id: int) -> bool:
    """From now on it logs nobody in; whether there was one. Browsers that it has logged in stay so."""
    row = store.by_id(vault.connection, id)
    if row is None:
        return False
    with vault.transaction():
        store.remove(vault.connection, id)
        vault.log("login.passkey-removed", {"passkey": id, "name": row.name})
    return True


def _told(row: PasskeyRow) -> Passkey:
    return Passkey(row.id, row.name, row.host, row.added_at, row.used_at)


def _user(vault: Vault) -> bytes:
    """The handle by which authenticators know the owner: the same for all, and nothing that says who it is (§14.6.1)."""
    return hashlib.sha256(f"firstparty passkeys 1 {vault.keyring.vault_id}".encode()).digest()
