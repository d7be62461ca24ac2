"""Connections: what is taken before there is a request. uvicorn's HTTP/1.1 with the limits that it lacks.

The address and header fields of a request have at most `MAX_HEAD_BYTES` and arrive within `MAX_HEAD_SECONDS`: the parser
itself would collect them for ever. What does not read as HTTP is answered with a problem and cut off. No WebSockets, no
proxy's header fields, no `Server`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.server import problems
from web.server.catalogue import row_of

# Twice what browsers and proxies send at most; a DPoP proof has 1 KiB.
MAX_HEAD_BYTES = 32 * 1024
# Header fields come in one or two packets. Connections that send nothing are cut off too, once a request has begun.
MAX_HEAD_SECONDS = 10
# More than a person and their vendors open at once; a file descriptor each.
MAX_CONNECTIONS = 512
# For a refused client to finish sending and read why.
LINGER_SECONDS = 2
# Longer than a vendor's client waits between two questions, shorter than routers forget a connection.
KEEP_ALIVE_SECONDS = 75
# What is still under way when the server stops: cut off after this, so that it has stopped after two seconds.
GRACE_SECONDS = 1
# Of parts that are longer, the transport itself says when to wait.
MAX_GATHERED_BYTES = 16 * 1024
_REASONS = {503: "Service Unavailable", 400: "Bad Request", 431: "Request Header Fields Too Large"}


class _Gathering:
    """A transport, by which what is written in one turn of the event loop goes out at its end, as one: uvicorn writes head and
    body apart, and each would be a call of the system and a packet."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._written: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, content: bytes) -> None:
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(content)
        if len(content) > MAX_GATHERED_BYTES:
            self._send()

    def write_eof(self) -> None:
        self._send()
        self._transport.write_eof()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        written, self._written = self._written, []
        if written and not self.is_closing():  # else whoever asked has gone
            self._transport.write(b"".join(written))


class LimitedProtocol(HttpToolsProtocol):
    """One connection. `_stage` is where its last request stands: none has begun, its head, or its body."""

    _stage: Literal["none", "head", "body"] = "none"
    _requests = 0
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    _is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self._wait_for_head()
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse("busy")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._stage, self._requests = "head", self._requests + 1
        self._stop_waiting()

    def on_headers_complete(self) -> None:
        self._stage = "body"
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage = "none"
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        stage, requests = self._stage, self._requests
        super().data_received(data)
        if self._stage != "head" or self._is_refused:
            return
        if self._head_timer is None:  # most heads come as a whole, and are not waited for
            self._wait_for_head()
        # Counted are chunks that are nothing but this head; one that ends another request says nothing about its length.
        if stage == "head" and requests == self._requests:
            self._head_bytes += len(data)
        else:
            self._head_bytes = len(data) if stage == "none" and self._requests == requests + 1 else 0
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse("head-too-large")

    def send_400_response(self, msg: str) -> None:
        self._refuse("bad-request")

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._head_timer = self.loop.call_later(MAX_HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, code: str) -> None:
        self._stop_waiting()
        self._is_refused = True
        answer = problems.of_row(row_of(code))
        head = (
            f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}\r\ncontent-type: {answer.media_type}\r\n"
            f"content-length: {len(answer.body)}\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + answer.body)
        # Closing while bytes are still coming would reset the connection, and with it what was just said.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


class OwnersProtocol(LimitedProtocol):
    """A connection of the owner's socket. The file system lets nobody else connect; this holds even where it would."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if _is_ours(transport.get_extra_info("socket")):
            super().connection_made(transport)
        else:
            transport.abort()
            self._is_refused = True

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_refused:
            super().connection_lost(exc)


def _is_ours(connection: Any) -> bool:
    """Whether the same system's user is at both ends, as far as the system tells."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(uid == os.getuid())


class Listener(uvicorn.Server):
    """A server that leaves signals to whoever runs it, so that two can run in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener(application: Any, protocol: type[LimitedProtocol] = LimitedProtocol) -> Listener:
    """A listener for one application, to be served on sockets that are bound already."""
    # It would say again what the access log says, and with tracebacks what that keeps to itself.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    return Listener(
        uvicorn.Config(
            application,
            http=protocol,
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,  # `edge` dates answers by the server's clock
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
