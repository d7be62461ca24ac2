"""From a request to the first byte of its page, on the vault of `many`: warm, and the first one after the server's start.

A page is made as a whole before its first byte, so this is also what it costs. The server's processor time for one request is
given besides: on a machine that others use it says more.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.measuring import Figure, median
from benchmarks.pages.served import Served, serving
from benchmarks.vendors.load import cpu_seconds

TARGET_MS = 300
PAGES = ("/vendors", "/vendors?q=hof", "/", "/spending", "/renewals", "/offers", "/activity", "/review")
COLD, WARM = 3, 20


class Waited(NamedTuple):
    """Milliseconds, of one page."""

    cold: list[float]
    warm: list[float]
    cpu: float


def figures(home: Path, secret: Path) -> list[Figure]:
    cold: dict[str, list[float]] = {path: [] for path in PAGES}
    for _ in range(COLD):
        for path in PAGES:
            with serving(home, secret) as server:
                cold[path].append(_first_byte(server, path))
    with serving(home, secret) as server:
        found = {path: _warm(server, path, cold[path]) for path in PAGES}
    return [_figure(path, waited) for path, waited in found.items()]


def _warm(server: Served, path: str, cold: list[float]) -> Waited:
    _first_byte(server, path)
    before = cpu_seconds(server.pid)
    warm = [_first_byte(server, path) for _ in range(WARM)]
    return Waited(cold, warm, 1_000 * (cpu_seconds(server.pid) - before) / WARM)


def _first_byte(server: Served, path: str) -> float:
    with server.client() as client:
        client.get("/health")  # the connection stands
        began = perf_counter()
        with client.stream("GET", path) as answer:
            taken = perf_counter() - began
            answer.read()
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return 1_000 * taken


def _figure(path: str, waited: Waited) -> Figure:
    p95 = sorted(waited.warm)[int(0.95 * len(waited.warm))]
    cold = median(waited.cold)
    said = f"{median(waited.warm):.0f} ms, p95 {p95:.0f} ms, {waited.cpu:.0f} ms of processor; first one {cold:.0f} ms"
    holds = max(p95, cold) <= TARGET_MS
    return Figure(f"first byte of {path}, 2,000 vendors", said, f"≤ {TARGET_MS} ms", holds)
