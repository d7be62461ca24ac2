"""A closed, empty vault as a program of before some version of the schema would have left it."""

from __future__ import annotations

import pytest

from tests.vault.conftest import Made
from vault import keyring
from vault.store import connection, migrations

# How each table of the log is read now, in the columns that it had at first.
_LOG = {
    "audit_log": "*",
    "audit_leaf": "*",
    "audit_checkpoint": "*",
    "audit_node": "log, level, ((last + 1) >> level) - 1, hash",
}


def of_before(made: Made, version: str) -> Made:
    """`made` itself, its database with no version from that one on."""
    keys, _ = keyring.unlock(keyring.load(made.home), made.recovery_key)
    known = migrations.names()
    earlier = made.home / "earlier.db"
    old = connection.connect(earlier, keys.database, create=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrations, "names", lambda: known[: known.index(version)])
        migrations.apply(old)
    now = connection.connect(made.database, keys.database)
    for table, columns in {**_LOG, "meta": "*"}.items():
        for row in now.execute(f"SELECT {columns} FROM {table}").fetchall():
            old.execute(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    connection.close(now)
    connection.close(old)
    earlier.replace(made.database)
    return made
