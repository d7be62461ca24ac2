"""Ids (`jti`) of assertions and proofs, each taken once: kept until nobody would take what they stood in any more.

The table is bounded: ids are forgotten as soon as their time is over, and a client that has too many at once is told to
wait. Ids of one client never stand in the way of another's.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from random import random
from typing import Final, Literal

from vault.access.refusals import AccessRefused
from vault.session import Vault
from vault.store import access as store
from vault.times import stamp

Kind = Literal["assertion", "proof"]
# Of one client at a time; an assertion is kept for at most seven minutes, a proof for two. A client that polls all the time
# and reads 800 times a second stays below.
MAX_LIVE: Final[dict[Kind, int]] = {"assertion": 20_000, "proof": 100_000}
# Counting takes milliseconds, so it is done now and then; by chance, so that nobody can choose ids that escape it. Of what is
# drawn nothing is ever seen, so a generator will do that needs no call of the system.
COUNTED_ONE_IN = 256
# Of proofs, which come with every request: one that is kept a little longer refuses what its time refuses anyway.
FORGOTTEN_ONE_IN = 32
_SECOND: Final = timedelta(seconds=1)
# What is kept of a proof: its time, and enough of a hash that no two of one second ever meet by chance.
_TIME_BYTES: Final = 6
_ID_BYTES: Final = 16


def spend_inside(vault: Vault, client: int, kind: Kind, id: str, until: datetime) -> bool:
    """Inside a transaction: whether this id is used for the first time."""
    if kind == "assertion" or random() * FORGOTTEN_ONE_IN < 1:  # noqa: S311
        forget_inside(vault)
    if random() * COUNTED_ONE_IN < 1:  # noqa: S311
        _refuse_too_many(vault, client, kind)
    hashed = hashlib.sha256(id.encode()).digest()
    if kind == "assertion":
        return store.spend_assertion(vault.connection, client, hashed, stamp(until))
    return store.spend_proof(vault.connection, client, (_begins(until) + hashed[_TIME_BYTES:])[:_ID_BYTES])


def forget_inside(vault: Vault) -> None:
    """Inside a transaction: forget the ids that nobody would take any more."""
    store.forget_assertions(vault.connection, stamp(vault.now))
    store.forget_proofs(vault.connection, _begins(vault.now + _SECOND))


def _refuse_too_many(vault: Vault, client: int, kind: Kind) -> None:
    count = store.count_assertions if kind == "assertion" else store.count_proofs
    if count(vault.connection, client) >= MAX_LIVE[kind]:
        raise AccessRefused("temporarily_unavailable", f"too many requests with a new {kind}", hint="wait two minutes")


def _begins(until: datetime) -> bytes:
    """How the id of a proof begins that is good until then: new ones lie together in the table, and a commit writes a few
    pages, not one for each. The same proof has the same time, and another one is no repetition, whatever its id."""
    return int(until.timestamp()).to_bytes(_TIME_BYTES, "big")
