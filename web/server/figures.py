"""What `metrics` tells of requests, counted as they are answered."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import Final

# From a cached answer to what is felt as slow; a read takes two milliseconds.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
# A client may write any word for a method, and each would be a series of its own.
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))


class Figures:
    """`answered` by (method, route, status); `took` has the answers of a route by how long they took, the last for more than the
    longest of `BUCKETS`; `seconds` is their sum."""

    def __init__(self) -> None:
        self.answered: Counter[tuple[str, str, int]] = Counter()
        self.took: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` as the table writes it."""
        self.answered[method if method in _METHODS else "other", route, status] += 1
        self.took[route][bisect_left(BUCKETS, seconds)] += 1
        self.seconds[route] += seconds
