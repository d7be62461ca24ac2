"""Damaged, foreign, missing, newer, full: each its own clear error, and the rest of the vault as it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from terms.errors import FirstpartyError
from tests.vault.conftest import Made
from vault import files, keyring
from vault.store import connection, migrations

PAGE = 4096
ROOT = Path(__file__).parents[2]


def fill(made: Made, rows: int = 1_000) -> None:
    with made.open() as vault, vault.transaction():
        vault.connection.executemany("INSERT INTO meta VALUES (?, ?)", [(f"k{n}", "x" * 500) for n in range(rows)])


def fill_to_the_brim(made: Made) -> None:
    with made.open() as vault:
        pages = vault.connection.execute("PRAGMA page_count").fetchone()[0]
        vault.connection.execute(f"PRAGMA max_page_count = {pages + 3}").fetchall()
        with vault.transaction():
            vault.log("test.too-much", {})
            vault.connection.executemany("INSERT INTO meta VALUES (?, ?)", [(f"z{n}", "x" * 500) for n in range(1_000)])


def damage(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def database_key(made: Made) -> bytes:
    return keyring.unlock(keyring.load(made.home), made.recovery_key)[0].database


def opening_error(made: Made) -> FirstpartyError:
    with pytest.raises(FirstpartyError) as caught:
        made.open()
    return caught.value


def test_a_damaged_page_is_named_and_reading_it_is_our_error(made: Made) -> None:
    fill(made)
    page = made.database.stat().st_size // PAGE - 20
    damage(made.database, (page - 1) * PAGE + 77)
    with made.open() as vault:
        assert connection.integrity_problems(vault.connection) == [f"HMAC verification failed for page {page}"]
    with pytest.raises(connection.DatabaseDamagedError, match="put it back from a backup"), made.open() as vault:
        vault.connection.execute("SELECT sum(length(value)) FROM meta").fetchone()


def test_a_sound_vault_has_no_integrity_problems(made: Made) -> None:
    fill(made, 50)
    with made.open() as vault:
        assert connection.integrity_problems(vault.connection) == []


def test_a_dangling_reference_is_an_integrity_problem(made: Made) -> None:
    with made.open() as vault:
        vault.connection.execute("PRAGMA foreign_keys = OFF")
        vault.connection.execute("INSERT INTO contact VALUES (1, 999, 'mail', 'x', 'x', 'x')")
        assert connection.integrity_problems(vault.connection) == ["dangling reference in contact"]


@pytest.mark.parametrize("offset", [0, 15, 16, 100, PAGE - 1])
def test_a_damaged_first_page_is_our_error(made: Made, offset: int) -> None:
    damage(made.database, offset)
    assert opening_error(made).code == "database-damaged"


@pytest.mark.parametrize("keep", [1, 100, PAGE, PAGE + 1, 10 * PAGE])
def test_a_truncated_file_is_our_error(made: Made, keep: int) -> None:
    fill(made, 100)
    made.database.write_bytes(made.database.read_bytes()[:keep])
    assert opening_error(made).code == "database-damaged"


def test_an_empty_file_where_the_database_was_is_our_error_and_stays_empty(made: Made) -> None:
    made.database.write_bytes(b"")
    assert "is empty; put it back from a backup" in str(opening_error(made))
    assert made.database.stat().st_size == 0


def test_a_missing_database_is_told_from_a_missing_vault(made: Made) -> None:
    made.database.unlink()
    assert opening_error(made).code == "database-missing"
    assert not made.database.exists()
    (made.home / keyring.FILE_NAME).unlink()
    assert opening_error(made).code == "no-vault"


def test_a_folder_in_place_of_the_database_is_our_error(made: Made) -> None:
    made.database.unlink()
    made.database.mkdir()
    opening_error(made)


def test_a_plain_sqlite_file_is_not_taken_for_a_vault(made: Made) -> None:
    made.database.unlink()
    plain = sqlite3.connect(made.database)
    plain.execute("CREATE TABLE other (x)")
    plain.close()
    before = made.database.read_bytes()
    assert opening_error(made).code == "database-damaged"
    assert made.database.read_bytes() == before


def test_a_sqlcipher_file_of_another_program_is_refused_even_with_the_right_key(made: Made) -> None:
    made.database.unlink()
    foreign = sqlcipher.connect(str(made.database))
    foreign.execute(f"PRAGMA key = \"x'{database_key(made).hex()}'\"")
    foreign.execute("CREATE TABLE other (x)")
    foreign.close()
    assert "is not a firstparty vault" in str(opening_error(made))


def test_another_vaults_database_is_refused(made: Made, copy_of: Callable[[Made], Made]) -> None:
    other = copy_of(made)
    ring, _ = keyring.create("another good passphrase", made.recovery_key, now="2026-03-31T12:00:00Z")
    keyring.save(other.home, ring)
    assert "belongs to another vault" in str(opening_error(other))


def test_a_newer_schema_is_left_exactly_as_it_is(made: Made) -> None:
    with made.open() as vault:
        vault.connection.execute("PRAGMA user_version = 999")
    before = made.database.read_bytes()
    error = opening_error(made)
    assert (error.code, "schema 999" in str(error), "nothing was changed" in str(error)) == ("newer-vault", True, True)
    assert made.database.read_bytes() == before
    assert not list((made.home / "backups").iterdir())
    assert len(migrations.names()) < 999


def test_a_full_disk_loses_nothing_that_was_there(made: Made) -> None:
    fill(made, 100)
    with pytest.raises(files.DiskFullError, match="nothing was lost"):
        fill_to_the_brim(made)
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'k%'").fetchone() == (100,)
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'z%'").fetchone() == (0,)
        events = [row[0] for row in vault.connection.execute("SELECT event FROM audit_leaf")]
        assert "test.too-much" not in events
        assert connection.integrity_problems(vault.connection) == []


LIMITED = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from vault.session import Vault
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 31, tzinfo=UTC), by="test") as vault:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        with vault.transaction():
            rows = [(f"z{n}", "x" * 500) for n in range(5_000)]
            vault.connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
except Exception as error:
    print(type(error).__name__)
"""


