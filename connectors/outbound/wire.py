"""The HTTP/1.1 connection, on httpcore: the only place that knows the library.

httpcore and not httpx's client, because here is all that is wanted and nothing that would have to be turned off:
redirects, environment proxies, `.netrc`, cookies, decoding, pools. Its documented network back end is where the checked
addresses are put in place of the name; TLS above it still gets the name.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Final

import anyio
import certifi
import httpcore

from connectors.outbound.addresses import Address
from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import CONNECT_SECONDS, TRIED_ADDRESSES, Limits
from connectors.outbound.outcome import Outcome, outcome
from connectors.outbound.urls import Target

_BROKEN: Final = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ConnectionNotAvailable,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    OSError,
)


@cache
def trusted_roots() -> ssl.SSLContext:
    """Certificates are checked against certifi's roots. It is the same one for all; nobody changes it.

    Not `ssl.create_default_context`, which reads the environment: `SSLKEYLOGFILE` writes every session's secrets down,
    `SSL_CERT_FILE` trusts other roots.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context


async def exchanged(
    target: Target,
    addresses: Sequence[Address],
    request: tuple[str, list[tuple[str, str]], bytes],
    *,
    roots: ssl.SSLContext,
    limits: Limits,
) -> Outcome:
    """One request (method, headers, body) on one connection to one of `addresses`."""
    method, headers, body = request
    url = httpcore.URL(scheme=target.scheme, host=target.host.strip("[]"), port=target.port, target=target.path)
    sent = httpcore.Request(method, url, headers=headers, content=body)
    try:
        async with _connection(url, addresses, roots) as connection:
            response = await connection.handle_async_request(sent)
            assert not isinstance(response.stream, Iterable)
            return await outcome(response.status, response.headers, response.stream, limits)
    except _BROKEN as error:
        raise OutboundError(_code(error)) from None


def _code(error: Exception) -> str:
    if isinstance(error, httpcore.ProtocolError):
        return "bad-answer"
    if isinstance(error, httpcore.TimeoutException):
        return "too-slow"
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return "untrusted-certificate"
    return "unreachable"


@asynccontextmanager
async def _connection(
    url: httpcore.URL, addresses: Sequence[Address], roots: ssl.SSLContext
) -> AsyncIterator[httpcore.AsyncHTTPConnection]:
    pinned = _Pinned(addresses)
    connection = httpcore.AsyncHTTPConnection(
        url.origin, ssl_context=roots, http1=True, http2=False, retries=0, network_backend=pinned
    )
    try:
        yield connection
    finally:
        await connection.aclose()
        # A TLS handshake that was cut off has left its socket with nobody else.
        await pinned.aclose()


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were checked, whatever host it is asked for."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = addresses[:TRIED_ADDRESSES]
        self._network = httpcore.AnyIOBackend()
        self._opened: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        for address in self._addresses:
            try:
                self._opened = await self._network.connect_tcp(str(address), port, timeout=CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return self._opened
        raise httpcore.ConnectError

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.aclose()
