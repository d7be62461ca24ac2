"""Rows of intentions and of offers. An offer is a request of its own with a state beside it."""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection


class IntentionRow(msgspec.Struct, frozen=True):
    """`body` is the intention as JSON; `awarded` is the request of the offer that was taken."""

    id: int
    body: str
    state: str
    closes: str | None
    awarded: int | None
    created_at: str
    changed_at: str


class OfferRow(msgspec.Struct, frozen=True):
    """`request` is the request that brought the offer."""

    request: int
    intention: int | None
    state: str
    changed_at: str


def add_intention(connection: Connection, row: IntentionRow) -> None:
    connection.execute("INSERT INTO intention VALUES (?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(row))


def intentions(connection: Connection) -> list[IntentionRow]:
    """All of them, newest first."""
    return [IntentionRow(*row) for row in connection.execute("SELECT * FROM intention ORDER BY id DESC")]


def intention(connection: Connection, id: int) -> IntentionRow | None:
    row = connection.execute("SELECT * FROM intention WHERE id = ?", (id,)).fetchone()
    return IntentionRow(*row) if row else None


def set_intention(connection: Connection, id: int, state: str, at: str, *, awarded: int | None = None) -> None:
    connection.execute(
        "UPDATE intention SET state = ?, changed_at = ?, awarded = coalesce(?, awarded) WHERE id = ?",
        (state, at, awarded, id),
    )


def add_offer(connection: Connection, row: OfferRow) -> None:
    connection.execute("INSERT INTO offer VALUES (?, ?, ?, ?)", msgspec.structs.astuple(row))


def offers(connection: Connection, intention: int | None = None) -> list[OfferRow]:
    """Offers, newest first; of one intention, where one is given."""
    if intention is None:
        rows = connection.execute("SELECT * FROM offer ORDER BY request DESC")
    else:
        rows = connection.execute("SELECT * FROM offer WHERE intention = ? ORDER BY request DESC", (intention,))
    return [OfferRow(*row) for row in rows]


def offer(connection: Connection, request: int) -> OfferRow | None:
    row = connection.execute("SELECT * FROM offer WHERE request = ?", (request,)).fetchone()
    return OfferRow(*row) if row else None


def set_offer(connection: Connection, request: int, state: str, at: str) -> None:
    connection.execute("UPDATE offer SET state = ?, changed_at = ? WHERE request = ?", (state, at, request))


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM intention").fetchone()[0])
