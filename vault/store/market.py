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


def set_body(connection: Connection, id: int, body: str, closes: str | None, at: str) -> None:
    connection.execute("UPDATE intention SET body = ?, closes = ?, changed_at = ? WHERE id = ?", (body, closes, at, id))


def add_offer(connection: Connection, row: OfferRow) -> None:
    connection.execute("INSERT INTO offer VALUES (?, ?, ?, ?)", msgspec.structs.astuple(row))


def offers(
    connection: Connection, intention: int | None = None, *, state: str | None = None, limit: int = -1
) -> list[OfferRow]:
    """Offers, newest first; of one intention or state, where one is given."""
    where = "1" if intention is None else "intention = ?1"
    rows = connection.execute(
        f"SELECT * FROM offer WHERE {where} AND (?2 IS NULL OR state = ?2) ORDER BY request DESC LIMIT ?3",
        (intention, state, limit),
    )
    return [OfferRow(*row) for row in rows]


# How the last decision of an offer stands, the owner's word included.
_STANDING = (
    "SELECT o.request, o.intention, o.state, o.changed_at, coalesce((SELECT verdict FROM decision_override "
    "WHERE decision = d.id ORDER BY id DESC LIMIT 1), d.verdict) AS standing FROM offer o "
    "JOIN decision d ON d.id = (SELECT max(id) FROM decision WHERE request = o.request)"
)


def offers_of_verdict(connection: Connection, verdict: str, *, limit: int, offset: int = 0) -> list[OfferRow]:
    """Offers whose verdict, the owner's where there is an override, is this one; newest first."""
    rows = connection.execute(
        f"SELECT request, intention, state, changed_at FROM ({_STANDING}) WHERE standing = ? "
        "ORDER BY request DESC LIMIT ? OFFSET ?",
        (verdict, limit, offset),
    )
    return [OfferRow(*row) for row in rows]


def count_by_verdict(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(f"SELECT standing, count(*) FROM ({_STANDING}) GROUP BY 1").fetchall())


def count_offers(connection: Connection, intention: int, *, state: str | None = None) -> int:
    query = "SELECT count(*) FROM offer WHERE intention = ?1 AND (?2 IS NULL OR state = ?2)"
    return int(connection.execute(query, (intention, state)).fetchone()[0])


def offers_of(connection: Connection, intention: int, domain: str) -> int:
    """How many offers a domain has made for an intention, withdrawn ones included."""
    row = connection.execute(
        "SELECT count(*) FROM offer o JOIN request r ON r.id = o.request WHERE o.intention = ? AND r.domain = ?",
        (intention, domain),
    ).fetchone()
    return int(row[0])


def offer(connection: Connection, request: int) -> OfferRow | None:
    row = connection.execute("SELECT * FROM offer WHERE request = ?", (request,)).fetchone()
    return OfferRow(*row) if row else None


def set_offer(connection: Connection, request: int, state: str, at: str) -> None:
    connection.execute("UPDATE offer SET state = ?, changed_at = ? WHERE request = ?", (state, at, request))


def decline_others(connection: Connection, intention: int, taken: int, before: str, after: str, at: str) -> None:
    """Put every offer of an intention that is in the state `before`, but for one, into the state `after`."""
    connection.execute(
        "UPDATE offer SET state = ?, changed_at = ? WHERE intention = ? AND state = ? AND request <> ?",
        (after, at, intention, before, taken),
    )
