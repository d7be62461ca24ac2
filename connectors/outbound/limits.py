"""Named limits on what leaves the vault and on what comes back, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# A document of keys, or the acknowledgement of an event, takes a second; strangers do not hold a connection longer.
SECONDS: Final = 5.0
# For a caller who knows why: the lower end of what Standard Webhooks advises for a receiver's time.
MOST_SECONDS: Final = 15.0
# A metadata document has some kilobytes, an acknowledgement none.
BODY_BYTES: Final = 64 * 1024
MOST_BODY_BYTES: Final = 1024 * 1024
# Longer URLs are cut by intermediaries.
URL_CHARACTERS: Final = 2_048
# RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters. Before mapping a name may be a little longer.
NAME_CHARACTERS: Final = 253
# Large sites answer with 8 KiB and some thirty headers.
HEADER_BYTES: Final = 16 * 1024
HEADERS: Final = 100
# What we keep of a header; cache rules and an entity tag are far shorter.
HEADER_CHARACTERS: Final = 1_024
# A webhook body is thin, a signed record a few KiB.
SENT_BYTES: Final = 256 * 1024
# Large services answer with some dozen addresses; who answers with more is having us connect around.
ADDRESSES: Final = 64
# The other address family, and one more for a host that is down; each within its time.
TRIED_ADDRESSES: Final = 3
CONNECT_SECONDS: Final = 2.0
# A personal vault has few vendors awake at a time; sockets and memory stay bounded when all are slow.
AT_ONCE: Final = 16
# So a slow vendor does not hold all of them.
AT_ONCE_PER_HOST: Final = 4
# Threads that may wait for the system's resolver, which cannot be interrupted.
LOOKUPS_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: `seconds` from resolving the name to the last byte, `body_bytes` of its answer.

    A longer body is refused, or, with `cut`, left unread from there on: for callers who want the status only.
    """

    seconds: float = SECONDS
    body_bytes: int = BODY_BYTES
    cut: bool = False

    def __post_init__(self) -> None:
        assert 0 < self.seconds <= MOST_SECONDS
        assert 0 <= self.body_bytes <= MOST_BODY_BYTES


USUAL: Final = Limits()
