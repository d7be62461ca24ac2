"""By which way word of intentions gets to vendors: the one seam between a vault and the market.

    class FanOut(Protocol): published(vault, want), closed(vault, want)

Both are called inside the transaction that publishes or closes, so whoever implements it writes what it owes and delivers it
later; what it raises takes the publication back. `HERE` owes an event to every client of this vault that may see the intention.
A broker between vaults would write the projection for a subject of the category tree into an outbox instead, and let its
subscribers be matched there; nothing else in the vault would change.

Word is thin: that there is an intention, by the id that this client calls it. Who asks for it is shown what it may see then.
"""

from __future__ import annotations

from typing import Protocol

from vault import pairwise
from vault.butler.market import Want
from vault.events import EventType, emit
from vault.session import Vault
from vault.store import trading as store
from vault.trading.seeing import sees, viewer


class FanOut(Protocol):
    def published(self, vault: Vault, want: Want) -> None:
        """An intention was published, or is taken up again."""

    def closed(self, vault: Vault, want: Want) -> None:
        """It takes no more offers: closed, awarded, expired or withdrawn."""


class InProcess:
    """Events to the clients of this vault."""

    def published(self, vault: Vault, want: Want) -> None:
        for client in seers(vault, want):
            store.add_told(vault.connection, want.row.id, client)
            _emit(vault, client, EventType.INTENT_PUBLISHED, want)

    def closed(self, vault: Vault, want: Want) -> None:
        """To all who may see it now, and who were told of it, unless they were sent away since."""
        told = {one for one in store.told(vault.connection, want.row.id) if not viewer(vault, one).is_sent_away}
        for client in sorted({*seers(vault, want), *told}):
            _emit(vault, client, EventType.INTENT_CLOSED, want)


def seers(vault: Vault, want: Want) -> list[int]:
    """The clients that may see an intention."""
    return [one for one in store.clients(vault.connection) if sees(viewer(vault, one), want.intention)]


def _emit(vault: Vault, client: int, type: EventType, want: Want) -> None:
    emit(vault, client, type, pairwise.name(vault, client, "intention", want.row.id))


HERE: FanOut = InProcess()
