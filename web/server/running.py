"""The server's life in one process, from start to stop.

* It holds `serve.lock` in the vault's folder, so that there is one server for a vault, and the vault's own lock while the
  vault is open.
* It has one socket on the network, and one in the vault's folder, which only the owner of the folder can open.
* When it stops, what the vault was given is committed, the vault is closed, the socket in the folder removed.

What listens on the two is `listening`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from msgspec import Struct

from terms.errors import FirstpartyError
from vault import keyring
from vault.session import Vault
from vault.store.lock import FileLock
from web import owner_socket
from web.server.limits import Limits
from web.server.opened import OpenVault
from web.server.serving import Outgoing, Serving, Settings

LOCK_FILE = "serve.lock"
# Connections that the system accepts for us while we are busy.
BACKLOG = 128
_HOLDER = "serve"
# How long requests wait while a command of the owner's writes; then they are answered `busy`. Less than what stopping takes.
PATIENCE_SECONDS = 1.5


class AddressError(FirstpartyError):
    code = "address"


class Started(Struct, frozen=True):
    """What is told once requests are answered. `link` makes a link that logs a browser in once."""

    url: str
    port: int
    is_locked: bool
    link: Callable[[], str]


def run(
    settings: Settings,
    secret: str | None,
    *,
    clock: Callable[[], datetime],
    announce: Callable[[Started], None],
) -> None:
    """Serve until a signal comes. `secret` opens the vault first; without one it starts locked."""
    keyring.load(settings.home)  # a missing or damaged vault is said before anything else
    lock = FileLock(settings.home, _HOLDER, patience=0, file_name=LOCK_FILE)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, secret, clock, announce))
    finally:
        lock.release()


async def _serve(
    settings: Settings,
    secret: str | None,
    clock: Callable[[], datetime],
    announce: Callable[[Started], None],
) -> None:
    with _bound(settings) as network, owner_socket.bound(settings.home) as local:
        settings = _named(settings, network.getsockname()[1])
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def opened(secret: str) -> Vault:
            loop.call_soon_threadsafe(begun.set)
            return _opened(settings, secret, clock())

        vault = OpenVault(opened, clock)
        try:
            # Stretching the passphrase needs no interpreter, so what is slow to import is imported meanwhile.
            unlocking = asyncio.ensure_future(_unlock(vault, secret))
            if secret is not None:
                await begun.wait()
            from web.pages.frame.wording import saying
            from web.server.listening import answering, listen

            outgoing = Outgoing(is_dev=settings.is_dev, clock=clock)
            serving = Serving(settings, vault, Limits(), clock, outgoing, saying=saying)
            edge = answering(serving)
            await unlocking
            started = Started(settings.base_url, settings.port, not vault.is_open, _links(serving))
            await listen(edge, serving, network, local, lambda: announce(started))
        finally:
            await vault.end()


def _links(serving: Serving) -> Callable[[], str]:
    return lambda: f"{serving.settings.base_url}/enter/{serving.doors.made(serving.clock())}"


def _opened(settings: Settings, secret: str, now: datetime) -> Vault:
    """The vault, with the owner's commands let in beside the server."""
    vault = Vault.open(settings.home, secret, now=now, by=_HOLDER)
    vault.share(patience_seconds=PATIENCE_SECONDS)
    return vault


async def _unlock(vault: OpenVault, secret: str | None) -> None:
    if secret is not None:
        await vault.unlock(secret)


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
