"""Events sent to the webhooks of vendors, and the question whose address it is, by the server's one guard.

* Every client with something due has a lane of its own, which sends one thing at a time, the oldest first, and ends when nothing
  is due. Before each attempt a lane waits for its turn, first among those that go to one server, so a slow endpoint holds up
  its own lane, and whoever names one server for many clients no more than a few.
* What came of an attempt is on record before the lane goes on. A lane that is cut off when the server stops has put nothing on
  record, and its attempt is made again.
* How long to wait is `connectors.webhooks.retrying`'s, for the delivery and, by the failures in a row, for the endpoint.
"""

from __future__ import annotations

import asyncio
import random
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

from connectors.outbound import OutboundError, target
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
LANES_TO_A_SERVER: Final = 2
# An endpoint that has failed for days is tried again at least this often, if there is something for it.
_LONGEST_PAUSE: Final = 5


class Courier:
    """One for a server; each call is one round, which starts what is due and does not wait for it."""

    def __init__(self) -> None:
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(LANES)
        self._servers: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, serving: Serving) -> None:
        for client, url in (await serving.vault.run(_due)).items():
            if client not in self._lanes:
                lane = asyncio.create_task(self._lane(serving, client, self._server(serving, url)))
                self._lanes[client] = lane
                lane.add_done_callback(lambda _, client=client: self._lanes.pop(client, None))  # type: ignore[misc]

    async def end(self) -> None:
        """Cut off what is under way."""
        lanes = [*self._lanes.values()]
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    def _server(self, serving: Serving, url: str) -> asyncio.Semaphore:
        """The turns of those that go where `url` leads; gone with the last of their lanes."""
        try:
            where = target(url, development=serving.settings.is_dev).authority
        except OutboundError:  # registered for development, and served in earnest: the attempt will say so
            where = url
        return self._servers.setdefault(where, asyncio.Semaphore(LANES_TO_A_SERVER))

    async def _lane(self, serving: Serving, client: int, server: asyncio.Semaphore) -> None:
        going_on = True
        while going_on and not serving.stopping.is_set():
            async with server, self._turns:
                try:
                    going_on = await _step(serving, client)
                except Exception as error:
                    faults.tell("delivering", error)
                    going_on = False  # there is another lane at the next round


def _due(vault: Vault) -> dict[int, str]:
    """The clients to which something is to be sent, or whose address is to be asked, with that."""
    found = {}
    for client in (*outbox.to_ask(vault), *outbox.to_send(vault)):
        row = outbox.webhook(vault, client)
        assert row is not None  # it was found by it
        found[client] = row.url
    return found


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
