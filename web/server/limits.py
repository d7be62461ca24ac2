"""How often somebody may ask: named limits, kept in memory, with the header fields that say how much is left.

A limit lets `quota` requests through in any `window_seconds` at an even pace, with the whole quota as a burst after a rest
(the generic cell rate algorithm: one number for each who asks). Refused requests cost nothing, so whoever waits as long as
`Retry-After` says gets through. Restarting forgets; what must hold for days is kept in the vault, not here.

Fields: `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from math import ceil
from time import monotonic

from msgspec import Struct

from terms.errors import FirstpartyError

# Those who asked last; 100 bytes each. An attacker with more addresses than this gets past limits by address anyway.
MAX_KNOWN = 20_000
# An IPv6 customer has at least this prefix for themselves, and would else have 2^64 names.
_IPV6_PREFIX = 64


class Limit(Struct, frozen=True):
    name: str
    quota: int
    window_seconds: int


# Whoever is nobody yet, by address: a page with all its parts is some twenty requests.
BY_ADDRESS = "address"
# Passphrases tried at the owner's socket: a typing person needs three.
UNLOCKING = Limit("unlocking", 10, 60)
# What one client asks of the authorization server: polls of a few requests and a new token for each every five minutes are
# some twenty a minute.
OAUTH = Limit("oauth", 300, 60)


class Room(Struct, frozen=True):
    """What a limit has left for somebody; `wait_seconds` is more than 0 when this request is over it."""

    limit: Limit
    remaining: int
    reset_seconds: int
    wait_seconds: int = 0

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        one, name = self.limit, f'"{self.limit.name}"'
        found = [
            (b"ratelimit-policy", f"{name};q={one.quota};w={one.window_seconds}".encode()),
            (b"ratelimit", f"{name};r={self.remaining};t={self.reset_seconds}".encode()),
        ]
        return [*found, (b"retry-after", str(self.wait_seconds).encode())] if self.wait_seconds else found


class TooManyError(FirstpartyError):
    """`room` says when to come back."""

    code = "too-many-requests"

    def __init__(self, room: Room) -> None:
        super().__init__("too many requests", hint=f"come back in {room.wait_seconds} s")
        self.room = room


class Limits:
    """`clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        # When somebody's quota is whole again, by limit and name; the one who asked longest ago first.
        self._whole_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def take(self, limit: Limit, who: str) -> Room:
        """Count one request of `who`, unless it is over the limit."""
        now, each = self._clock(), limit.window_seconds / limit.quota
        whole_at = max(self._whole_at.get((limit.name, who), now), now)
        after = whole_at + each
        over = after - now - limit.window_seconds
        # Sums of the same steps may differ in their last bits.
        if over > each * 1e-6:
            return Room(limit, 0, ceil(whole_at - now), max(1, ceil(over)))
        self._whole_at[(limit.name, who)] = after
        self._whole_at.move_to_end((limit.name, who))
        if len(self._whole_at) > MAX_KNOWN:
            self._whole_at.popitem(last=False)
        return Room(limit, int((limit.window_seconds - (after - now)) / each + 1e-6), ceil(after - now))

    def charge(self, limit: Limit, who: str) -> Room:
        """As `take`, but `TooManyError` when it is over the limit."""
        room = self.take(limit, who)
        if room.wait_seconds:
            raise TooManyError(room)
        return room


@lru_cache(maxsize=1_024)
def by_address(address: str) -> str:
    """The name that an address counts under."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed)
