"""The overview of a day, kept from one page to the next while nothing is written: what is open is mostly read.

It is worked out from every contract and charge, and gives the same as long as the records are the same. It is forgotten with the
vault that it is of, so when that is locked.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from vault.overview import Overview
from vault.session import Vault
from vault.store.connection import Version, version

# By what makes one differ from another: the day, and whether dismissed contracts are in it.
_Days = dict[tuple[date, bool], Overview]
_KEPT: Final[WeakKeyDictionary[Vault, tuple[Version, _Days]]] = WeakKeyDictionary()
# Today in the owner's zone and by the clock's, each with and without what was dismissed.
_MOST: Final = 4


def overview_of(vault: Vault, today: date | None = None, *, dismissed: bool = False) -> Overview:
    day = today or vault.now.date()
    now = version(vault.connection)
    at, days = _KEPT.get(vault, (now, _Days()))
    if at != now or len(days) > _MOST:
        days = _Days()
    found = days.get((day, dismissed)) or Overview(vault.connection, day, dismissed=dismissed)
    if not vault.connection.in_transaction:  # what is written in one may be taken back
        days[day, dismissed] = found
        _KEPT[vault] = (now, days)
    return found
