"""`Outbound`: asks one URL, within limits, a few at a time. See the package for what it promises."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import AT_ONCE, AT_ONCE_PER_HOST, HEADER_CHARACTERS, SENT_BYTES, USUAL, Limits
from connectors.outbound.outcome import Outcome
from connectors.outbound.resolving import Resolver, checked, system_resolver
from connectors.outbound.urls import Target, target

if TYPE_CHECKING:
    import ssl

# Nothing on versions: which hole is still open is not for strangers to read.
USER_AGENT: Final = "Firstparty"
_OURS: Final = frozenset(
    "accept-encoding connection content-length expect host keep-alive proxy-authorization proxy-connection sec-gpc te"
    " trailer transfer-encoding upgrade user-agent".split()
)
_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")
# No CR, LF or other control: a value cannot begin a header of its own.
_VALUE: Final = re.compile(r"[ -~]*")


def prepare() -> None:
    """What the first request would wait for, done before it comes. Not in a thread that has an event loop."""
    import anyio

    from connectors.outbound import wire

    wire.trusted_roots()
    anyio.run(anyio.sleep, 0)  # imports what it has for asyncio


class Outbound:
    """Keep one for the whole server. Belongs to the event loop that first uses it; holds no connection between requests.

    `development` lets the machine itself be asked. `resolve` and `roots` are there for tests and for a network with its
    own certificate authority; roots that would not check certificates or names are refused.
    """

    def __init__(
        self,
        *,
        development: bool = False,
        resolve: Resolver = system_resolver,
        roots: ssl.SSLContext | None = None,
    ) -> None:
        if roots is not None and (not roots.check_hostname or roots.verify_mode.name != "CERT_REQUIRED"):
            raise OutboundError("bad-request", "the roots given do not check certificates")
        self._development = development
        self._resolve = resolve
        self._roots = roots
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, _HostTurns] = {}

    @property
    def development(self) -> bool:
        return self._development

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = USUAL,
        as_person: bool = False,
    ) -> Outcome:
        """What is at `url`. `as_person` says `Sec-GPC: 1`: do not sell or share what this request tells."""
        return await self._ask("GET", url, b"", headers or {}, limits, as_person)

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = USUAL,
        as_person: bool = False,
    ) -> Outcome:
        """The answer to `body`, which is sent once: not again after any failure."""
        return await self._ask("POST", url, body, headers or {}, limits, as_person)

    async def _ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], limits: Limits, as_person: bool
    ) -> Outcome:
        where = target(url, development=self._development)
        sent = _headers(where, headers, body if method == "POST" else None, as_person=as_person)
        if len(body) > SENT_BYTES:
            raise OutboundError("bad-request", f"the vault sends at most {SENT_BYTES} bytes")
        async with self._turn(where.host):
            try:
                async with asyncio.timeout(limits.seconds):
                    return await self._exchanged(where, (method, sent, body), limits)
            except TimeoutError:
                raise OutboundError("too-slow") from None

    async def _exchanged(
        self, where: Target, request: tuple[str, list[tuple[str, str]], bytes], limits: Limits
    ) -> Outcome:
        # A tenth of a second of imports, which only those who ask wait for.
        from connectors.outbound import wire

        if self._roots is None:
            self._roots = wire.trusted_roots()
        addresses = await checked(where, self._resolve)
        return await wire.exchanged(where, addresses, request, roots=self._roots, limits=limits)

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """Waits for a turn; the request's own time begins after. First the host's, so that waiting for it holds nobody."""
        turns = self._hosts.setdefault(host, _HostTurns())
        turns.asked += 1
        try:
            async with turns.semaphore, self._turns:
                yield
        finally:
            turns.asked -= 1
            if not turns.asked:
                del self._hosts[host]


class _HostTurns:
    __slots__ = ("asked", "semaphore")

    def __init__(self) -> None:
        self.asked = 0
        self.semaphore = asyncio.Semaphore(AT_ONCE_PER_HOST)


def _headers(where: Target, given: Mapping[str, str], body: bytes | None, *, as_person: bool) -> list[tuple[str, str]]:
    headers = [("Host", where.authority), ("User-Agent", USER_AGENT), ("Accept-Encoding", "identity")]
    headers.append(("Connection", "close"))
    if as_person:
        headers.append(("Sec-GPC", "1"))
    if body is not None:
        headers.append(("Content-Length", str(len(body))))
    for name, value in given.items():
        if name.lower() in _OURS or not _NAME.fullmatch(name.lower()):
            raise OutboundError("bad-request", "a header that callers do not set")
        if len(value) > HEADER_CHARACTERS or not _VALUE.fullmatch(value):
            raise OutboundError("bad-request", "a header's value is too long or not printable ASCII")
        headers.append((name, value))
    return headers
