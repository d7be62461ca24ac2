"""The vault is locked when nobody is here, and every host that is asked is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from connectors.outbound import resolving
from tests.server.conftest import NOW, Made
from vault import preferences
from vault.preferences import Preferences
from vault.session import Vault
from vault.store import reminders as store
from web.server.noting import Contacts, Presence
from web.server.reminding import idle_locked, noted
from web.server.serving import Outgoing

T = TypeVar("T")


class Opened:
    """As the server's, in this thread."""

    def __init__(self, vault: Vault) -> None:
        self.vault, self.is_locked = vault, False

    async def run(self, action: Callable[[Vault], T]) -> T:
        return action(self.vault)

    write = run

    async def lock(self) -> None:
        self.is_locked = True


@dataclass
class Going:
    vault: Any
    now: datetime
    presence: Presence = field(default_factory=Presence)
    outgoing: Any = None

    def clock(self) -> datetime:
        return self.now


@pytest.mark.parametrize(("minutes", "away", "is_locked"), [(0, 10_000, False), (15, 14, False), (15, 15, True)])
def test_the_vault_is_locked_after_so_long_without_its_owner(
    made: Made, minutes: int, away: int, is_locked: bool
) -> None:
    with made.open() as vault:
        preferences.put(vault, Preferences(idle_minutes=minutes))
        going = Going(Opened(vault), NOW)
        asyncio.run(idle_locked(going))  # type: ignore[arg-type]
        assert not going.vault.is_locked  # just started: that nobody was here yet counts from now
        going.now += timedelta(minutes=away)
        asyncio.run(idle_locked(going))  # type: ignore[arg-type]
        assert going.vault.is_locked == is_locked


def test_every_host_that_is_asked_is_noted_and_written_down_once(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(name: str) -> Sequence[str]:
        return ("192.0.2.1",)

    monkeypatch.setattr(resolving, "system_resolver", found)
    outgoing = Outgoing(is_dev=False, clock=lambda: NOW)

    async def ask() -> None:
        for host in ("shop.example", "Shop.example", "other.example"):
            with pytest.raises(Exception, match=r"forbidden-address|address"):
                await outgoing.outbound.get(f"https://{host}/")

    asyncio.run(ask())
    with made.open() as vault:
        going = Going(Opened(vault), NOW, outgoing=outgoing)
        asyncio.run(noted(going))  # type: ignore[arg-type]
        asyncio.run(noted(going))  # type: ignore[arg-type]
        rows = store.contacts(vault.connection, "2026-01-01")
    assert [(one.host, one.count) for one in rows] == [("shop.example", 2), ("other.example", 1)]
    assert outgoing.contacts == Contacts()
