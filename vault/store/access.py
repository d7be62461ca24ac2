"""Rows of requests for authorization, of tokens, and of the ids of proofs that were used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from vault.store import grants
from vault.store.connection import Connection
from vault.store.grants import GrantRow


class RequestRow(msgspec.Struct, frozen=True):
    """`kind` is `code` or `ciba`; `asked` is JSON; `handle` and `code` are hashes. Times are RFC 3339."""

    id: int
    client: int
    kind: str
    state: str
    handle: bytes
    code: bytes | None
    agreement: str
    asked: str
    redirect_uri: str | None
    client_state: str | None
    challenge: str | None
    jkt: str | None
    message: str | None
    answer: str
    data_grant: int | None
    interval_seconds: int
    polled_at: str | None
    expires_at: str
    created_at: str
    changed_at: str


class TokenRow(msgspec.Struct, frozen=True):
    """`kind` is `access` or `refresh_token`; `permission` is JSON, or none for all that the grant has. A token without a
    `data_grant` says who its client is; one that the client got by showing who it is came of no `request`."""

    hash: bytes
    kind: str
    client: int
    request: int | None
    data_grant: int | None
    state: str
    jkt: str
    permission: str | None
    expires_at: str | None
    created_at: str


_COLUMNS = ", ".join(RequestRow.__struct_fields__)
_REQUEST = f"SELECT {_COLUMNS} FROM authorization_request"
_TOKEN_FIELDS = TokenRow.__struct_fields__
_TOKEN = ", ".join(f"t.{name}" for name in _TOKEN_FIELDS)
_TOKEN_WIDTH = len(_TOKEN_FIELDS)
_PRESENTED = (
    f"SELECT {_TOKEN}, {grants.COLUMNS} FROM token t "
    f"LEFT JOIN (data_grant g {grants.JOINED}) ON g.id = t.data_grant WHERE t.hash = ?"
)


def _json(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()


# --- requests -------------------------------------------------------------------------------------------------------


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM authorization_request").fetchone()[0])


def add_request(connection: Connection, row: RequestRow) -> None:
    places = ", ".join("?" * len(RequestRow.__struct_fields__))
    connection.execute(
        f"INSERT INTO authorization_request ({_COLUMNS}) VALUES ({places})", msgspec.structs.astuple(row)
    )


def put_request(connection: Connection, row: RequestRow) -> None:
    """Write back what changes in the life of a request."""
    connection.execute(
        "UPDATE authorization_request SET state = ?, code = ?, answer = ?, data_grant = ?, interval_seconds = ?, "
        "polled_at = ?, expires_at = ?, changed_at = ? WHERE id = ?",
        (row.state, row.code, row.answer, row.data_grant, row.interval_seconds, *_times(row), row.id),
    )


def _times(row: RequestRow) -> tuple[str | None, ...]:
    return row.polled_at, row.expires_at, row.changed_at


def _one(connection: Connection, where: str, value: int | bytes) -> RequestRow | None:
    row = connection.execute(f"{_REQUEST} WHERE {where} = ?", (value,)).fetchone()
    return RequestRow(*row) if row else None


def request(connection: Connection, id: int) -> RequestRow | None:
    return _one(connection, "id", id)


def request_by_handle(connection: Connection, handle: bytes) -> RequestRow | None:
    return _one(connection, "handle", handle)


def request_by_code(connection: Connection, code: bytes) -> RequestRow | None:
    return _one(connection, "code", code)


def requests_in(connection: Connection, states: Iterable[str]) -> list[RequestRow]:
    """The requests that are recorded in one of these states, oldest first."""
    rows = connection.execute(
        f"{_REQUEST} WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id", (_json(states),)
    )
    return [RequestRow(*row) for row in rows.fetchall()]


def requests_of_grant(connection: Connection, grant: int) -> list[RequestRow]:
    return [RequestRow(*row) for row in connection.execute(f"{_REQUEST} WHERE data_grant = ?", (grant,)).fetchall()]


def overdue(connection: Connection, states: Iterable[str], at: str) -> list[RequestRow]:
    """Those of these states whose time is up, oldest first."""
    rows = connection.execute(
        f"{_REQUEST} WHERE state IN (SELECT value FROM json_each(?)) AND expires_at <= ? ORDER BY id",
        (_json(states), at),
    )
    return [RequestRow(*row) for row in rows.fetchall()]


def count_of(connection: Connection, client: int, states: Iterable[str], at: str) -> int:
    """How many requests of a client are in one of these states and not over at that time."""
    row = connection.execute(
        "SELECT count(*) FROM authorization_request WHERE client = ? AND expires_at > ? "
        "AND state IN (SELECT value FROM json_each(?))",
        (client, at, _json(states)),
    ).fetchone()
    return int(row[0])


def remove_older(connection: Connection, states: Iterable[str], before: str) -> None:
    """Forget requests in these states that came to nothing and last changed before that time."""
    connection.execute(
        "DELETE FROM authorization_request WHERE data_grant IS NULL AND changed_at < ? "
        "AND state IN (SELECT value FROM json_each(?))",
        (before, _json(states)),
    )


# --- tokens ---------------------------------------------------------------------------------------------------------


def add_token(connection: Connection, row: TokenRow) -> None:
    connection.execute(
        f"INSERT INTO token ({', '.join(_TOKEN_FIELDS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        msgspec.structs.astuple(row),
    )


def token(connection: Connection, hash: bytes) -> TokenRow | None:
    row = connection.execute(f"SELECT {_TOKEN} FROM token t WHERE t.hash = ?", (hash,)).fetchone()
    return TokenRow(*row) if row else None


def presented(connection: Connection, hash: bytes) -> tuple[TokenRow, GrantRow | None] | None:
    """A token with the grant that it stands for, if it stands for one, as they are at one moment."""
    row = connection.execute(_PRESENTED, (hash,)).fetchone()
    if row is None:
        return None
    token, grant = TokenRow(*row[:_TOKEN_WIDTH]), row[_TOKEN_WIDTH:]
    return token, None if token.data_grant is None else grants.of_columns(grant)


def tokens_of(connection: Connection, request: int, state: str) -> list[TokenRow]:
    """The tokens of a request that are recorded in this state."""
    rows = connection.execute(f"SELECT {_TOKEN} FROM token t WHERE t.request = ? AND t.state = ?", (request, state))
    return [TokenRow(*row) for row in rows.fetchall()]


def set_token(connection: Connection, hash: bytes, state: str) -> None:
    connection.execute("UPDATE token SET state = ? WHERE hash = ?", (state, hash))


def remove_expired_tokens(connection: Connection, at: str) -> None:
    connection.execute("DELETE FROM token WHERE expires_at <= ?", (at,))


# --- used ids -------------------------------------------------------------------------------------------------------


_ASSERTION: Final = "assertion"


def spend_assertion(connection: Connection, client: int, hash: bytes, until: str) -> bool:
    """Whether the id of an assertion is used for the first time."""
    done = connection.execute(
        "INSERT OR IGNORE INTO spent_id (client, kind, hash, until) VALUES (?, ?, ?, ?)",
        (client, _ASSERTION, hash, until),
    )
    return done.rowcount > 0


def count_assertions(connection: Connection, client: int) -> int:
    row = connection.execute("SELECT count(*) FROM spent_id WHERE client = ?", (client,)).fetchone()
    return int(row[0])


def forget_assertions(connection: Connection, at: str) -> None:
    """Forget the ids of assertions that nobody takes any more."""
    connection.execute("DELETE FROM spent_id WHERE until <= ?", (at,))


def spend_proof(connection: Connection, client: int, id: bytes) -> bool:
    """Whether the id of a proof, which begins with its time, is used for the first time."""
    done = connection.execute("INSERT OR IGNORE INTO spent_proof (id, client) VALUES (?, ?)", (id, client))
    return done.rowcount > 0


def count_proofs(connection: Connection, client: int) -> int:
    row = connection.execute("SELECT count(*) FROM spent_proof WHERE client = ?", (client,)).fetchone()
    return int(row[0])


def forget_proofs(connection: Connection, before: bytes) -> None:
    """Forget the ids of proofs that begin with an earlier time."""
    connection.execute("DELETE FROM spent_proof WHERE id < ?", (before,))
