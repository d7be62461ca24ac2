"""Figures for a monitor, in Prometheus' text format (0.0.4): `/metrics`.

For whoever shows the token of `serve --metrics-token-file` as `Authorization: Bearer …`, and for the owner on the local socket;
without that setting for the owner alone. Labels are the table's own words (a route as it is written there, a method, a status):
nothing of an address, of a client or of the vault. Counting is three additions in memory.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vault.session import Vault
from vault.store import outbox
from web.server.answers import Answer
from web.server.figures import BUCKETS
from web.server.opened import BusyError, VaultLockedError
from web.server.principals import OWNER, Principal, UnauthenticatedError
from web.server.routes import Access, Asked, Route
from web.server.serving import Serving

if TYPE_CHECKING:
    from web.server.requests import Request

PATH: Final = "/metrics"
_TYPE: Final = "text/plain; version=0.0.4"


async def token(serving: Serving, request: Request) -> Principal:
    """The scheme `Bearer`: a monitor's token, which opens this route and nothing else."""
    shown = request.headers["authorization"].partition(" ")[2].strip()
    wanted = serving.settings.metrics_token
    if request.scope["path"] != PATH or not wanted or not hmac.compare_digest(shown.encode(), wanted.encode()):
        raise UnauthenticatedError("these credentials are not taken here", challenge="DPoP")
    return OWNER


async def _shown(asked: Asked) -> Answer:
    serving = asked.serving
    try:
        waiting: int | None = await serving.vault.run(_undelivered)
    except (VaultLockedError, BusyError):
        waiting = None
    return Answer(200, "\n".join(_lines(serving, waiting)).encode() + b"\n", _TYPE)


def _undelivered(vault: Vault) -> int:
    return outbox.count(vault.connection, "waiting")


def _lines(serving: Serving, undelivered: int | None) -> Iterator[str]:
    figures = serving.figures
    yield from _one("firstparty_open", "gauge", "Whether the vault is open.", int(serving.vault.is_open))
    yield from _one(
        "firstparty_waiting", "gauge", "Actions that wait for the vault or are under way.", serving.vault.waiting
    )
    if undelivered is not None:
        yield from _one("firstparty_outbox", "gauge", "Events that wait to be delivered to webhooks.", undelivered)
    yield from _head("firstparty_requests_total", "counter", "Requests that were answered.")
    for (method, route, status), count in sorted(figures.answered.items()):
        yield f'firstparty_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
    yield from _head("firstparty_request_seconds", "histogram", "How long answers took.")
    for route, counts in sorted(figures.took.items()):
        so_far = 0
        for edge, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
            so_far += count
            yield f'firstparty_request_seconds_bucket{{route="{route}",le="{edge}"}} {so_far}'
        yield f'firstparty_request_seconds_sum{{route="{route}"}} {figures.seconds[route]:.6f}'
        yield f'firstparty_request_seconds_count{{route="{route}"}} {so_far}'


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"


def _one(name: str, kind: str, meaning: str, value: int) -> Iterator[str]:
    yield from _head(name, kind, meaning)
    yield f"{name} {value}"


_ACCESS: Final = Access(nobody=401, owner=200, locked=200, vendor=403, granted=403, expired=401, revoked=401)
ROUTES = (Route("GET", PATH, _shown, _ACCESS, "Figures for a monitor", standard="Prometheus"),)
