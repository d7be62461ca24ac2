"""Load on a server whose own cost is not counted: requests made beforehand, sent over kept connections, answers hardly read.

    done = run(port, pid, requests)          each request once, `CONNECTIONS` under way at a time
    done.per_cpu_second                      requests a second of the server's processor time (user and system, all threads)
    done.milliseconds(0.99)                  how long an answer took, at most, for that part of the requests

A generator of load shares the cores with the server, so requests a second of the wall say little; processor time is the
server's alone. `run` keeps as many under way as there are connections; `at_rate` sends at a steady rate whatever comes back,
and counts from the moment at which a request was due, so that a server that stalls cannot hide it.
"""

from __future__ import annotations

import os
import selectors
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

CONNECTIONS = 16
_READ = 65_536
_PATIENCE_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


class UnexpectedAnswerError(RuntimeError):
    """A server answered otherwise than with the status of success: what was measured is not what was meant."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a load."""

    count: int
    cpu_seconds: float
    wall_seconds: float
    latencies: tuple[float, ...] = field(repr=False)

    @property
    def per_cpu_second(self) -> float:
        return self.count / self.cpu_seconds

    @property
    def per_second(self) -> float:
        return self.count / self.wall_seconds

    def milliseconds(self, part: float) -> float:
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def cpu_seconds(pid: int) -> float:
    """Of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def run(port: int, pid: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> Done:
    """Every request once, as fast as they are answered."""
    return _Load(port, requests, connections).measured(pid, rate=None)


def at_rate(port: int, pid: int, requests: Sequence[bytes], rate: float, *, connections: int = CONNECTIONS) -> Done:
    """Every request once, `rate` of them a second."""
    return _Load(port, requests, connections).measured(pid, rate=rate)


def answer(port: int, request: bytes) -> bytes:
    """The whole answer to one request."""
    lane = _Lane(port)
    lane.send(request, 0.0)
    while not lane.receive():
        pass
    lane.socket.close()
    return lane.received


class _Load:
    def __init__(self, port: int, requests: Sequence[bytes], connections: int) -> None:
        self._waiting = deque(requests)
        self._count = len(requests)
        self._latencies: list[float] = []
        self._selector = selectors.DefaultSelector()
        self._idle = [_Lane(port) for _ in range(connections)]
        for lane in self._idle:
            self._selector.register(lane.socket, selectors.EVENT_READ, lane)

    def measured(self, pid: int, *, rate: float | None) -> Done:
        used, began = cpu_seconds(pid), perf_counter()
        try:
            while len(self._latencies) < self._count:
                self._send(began, rate)
                self._receive(began, rate)
        finally:
            for key in list(self._selector.get_map().values()):
                key.data.socket.close()
            self._selector.close()
        wall = perf_counter() - began
        return Done(self._count, cpu_seconds(pid) - used, wall, tuple(self._latencies))

    def _due(self, began: float, rate: float | None) -> float:
        sent = self._count - len(self._waiting)
        return 0.0 if rate is None else began + sent / rate

    def _send(self, began: float, rate: float | None) -> None:
        while self._idle and self._waiting and (due := self._due(began, rate)) <= (now := perf_counter()):
            self._idle.pop().send(self._waiting.popleft(), due or now)

    def _receive(self, began: float, rate: float | None) -> None:
        under_way = len(self._selector.get_map()) > len(self._idle)
        if not under_way:
            sleep(max(0.0, self._due(began, rate) - perf_counter()))
            return
        patience: float = _PATIENCE_SECONDS
        if rate is not None and self._idle and self._waiting:
            patience = max(0.0, self._due(began, rate) - perf_counter())
        found = self._selector.select(patience)
        if not found and patience == _PATIENCE_SECONDS:
            raise UnexpectedAnswerError("no answer")
        for key, _ in found:
            lane: _Lane = key.data
            if lane.receive():
                self._latencies.append(perf_counter() - lane.since)
                self._idle.append(lane)


class _Lane:
    """A connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.since = 0.0
        self.received = b""

    def send(self, request: bytes, since: float) -> None:
        self.since, self.received = since, b""
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Whether the whole answer is there."""
        more = self.socket.recv(_READ)
        self.received += more
        if not more:
            raise UnexpectedAnswerError(f"the server closed the connection after {self.received[:300]!r}")
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201", b"HTTP/1.1 205", b"HTTP/1.1 204")):
            raise UnexpectedAnswerError(self.received[:1000].decode(errors="replace"))
        return _is_whole(head.lower(), body)


def _is_whole(head: bytes, body: bytes) -> bool:
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, found, rest = head.partition(b"content-length:")
    return len(body) >= (int(rest.partition(b"\r\n")[0]) if found else 0)


def request(method: str, host: str, path: str, fields: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", *(f"{name}: {said}" for name, said in fields.items())]
    lines += [f"content-length: {len(body)}"] if body else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
