"""What every route may use, made once at start: the settings, the vault, the limits, the clock and the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from terms.phrases import Say
from vault.session import Vault
from web.server.answers import Answer
from web.server.doors import Challenges, Doors
from web.server.figures import Figures
from web.server.idempotency import InFlight, Once
from web.server.limits import Limits
from web.server.noting import Contacts, Presence, Turn
from web.server.opened import OpenVault
from web.server.principals import Remembered

if TYPE_CHECKING:
    from connectors.client_metadata import ClientDocuments
    from connectors.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server was started. `base_url` is the vault's address as vendors see it, without a slash at its end: the
    issuer. `hosts` are the names that a request may be for, `proxies` the addresses whose word on a client's address counts.
    `also` are more collections of routes (`application`), which a sandbox has.
    `metrics_token` is what /metrics wants to see; without one it is for the owner alone."""

    home: Path
    host: str
    port: int
    base_url: str
    hosts: frozenset[str]
    is_dev: bool = False
    shows_categories: bool = False
    requests_per_minute: int = 600
    proxies: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    metrics_token: str = field(default="", repr=False)


class Outgoing:
    """What leaves the server, all by one guard; made when it is first needed, as most of what it imports is needed by it alone."""

    def __init__(self, *, is_dev: bool, clock: Callable[[], datetime]) -> None:
        self._is_dev, self._clock = is_dev, clock
        self.contacts = Contacts()

    @cached_property
    def outbound(self) -> Outbound:
        from connectors.outbound import Outbound

        return Outbound(development=self._is_dev, resolve=self._looked_up)

    @cached_property
    def documents(self) -> ClientDocuments:
        from connectors.client_metadata import ClientDocuments

        return ClientDocuments(self.outbound)

    async def _looked_up(self, host: str) -> Sequence[str]:
        """Every host of others that is asked is looked up first, which is where it is noted."""
        from connectors.outbound.resolving import system_resolver

        self.contacts.note(self._clock(), host, "vendors")
        return await system_resolver(host)


@dataclass(frozen=True, slots=True)
class Serving:
    """`stopping` is set when the server begins to stop: whatever streams ends then. `due` is set when there may be something
    for the work in the background (`jobs`), whose last `turns` are by their names. `half_in` are tickets of those who gave the
    passphrase and owe the second step, `greeted` the challenges of browsers that would log in by a passkey, `adding` those of sessions
    that add one; `sending` is held by whoever sends reminders. `saying` gives what words reminders in a language."""

    settings: Settings
    vault: OpenVault
    limits: Limits
    clock: Callable[[], datetime]
    outgoing: Outgoing
    due: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: InFlight = field(default_factory=InFlight)
    figures: Figures = field(default_factory=Figures)
    doors: Doors = field(default_factory=Doors)
    half_in: Doors = field(default_factory=Doors)
    greeted: Challenges = field(default_factory=Challenges)
    adding: Challenges = field(default_factory=Challenges)
    presence: Presence = field(default_factory=Presence)
    turns: dict[str, Turn] = field(default_factory=dict)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    saying: Callable[[str], Say] = lambda _: str
    remembered: Remembered = field(default_factory=Remembered)

    async def once(
        self, one: Once, effect: Callable[[Vault], Answer], admit: Callable[[Vault], object] | None = None
    ) -> Answer:
        """An effect that happens once for its key; what `admit` refuses leaves no answer under it."""
        try:
            return await self.in_flight.once(self.vault, one, effect, admit)
        finally:
            self.due.set()
