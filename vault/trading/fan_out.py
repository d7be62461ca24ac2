"""By which way word of intentions gets to vendors: the one seam between a vault and the market.

    class FanOut(Protocol): published(vault, want), met(vault, wants), closed(vault, want)

All are called inside a transaction, that which publishes or closes, so whoever implements it writes what it owes and delivers it
later; what it raises takes the publication back. `HERE` owes an event to every client of this vault that may see the intention.
A broker between vaults would write the projection for a subject of the category tree into an outbox instead, and let its
subscribers be matched there; nothing else in the vault would change.

Word is thin: that there is an intention, by the id that this client calls it. Who asks for it is shown what it may see then.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    def met(self, vault: Vault, wants: Sequence[Want]) -> None:
        """Vendors may have come to see these open ones since: let in, introduced, of another category, bound by terms."""

    def closed(self, vault: Vault, want: Want) -> None:
        """It takes no more offers: closed, awarded, expired or withdrawn."""


class InProcess:
    """Events to the clients of this vault."""

    def published(self, vault: Vault, want: Want) -> None:
        for client in seers(vault, want):
            _tell(vault, client, want)

    def met(self, vault: Vault, wants: Sequence[Want]) -> None:
        """Each is told once, whatever it was told of before."""
        told = [store.told(vault.connection, want.row.id) for want in wants]
        for client in store.clients(vault.connection):
            unknown = [want for want, clients in zip(wants, told, strict=True) if client not in clients]
            who = viewer(vault, client) if unknown else None
            for want in unknown:
                if who is not None and sees(who, want.intention):
                    _tell(vault, client, want)

    def closed(self, vault: Vault, want: Want) -> None:
        """To all who may see it now, and who were told of it, unless they were sent away since."""
        told = {one for one in store.told(vault.connection, want.row.id) if not viewer(vault, one).is_sent_away}
        for client in sorted({*seers(vault, want), *told}):
            _emit(vault, client, EventType.INTENT_CLOSED, want)


def seers(vault: Vault, want: Want) -> list[int]:
    """The clients that may see an intention."""
    return [one for one in store.clients(vault.connection) if sees(viewer(vault, one), want.intention)]


def _tell(vault: Vault, client: int, want: Want) -> None:
    store.add_told(vault.connection, want.row.id, client)
    _emit(vault, client, EventType.INTENT_PUBLISHED, want)


def _emit(vault: Vault, client: int, type: EventType, want: Want) -> None:
    emit(vault, client, type, pairwise.name(vault, client, "intention", want.row.id))


HERE: FanOut = InProcess()
