"""Work in the background while the server runs: what time ends, what is kept no longer, and what waits to be delivered.

One loop, woken by `Serving.due` or by its own pace, does the jobs whose time has come, one after another. A job that fails is
told of in the log and does not keep the others from their turn; it has its next turn as if it had not. A locked vault has
nothing to do. A round that finds nothing to do writes nothing.

What the butler finds is not looked for here: `firstparty butler run` tells the owner each find once, and would have nothing to
tell any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final, NamedTuple

from vault.session import Vault
from vault.times import stamp
from web.server import faults
from web.server.delivering import Courier
from web.server.noting import Turn
from web.server.reminding import Reminding, idle_locked, noted
from web.server.serving import Serving

# What was written by another process, or became due by the clock, is noticed after so long at the latest.
PACE_SECONDS: Final = 2.0
# Messages that wait to be sent are looked for; dates more seldom (`reminding`).
_REMINDING_SECONDS: Final = 30.0
# Under load every write wakes the loop: then one round finds what many have written.
REST_SECONDS: Final = 0.05
# Answers forgotten in one write.
_DROPPED_AT_ONCE: Final = 500
# A day's work of the fastest client, gone within one round.
_MOST_ROUNDS: Final = 200


class Job(NamedTuple):
    """`every` is how many seconds lie between two turns; 0 is every round."""

    act: Callable[[Serving], Awaitable[None]]
    every: float


async def work(serving: Serving) -> None:
    """Until the server stops."""
    courier = Courier()
    jobs = (Job(courier, 0), Job(Reminding(), _REMINDING_SECONDS), *JOBS)
    turns = dict.fromkeys(jobs, 0.0)
    loop = asyncio.get_running_loop()
    try:
        while not serving.stopping.is_set():
            serving.due.clear()
            for job in jobs:
                if serving.vault.is_open and loop.time() >= turns[job]:
                    turns[job] = loop.time() + job.every
                    await _attempted(serving, job)
            await _next(serving)
    finally:
        await courier.end()


async def _next(serving: Serving) -> None:
    """Waits for what may be due, the pace, or the end."""
    await _first(REST_SECONDS, serving.stopping)
    await _first(PACE_SECONDS, serving.due, serving.stopping)


async def _first(seconds: float, *events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(one.wait()) for one in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()


async def _attempted(serving: Serving, job: Job) -> None:
    name, started, fault = _name(job), perf_counter(), ""
    try:
        await job.act(serving)
    except Exception as error:
        faults.tell(name, error)
        fault = type(error).__name__
    serving.turns[name] = Turn(serving.clock(), perf_counter() - started, fault)


def _name(job: Job) -> str:
    return str(getattr(job.act, "__name__", type(job.act).__name__.lower()))


# --- the jobs -------------------------------------------------------------------------------------------------------


async def settled(serving: Serving) -> None:
    """Put on record what time has ended: requests for authorization, tokens, used ids; grants. And tell of changes of the
    profile whose day has come."""
    from vault import access, granting

    def settle(vault: Vault) -> None:
        access.settle(vault)
        granting.settle(vault)
        granting.announce_due(vault)

    await serving.vault.write(settle)


async def expired(serving: Serving) -> None:
    """The same of agreements; and find the place of what vendors gave before they were linked, or the bank showed it."""
    from vault import agreements
    from vault.engaging import placing

    def expire(vault: Vault) -> None:
        agreements.expire_due(vault)
        placing.place_due(vault)

    await serving.vault.write(expire)


async def expired_intents(serving: Serving) -> None:
    """The same of intentions; and word of what other doors have done to them and to decisions on offers."""
    from vault import trading

    def settle(vault: Vault) -> None:
        trading.settle(vault)

    await serving.vault.write(settle)


async def newcomers(serving: Serving) -> None:
    """Who was let in, or came to terms, hears of the intentions that were published before."""
    from vault import trading

    await serving.vault.write(trading.tell_newcomers)


async def forgotten(serving: Serving) -> None:
    """Forget events and answers that are kept no longer, a part at a time, so that no request waits for it."""
    from vault import events
    from vault.store import idempotency

    def forget(vault: Vault) -> int:
        with vault.transaction():
            answers = idempotency.drop_expired(vault.connection, stamp(vault.now), _DROPPED_AT_ONCE)
            return answers + events.forget(vault)

    for _ in range(_MOST_ROUNDS):
        if not await serving.vault.write(forget):
            return


JOBS: Final = (
    Job(settled, 15),
    Job(expired, 60),
    Job(expired_intents, PACE_SECONDS),
    Job(newcomers, 15),
    Job(forgotten, 3600),
    Job(noted, PACE_SECONDS),
    # Last: after it there may be no open vault in this round.
    Job(idle_locked, 10),
)
