"""Full-text search over every kind of record, inside the encrypted file.

Charges are indexed where they lie (`charge_text`); every other kind puts one `Entry` per record. Words are matched as
beginnings, without regard to case and accents, and all of them must occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from vault.store.connection import Connection, OperationalError

# More words than anybody types; each costs one index look-up.
MAX_WORDS = 12


class Entry(msgspec.Struct, frozen=True):
    """What search knows of one record: `title` shown, `body` searched too, `day` ISO or empty."""

    id: int
    kind: str
    vendor: int | None
    day: str
    title: str
    body: str = ""


class Hit(msgspec.Struct, frozen=True):
    kind: str
    id: int
    vendor_id: int | None
    vendor: str
    text: str
    day: str


def put(connection: Connection, entry: Entry) -> None:
    """Insert or replace one record's entry."""
    put_all(connection, [entry])


def put_all(connection: Connection, found: Iterable[Entry]) -> None:
    connection.executemany(
        "INSERT INTO entry (id, kind, vendor, day, title, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET vendor = excluded.vendor, day = excluded.day, title = excluded.title, body = excluded.body",
        [(entry.id, entry.kind, entry.vendor, entry.day, entry.title, entry.body) for entry in found],
    )


def retitle(connection: Connection, number: int, title: str) -> None:
    connection.execute("UPDATE entry SET title = ? WHERE id = ?", (title, number))


def remove(connection: Connection, ids: Iterable[int]) -> None:
    connection.executemany("DELETE FROM entry WHERE id = ?", [(number,) for number in ids])


def query_of(text: str) -> str:
    """The FTS5 query for what somebody typed: every word as a quoted prefix. Empty when there is no word."""
    words = re.findall(r"[^\W_]+", text)[:MAX_WORDS]
    return " ".join(f'"{word}"*' for word in words)


def search(connection: Connection, text: str, *, limit: int) -> list[Hit]:
    """Records first (newest first), then charges (newest first), `limit` in all."""
    query = query_of(text)
    if not query:
        return []
    try:
        return _matching(connection, query, limit)
    except OperationalError:
        # A letter younger than the engine's tables splits its word in two, which this index cannot look up.
        return []


def _matching(connection: Connection, query: str, limit: int) -> list[Hit]:
    found = connection.execute(
        "SELECT e.kind, e.id, e.vendor, coalesce(v.name, ''), e.title || ' ' || e.body, e.day FROM entry_text t "
        "JOIN entry e ON e.id = t.rowid LEFT JOIN vendor v ON v.id = e.vendor WHERE entry_text MATCH ? "
        "ORDER BY t.rowid DESC LIMIT ?",
        (query, limit),
    ).fetchall()
    found += connection.execute(
        "SELECT 'charge', c.id, p.vendor, coalesce(v.name, ''), c.counterparty || ' ' || c.purpose, c.booked "
        "FROM charge_text t JOIN charge c ON c.id = t.rowid JOIN payee p ON p.id = c.payee "
        "LEFT JOIN vendor v ON v.id = p.vendor WHERE charge_text MATCH ? ORDER BY t.rowid DESC LIMIT ?",
        (query, limit - len(found)),
    ).fetchall()
    return [Hit(*row) for row in found]
