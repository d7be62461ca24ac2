"""ISO 8601 durations of one unit (`P30D`, `P1M`, `P2Y`), compared by length.

Weeks are seven days, years twelve months; between days and months the mean month of the Gregorian calendar counts
(146,097 days in 4,800 months), so that any two durations compare. `P0D` means not kept at all; `indefinite` is longer
than everything.
"""

from __future__ import annotations

import re
from functools import lru_cache

INDEFINITE = "indefinite"

_ISO = re.compile(r"P([0-9]{1,5})([DWMY])")
# Lengths in 1/4800 of a day, in which the mean month is a whole number.
_UNITS = {"D": 4_800, "W": 7 * 4_800, "M": 146_097, "Y": 12 * 146_097}


# Practices repeat the same few durations; the texts are short and the cache small.
@lru_cache(maxsize=256)
def length(text: str) -> int | None:
    """The length of a duration in a unit of its own, or None where the text is no duration."""
    if text == INDEFINITE:
        return 10**12
    match = _ISO.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None
