"""An offer as its own vendor sees it: where it stands, what was decided as far as the owner tells, and the order that came of it.

The answer is `vault.butler.disclosing`'s and nothing else; ids in it are this client's own. What a counter answers (`counter_to`)
is named by the SHA-256 of the JWS that the vendor sent, since it cannot know what the request is called in the vault.
"""

from __future__ import annotations

import msgspec

from vault import ids, pairwise
from vault.butler import disclosing, market, settings
from vault.butler.decisions import Butler
from vault.session import Vault
from vault.store import trading as store
from vault.store.trading import SignedRow
from vault.trading import taking
from vault.trading.taking import Taken


class Told(msgspec.Struct, frozen=True):
    """What was decided. `counter` is the smallest change that would be accepted, where the owner tells it; `next_answer` is when a
    new answer is possible, where this one was withheld."""

    verdict: str
    codes: tuple[str, ...] = ()
    counter: tuple[object, ...] = ()
    counter_to: str | None = None
    next_answer: str | None = None


class Order(msgspec.Struct, frozen=True):
    """`data` is what `grant` releases, to fulfil it."""

    id: str
    grant: str | None
    data: tuple[str, ...]
    state: str


class Shown(msgspec.Struct, frozen=True):
    """`answer` is null while the offer waits to be let in. `sha256` is over the JWS as it was sent."""

    id: str
    intent: str | None
    state: str
    answer: Told | None
    order: Order | None
    sha256: str
    receipt: str
    received_at: str


def shown(vault: Vault, row: SignedRow) -> Shown:
    if row.state != taking.JUDGED:
        return _shown(vault, row, row.state, None)
    state, made = market.standing_of(vault, row.request)
    answer = _answer(vault, row, disclosing.told(vault, made, settings.present(vault.connection)))
    return _shown(vault, row, state, answer, _order(vault, row))


def shown_at_first(vault: Vault, butler: Butler, taken: Taken) -> Shown:
    """The same for an offer that was taken in this very write: nothing has come of it yet."""
    if taken.made is None:
        return _shown(vault, taken.row, taken.row.state, None)
    told = disclosing.told(vault, taken.made.decision, butler.settings, butler.present.records.answered)
    return _shown(vault, taken.row, taken.made.row.state, _answer(vault, taken.row, told))


def _shown(vault: Vault, row: SignedRow, state: str, answer: Told | None, order: Order | None = None) -> Shown:
    return Shown(
        id=ids.text("request", row.request),
        intent=None if row.intention is None else pairwise.name(vault, row.client, "intention", row.intention),
        state=state,
        answer=answer,
        order=order,
        sha256=row.sha256,
        receipt=pairwise.name(vault, row.client, "receipt", row.leaf),
        received_at=row.received_at,
    )


def _answer(vault: Vault, row: SignedRow, told: disclosing.Told) -> Told:
    first = store.with_request(vault.connection, told.counter_to, row.client) if told.counter_to else None
    return Told(told.verdict, told.codes, tuple(told.counter), first.sha256 if first else None, told.next_answer)


def _order(vault: Vault, row: SignedRow) -> Order | None:
    found = store.order_of(vault.connection, row.request)
    if found is None:
        return None
    grant = ids.text("grant", found.data_grant) if found.data_grant is not None else None
    data = msgspec.json.decode(found.data, type=tuple[str, ...])
    return Order(ids.text("order", found.id), grant, data, found.state)
