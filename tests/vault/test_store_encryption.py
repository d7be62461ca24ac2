"""What lies on disk: nothing readable, nothing left after deletion, and nothing that opens with another key."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.vault.conftest import Made
from vault import keyring
from vault.store import connection

SECRETS = ["Zweitausendeinhalb Versicherung", "DE89370400440532013000", "geheim-4711-xyzzy"]


def traces(home: Path) -> list[str]:
    """Where any of the secrets can be read, in the encodings a database or a log may use."""
    found = []
    for path in home.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in SECRETS:
            for form in (secret.encode(), secret.lower().encode(), secret.encode("utf-16-le"), secret[:12].encode()):
                if form in content:
                    found.append(f"{secret} in {path.name}")
    return found


def test_what_was_written_cannot_be_read_in_any_file_open_or_closed(made: Made) -> None:
    with made.open() as vault:
        with vault.transaction():
            for number, secret in enumerate(SECRETS * 200):
                vault.connection.execute("INSERT INTO meta VALUES (?, ?)", (f"{secret} {number}", secret))
                vault.connection.execute(
                    "INSERT INTO entry (id, kind, title, body) VALUES (?, 'vendor', ?, ?)", (number, secret, secret)
                )
            vault.log("test.written", {"secret": SECRETS[0]})
        assert (made.home / "vault.db-wal").stat().st_size > 100_000, "the log has not been searched"
        assert traces(made.home) == []
        assert vault.connection.execute("SELECT count(*) FROM entry_text ('xyzzy')").fetchone() == (200,)
    assert traces(made.home) == []
    assert not (made.home / "vault.db-wal").exists()


def test_the_search_for_traces_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(f"some {SECRETS[1]} text")
    assert set(traces(tmp_path)) == {f"{SECRETS[1]} in plain"}


def test_deleted_content_is_gone_from_the_decrypted_pages_too(made: Made) -> None:
    with made.open() as vault:
        with vault.transaction():
            for number in range(50):
                row = (number, SECRETS[2], SECRETS[2] * 20)
                vault.connection.execute("INSERT INTO entry (id, kind, title, body) VALUES (?, 'vendor', ?, ?)", row)
        with vault.transaction():
            vault.connection.execute("DELETE FROM entry")
    pages = decrypted(made)
    assert b"vault.created" in pages, "the pages were not decrypted"
    for word in SECRETS[2].split("-"):
        assert word.encode() not in pages


def test_content_that_is_not_deleted_is_in_the_decrypted_pages(made: Made) -> None:
    with made.open() as vault, vault.transaction():
        vault.connection.execute("INSERT INTO meta VALUES ('k', ?)", (SECRETS[2],))
    assert SECRETS[2].encode() in decrypted(made)


def decrypted(made: Made) -> bytes:
    """Every page of the closed file, free pages and slack included, by the documented layout of SQLCipher 4:
    4,096 bytes, of which the last 80 are the IV (16) and the HMAC (64); the first 16 of page 1 are the salt."""
    key = keyring.unlock(keyring.load(made.home), made.recovery_key)[0].database
    content, plain = made.database.read_bytes(), b""
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        body, initial = page[16 if start == 0 else 0 : -80], page[-80:-64]
        plain += Cipher(algorithms.AES256(key), modes.CBC(initial)).decryptor().update(body)
    return plain


def test_the_file_opens_with_its_key_in_any_sqlcipher_tool_and_with_no_other(made: Made) -> None:
    keys, _ = keyring.unlock(keyring.load(made.home), made.recovery_key)
    plain = sqlcipher.connect(str(made.database))
    plain.execute(f"PRAGMA key = \"x'{keys.database.hex()}'\"")
    assert plain.execute("SELECT count(*) FROM audit_leaf").fetchone()[0] >= 1
    plain.close()
    with pytest.raises(connection.DatabaseDamagedError, match="belongs to another vault"):
        connection.connect(made.database, bytes(32))


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33, b"x" * 64])
def test_a_key_of_another_length_is_never_taken_for_a_passphrase(made: Made, key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        connection.connect(made.database, key)


def test_the_files_of_a_vault_are_its_owners_alone(made: Made) -> None:
    with made.open():
        modes = {path.name: path.stat().st_mode & 0o077 for path in made.home.iterdir()}
    assert set(modes) >= {"vault.db", "vault.db-wal", "keyring.json", "vault.lock", "backups"}
    assert not any(modes.values()), modes
    assert not made.home.stat().st_mode & 0o077


def test_a_connection_keeps_what_the_documentation_promises(made: Made) -> None:
    with made.open() as vault:
        found = {
            name: vault.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "trusted_schema")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
