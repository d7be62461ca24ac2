"""Rows of what was published, of signed offers, and of orders."""

from __future__ import annotations

import msgspec

from vault.store import settings
from vault.store.connection import Connection

_OVERRIDES_SEEN = "trading_overrides_seen"


class PublicationRow(msgspec.Struct, frozen=True):
    """`closed_at` is when it was told that it is over, `proposed` the offer that came first then."""

    intention: int
    published_at: str
    closed_at: str | None
    proposed: int | None


class SignedRow(msgspec.Struct, frozen=True):
    """A signed offer. `request` is the offer's id, `signed_by` the thumbprint of the key, `state` held, judged or withdrawn
    (before it was judged)."""

    request: int
    client: int
    intention: int | None
    jws: str
    sha256: str
    signed_by: str
    state: str
    received_at: str
    log: int
    leaf: int


class OrderRow(msgspec.Struct, frozen=True):
    """`data` is a JSON list of what the order needs."""

    id: int
    intention: int
    offer: int
    client: int
    data_grant: int | None
    data: str
    state: str
    made_at: str
    log: int
    leaf: int


def _columns(row: type[msgspec.Struct]) -> str:
    return ", ".join(row.__struct_fields__)


def _insert(connection: Connection, table: str, row: msgspec.Struct) -> None:
    values = msgspec.structs.astuple(row)
    connection.execute(f"INSERT INTO {table} ({_columns(type(row))}) VALUES ({', '.join('?' * len(values))})", values)


# --- publications -------------------------------------------------------------------------------------------------------


def publication(connection: Connection, intention: int) -> PublicationRow | None:
    row = connection.execute("SELECT * FROM publication WHERE intention = ?", (intention,)).fetchone()
    return PublicationRow(*row) if row else None


def put_publication(connection: Connection, intention: int, at: str) -> None:
    """Published, for the first time or again."""
    connection.execute(
        "INSERT INTO publication VALUES (?1, ?2, NULL, NULL) ON CONFLICT DO UPDATE SET closed_at = NULL, proposed = NULL",
        (intention, at),
    )


def set_closed(connection: Connection, intention: int, at: str) -> None:
    connection.execute("UPDATE publication SET closed_at = ? WHERE intention = ?", (at, intention))


def set_proposed(connection: Connection, intention: int, offer: int | None) -> None:
    connection.execute("UPDATE publication SET proposed = ? WHERE intention = ?", (offer, intention))


def published(connection: Connection, state: str, after: int = 0) -> list[int]:
    """Published intentions in a state with an id beyond `after`, oldest first."""
    rows = connection.execute(
        "SELECT i.id FROM publication p JOIN intention i ON i.id = p.intention WHERE i.state = ? AND i.id > ? ORDER BY i.id",
        (state, after),
    )
    return [row[0] for row in rows]


def over_and_untold(connection: Connection, open_state: str) -> list[int]:
    """Published intentions that are not open any more, of which nobody was told that."""
    rows = connection.execute(
        "SELECT i.id FROM publication p JOIN intention i ON i.id = p.intention "
        "WHERE p.closed_at IS NULL AND i.state <> ? ORDER BY i.id",
        (open_state,),
    )
    return [row[0] for row in rows]


def add_told(connection: Connection, intention: int, client: int) -> None:
    connection.execute("INSERT OR IGNORE INTO publication_told VALUES (?, ?)", (intention, client))


def told(connection: Connection, intention: int) -> set[int]:
    """The clients that were told of an intention."""
    return {
        row[0] for row in connection.execute("SELECT client FROM publication_told WHERE intention = ?", (intention,))
    }


def clients(connection: Connection) -> list[int]:
    """Every client whose document was read."""
    return [row[0] for row in connection.execute("SELECT id FROM client WHERE keys <> '[]' ORDER BY id")]


# --- signed offers ------------------------------------------------------------------------------------------------------


