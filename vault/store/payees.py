"""Rows of payees: what a printed counterparty stands for, and which vendor that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from vault.store.connection import Connection

# key, via, role, creditor id, host
Identity = tuple[str, str, str, str, str]


def by_identity(connection: Connection) -> dict[Identity, int]:
    rows = connection.execute("SELECT id, key, via, role, creditor_id, host FROM payee")
    return {(key, via, role, creditor, host): number for number, key, via, role, creditor, host in rows}


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM payee").fetchone()[0])


def add(connection: Connection, number: int, identity: Identity, name: str) -> None:
    connection.execute(
        "INSERT INTO payee (id, key, via, role, creditor_id, host, name) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, *identity, name),
    )


def mark_stale(connection: Connection, first: int, last: int) -> None:
    """The contracts behind a block of new charges are to be found anew."""
    connection.execute(
        "UPDATE payee SET stale = 1 WHERE id IN (SELECT DISTINCT payee FROM charge WHERE id BETWEEN ? AND ?)",
        (first, last),
    )


def own_names(connection: Connection) -> frozenset[str]:
    """The owner's names, as far as the owner has told them."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'own_names'").fetchone()
    return frozenset(msgspec.json.decode(row[0], type=list[str])) if row else frozenset()


def counterparty_accounts(connection: Connection) -> list[str]:
    """Every account that money went to or came from, once."""
    rows = connection.execute("SELECT DISTINCT counterparty_account FROM charge WHERE counterparty_account <> ''")
    return [row[0] for row in rows]


def move_by_account(connection: Connection, numbers: Iterable[str], payee: int) -> None:
    """Make `payee`, which is no vendor's, the payee of every charge to or from these accounts."""
    for number in numbers:
        connection.execute(
            "UPDATE payee SET stale = 1 WHERE id IN (SELECT payee FROM charge WHERE counterparty_account = ?)",
            (number,),
        )
        connection.execute(
            "UPDATE charge SET payee = ?, contract = NULL WHERE counterparty_account = ?", (payee, number)
        )


class PrintedCharge(NamedTuple):
    """What a payee is identified by, of a charge that is stored already."""

    id: int
    payee: int
    counterparty: str
    purpose: str
    creditor_id: str
    counterparty_account: str
    minor: int


def printed_charges(connection: Connection) -> Iterator[PrintedCharge]:
    rows = connection.execute(
        "SELECT id, payee, counterparty, purpose, creditor_id, counterparty_account, minor FROM charge"
    )
    return (PrintedCharge(*row) for row in rows)


def move(connection: Connection, moved: Iterable[tuple[int, int]]) -> None:
    """Give charges another payee, as (payee, charge); whichever contract they were in is to be found anew."""
    for payee, charge in moved:
        connection.execute(
            "UPDATE payee SET stale = 1 WHERE id IN (?, (SELECT payee FROM charge WHERE id = ?))", (payee, charge)
        )
        connection.execute("UPDATE charge SET payee = ?, contract = NULL WHERE id = ?", (payee, charge))
