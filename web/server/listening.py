"""Two listeners in one process: the network's, and the owner's on the local socket. They stop together.

SIGTERM, SIGINT and SIGHUP stop them, and the work in the background (`jobs`) with them: nothing new is taken, streams end by
themselves (`Serving.stopping`), and what is under way has a second before it is cut off.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar.types import Receive, Scope, Send

from web.server.application import application, collected
from web.server.connections import Listener, OwnersProtocol, listener
from web.server.edge import Edge
from web.server.jobs import work
from web.server.principals import DOOR, OWNER_DOOR
from web.server.serving import Serving
from web.server.warming import warm

# New objects that may be there before cycles are looked for, of 100 to 1,000 bytes each; a request under way has some 500.
_COLLECTED_AT = 10_000
# SIGHUP comes when the terminal is closed.
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def answering(serving: Serving) -> Edge:
    """What answers, with every route."""
    return application(serving, collected(serving.settings.also))


async def listen(
    edge: Edge, serving: Serving, network: socket.socket, local: socket.socket, announce: Callable[[], None]
) -> None:
    """Answer on both sockets until a signal comes; `announce` is called once both do."""
    listeners = [listener(edge), listener(_OwnersDoor(edge), OwnersProtocol)]
    with _stopping_on_signals(serving, listeners):
        async with asyncio.TaskGroup() as tasks:
            for one, bound in zip(listeners, (network, local), strict=True):
                tasks.create_task(one.serve([bound]))
            while not all(one.started for one in listeners):
                await asyncio.sleep(0.001)
            announce()
            # What is there by now stays: it need not be looked through for what can go. What requests leave behind goes by
            # itself, but for a few cycles, so these are looked for less often.
            gc.freeze()
            gc.enable()
            gc.set_threshold(_COLLECTED_AT)
            serving.vault.written = serving.due.set
            tasks.create_task(work(serving))
            tasks.create_task(warm())


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
    # What whoever started it had ignored (`nohup`) stays so.
    signals = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _told_briefly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A fault outside any request: its type, without a message or a trace that may hold what a client sent."""
    fault = context.get("exception")
    print(msgspec.json.encode({"fault": type(fault).__name__ if fault else "unknown"}).decode(), file=sys.stderr)
