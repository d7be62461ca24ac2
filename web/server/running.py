"""The server's life: one process, two listeners, from start to stop.

* It holds `serve.lock` in the vault's folder, so that there is one server for a vault, and the vault's own lock while the
  vault is open.
* One listener is on the network, one on `owner.sock` in the vault's folder, which only the owner of the folder can open.
* SIGTERM and SIGINT stop it: what is under way has a second, streams end by themselves (`Serving.stopping`), what the vault
  was given is committed, the vault is closed, the socket removed.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from litestar.types import Receive, Scope, Send

from terms.errors import FirstpartyError
from vault import keyring
from vault.session import Vault
from vault.store.lock import Lock
from web import owner_socket
from web.server.application import application, collected
from web.server.connections import Listener, listener
from web.server.edge import Edge
from web.server.limits import Limits
from web.server.opened import OpenVault
from web.server.principals import DOOR, OWNER_DOOR
from web.server.routes import Route
from web.server.serving import Serving, Settings

LOCK_FILE = "serve.lock"
# Connections that the system accepts for us while we are busy.
BACKLOG = 128
_HOLDER = "serve"


class AddressError(FirstpartyError):
    code = "address"


@dataclass(frozen=True, slots=True)
class Started:
    """What is told once requests are answered."""

    url: str
    port: int
    is_locked: bool


def run(
    settings: Settings,
    secret: str | None,
    *,
    clock: Callable[[], datetime],
    announce: Callable[[Started], None],
) -> None:
    """Serve until a signal comes. `secret` opens the vault first; without one it starts locked."""
    keyring.load(settings.home)  # a missing or damaged vault is said before anything else
    lock = Lock(settings.home, _HOLDER, patience=0, file_name=LOCK_FILE)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, secret, clock, announce, collected()))
    finally:
        lock.release()


async def _serve(
    settings: Settings,
    secret: str | None,
    clock: Callable[[], datetime],
    announce: Callable[[Started], None],
    routes: tuple[Route, ...],
) -> None:
    with _bound(settings) as network, owner_socket.bound(settings.home) as local:
        settings = _named(settings, network.getsockname()[1])
        vault = OpenVault(lambda secret: Vault.open(settings.home, secret, now=clock(), by=_HOLDER), clock)
        try:
            if secret is not None:
                await vault.unlock(secret)
            serving = Serving(settings, vault, Limits(), clock)
            edge = application(serving, routes)
            announced = Started(settings.base_url, settings.port, is_locked=not vault.is_open)
            await _listen(serving, edge, network, local, lambda: announce(announced))
        finally:
            await vault.end()


async def _listen(
    serving: Serving, edge: Edge, network: socket.socket, local: socket.socket, announce: Callable[[], None]
) -> None:
    listeners = [listener(edge), listener(_OwnersDoor(edge))]
    with _stopping_on_signals(serving, listeners):
        async with asyncio.TaskGroup() as tasks:
            for one, bound in zip(listeners, (network, local), strict=True):
                tasks.create_task(one.serve([bound]))
            while not all(one.started for one in listeners):
                await asyncio.sleep(0.001)
            announce()


class _OwnersDoor:
    """Marks what comes in by the local socket."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        marked: Any = scope
        marked[DOOR] = OWNER_DOOR
        await self._edge(scope, receive, send)


@contextmanager
def _stopping_on_signals(serving: Serving, listeners: list[Listener]) -> Iterator[None]:
    def stop() -> None:
        serving.stopping.set()
        for one in listeners:
            one.should_exit = True

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_told_briefly)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _told_briefly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A fault outside any request: its type, without a message or a trace that may hold what a client sent."""
    fault = context.get("exception")
    print(msgspec.json.encode({"fault": type(fault).__name__ if fault else "unknown"}).decode(), file=sys.stderr)


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        bound = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or "no such address").lower()
        raise AddressError(
            f"cannot listen on `{settings.host}` port {settings.port}: {why}",
            hint="choose another with --host or --port",
        ) from None
    with bound:
        yield bound


def _named(settings: Settings, port: int) -> Settings:
    """The settings with what only binding can tell: the port, the address, and the names that it is reached by."""
    own = f"[{settings.host}]:{port}" if ":" in settings.host else f"{settings.host}:{port}"
    base_url = settings.base_url or f"http://{own}"
    hosts = {own, f"localhost:{port}", f"127.0.0.1:{port}", base_url.partition("://")[2].partition("/")[0]}
    return replace(settings, port=port, base_url=base_url, hosts=settings.hosts | {host.lower() for host in hosts})


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None  # the standard library's, where there is no uvloop
