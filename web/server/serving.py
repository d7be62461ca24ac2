"""What every route may use, made once at start: the settings, the vault, the limits, the clock and the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vault.session import Vault
from web.server.answers import Answer
from web.server.idempotency import InFlight, Once
from web.server.limits import Limits
from web.server.opened import OpenVault


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server was started. `base_url` is the vault's address as vendors see it, without a slash at its end: the
    issuer. `hosts` are the names that a request may be for, `proxies` the addresses whose word on a client's address counts."""

    home: Path
    host: str
    port: int
    base_url: str
    hosts: frozenset[str]
    is_dev: bool = False
    shows_categories: bool = False
    requests_per_minute: int = 600
    proxies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Serving:
    """`stopping` is set when the server begins to stop: whatever streams ends then."""

    settings: Settings
    vault: OpenVault
    limits: Limits
    clock: Callable[[], datetime]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: InFlight = field(default_factory=InFlight)

    async def once(self, one: Once, effect: Callable[[Vault], Answer]) -> Answer:
        """An effect that happens once for its key."""
        return await self.in_flight.once(self.vault, one, effect)
