"""Ids (`jti`) of assertions and proofs, each taken once: kept until nobody would take what they stood in any more.

The table is bounded: ids are forgotten as soon as their time is over, and a client that has too many at once is told to
wait. Ids of one client never stand in the way of another's.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final, Literal

from vault.access.refusals import AccessRefused
from vault.session import Vault
from vault.store import access as store
from vault.times import stamp

Kind = Literal["assertion", "proof"]
# Of one client at a time; an assertion is kept for at most seven minutes, a proof for two. A client that polls all the time
# and reads 800 times a second stays below.
MAX_LIVE: Final[dict[Kind, int]] = {"assertion": 20_000, "proof": 100_000}
# Counting takes milliseconds, so it is done now and then; by chance, so that nobody can choose ids that escape it.
COUNTED_ONE_IN = 256
# Of proofs, which come with every request: one that is kept a little longer refuses what its time refuses anyway.
FORGOTTEN_ONE_IN = 32


_TIME_BYTES: Final = 6


def spend_inside(vault: Vault, client: int, kind: Kind, id: str, until: datetime) -> bool:
    """Inside a transaction: whether this id is used for the first time."""
    if kind == "assertion" or secrets.randbelow(FORGOTTEN_ONE_IN) == 0:
        store.forget_spent(vault.connection, stamp(vault.now))
    if secrets.randbelow(COUNTED_ONE_IN) == 0 and store.count_spent(vault.connection, client, kind) >= MAX_LIVE[kind]:
        raise AccessRefused("temporarily_unavailable", f"too many requests with a new {kind}", hint="wait two minutes")
    return store.spend(vault.connection, client, kind, _digest(kind, id, until), stamp(until))


def _digest(kind: Kind, id: str, until: datetime) -> bytes:
    """What is kept of an id. That of a proof begins with its time, so that new ones lie together in the table and a commit writes
    a few pages, not one for each; the same proof has the same time, and another one is no repetition, whatever its id."""
    hashed = hashlib.sha256(id.encode()).digest()
    if kind == "assertion":
        return hashed
    return int(until.timestamp()).to_bytes(_TIME_BYTES, "big") + hashed[_TIME_BYTES:]
