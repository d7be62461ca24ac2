"""Connections: what is taken before there is a request. uvicorn's HTTP/1.1 with the limits that it lacks.

The address and header fields of a request have at most `MAX_HEAD_BYTES` and arrive within `MAX_HEAD_SECONDS`: the parser
itself would collect them for ever. What does not read as HTTP is answered with a problem and cut off. No WebSockets, no
proxy's header fields, no `Server`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
# Longer than a vendor's client waits between two questions, shorter than routers forget a connection.
KEEP_ALIVE_SECONDS = 75
# What is still under way when the server stops: cut off after this, so that it has stopped after two seconds.
GRACE_SECONDS = 1
_REASONS = {503: "Service Unavailable", 400: "Bad Request", 431: "Request Header Fields Too Large"}


class LimitedProtocol(HttpToolsProtocol):
    """One connection. A head is under way from its first byte until it is complete."""

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_head()
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse("busy")

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_head()

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if self._head_timer is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        # After reading: one chunk may hold the end of a small head and a long body.
        if self._head_timer is not None and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse("head-too-large")

    def send_400_response(self, msg: str) -> None:
        self._refuse("bad-request")

    def _begin_head(self) -> None:
        self._end_head()
        self._head_timer = self.loop.call_later(MAX_HEAD_SECONDS, self.transport.close)

    def _end_head(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, code: str) -> None:
        self._end_head()
        answer = problems.of_row(row_of(code))
        head = (
            f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}\r\ncontent-type: {answer.media_type}\r\n"
            f"content-length: {len(answer.body)}\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + answer.body)
        self.transport.close()


class Listener(uvicorn.Server):
    """A server that leaves signals to whoever runs it, so that two can run in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener(application: Any) -> Listener:
    """A listener for one application, to be served on sockets that are bound already."""
    return Listener(
        uvicorn.Config(
            application,
            http=LimitedProtocol,
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
