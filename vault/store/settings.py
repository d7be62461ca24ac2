"""Single values that belong to the vault and travel with its records."""

from __future__ import annotations

from vault.store.connection import Connection


def get(connection: Connection, key: str) -> str:
    """The value, empty when it was never put."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def put(connection: Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def fingerprint_key(connection: Connection) -> bytes:
    """The key of the vault's fingerprints: inside the encrypted file, so that an archive carries it along."""
    return bytes.fromhex(get(connection, "fingerprint_key"))
