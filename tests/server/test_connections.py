"""What is held back before there is a request: with the limits made small, so that nobody waits for them."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from litestar.datastructures import Headers

from tests.server import probes
from tests.server.conftest import PATIENCE_SECONDS, Server, Start
from web.server import bodies


def limited(start: Start, name: str, value: float) -> Server:
    """A server with another limit on connections."""
    program = f"from web.server import connections\nconnections.{name} = {value}\n{probes.PROGRAM}"
    return start(secret=None, program=program)


def test_a_head_that_does_not_come_to_its_end_is_cut_off(start: Start) -> None:
    server = limited(start, "MAX_HEAD_SECONDS", 0.1)
    assert server.raw(b"") == b""
    assert server.raw(b"GET /health HTTP/1.1\r\nhost: loc") == b""
    whole = b"GET /health HTTP/1.1\r\nhost: localhost:%d\r\n\r\n" % server.port
    assert server.raw(whole + b"GET /health HTTP/1.1\r\n").count(b"HTTP/1.1 200") == 1


def test_more_connections_than_are_taken_are_told_so(start: Start) -> None:
    server = limited(start, "MAX_CONNECTIONS", 3)
    held = [socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) for _ in range(3)]
    refused = server.raw(b"")
    for one in held:
        one.close()
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b'"code":"busy"' in refused
    assert server.client.get("/health").status_code == 200


def test_requests_one_after_another_on_one_connection_are_each_counted_for_themselves(start: Start) -> None:
    server = start(secret=None, program=probes.PROGRAM)
    body = b"a=" + b"x" * 60_000
    form = b"POST /form HTTP/1.1\r\nhost: localhost:%d\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: "
    one = form % server.port + b"%d\r\n\r\n" % len(body) + body
    last = b"GET /health HTTP/1.1\r\nhost: localhost:%d\r\nconnection: close\r\n\r\n" % server.port
    answered = server.raw(one * 3 + last)
    assert answered.count(b"HTTP/1.1 503") == 3  # locked, and not 431
    assert answered.count(b"HTTP/1.1 200") == 1


class Slow:
    """A request whose body never ends."""

    headers = Headers({"content-type": bodies.JSON})

    _is_begun = False

    async def part(self) -> tuple[bytes, bool]:
        if self._is_begun:
            await asyncio.Event().wait()
        self._is_begun = True
        return b"{", True


def test_a_body_that_does_not_come_to_its_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_SECONDS", 0.01)
    slow: Any = Slow()
    with pytest.raises(bodies.TooSlowError):
        asyncio.run(bodies.read(slow, bodies.JSON))
