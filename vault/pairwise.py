"""Ids of things that several vendors meet, another for each of them, so that two cannot join what they know by an id.

    written = name(vault, client, "intention", 42)          itn_ and 26 digits
    number_of(vault, client, "intention", written)          42; IdError for what was not made for this client

An id is one block of AES-256 over kind and number, under a key of the client's own. Nothing is stored; another client's id, or
an invented one, opens to something without the right kind (48 zero bits) and is as unknown as one that does not exist. So an
id that opens was handed to this client.
"""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from vault import crypto, ids
from vault.session import Vault
from vault.store import agreements as store

_KINDS: Final = {"intention": ("itn", b"in"), "receipt": ("rcp", b"rc"), "event": ("cur", b"ev")}
_DIGITS: Final = 26
_PURPOSE: Final = "firstparty pairwise ids 1"


def name(vault: Vault, client: int, kind: str, number: int) -> str:
    """What this client calls that thing."""
    prefix, tag = _KINDS[kind]
    block = _permutation(vault, client).encrypted(tag + bytes(6) + number.to_bytes(8, "big"))
    return f"{prefix}_{ids.digits_of(int.from_bytes(block, 'big'), _DIGITS)}"


def number_of(vault: Vault, client: int, kind: str, written: str) -> int:
    """The number of what this client calls so; `IdError` where it calls nothing so."""
    prefix, tag = _KINDS[kind]
    start, _, digits = written.strip().lower().partition("_")
    value = ids.value_of(digits) if start == prefix and len(digits) == _DIGITS else None
    if value is not None and value < 2**128:
        block = _permutation(vault, client).decrypted(value.to_bytes(16, "big"))
        if block[:8] == tag + bytes(6):
            return int.from_bytes(block[8:], "big")
    raise ids.IdError(f"`{written[:40]}` is no {kind} here", hint=f"such ids begin with {prefix}_")


# By the open vault, so that closing it forgets them, and by seed, which stands for one key whoever has it.
_permutations: WeakKeyDictionary[Vault, dict[bytes, crypto.Permutation]] = WeakKeyDictionary()
_MAX_KEPT: Final = 1_000


def _permutation(vault: Vault, client: int) -> crypto.Permutation:
    seed, _ = store.identity(vault.connection, client)
    kept = _permutations.setdefault(vault, {})
    if seed not in kept:
        if len(kept) >= _MAX_KEPT:
            kept.clear()
        kept[seed] = crypto.Permutation(crypto.derive(seed, _PURPOSE, context=b""))
    return kept[seed]
