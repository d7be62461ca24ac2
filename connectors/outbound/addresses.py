"""Which addresses the vault connects to: public ones, also when another address is hidden inside.

`ipaddress.is_global` is not enough: it calls the NAT64 and 6to4 forms of 127.0.0.1 global. So an IPv6 address is refused
unless it lies in what is given out as global unicast (2000::/3) or is NAT64's; the special blocks are listed here from the
IANA registries of special-purpose addresses (RFC 6890), with what those do not list; and every IPv4 address that an IPv6
address carries is judged as well (mapped, NAT64, 6to4, ISATAP; Teredo is refused whole). Where a block is in doubt, it is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address

DENIED_V4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # RFC 791: this network; 0.0.0.0 reaches the machine itself
        "10.0.0.0/8",  # RFC 1918: private
        "100.64.0.0/10",  # RFC 6598: carrier-grade NAT; metadata of one cloud at 100.100.100.200
        "127.0.0.0/8",  # RFC 1122: loopback
        "168.63.129.16/32",  # a cloud's metadata and name service, in an otherwise public block
        "169.254.0.0/16",  # RFC 3927: link-local; cloud metadata at 169.254.169.254 and 169.254.170.2
        "172.16.0.0/12",  # RFC 1918: private
        "192.0.0.0/24",  # RFC 6890: protocol assignments; metadata of one cloud at 192.0.0.192
        "192.0.2.0/24",  # RFC 5737: documentation
        "192.31.196.0/24",  # RFC 7535: AS112, answers for private names
        "192.52.193.0/24",  # RFC 7450: multicast tunnels
        "192.88.99.0/24",  # RFC 7526: 6to4 relays, given up
        "192.168.0.0/16",  # RFC 1918: private
        "192.175.48.0/24",  # RFC 7534: AS112
        "198.18.0.0/15",  # RFC 2544: benchmarking
        "198.51.100.0/24",  # RFC 5737: documentation
        "203.0.113.0/24",  # RFC 5737: documentation
        "224.0.0.0/4",  # RFC 1112: multicast
        "240.0.0.0/4",  # RFC 1112: reserved; broadcast
    )
)

# Everything outside it is refused without a row here: loopback, unspecified, link-local, site-local, ULA (with the metadata
# services in it), multicast, discard-only, IPv4-compatible and -translated, NAT64 for local use (64:ff9b:1::/48).
GIVEN_OUT: Final = IPv6Network("2000::/3")
# These two carry an IPv4 address and are judged by it.
MAPPED: Final = IPv6Network("::ffff:0:0/96")  # RFC 4291: connected to by IPv4
NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052: the way to IPv4 from a network that has IPv6 only

DENIED_V6: Final = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # RFC 2928: protocol assignments; Teredo, benchmarking, ORCHID, anycast of protocols
        "2001:db8::/32",  # RFC 3849: documentation
        "2620:4f:8000::/48",  # RFC 7534: AS112
        "3ffe::/16",  # RFC 3701: the 6bone, given back
        "3fff::/20",  # RFC 9637: documentation
    )
)

_SIX_TO_FOUR: Final = IPv6Network("2002::/16")  # RFC 3056
# RFC 5214, ISATAP: an interface id of 0:5efe or 200:5efe and an IPv4 address, under any prefix.
_ISATAP: Final = (0x0000_5EFE, 0x0200_5EFE)


def is_public(address: Address) -> bool:
    """Whether the vault may connect there: the address itself, and each that it carries, is public."""
    return not _denied(address) and all(not _denied(inner) for inner in carried(address))


def carried(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses inside an IPv6 address, for each form of carrying one that is not refused as a whole."""
    if isinstance(address, IPv4Address):
        return
    number = int(address)
    if address in MAPPED or address in NAT64 or (number >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        yield IPv4Address((number >> 80) & 0xFFFF_FFFF)


def _denied(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in block for block in DENIED_V4)
    if address in MAPPED or address in NAT64:
        return False
    # A zone (`%eth0`) belongs to a link.
    return address.scope_id is not None or address not in GIVEN_OUT or any(address in block for block in DENIED_V6)
