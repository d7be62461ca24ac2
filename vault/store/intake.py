"""Bulk writing of an import, and its undoing: plain SQL, many rows a statement.

`INSERT OR IGNORE` on the fingerprint does the duplicate check in the engine. Charges of a file get a contiguous block of
ids, which is how they are found again without an index of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from vault.store.connection import Connection

# In the order of the columns. The driver takes a microsecond to adapt a value that is no plain int, str or bytearray, so
# these are given: a bytearray for the fingerprint, an int for `pending`, an empty text for no `value_on`.
ChargeRow = tuple[object, ...]
_CHARGE_COLUMNS = (
    "id, dedup, file, booked, value_on, minor, currency, counterparty, purpose, own_id, bank_account, "
    "counterparty_account, creditor_id, mandate, pending, payee"
)
_INSERT_CHARGES = (
    f"INSERT OR IGNORE INTO charge ({_CHARGE_COLUMNS}) VALUES (?, ?, ?, ?, nullif(?, ''), {', '.join('?' * 11)})"
)
_COUNTS = msgspec.json.Decoder(dict[str, int])


def largest_id(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def add_batch(connection: Connection, batch: int, at: str) -> None:
    connection.execute("INSERT INTO batch (id, at, leaf) VALUES (?, ?, -1)", (batch, at))


def finish_batch(connection: Connection, batch: int, *, leaf: int, added: dict[str, int], problems: int) -> None:
    connection.execute(
        "UPDATE batch SET leaf = ?, added = ?, problems = ? WHERE id = ?",
        (leaf, msgspec.json.encode(added).decode(), problems, batch),
    )


def add_file(connection: Connection, file: int, batch: int, path: str) -> None:
    connection.execute("INSERT INTO file (id, batch, path) VALUES (?, ?, ?)", (file, batch, path))


def drop_file(connection: Connection, file: int) -> None:
    connection.execute("DELETE FROM file WHERE id = ?", (file,))


def finish_file(
    connection: Connection,
    file: int,
    *,
    connector: str | None,
    sha256: bytes,
    size: int,
    counts: Sequence[dict[str, int]],
    charges: tuple[int, int],
) -> None:
    found, added, already = (msgspec.json.encode(count).decode() for count in counts)
    connection.execute(
        "UPDATE file SET connector = ?, sha256 = ?, size = ?, found = ?, added = ?, already_there = ?, "
        "first_charge = ?, last_charge = ? WHERE id = ?",
        (connector, sha256, size, found, added, already, *charges, file),
    )


def add_problem(connection: Connection, file: int, place: str, code: str, message: str) -> None:
    connection.execute(
        "INSERT INTO problem (file, place, code, message) VALUES (?, ?, ?, ?)", (file, place, code, message)
    )


def add_charges(connection: Connection, charges: Iterable[ChargeRow]) -> int:
    """Insert what is not there yet; gives how many were."""
    before = connection.total_changes
    connection.executemany(_INSERT_CHARGES, charges)
    return connection.total_changes - before


def pending_charges(connection: Connection) -> list[tuple[int, int, str, int, str, str, str]]:
    """(id, bank account, own id, minor, currency, counterparty, day) of every charge that is not booked yet."""
    return connection.execute(
        "SELECT id, bank_account, own_id, minor, currency, counterparty, booked FROM charge WHERE pending ORDER BY id"
    ).fetchall()


def settled_fingerprints(connection: Connection) -> set[bytes]:
    """What charges that are booked now looked like when they were pending."""
    return {row[0] for row in connection.execute("SELECT pending_dedup FROM charge WHERE pending_dedup IS NOT NULL")}


def settle(connection: Connection, number: int, day: str, fingerprint: bytes) -> None:
    """A pending charge is booked now."""
    connection.execute(
        "UPDATE OR IGNORE charge SET pending = 0, booked = ?, pending_dedup = dedup, dedup = ? WHERE id = ?",
        (day, fingerprint, number),
    )
    connection.execute("UPDATE payee SET stale = 1 WHERE id = (SELECT payee FROM charge WHERE id = ?)", (number,))


# Charges written before their indexes are built, when a vault had none: sorting that many takes some 40 MB.
BULK_CHARGES = 500_000
_SECONDARY = ("charge_payee", "charge_booked")


def begin_bulk(connection: Connection) -> list[str]:
    """In a vault without charges, put off what is built faster afterwards; gives the statements for `end_bulk`."""
    if connection.execute("SELECT 1 FROM charge LIMIT 1").fetchone():
        return []
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(_SECONDARY).decode(),),
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in rows]


def end_bulk(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def index_charges(connection: Connection, first: int, last: int) -> None:
    """Fill the full-text index for a block of new charges."""
    connection.execute(
        "INSERT INTO charge_text (rowid, counterparty, purpose) "
        "SELECT id, counterparty, purpose FROM charge WHERE id BETWEEN ? AND ?",
        (first, last),
    )


def bank_accounts(connection: Connection) -> dict[bytes, int]:
    return {bytes(key): number for number, key in connection.execute("SELECT id, fingerprint FROM bank_account")}


def add_bank_account(connection: Connection, number: int, fingerprint: bytes, masked: str) -> None:
    connection.execute(
        "INSERT INTO bank_account (id, fingerprint, masked) VALUES (?, ?, ?)", (number, fingerprint, masked)
    )


def remove_unused_bank_accounts(connection: Connection) -> int:
    return connection.execute(
        "DELETE FROM bank_account WHERE NOT EXISTS (SELECT 1 FROM charge c WHERE c.bank_account = bank_account.id)"
    ).rowcount


def extend_coverage(connection: Connection, last_days: dict[int, str]) -> None:
    connection.executemany(
        "UPDATE bank_account SET last_day = max(last_day, ?) WHERE id = ?",
        [(day, account) for account, day in last_days.items()],
    )


def account_keys(connection: Connection) -> tuple[set[bytes], set[bytes]]:
    rows = connection.execute("SELECT own_key, content_key FROM account").fetchall()
    return {row[0] for row in rows if row[0]}, {row[1] for row in rows}


def add_accounts(connection: Connection, accounts: Sequence[tuple[object, ...]]) -> None:
    connection.executemany(
        "INSERT INTO account (id, own_key, content_key, file, title, username, urls, own_id, opened, changed, last_used, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        accounts,
    )


def remembered_mappings(connection: Connection) -> dict[str, dict[str, str]]:
    decode = msgspec.json.Decoder(dict[str, str]).decode
    return {key: decode(text) for key, text in connection.execute("SELECT fingerprint, mapping FROM csv_mapping")}


def remember_mapping(connection: Connection, fingerprint: str, mapping: dict[str, str], at: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO csv_mapping VALUES (?, ?, ?)", (fingerprint, msgspec.json.encode(mapping).decode(), at)
    )


# --- batches as they are listed and undone --------------------------------------------------------------------------


class Batch(msgspec.Struct, frozen=True):
    id: int
    at: str
    undone_at: str | None
    added: dict[str, int]
    problems: int
    files: tuple[str, ...]


def batches(connection: Connection) -> list[Batch]:
    """Every import, newest first."""
    paths: dict[int, list[str]] = {}
    for batch, path in connection.execute("SELECT batch, path FROM file ORDER BY id"):
        paths.setdefault(batch, []).append(path)
    rows = connection.execute("SELECT id, at, undone_at, added, problems FROM batch ORDER BY id DESC")
    return [
        Batch(number, at, undone, _COUNTS.decode(added), problems, tuple(paths.get(number, ())))
        for number, at, undone, added, problems in rows
    ]


def remove_batch(connection: Connection, batch: int, at: str) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """Delete what a batch added and nobody edited since; gives (removed per kind, kept as (kind, id))."""
    removed, kept = {"charge": 0, "account": 0}, []
    blocks = connection.execute("SELECT id, first_charge, last_charge FROM file WHERE batch = ?", (batch,)).fetchall()
    for file, first, last in blocks:
        block = "FROM charge WHERE id BETWEEN ? AND ? AND file = ?"
        connection.execute(
            f"UPDATE payee SET stale = 1 WHERE id IN (SELECT DISTINCT payee {block})",
            (first, last, file),
        )
        kept += [("charge", row[0]) for row in connection.execute(f"SELECT id {block} AND edited", (first, last, file))]
        removed["charge"] += connection.execute(f"DELETE {block} AND NOT edited", (first, last, file)).rowcount
        kept += [
            ("account", row[0])
            for row in connection.execute("SELECT id FROM account WHERE file = ? AND edited", (file,))
        ]
        connection.execute(
            "DELETE FROM entry WHERE id IN (SELECT id FROM account WHERE file = ? AND NOT edited)", (file,)
        )
        removed["account"] += connection.execute("DELETE FROM account WHERE file = ? AND NOT edited", (file,)).rowcount
    connection.execute("UPDATE batch SET undone_at = ? WHERE id = ?", (at, batch))
    connection.execute(
        "UPDATE bank_account SET last_day = coalesce((SELECT max(booked) FROM charge WHERE bank_account = "
        "bank_account.id), '')"
    )
    return {kind: count for kind, count in removed.items() if count}, kept


def contracts_of(connection: Connection, batch: int) -> set[int]:
    """The contracts that a batch has charges of."""
    rows = connection.execute(
        "SELECT DISTINCT charge.contract FROM charge JOIN file ON file.id = charge.file "
        "WHERE file.batch = ? AND charge.contract IS NOT NULL",
        (batch,),
    )
    return {int(row[0]) for row in rows}


def problems_of(connection: Connection, batch: int, limit: int = 200) -> list[tuple[str, str, str]]:
    """What could not be read: the file, the place in it, and why."""
    rows = connection.execute(
        "SELECT file.path, problem.place, problem.message FROM problem JOIN file ON file.id = problem.file "
        "WHERE file.batch = ? ORDER BY problem.id LIMIT ?",
        (batch, limit),
    )
    return [(str(path), str(place), str(message)) for path, place, message in rows]
