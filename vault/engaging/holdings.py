"""What a vendor says that it holds of the person, beside what is known to have been released to it.

* `agrees`: it says that it holds what it has read, or a part or the whole of that.
* `not-released`: it says that it holds what nobody released to it by this vault. It may come from anywhere else.
* `not-stated`: it has read what it does not say that it holds, and has not been to forget it yet.
* `kept-too-long`: the same as `agrees`, for longer than any of its grants allowed.

What it does not say is not taken for not held: a vendor that never said anything has nothing compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from terms.durations import length
from vault.engaging.given import Holding, Holdings
from vault.granting import standing
from vault.granting.covering import any_covers, covers
from vault.session import Vault
from vault.store import engaging as store
from vault.store import grants as grant_store
from vault.store.connection import Connection

Word = Literal["agrees", "not-released", "not-stated", "kept-too-long"]
# What `terms.durations.length` counts in.
_UNIT: Final = timedelta(days=1) / 4_800


class Compared(msgspec.Struct, frozen=True):
    """`stated` is what the vendor says, `released` when it last read the category; either may be none."""

    category: str
    word: Word
    stated: Holding | None
    released: str | None


def stated(connection: Connection, vendor: int) -> tuple[str, tuple[Holding, ...]] | None:
    """When the clients of a vendor last said what they hold, and what; none where none ever did."""
    rows = store.stated_holdings(connection, vendor)
    if not rows:
        return None
    said = [one for _, body in rows for one in msgspec.json.decode(body, type=Holdings).holdings]
    return max(at for at, _ in rows), tuple(said)


def compared(vault: Vault, vendor: int) -> tuple[Compared, ...]:
    """Every category that the vendor states or has read, differences first; none where it never stated anything."""
    found = stated(vault.connection, vendor)
    if found is None:
        return ()
    released = {category: at for of, category, at in grant_store.last_given(vault.connection) if of == vendor}
    pairs = [*_stated(vault, vendor, found[1], released), *_unstated(vault, vendor, found[1], released)]
    return tuple(sorted(pairs, key=lambda one: (one.word == "agrees", one.category)))


def _stated(vault: Vault, vendor: int, said: tuple[Holding, ...], released: dict[str, str]) -> Iterator[Compared]:
    for one in said:
        read = [
            at for category, at in released.items() if covers(one.category, category) or covers(category, one.category)
        ]
        last = max(read, default=None)
        word: Word = "not-released" if last is None else "agrees"
        if last is not None and _is_over(vault, vendor, one.category, last):
            word = "kept-too-long"
        yield Compared(one.category, word, one, last)


def _unstated(vault: Vault, vendor: int, said: tuple[Holding, ...], released: dict[str, str]) -> Iterator[Compared]:
    held = [one.category for one in said]
    for category, at in released.items():
        is_stated = any_covers(held, category) or any(covers(category, one) for one in held)
        if not is_stated and not _is_over(vault, vendor, category, at):
            yield Compared(category, "not-stated", None, at)


def _is_over(vault: Vault, vendor: int, category: str, read_at: str) -> bool:
    """Whether every grant by which it may have been read limits how long it is kept, and that time is over."""
    grants = [
        one
        for one in standing.listed(vault.connection, vault.now)
        if one.row.vendor == vendor and one.row.reads and any_covers(one.permission.data, category)
    ]
    days = [length(one.permission.retention) if one.permission.retention else None for one in grants]
    if not grants or any(one is None for one in days):
        return False
    longest = max(one for one in days if one is not None)
    return (vault.now - datetime.fromisoformat(read_at)) / _UNIT > longest
