"""The server alone: cold start, memory, requests per CPU-second, stopping: `python -m benchmarks.serving`.

Requests come over eight connections kept open, one after another on each, from a client in this process; what counts is the
server's processor time (user and system, all threads), so a busy machine changes little. `/health` is what HTTP costs;
`/v1/terms` goes through the vault's thread and reads the choice from the encrypted file.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from benchmarks.measuring import Figure, Home, command, folder, median, show
from vault.session import Vault
from web import clock
from web.server.opened import OpenVault

STARTS = 5
CONNECTIONS = 8
LOAD_SECONDS = 4.0
IDLE_SECONDS = 2.0
STOP_TARGET = 2.0
WRITES, TOGETHER = 1_280, 64
_TICKS = os.sysconf("SC_CLK_TCK")


class Running(NamedTuple):
    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float


def figures() -> list[Figure]:
    with folder() as place:
        home = Home(place)
        alone, together = _writes(home)
        starts, stops = [], []
        for _ in range(STARTS):
            with serving(home) as running:
                starts.append(running.start_seconds)
                with _streaming(running.port):
                    stops.append(_stopped(running))
        with serving(home) as running:
            sleep(IDLE_SECONDS)
            idle = _resident(running.process.pid)
            rates = {path: _rate(running, path) for path in ("/health", "/v1/terms")}
            loaded = _resident(running.process.pid)
    return [
        Figure("`serve`, from start to ready (open)", f"{median(starts):.2f} s"),
        Figure("`serve`, from SIGTERM to its end, a request under way", f"{max(stops):.2f} s", f"< {STOP_TARGET:g} s",
               max(stops) < STOP_TARGET),
        Figure("memory of the server, idle", f"{idle / 10**6:.0f} MB, {loaded / 10**6:.0f} MB after the load"),
        Figure("durable writes a second, one at a time; 64 at once", f"{alone:,.0f}; {together:,.0f}"),
        *[Figure(f"`GET {path}` a CPU-second", f"{rate:,.0f}") for path, rate in rates.items()],
    ]  # fmt: skip


def _writes(home: Home) -> tuple[float, float]:
    """Rates of small writes, each with its leaf, acknowledged after their commit: alone, and sharing commits."""

    def write(vault: Vault) -> None:
        with vault.transaction():
            vault.log("benchmark.written", {})

    async def measured() -> tuple[float, float]:
        secret = Path(home.environment["FIRSTPARTY_PASSPHRASE_FILE"]).read_text()
        vault = OpenVault(lambda secret: Vault.open(home.path, secret, now=clock.now(), by="benchmark"), clock.now)
        await vault.unlock(secret)
        began = monotonic()
        for _ in range(WRITES):
            await vault.write(write)
        alone, began = monotonic() - began, monotonic()
        for _ in range(WRITES // TOGETHER):
            await asyncio.gather(*(vault.write(write) for _ in range(TOGETHER)))
        together = monotonic() - began
        await vault.end()
        return WRITES / alone, WRITES / together

    return asyncio.run(measured())


@contextmanager
def serving(home: Home, *words: str) -> Iterator[Running]:
    """`firstparty serve` on a free port, until the block ends."""
    arguments = command("serve", "--port", "0", "--json", "--requests-per-minute", "10000000", *words)
    began = monotonic()
    with subprocess.Popen(
        arguments, env=home.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        _ask(told["port"], "/ready")
        try:
            yield Running(process, told["port"], monotonic() - began)
        finally:
            process.send_signal(signal.SIGTERM)


def _rate(running: Running, path: str) -> float:
    """Requests per second of the server's processor time."""
    request = _request(running.port, path)
    connections = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(CONNECTIONS)]
    for _ in range(20):
        _round(connections, request)
    answered, used, began = 0, _cpu_seconds(running.process.pid), monotonic()
    while monotonic() - began < LOAD_SECONDS:
        _round(connections, request)
        answered += CONNECTIONS
    used = _cpu_seconds(running.process.pid) - used
    for connection in connections:
        connection.close()
    return answered / used


def _round(connections: list[socket.socket], request: bytes) -> None:
    for connection in connections:
        connection.sendall(request)
    for connection in connections:
        _read(connection)


def _read(connection: socket.socket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)


def _ask(port: int, path: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(_request(port, path))
        _read(connection)


def _request(port: int, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: */*\r\n\r\n".encode()


@contextmanager
def _streaming(port: int) -> Iterator[None]:
    """A request that does not come to its end."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /health HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nx: ".encode())
        yield


def _stopped(running: Running) -> float:
    began = monotonic()
    running.process.send_signal(signal.SIGTERM)
    running.process.wait()
    return monotonic() - began


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    show(figures())
