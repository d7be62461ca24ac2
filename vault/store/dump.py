"""All records as rows of tables, out and in again: what `archive` is made of.

Tables are found in the schema, so a new one is part of every archive without a word here. Left out are the full-text
indexes (filled anew from what they index), SQLite's own tables, what lets browsers in (logins and passkeys are of one server,
and an archive that is brought in lets nobody in), and the audit logs, which are brought in as logs of another vault beside our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from terms.errors import FirstpartyError
from vault.store.audit import OWN_LOG
from vault.store.connection import Connection

_FULL_TEXT = ("entry_text", "charge_text")
_LOGS = ("audit_log", "audit_leaf", "audit_node", "audit_checkpoint")
_DOORS = ("owner_session", "owner_passkey")
_NOT_ROWS = ("sqlite_", "_sqlite", *_FULL_TEXT, *_DOORS)
# INVARIANT: a column of this name holds the number of an audit log, in whatever table it is.
_LOG_COLUMN = "log"
_LOG_KEY = ("audit_log", "id")
# What even an empty vault has rows of.
_NO_RECORDS = ("meta", *_LOGS)

Value = str | int | float | bytes | None


def tables(connection: Connection) -> list[str]:
    """The tables of an archive, those that others refer to first."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    return [name for (name,) in rows if not name.startswith(_NOT_ROWS)]


def columns(connection: Connection, table: str) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))]


def rows(connection: Connection, table: str) -> Iterator[tuple[Value, ...]]:
    """Every row of a table in the order of its key."""
    names = columns(connection, table)
    yield from connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {names[0]}")


def is_empty(connection: Connection) -> bool:
    return not any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        for table in tables(connection)
        if table not in _NO_RECORDS
    )


def begin_load(connection: Connection) -> None:
    """References between rows are checked when the transaction ends, so tables may come in any order."""
    connection.execute("PRAGMA defer_foreign_keys = ON")


def load(connection: Connection, table: str, rows: Iterator[list[Value]]) -> int:
    """Insert the rows of a table; numbers of logs are moved up by one, since ours is the first."""
    names = columns(connection, table)
    numbers = [place for place, name in enumerate(names) if name == _LOG_COLUMN or (table, name) == _LOG_KEY]
    verb = "INSERT OR REPLACE" if table == "meta" else "INSERT"
    before = connection.total_changes
    connection.executemany(
        f"{verb} INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        (_checked(table, names, row, numbers) for row in rows),
    )
    return connection.total_changes - before


def _checked(table: str, names: list[str], row: list[Value], numbers: list[int]) -> list[Value]:
    if len(row) != len(names):
        raise FirstpartyError(
            f"a row of `{table}` has {len(row)} values instead of {len(names)}", code="archive-damaged"
        )
    for place in numbers:
        number = row[place]
        row[place] = number + OWN_LOG if isinstance(number, int) else number
    return row


def finish_load(connection: Connection) -> None:
    """Fill the full-text indexes anew."""
    for index in _FULL_TEXT:
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
