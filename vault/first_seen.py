"""What was seen before among millions of texts, in some twelve bytes for each.

`FirstSeen.of` answers with the value under which a text was first seen on a day. The newest texts are kept in a
dictionary; when there are many, they are put away as a sorted run of packed numbers. A run covers the days of its texts,
so that in a file that is more or less in order only one or two runs can hold a text; in one without any order all are
looked through, which is slower and as right.

Texts are told apart by 42 bits of their hash within one day: among a thousand charges on one day, two are mistaken for
equal once in ten million days.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

# A dictionary of so many takes some 20 MB; a year of statements never gets there.
MAX_RECENT = 200_000
_HASH_BITS = 42
_HASH_MASK = 2**_HASH_BITS - 1
VALUE_MASK = 2**32 - 1


class FirstSeen:
    def __init__(self, most_recent: int = MAX_RECENT) -> None:
        self._recent: dict[int, int] = {}
        self._most_recent = most_recent
        self._runs: list[tuple[array[int], array[int]]] = []

    def of(self, day: int, text: object, value: int) -> int:
        """The value (32 bits) that came with `text` when it was first seen on that day (an ordinal): now, perhaps."""
        key = day << _HASH_BITS | hash(text) & _HASH_MASK
        if self._runs and (known := self._put_away(key)) is not None:
            return known
        known = self._recent.setdefault(key, value)
        if len(self._recent) >= self._most_recent:
            self._put_recent_away()
        return known

    def _put_away(self, key: int) -> int | None:
        for keys, values in self._runs:
            if keys[0] <= key <= keys[-1]:
                place = bisect_left(keys, key)
                if keys[place] == key:
                    return values[place]
        return None

    def _put_recent_away(self) -> None:
        keys = array("Q", sorted(self._recent))
        self._runs.append((keys, array("I", map(self._recent.__getitem__, keys))))
        self._recent = {}
