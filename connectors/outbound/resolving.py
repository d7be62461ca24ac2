"""From a name to addresses that were checked, asked for once.

INVARIANT: what `checked` returns is what is connected to. A name server that answers otherwise the second time (DNS
rebinding) is never asked a second time. One address that is not public spoils the name: which of them is used would
otherwise be the attacker's luck.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Final

from connectors.outbound.addresses import Address, is_public
from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import ADDRESSES, LOOKUPS_AT_ONCE
from connectors.outbound.urls import LOOPBACK, Target

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, each in its usual notation; none if it has none."""

_LOOKUPS: Final = threading.BoundedSemaphore(LOOKUPS_AT_ONCE)


async def checked(target: Target, resolve: Resolver) -> tuple[Address, ...]:
    """Every address of the target's host, or `OutboundError`: `unresolvable`, `forbidden-address`."""
    if target.local:
        # RFC 6761, section 6.3: localhost is not asked of the name system.
        return tuple(map(ip_address, LOOPBACK[target.host]))
    found = await resolve(target.host)
    if not found:
        raise OutboundError("unresolvable")
    if len(found) > ADDRESSES:
        raise OutboundError("forbidden-address", f"the name has more than {ADDRESSES} addresses")
    addresses = tuple(map(_address, found))
    if not all(map(is_public, addresses)):
        raise OutboundError("forbidden-address")
    return addresses


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise OutboundError("unresolvable", "the resolver's answer is not an address") from None


async def system_resolver(name: str) -> Sequence[str]:
    """The system's own. Each lookup has a daemon thread: a name server that does not answer holds neither the stop of the
    server nor the threads that others wait for."""
    if not _LOOKUPS.acquire(blocking=False):
        raise OutboundError("unresolvable", "too many names are being looked up", hint="try again later")
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()
    try:
        threading.Thread(target=_look_up, args=(name, loop, found), daemon=True, name="outbound-lookup").start()
    except RuntimeError:
        _LOOKUPS.release()
        raise OutboundError("unresolvable", "no thread to look the name up", hint="try again later") from None
    return await found


def _look_up(name: str, loop: asyncio.AbstractEventLoop, found: asyncio.Future[list[str]]) -> None:
    try:
        addresses = _getaddrinfo(name)
    finally:
        _LOOKUPS.release()
    try:
        loop.call_soon_threadsafe(lambda: None if found.done() else found.set_result(addresses))
    except RuntimeError:
        return  # the loop was closed meanwhile: nobody waits


def _getaddrinfo(name: str) -> list[str]:
    try:
        # With the dot at its end the name is complete: no search domain of this machine is put behind it.
        rows = socket.getaddrinfo(f"{name}.", None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in rows))
