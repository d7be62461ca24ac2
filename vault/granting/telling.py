"""Vendors that hold what has changed and have no live grant that covers it: the person has to tell them.

Nothing is stored but when a vendor was told; who holds what is read off the records each time, so that an import of old
statements or a merge of two vendors is reckoned with at once. What shows that a vendor holds a category, in this order:

* it was released to the vendor before the change, and not again since;
* it says so itself (`engaging.holdings`), and said so before the change;
* an account there has the old value as its user name;
* there is an account or a running contract there that began before the change: assumed to hold name, postal address, e-mail
  address and telephone number, and said to be assumed.

What was merely added, and is not yet to hold, nobody has to be told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from vault import ids
from vault.granting import standing
from vault.granting.addresses import addresses
from vault.granting.covering import any_covers, covers
from vault.overview import Overview
from vault.session import Vault
from vault.store import engaging as engaging_store
from vault.store import grants as grant_store
from vault.store import profile as profile_store
from vault.store import vendors as vendor_store
from vault.store.connection import Connection
from vault.store.profile import ChangeRow
from vault.store.vendors import ContactRow
from vault.times import stamp

Key = TypeVar("Key")
Value = TypeVar("Value")
# What hardly any vendor with an account or contract lacks.
_ASSUMED: Final = ("pd:Contact", "pd:Name")
_RUNNING: Final = ("active", "trial", "cancelled")
# A value that was only added replaces nothing that anybody could hold.
_CHANGES: Final = ("replaced", "ended", "erased")


class ToTell(Struct, frozen=True):
    """A vendor to tell of changes: (category, since when it holds, what shows that the vendor has it), and its addresses."""

    vendor: int
    name: str
    changes: tuple[tuple[str, str, str], ...]
    contacts: tuple[ContactRow, ...]

    @property
    def id(self) -> str:
        return ids.text("vendor", self.vendor)


def mark_told(vault: Vault, vendor: int) -> None:
    """The person has told a vendor of everything that has changed until now."""
    with vault.transaction():
        leaf = vault.log("profile.told", {"vendor": ids.text("vendor", vendor)})
        profile_store.add_told(vault.connection, vendor, stamp(vault.now), leaf)


def still_to_tell(vault: Vault) -> list[ToTell]:
    """Every such vendor by name, with the latest change of each category."""
    today = stamp(vault.now)[:10]
    latest = {
        change.category: change
        for change in profile_store.changes(vault.connection)
        if change.kind in _CHANGES and change.effective <= today
    }
    return _Telling(vault.connection, vault.now, list(latest.values())).all() if latest else []


class _Telling:
    """What the records say at one moment, each part read when it is needed."""

    def __init__(self, connection: Connection, now: datetime, changes: list[ChangeRow]) -> None:
        self._connection, self._now, self._changes = connection, now, changes

    def all(self) -> list[ToTell]:
        found = ((row, tuple(self._owed(row.id))) for row in vendor_store.vendors(self._connection))
        return [ToTell(row.id, row.name, owed, addresses(self._connection, row.id)) for row, owed in found if owed]

    def _owed(self, vendor: int) -> Iterator[tuple[str, str, str]]:
        for change in self._changes:
            if self._told.get(vendor, "") >= _moment(change) or self._is_connected(vendor, change.category):
                continue
            because = self._evidence(vendor, change)
            if because:
                yield change.category, change.effective, because

    def _is_connected(self, vendor: int, category: str) -> bool:
        return any(any_covers(data, category) for data in self._connected.get(vendor, ()))

    def _evidence(self, vendor: int, change: ChangeRow) -> str:
        released = self._released.get((vendor, change.category), "")
        if released:
            return f"it read this on {released[:10]}" if released < _moment(change) else ""
        if self._is_stated(vendor, change):
            return "it says that it holds this"
        accounts = self._accounts.get(vendor, [])
        if any(name.casefold() in self._old_values.get(change.category, ()) for name, _ in accounts):
            return "an account there goes by the old value"
        if any(covers(one, change.category) for one in _ASSUMED):
            if any(since[:10] < change.effective for _, since in accounts):
                return "you have an account there (assumed to hold it)"
            if any(since < change.effective for since in self._contracts.get(vendor, ())):
                return "you have a running contract there (assumed to hold it)"
        return ""

    def _is_stated(self, vendor: int, change: ChangeRow) -> bool:
        said = engaging_store.stated_holdings(self._connection, vendor)
        held = [one.category for at, body in said if at < _moment(change) for one in _holdings(body).holdings]
        return any(covers(one, change.category) or covers(change.category, one) for one in held)

    # --- the records ------------------------------------------------------------------------------------------------

    @cached_property
    def _told(self) -> Mapping[int, str]:
        return profile_store.told(self._connection)

    @cached_property
    def _connected(self) -> Mapping[int, list[tuple[str, ...]]]:
        live = [one for one in standing.recorded_live(self._connection, self._now) if one.is_live]
        return _grouped((one.row.vendor, one.permission.data) for one in live if one.row.vendor is not None)

    @cached_property
    def _released(self) -> Mapping[tuple[int, str], str]:
        return {(vendor, category): at for vendor, category, at in grant_store.last_given(self._connection)}

    @cached_property
    def _accounts(self) -> Mapping[int, list[tuple[str, str]]]:
        """User name and first day of each account, by vendor; of an unknown day it is taken to be long ago."""
        rows = vendor_store.accounts(self._connection)
        return _grouped((row.vendor, (row.username, row.opened or row.changed or "")) for row in rows if row.vendor)

    @cached_property
    def _contracts(self) -> Mapping[int, list[str]]:
        running = [one for one in Overview(self._connection, self._now.date()).contracts if one.status in _RUNNING]
        return _grouped((one.row.vendor, one.row.first_charged or "") for one in running)

    @cached_property
    def _old_values(self) -> Mapping[str, set[str]]:
        """By category, the texts that held once and do not hold today."""
        today = stamp(self._now)[:10]
        categories = {row.id: row.category for row in profile_store.attributes(self._connection)}
        found: dict[str, set[str]] = {}
        for row in profile_store.values(self._connection):
            value = msgspec.json.decode(row.value)
            if isinstance(value, str) and row.valid_until is not None and row.valid_until < today:
                found.setdefault(categories[row.attribute], set()).add(value.casefold())
        return found


class _Held(msgspec.Struct):
    category: str


class _Holdings(msgspec.Struct):
    """What of a vendor's holdings is needed here."""

    holdings: list[_Held]


_holdings = msgspec.json.Decoder(_Holdings).decode


def _moment(change: ChangeRow) -> str:
    """From when a vendor can have been told, or can have read, what holds now."""
    return max(change.at, f"{change.effective}T00:00:00Z")


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