def test_a_write_that_the_system_refuses_is_our_error_and_loses_nothing(made: Made) -> None:
    fill(made, 100)
    command = [sys.executable, "-c", LIMITED, str(made.home), made.recovery_key]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("FileWriteError\n", "")
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'z%'").fetchone() == (0,)
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'k%'").fetchone() == (100,)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere, so a read-only folder means nothing to it")
def test_a_read_only_folder_is_our_error(made: Made) -> None:
    made.database.chmod(0o400)
    made.home.chmod(0o500)
    try:
        assert opening_error(made).code in {"read-only", "cannot-write"}
    finally:
        made.home.chmod(0o700)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("database or disk is full", "disk-full"),
        ("disk I/O error", "cannot-write"),
        ("attempt to write a readonly database", "read-only"),
        ("unable to open database file", "read-only"),
        ("file is not a database", "database-damaged"),
        ("database disk image is malformed", "database-damaged"),
        ("database is locked", "busy"),
        ("something else", "database"),
    ],
)
def test_every_answer_of_the_engine_becomes_one_of_our_errors(message: str, code: str) -> None:
    with pytest.raises(FirstpartyError) as caught, connection.translated(Path("vault.db")):
        raise connection.OperationalError(message)
    assert caught.value.code == code


def test_an_engine_with_the_known_corruption_bug_is_refused(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MIN_SQLITE", (99, 0, 0))
    assert opening_error(made).code == "engine-too-old"


def test_a_failed_commit_leaves_no_transaction_open(made: Made) -> None:
    with made.open() as vault:
        vault.connection.execute("CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY)")
        vault.connection.execute("CREATE TEMP TABLE child (parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(sqlcipher.IntegrityError), connection.transaction(vault.connection):
            vault.connection.execute("INSERT INTO child VALUES (7)")
        assert not vault.connection.in_transaction
        with vault.transaction():
            vault.log("test.goes-on", {})
