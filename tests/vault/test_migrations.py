"""Schema versions: all or nothing, after a copy, and never from a newer program."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from tests.vault.conftest import Made
from vault import keyring
from vault.store import audit, connection, migrations

BROKEN = """
CREATE TABLE added (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO added VALUES (1, 'one; two');
ALTER TABLE vendor ADD COLUMN extra TEXT;
INSERT INTO no_such_table VALUES (1);
"""
SOUND = BROKEN.replace("no_such_table VALUES (1)", "added VALUES (2, 'x')")


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> str:
    known = migrations.names()
    name = f"m{len(known) + 1:04}_test"
    monkeypatch.setattr(migrations, "names", lambda: [*known, name])
    return name


def install(name: str, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(name)
    module.SQL = sql  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"{migrations.__name__}.{name}", module)


def schema(made: Made) -> tuple[int, list[object]]:
    """The version and schema as they are on disk, read without migrating."""
    keys, _ = keyring.unlock(keyring.load(made.home), made.recovery_key)
    opened = connection.connect(made.database, keys.database)
    found = [row[0] for row in opened.execute("SELECT sql FROM sqlite_schema ORDER BY name")]
    version = migrations.version_of(opened)
    connection.close(opened)
    return version, found


def test_a_migration_that_fails_midway_leaves_version_and_schema_as_they_were(
    made: Made, next_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(next_version, BROKEN, monkeypatch)
    before = schema(made)
    with pytest.raises(Exception, match="no_such_table"):
        made.open()
    assert schema(made) == before


def test_the_vault_opens_once_the_migration_is_put_right(
    made: Made, next_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(next_version, BROKEN, monkeypatch)
    with pytest.raises(Exception, match="no_such_table"):
        made.open()
    install(next_version, SOUND, monkeypatch)
    with made.open() as vault:
        assert vault.connection.execute("SELECT name FROM added ORDER BY id").fetchall() == [("one; two",), ("x",)]
        assert migrations.version_of(vault.connection) == len(migrations.names())
        events = [row[0] for row in vault.connection.execute("SELECT event FROM audit_leaf ORDER BY n")]
        assert events[-2:] == ["schema.migrated", "unlock"]
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_a_migration_is_preceded_by_a_copy_that_opens_with_the_same_key(
    made: Made, next_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(next_version, SOUND, monkeypatch)
    version, _ = schema(made)
    made.open().close()
    (copy,) = (made.home / "backups").iterdir()
    assert copy.name == f"before-schema-{version + 1}.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    keys, _ = keyring.unlock(keyring.load(made.home), made.recovery_key)
    opened = connection.connect(copy, keys.database)
    assert migrations.version_of(opened) == version
    assert connection.integrity_problems(opened) == []
    assert opened.execute("SELECT event FROM audit_leaf").fetchall() == [("vault.created",)]
    connection.close(opened)


def test_an_up_to_date_vault_is_neither_migrated_nor_copied(made: Made) -> None:
    made.open().close()
    assert list((made.home / "backups").iterdir()) == []


def test_versions_are_numbered_without_gaps_from_one() -> None:
    assert [int(name[1:5]) for name in migrations.names()] == list(range(1, len(migrations.names()) + 1))


def test_a_script_is_cut_into_statements_outside_texts_comments_and_triggers() -> None:
    script = """
    -- a comment; with a semicolon
    CREATE TABLE a (x TEXT DEFAULT ';');
    CREATE TRIGGER t AFTER INSERT ON a BEGIN
        DELETE FROM a; DELETE FROM a;
    END;
    INSERT INTO a VALUES ('x;
    y');
    """
    found = migrations.statements(script)
    assert [statement.split()[-1] for statement in found] == ["';');", "END;", "y');"]
