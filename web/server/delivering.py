"""Events sent to the webhooks of vendors, and the question whose address it is, by the server's one guard.

* Every client with something due has a lane of its own, which sends one thing at a time, the oldest first, and ends when nothing
  is due. After each attempt a lane waits for its turn again, so a slow endpoint holds up its own lane, and of the others at
  most what the number of lanes allows.
* What came of an attempt is on record before the lane goes on. A lane that is cut off when the server stops has put nothing on
  record, and its attempt is made again.
* How long to wait is `connectors.webhooks.retrying`'s, for the delivery and, by the failures in a row, for the endpoint.
"""

from __future__ import annotations

import asyncio
import random
from datetime import datetime
from typing import Final

from connectors.outbound import OutboundError
from connectors.webhooks import RETRY_AFTER, Message, Verdict, challenge, next_attempt, thin_body
from connectors.webhooks.delivery import Attempt, attempted, owned
from connectors.webhooks.ownership import CHALLENGE_BYTES, Challenge
from terms.proof.keys import Sign
from vault import crypto, outbox
from vault.outbox import Failure, Prepared, Question
from vault.session import Vault
from web.server import faults, heard
from web.server.serving import Serving

# Half of what the guard has at once (`connectors.outbound.limits`): documents of clients are fetched beside.
LANES: Final = 8
# An endpoint that has failed for days is tried again at least this often, if there is something for it.
_LONGEST_PAUSE: Final = 5


class Courier:
    """One for a server; each call is one round, which starts what is due and does not wait for it."""

    def __init__(self) -> None:
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(LANES)

    async def __call__(self, serving: Serving) -> None:
        clients, questions = await serving.vault.run(lambda vault: (outbox.to_send(vault), outbox.to_ask(vault)))
        for client in dict.fromkeys((*questions, *clients)):
            if client not in self._lanes:
                lane = asyncio.create_task(self._lane(serving, client))
                self._lanes[client] = lane
                lane.add_done_callback(lambda _, client=client: self._lanes.pop(client, None))  # type: ignore[misc]

    async def end(self) -> None:
        """Cut off what is under way."""
        lanes = [*self._lanes.values()]
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    async def _lane(self, serving: Serving, client: int) -> None:
        going_on = True
        while going_on and not serving.stopping.is_set():
            async with self._turns:
                try:
                    going_on = await _step(serving, client)
                except Exception as error:
                    faults.tell("delivering", error)
                    going_on = False  # there is another lane at the next round


async def _step(serving: Serving, client: int) -> bool:
    """One question or delivery; whether there may be another."""
    made = await serving.vault.run(lambda vault: outbox.prepared(vault, client))
    if made is not None:
        await _deliver(serving, made)
        return True
    drawn = challenge("", "", crypto.random_bytes(CHALLENGE_BYTES), serving.clock()).value
    asked = await serving.vault.write(lambda vault: _asked(vault, client, drawn))
    if asked is not None:
        await _ask(serving, *asked)
    return asked is not None


# --- one delivery ---------------------------------------------------------------------------------------------------


async def _deliver(serving: Serving, made: Prepared) -> None:
    now, row = serving.clock(), made.row
    body = thin_body(row.type, datetime.fromisoformat(row.at), row.subject)
    message = Message(row.id, now, body)
    found = await attempted(serving.outgoing.outbound, made.url, message, made.signers, now=now)
    if found.verdict is Verdict.DELIVERED:
        await serving.vault.write(lambda vault: _delivered(vault, made))
    else:
        await serving.vault.write(lambda vault: outbox.fail(vault, made, failure(made, found, vault.now)))


def _delivered(vault: Vault, made: Prepared) -> None:
    with vault.transaction():
        heard.seen(vault, outbox.deliver(vault, made))


def failure(made: Prepared, found: Attempt, now: datetime) -> Failure:
    """What follows from an attempt that failed."""
    is_throttled = found.verdict is Verdict.THROTTLED

    def after(count: int) -> datetime | None:
        return next_attempt(count, now, jitter=random.random(), throttled=is_throttled, wait=found.wait)  # noqa: S311 - no secret

    return Failure(
        found.status,
        found.code,
        after(made.row.attempts + 1),
        after(min(made.failures + 1, _LONGEST_PAUSE)),
        is_gone=found.verdict is Verdict.GONE,
    )


# --- whose address it is --------------------------------------------------------------------------------------------


def _asked(vault: Vault, client: int, drawn: str) -> tuple[Question, tuple[Sign, ...]] | None:
    question = outbox.ask(vault, client, drawn)
    row = outbox.webhook(vault, client) if question else None
    return (question, outbox.signers(vault, row)) if question and row else None


async def _ask(serving: Serving, asked: Question, signers: tuple[Sign, ...]) -> None:
    question = Challenge(asked.client_url, asked.url, asked.challenge, asked.asked_at)
    now = serving.clock()
    message = Message(f"msg_{asked.challenge}", now, question.body)
    try:
        is_owned = await owned(serving.outgoing.outbound, question, message, signers, now=now)
        because = "" if is_owned else "wrong-answer"
    except OutboundError as error:
        because = error.code
    if not because:
        await serving.vault.write(lambda vault: outbox.prove(vault, asked))
        return
    again = next_attempt(asked.asks, serving.clock(), jitter=random.random())  # noqa: S311
    await serving.vault.write(lambda vault: outbox.unanswered(vault, asked, because, again))


assert len(RETRY_AFTER) >= _LONGEST_PAUSE
