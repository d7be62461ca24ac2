"""Rows of requests for the person's rights with their answers, and of feedback."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from vault.store.audit import OWN_LOG
from vault.store.connection import Connection


class RightRow(msgspec.Struct, frozen=True):
    """`state` is the recorded one; `addressee` is the name it was asked under; a letter has no `client`. `due` is a day."""

    id: int
    vendor: int | None
    client: int | None
    addressee: str
    kind: str
    note: str
    state: str
    made_at: str
    due: str
    changed_at: str
    leaf: int


class AnswerRow(msgspec.Struct, frozen=True):
    """`event` is what it did (`vault.policy.rights_life`); `data` is JSON."""

    id: int
    request: int
    event: str
    note: str
    because: str
    data: str | None
    at: str
    leaf: int


class FeedbackRow(msgspec.Struct, frozen=True):
    """`contact` is JSON; without `shared_at` it is nobody's but the person's."""

    id: int
    vendor: int | None
    client: int | None
    addressee: str
    satisfaction: int | None
    note: str
    contact: str | None
    at: str
    shared_at: str | None
    leaf: int


Row = TypeVar("Row", RightRow, AnswerRow, FeedbackRow)
_TABLES: dict[type[msgspec.Struct], str] = {
    RightRow: "right_request",
    AnswerRow: "right_answer",
    FeedbackRow: "feedback",
}


def largest(connection: Connection, type: type[Row]) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {_TABLES[type]}").fetchone()[0])


def put(connection: Connection, row: Row) -> None:
    """Add a row, or put it in the place of the one with its id."""
    names: tuple[str, ...] = row.__struct_fields__
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*names[1:], "log"))
    marks = ", ".join("?" * (len(names) + 1))
    connection.execute(
        f"INSERT INTO {_TABLES[type(row)]} ({', '.join(names)}, log) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}",
        (*msgspec.structs.astuple(row), OWN_LOG),
    )


def _rows(connection: Connection, type: type[Row], where: str, values: tuple[object, ...]) -> list[Row]:
    columns = ", ".join(type.__struct_fields__)
    rows = connection.execute(f"SELECT {columns} FROM {_TABLES[type]} WHERE {where}", values)
    return [type(*row) for row in rows]


def right(connection: Connection, number: int) -> RightRow | None:
    return next(iter(_rows(connection, RightRow, "id = ?", (number,))), None)


def rights(connection: Connection) -> list[RightRow]:
    """Every request, newest first."""
    return _rows(connection, RightRow, "1 ORDER BY id DESC", ())


def rights_of(connection: Connection, client: int, after: int) -> list[RightRow]:
    """What was asked of this client beyond a number, oldest first."""
    return _rows(connection, RightRow, "client = ? AND id > ? ORDER BY id", (client, after))


def answers(connection: Connection, request: int) -> list[AnswerRow]:
    """Oldest first."""
    return _rows(connection, AnswerRow, "request = ? ORDER BY id", (request,))


def feedback(connection: Connection) -> list[FeedbackRow]:
    """All of it, newest first."""
    return _rows(connection, FeedbackRow, "1 ORDER BY id DESC", ())


def shared_feedback(connection: Connection, client: int, after: int, limit: int) -> list[FeedbackRow]:
    """What was shared with this client beyond a number, oldest first."""
    where = "client = ? AND shared_at IS NOT NULL AND id > ? ORDER BY id LIMIT ?"
    return _rows(connection, FeedbackRow, where, (client, after, limit))
