"""Work in the background while the server runs: what time ends, and what waits to be delivered.

One loop, woken by `Serving.due` or by its own pace, does one round of every job in order; a job that fails is told of in the
log and does not keep the others from their turn. A locked vault has nothing to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from vault.session import Vault
from web.server.opened import BusyError, VaultLockedError
from web.server.serving import Serving

# What was written by another process, or became due by the clock, is noticed after so long at the latest.
PACE_SECONDS: Final = 2.0
Job = Callable[[Serving], Awaitable[None]]


async def work(serving: Serving, jobs: tuple[Job, ...]) -> None:
    """Until the server stops."""
    while not serving.stopping.is_set():
        serving.due.clear()
        for job in jobs:
            await _attempted(serving, job)
        waits = [asyncio.ensure_future(one.wait()) for one in (serving.due, serving.stopping)]
        await asyncio.wait(waits, timeout=PACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()


async def _attempted(serving: Serving, job: Job) -> None:
    if not serving.vault.is_open:
        return
    with contextlib.suppress(VaultLockedError, BusyError):
        try:
            await job(serving)
        except (VaultLockedError, BusyError):
            raise
        except Exception as error:
            # The type alone: a message may hold what somebody sent.
            print(msgspec.json.encode({"job": job.__name__, "fault": type(error).__name__}).decode(), file=sys.stderr)


async def settled(serving: Serving) -> None:
    """Put on record what time has ended: requests for authorization, tokens, used ids."""
    from vault import access

    def settle(vault: Vault) -> None:
        access.settle(vault)

    await serving.vault.write(settle)


JOBS: Final[tuple[Job, ...]] = (settled,)
