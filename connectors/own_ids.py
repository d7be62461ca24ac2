"""Whether the id a bank gives a row names one row, and what is added where it does not.

The own id of a row (`FITID`, account servicer reference) is meant to be unique within an account for ever. Three
habits of banks break that: numbering the rows of each download from 1, giving two rows of one day the same id, and
one id for a payment and its return.

- The same long id with the same day and amount is the same row, printed twice: it keeps its id.
- The same long id with another day or amount is another row: day and amount are added.
- A short id always gets day and amount, and a count when those repeat too.
"""

from __future__ import annotations

import msgspec

from vault.findings import MAX_ID, FoundCharge

# An id shorter than this counts the rows of one download (`1`, `2`, …) and repeats in the next one.
SHORTEST_UNIQUE_ID = 6
# Ids repeat within one download period if at all; remembering more would let memory follow the file's size.
MAX_REMEMBERED_IDS = 100_000
# Room for the count behind a widened id.
COUNT_CHARS = 8


class OwnIds:
    """The ids of the rows read so far."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], tuple[object, int]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def told_apart(self, found: FoundCharge) -> FoundCharge:
        """`found` with an own id that no other row of its account has."""
        if len(found.own_id) < SHORTEST_UNIQUE_ID:
            return self.counted(found)
        key, content = (found.bank_account, found.own_id), (found.booked, found.minor)
        if self._first.setdefault(key, content) != content:
            return msgspec.structs.replace(found, own_id=_widened(found))
        if len(self._first) >= MAX_REMEMBERED_IDS:
            self._first.clear()
        return found

    def counted(self, found: FoundCharge) -> FoundCharge:
        """`found` with day, amount and occurrence in its own id, for sources whose ids are weak throughout."""
        wider = _widened(found)
        count = self._counts[found.bank_account, wider] = self._counts.get((found.bank_account, wider), 0) + 1
        if len(self._counts) >= MAX_REMEMBERED_IDS:
            self._counts.clear()
        return msgspec.structs.replace(found, own_id=wider if count == 1 else f"{wider}/{count}")


def _widened(found: FoundCharge) -> str:
    tail = f"/{found.booked:%Y%m%d}/{found.minor}"
    return found.own_id[: MAX_ID - len(tail) - COUNT_CHARS] + tail
