"""Schema versions: one module per version, explicit SQL, applied in one transaction each and in order of name.

`PRAGMA user_version` holds the number of versions applied, so that opening an up-to-date vault asks one question; what
was applied when is recorded by sqlite-utils in its own table. A rebuilt table recreates its triggers in the same module.
"""

from __future__ import annotations

import importlib
import pkgutil

from terms.errors import FirstpartyError
from vault.store.connection import Connection


class NewerSchemaError(FirstpartyError):
    code = "newer-vault"


def names() -> list[str]:
    """Every version, oldest first (`m0001_first`, …)."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__))


def version_of(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def pending(connection: Connection) -> list[str]:
    """Versions that this vault lacks; raises when the vault is newer than this program."""
    version, known = version_of(connection), names()
    if version > len(known):
        raise NewerSchemaError(
            f"this vault was written by a newer firstparty (schema {version}, this one knows {len(known)})",
            hint="upgrade firstparty; nothing was changed",
        )
    return known[version:]


def apply(connection: Connection) -> list[str]:
    """Bring the schema up to date; gives the versions applied. Each is all or nothing."""
    missing = pending(connection)
    if not missing:
        return []
    # Imported here: it costs a quarter of a second that an up-to-date vault need not pay.
    import sqlite_utils
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("firstparty")
    for number, name in enumerate(names(), start=1):
        sql: str = importlib.import_module(f"{__name__}.{name}").SQL

        def step(database: sqlite_utils.Database, sql: str = sql, number: int = number) -> None:
            for statement in statements(sql):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number}")

        migrations(name=name)(step)
    migrations.apply(sqlite_utils.Database(connection))
    return missing


def statements(sql: str) -> list[str]:
    """Single statements of a script (`executescript` would commit the transaction they belong to)."""
    import sqlite3

    found, pending_lines = [], ""
    for line in sql.splitlines(keepends=True):
        pending_lines += line
        if pending_lines.strip() and sqlite3.complete_statement(pending_lines):
            found.append(pending_lines.strip())
            pending_lines = ""
    return found
