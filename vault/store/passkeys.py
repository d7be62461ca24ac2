"""Rows of the owner's passkeys."""

from __future__ import annotations

import msgspec

from vault.store.connection import Connection


class PasskeyRow(msgspec.Struct, frozen=True):
    """`credential` is the id by which an authenticator knows it, `public_key` in COSE form. `used_at` is empty until it was used."""

    id: int
    credential: bytes
    public_key: bytes
    sign_count: int
    host: str
    name: str
    added_at: str
    used_at: str


_COLUMNS = ", ".join(PasskeyRow.__struct_fields__)


def add(
    connection: Connection, credential: bytes, public_key: bytes, sign_count: int, *, host: str, name: str, at: str
) -> int:
    cursor = connection.execute(
        "INSERT INTO owner_passkey (credential, public_key, sign_count, host, name, added_at, used_at) "
        "VALUES (?, ?, ?, ?, ?, ?, '')",
        (credential, public_key, sign_count, host, name, at),
    )
    return int(cursor.lastrowid or 0)


def by_credential(connection: Connection, credential: bytes) -> PasskeyRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM owner_passkey WHERE credential = ?", (credential,)).fetchone()
    return PasskeyRow(*row) if row else None


def by_id(connection: Connection, id: int) -> PasskeyRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM owner_passkey WHERE id = ?", (id,)).fetchone()
    return PasskeyRow(*row) if row else None


def all_of_them(connection: Connection) -> list[PasskeyRow]:
    """In the order in which they were added."""
    return [PasskeyRow(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM owner_passkey ORDER BY id")]


def used(connection: Connection, id: int, sign_count: int, at: str) -> None:
    connection.execute("UPDATE owner_passkey SET sign_count = ?, used_at = ? WHERE id = ?", (sign_count, at, id))


def rename(connection: Connection, id: int, name: str) -> None:
    connection.execute("UPDATE owner_passkey SET name = ? WHERE id = ?", (name, id))


def remove(connection: Connection, id: int) -> None:
    connection.execute("DELETE FROM owner_passkey WHERE id = ?", (id,))
