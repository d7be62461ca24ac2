"""What holds for every request, whatever its route: the name it is for, the rate, the header fields of answers, the log.

* A request over the network is for one of the server's names, or refused: else a page of another site could reach a vault on
  this machine by a name of its own that points here (DNS rebinding).
* An answer without a `Content-Security-Policy` gets one that allows nothing, and one without `Cache-Control` is not stored.
* Answers are dated by the server's clock (RFC 9110, 6.6.1), which a sandbox can move: a client may set its own by it.
* There are no CORS fields: no page of another origin reads an answer.
* Whatever is raised and was not answered is answered as a problem, and said in the log.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from random import getrandbits
from time import perf_counter
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from terms.phrases import phrase
from web.server import problems
from web.server.access_log import AccessLog
from web.server.answers import Answer
from web.server.limits import BY_ADDRESS, Limit, Room, TooManyError, by_address
from web.server.opened import BusyError
from web.server.principals import COMES_FROM, SAID, is_owners_door
from web.server.problems import HostError
from web.server.serving import Serving

_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
}
# In the state of a request's scope: the exchange.
_EXCHANGE = "firstparty.exchange"
_HTTPS_ONLY = {b"strict-transport-security": b"max-age=31536000"}


# RFC 9110, 8.6 and 15.4.5: answers without content, and without what would describe it.
_BODILESS = frozenset((204, 304))
# The longest that there is: IPv6 with a zone. What a proxy says may be anything.
MAX_ADDRESS = 64


class Edge:
    """The outermost application: what the listeners call."""

    def __init__(self, inner: ASGIApp, serving: Serving) -> None:
        self._inner, self._serving = inner, serving
        settings = serving.settings
        self._hosts = frozenset(host.encode() for host in settings.hosts)
        self._fields = _ALWAYS | (_HTTPS_ONLY if settings.base_url.startswith("https:") else {})
        self._limit = Limit(BY_ADDRESS, settings.requests_per_minute, 60)
        self._log = AccessLog(serving.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            exchange = Exchange(send, self._fields | {b"date": _dated(self._serving.clock().replace(microsecond=0))})
            scope["state"][_EXCHANGE] = exchange
            started = perf_counter()
            try:
                await self._serve(scope, receive, exchange)
            finally:
                self._note(scope, exchange, perf_counter() - started)

    async def _serve(self, scope: Scope, receive: Receive, exchange: Exchange) -> None:
        try:
            self._admit(scope, exchange)
            await self._inner(scope, receive, exchange.send)
        except asyncio.CancelledError:
            # Cut off since the server stops, or whoever asked has gone; then nobody reads this.
            if not exchange.status:
                await exchange.answer(problems.answer(BusyError(phrase("the server stops"))))
            raise
        except Exception as error:
            exchange.error = error
            if exchange.status:
                raise  # the answer has begun: all that is left is to cut it off
            await exchange.answer(problems.answer(error))

    def _admit(self, scope: Scope, exchange: Exchange) -> None:
        if is_owners_door(scope):
            self._serving.presence.at = self._serving.clock()
            return
        hosts = [value.lower() for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            raise HostError(
                phrase("this server is not reached by this name"),
                hint=phrase("start it with --base-url or --allow-host"),
            )
        exchange.address = _address(scope, self._serving.settings.proxies)
        scope["state"][COMES_FROM] = address = by_address(exchange.address)
        room = self._serving.limits.take(self._limit, address)
        if room.wait_seconds:
            raise TooManyError(room)
        exchange.room = room

    def _note(self, scope: Scope, exchange: Exchange, seconds: float) -> None:
        found: Any = scope
        state = found.get("state", {})
        self._serving.figures.count(found["method"], exchange.route, exchange.status, seconds)
        self._log.write(
            method=found["method"],
            route=exchange.route,
            status=exchange.status,
            seconds=seconds,
            sent=exchange.sent,
            address=exchange.address,
            request=exchange.id,
            error=exchange.error or state.get("firstparty.error"),
            said=state.get(SAID, ""),
        )


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that a request is part of."""
    found: Exchange = scope["state"][_EXCHANGE]
    return found


class Exchange:
    """One answer on its way out; `status` is 0 until it has begun. `route` is the path of the route that was found."""

    def __init__(self, send: Send, fields: dict[bytes, bytes]) -> None:
        self._send, self._fields = send, fields
        # A name for the log, that nobody need be unable to guess: drawn without a call of the system.
        self.id = f"{getrandbits(64):016x}"
        self.status, self.sent = 0, 0
        self.address, self.route = "owner", "-"
        self.room: Room | None = None
        self.error: BaseException | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            there = {name.lower() for name, _ in message["headers"]}
            added = [(name, value) for name, value in self._fields.items() if name not in there]
            if self.room is not None and b"ratelimit" not in there:
                added += self.room.fields
            message["headers"] = [*message["headers"], *added, (b"request-id", self.id.encode())]
        elif message["type"] == "http.response.body":
            self.sent += len(message["body"])
        await self._send(message)

    async def answer(self, answer: Answer) -> None:
        """Send the whole of it."""
        fields = {**self._fields, b"request-id": self.id.encode(), **_own_fields(answer)}
        if answer.status not in _BODILESS:
            fields[b"content-length"] = b"%d" % len(answer.body)
        if self.room is not None and b"ratelimit" not in fields:
            fields.update(self.room.fields)
        self.status, self.sent = answer.status, len(answer.body)
        await self._send({"type": "http.response.start", "status": answer.status, "headers": [*fields.items()]})
        await self._send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _own_fields(answer: Answer) -> dict[bytes, bytes]:
    found = {name.lower().encode(): value.encode() for name, value in answer.headers.items()}
    if answer.status not in _BODILESS:
        found[b"content-type"] = _content_type(answer.media_type)
    return found


@lru_cache(maxsize=64)
def _content_type(media_type: str) -> bytes:
    """With the character set of all our texts."""
    has_none = media_type.startswith("text/") and "charset=" not in media_type
    return (f"{media_type}; charset=utf-8" if has_none else media_type).encode()


@lru_cache(maxsize=2)
def _dated(second: datetime) -> bytes:
    """A second as header fields write it; there are many answers in one."""
    return format_datetime(second, usegmt=True).encode()


def _address(scope: Scope, proxies: frozenset[str]) -> str:
    """Where a request comes from: what connected to us, or what the proxy that did says connected to it."""
    client: Any = scope.get("client")
    address = str(client[0]) if client else "unknown"
    if address not in proxies:
        return address
    # Each proxy adds at the end whom it heard from; what stands before the first that is not ours, anybody can write.
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    heard = [one for each in said.split(",") if (one := each.strip())]
    return next((one for one in reversed(heard) if one not in proxies), address)[:MAX_ADDRESS]
