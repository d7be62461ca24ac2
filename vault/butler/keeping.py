"""Records kept from one offer to the next for as long as none of them can have changed.

Reading them costs many times what deciding does. Every change of the vault that they tell of leaves a leaf in its log, in the
same transaction: so what was read at one end of the log still holds at another, where all leaves between are of events that
concern none of it. That holds for what another process wrote too, and for what was taken back, since the leaf at the old end is
compared as well.

INVARIANT: this is for a transaction that has written nothing yet but what such events write. Whoever changes a vendor and
decides in one transaction, before the leaf, makes a `Butler` without it.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from vault.butler.records import Records
from vault.session import Vault
from vault.store import audit

# What a busy vendor makes happen; anything else is read anew.
_APART: Final = frozenset({"decision.made", "offer.received", "release.made"})
# A longer stretch of the log costs as much to look through as reading anew.
_MAX_LEAVES: Final = 1_000


class _Kept(Struct):
    records: Records
    today: date
    end: audit.End


_kept: WeakKeyDictionary[Vault, _Kept] = WeakKeyDictionary()


def records(vault: Vault, today: date) -> Records:
    """Those of this moment."""
    known = _kept.get(vault)
    end = _end_if_it_holds(vault, known.end) if known is not None and known.today == today else None
    if known is None or end is None:
        known = _kept[vault] = _Kept(Records(vault.connection, today), today, audit.end(vault.connection))
    else:
        known.end = end
    return known.records


def _end_if_it_holds(vault: Vault, before: audit.End) -> audit.End | None:
    """The end of the log, where nothing has happened since an earlier one but what is apart."""
    if not before.size:
        return None
    found = audit.events(vault.connection, before.size - 1, before.size + _MAX_LEAVES)
    if not found or found[0][1] != before.digest or len(found) > _MAX_LEAVES + 1:
        return None
    if any(event not in _APART for event, _ in found[1:]):
        return None
    return audit.End(before.size - 1 + len(found), found[-1][1])
