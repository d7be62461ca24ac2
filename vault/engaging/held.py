"""Where the person's data is: for each vendor and each kind of data what is shared, was given, is claimed, was asked to be erased.

    places(vault) -> tuple[Place, ...]      by vendor's name, then by kind

* `shared`: a grant lets it read this now. `given`: when it last read it by a grant of this vault.
* `claimed`: since when it says that it holds this (empty where it does not say since when); None where it does not say so.
* `erasure`: the last request to erase that it was sent, which is about everything that it has.
* `need` is what the person may have to do about it, or nothing; only what is known here counts, and nobody is accused.

INVARIANT: a vendor's word that it has erased is its word. It is shown with the leaf that it is on record by, and taken back by
nothing but what the vendor says later, or reads later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from vault.engaging import holdings, rights
from vault.engaging.rights import Asked
from vault.granting import standing
from vault.granting.covering import any_covers, covers
from vault.policy.rights_life import LIVE, Right, State
from vault.session import Vault
from vault.store import engaging as store
from vault.store import grants as grant_store
from vault.store import vendors as vendor_store

Need = Literal["", "overdue", "claims-erased", "never-given", "too-long", "could-erase"]
_AWAITED: Final = LIVE | {State.OVERDUE}


class Erasure(msgspec.Struct, frozen=True):
    """`done` is when the vendor said that it has erased, and `leaf` where that is on record; empty and None before."""

    id: str
    state: State
    asked: str
    due: str
    done: str
    leaf: int | None


class Place(msgspec.Struct, frozen=True):
    """One kind of data at one vendor."""

    vendor: int
    name: str
    category: str
    shared: bool
    given: str | None
    claimed: str | None
    erasure: Erasure | None
    need: Need

    @property
    def is_erased(self) -> bool:
        return self.erasure is not None and self.erasure.state is State.FULFILLED and self.need != "claims-erased"


def places(vault: Vault) -> tuple[Place, ...]:
    given: dict[int, dict[str, str]] = {}
    for vendor, category, at in grant_store.last_given(vault.connection):
        given.setdefault(vendor, {})[category] = at
    shared: dict[int, set[str]] = {}
    for one in standing.listed(vault.connection, vault.now):
        if one.is_live and one.row.vendor is not None:
            shared.setdefault(one.row.vendor, set()).update(one.permission.data)
    erasures = _erasures(rights.listed(vault))
    known = {*given, *shared, *store.stating_vendors(vault.connection)}
    found = [
        place
        for row in vendor_store.vendors(vault.connection)
        if row.id in known
        for place in _of_vendor(
            vault, row.id, row.name, given.get(row.id, {}), shared.get(row.id, set()), erasures.get(row.id)
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.name.lower(), one.vendor, one.category)))


def _erasures(asked: Iterable[Asked]) -> dict[int, Erasure]:
    """The last that each vendor was sent and that was not taken back; `asked` is newest first."""
    found: dict[int, Erasure] = {}
    for one in asked:
        vendor = one.row.vendor
        if one.right is not Right.ERASURE or vendor is None or one.state is State.WITHDRAWN or vendor in found:
            continue
        last = one.answers[-1] if one.answers and one.state is State.FULFILLED else None
        found[vendor] = Erasure(
            one.id, one.state, one.row.made_at, one.row.due, last.at if last else "", last.leaf if last else None
        )
    return found


def _of_vendor(
    vault: Vault, vendor: int, name: str, given: dict[str, str], shared: set[str], erasure: Erasure | None
) -> Iterator[Place]:
    stated = holdings.stated(vault.connection, vendor)
    said_at, said = stated if stated else ("", ())
    claimed = {one.category: str(one.since or "") for one in said}
    too_long = {one.category for one in holdings.compared(vault, vendor) if one.word == "kept-too-long"}
    for category in sorted({*given, *shared, *claimed}):
        one = Place(
            vendor,
            name,
            category,
            any_covers(shared, category),
            given.get(category),
            claimed.get(category),
            erasure,
            "",
        )
        yield msgspec.structs.replace(one, need=_need(one, said_at, given, is_too_long=category in too_long))


def _need(one: Place, said_at: str, given: dict[str, str], *, is_too_long: bool) -> Need:
    erasure = one.erasure
    if erasure is not None and erasure.state is State.OVERDUE:
        return "overdue"
    if erasure is not None and erasure.state is State.FULFILLED:
        return "claims-erased" if one.claimed is not None and said_at > erasure.done else ""
    if erasure is not None and erasure.state in _AWAITED:
        return ""
    if is_too_long:
        return "too-long"
    if one.claimed is not None and not _was_given(one.category, given):
        return "never-given"
    return "could-erase" if one.given is not None and not one.shared else ""


def _was_given(category: str, given: dict[str, str]) -> bool:
    return any(covers(category, one) or covers(one, category) for one in given)