def add_signed(connection: Connection, row: SignedRow) -> None:
    _insert(connection, "signed_offer", row)


def signed(connection: Connection, request: int) -> SignedRow | None:
    return _signed(connection, "request = ?", (request,))


def signed_by_digest(connection: Connection, sha256: str) -> SignedRow | None:
    return _signed(connection, "substr(sha256, 1, 8) = ? AND sha256 = ?", (sha256[:8], sha256))


def _signed(connection: Connection, where: str, values: tuple[object, ...]) -> SignedRow | None:
    row = connection.execute(f"SELECT {_columns(SignedRow)} FROM signed_offer WHERE {where}", values).fetchone()
    return SignedRow(*row) if row else None


def signed_of(
    connection: Connection, client: int, *, after: int = 0, state: str | None = None, limit: int = -1
) -> list[SignedRow]:
    """A client's offers beyond `after`, oldest first."""
    rows = connection.execute(
        f"SELECT {_columns(SignedRow)} FROM signed_offer WHERE client = ?1 AND request > ?2 AND (?3 IS NULL OR state = ?3) "
        "ORDER BY request LIMIT ?4",
        (client, after, state, limit),
    )
    return [SignedRow(*row) for row in rows]


def held(connection: Connection) -> list[SignedRow]:
    """Every offer that waits behind the screener, newest first."""
    rows = connection.execute(
        f"SELECT {_columns(SignedRow)} FROM signed_offer WHERE state = 'held' ORDER BY request DESC"
    )
    return [SignedRow(*row) for row in rows]


def set_state(connection: Connection, request: int, state: str) -> None:
    connection.execute("UPDATE signed_offer SET state = ? WHERE request = ?", (state, request))


def with_request(connection: Connection, sha256: str, client: int) -> SignedRow | None:
    """The first offer of a client whose request has this hash."""
    row = connection.execute(
        f"SELECT {', '.join(f's.{name}' for name in SignedRow.__struct_fields__)} FROM signed_offer s "
        "JOIN request r ON r.id = s.request WHERE s.client = ? AND r.sha256 = ? ORDER BY s.request LIMIT 1",
        (client, sha256),
    ).fetchone()
    return SignedRow(*row) if row else None


# --- the owner's word on decisions --------------------------------------------------------------------------------------


def overridden(connection: Connection) -> tuple[list[tuple[int, int]], int]:
    """(client, offer) of the signed offers whose decision the owner overrode since `see` was called, and up to which."""
    seen = int(settings.get(connection, _OVERRIDES_SEEN) or 0)
    rows = connection.execute(
        "SELECT s.client, s.request, o.id FROM decision_override o JOIN decision d ON d.id = o.decision "
        "JOIN signed_offer s ON s.request = d.request WHERE o.id > ? ORDER BY o.id",
        (seen,),
    ).fetchall()
    return [(client, request) for client, request, _ in rows], max((row[2] for row in rows), default=seen)


def see_overrides(connection: Connection, until: int) -> None:
    settings.put(connection, _OVERRIDES_SEEN, str(until))


# --- orders -------------------------------------------------------------------------------------------------------------


def add_order(connection: Connection, row: OrderRow) -> None:
    _insert(connection, "trade_order", row)


def order_of(connection: Connection, offer: int) -> OrderRow | None:
    row = connection.execute(f"SELECT {_columns(OrderRow)} FROM trade_order WHERE offer = ?", (offer,)).fetchone()
    return OrderRow(*row) if row else None


def orders(connection: Connection) -> list[OrderRow]:
    """Every order, newest first."""
    return [
        OrderRow(*row) for row in connection.execute(f"SELECT {_columns(OrderRow)} FROM trade_order ORDER BY id DESC")
    ]


def largest_order(connection: Connection) -> int:
    """Orders that came of statements have ids of the same kind."""
    row = connection.execute("SELECT coalesce(max(id), 0) FROM trade_order").fetchone()
    return int(row[0])
