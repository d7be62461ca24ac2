"""Reminders have their turn: what is due becomes messages, and messages are sent, one after another in a thread of its own.

Dates are looked through every few minutes, which costs what a page does; messages that wait are looked for in every turn.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from vault.preferences import language_of, read
from vault.reminding import keeping
from vault.session import Vault
from vault.store import reminders as store
from vault.store.reminders import MessageRow
from web.server.serving import Serving

# A reminder comes so late at most.
PLANNED_EVERY: Final = timedelta(minutes=5)
_FORGOTTEN_EVERY: Final = timedelta(days=1)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
WHY: Final = "reminders"


class Reminding:
    """The job; remembers when it last looked through the dates."""

    def __init__(self) -> None:
        self._planned = self._forgot = _NEVER

    async def __call__(self, serving: Serving) -> None:
        now = serving.clock()
        if now - self._planned >= PLANNED_EVERY:
            self._planned = now
            address = serving.settings.base_url

            def plan(vault: Vault) -> int:
                return keeping.plan(vault, address, serving.saying(language_of(vault.connection)))

            await serving.vault.write(plan)
        if now - self._forgot >= _FORGOTTEN_EVERY:
            self._forgot = now
            await serving.vault.write(keeping.forget)
        await send_waiting(serving)


async def send_waiting(serving: Serving) -> None:
    """Send what waits, the oldest first. Whoever else sends waits meanwhile, and finds nothing of it left."""
    async with serving.sending:
        for message, url in await serving.vault.run(keeping.to_send):
            if serving.stopping.is_set():
                return
            await _sent(serving, message, url)


async def _sent(serving: Serving, message: MessageRow, url: str) -> None:
    from connectors.reminders import send

    found = await asyncio.to_thread(send, url, message.title, message.body)
    for host in found.hosts:
        serving.outgoing.contacts.note(serving.clock(), host, WHY)
    if found.fault:
        await serving.vault.write(lambda vault: keeping.not_sent(vault, message, found.fault))
    else:
        await serving.vault.write(lambda vault: keeping.sent(vault, message))


async def noted(serving: Serving) -> None:
    """Write down which hosts were asked."""
    contacts = serving.outgoing.contacts
    if contacts.counts:
        taken = contacts.taken()

        def write(vault: Vault) -> None:
            with vault.transaction():
                store.contacted(vault.connection, taken)

        await serving.vault.write(write)


async def idle_locked(serving: Serving) -> None:
    """Lock the vault where the owner wished it and has not been here for so long. Never having been here counts from now on."""
    now = serving.clock()
    if serving.presence.at is None:
        serving.presence.at = now
    minutes = await serving.vault.run(lambda vault: read(vault.connection).idle_minutes)
    if minutes and now - serving.presence.at >= timedelta(minutes=minutes):
        await serving.vault.lock()
