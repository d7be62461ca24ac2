"""`keyring.json` as found on disk: missing, damaged, foreign, too new. A keyring or our error, nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from terms.errors import FirstpartyError
from vault import keyring
from vault.keyring import Keyring


@pytest.fixture(scope="module")
def ring() -> Keyring:
    return keyring.create("some good passphrase", keyring.new_recovery_key(), now="2026-03-31T12:00:00Z")[0]


def test_a_keyring_is_loaded_as_it_was_saved(tmp_path: Path, ring: Keyring) -> None:
    keyring.save(tmp_path, ring)
    assert keyring.load(tmp_path) == ring
    assert (tmp_path / keyring.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_fields_that_a_later_version_adds_are_no_obstacle(tmp_path: Path, ring: Keyring) -> None:
    written = json.loads(keyring.encode(ring)) | {"colour": "blue"}
    (tmp_path / keyring.FILE_NAME).write_text(json.dumps(written))
    assert keyring.load(tmp_path) == ring


def test_nothing_secret_is_in_the_file() -> None:
    recovery_key = keyring.new_recovery_key()
    ring, keys = keyring.create("some good passphrase", recovery_key, now="2026-03-31T12:00:00Z")
    written = keyring.encode(ring)
    for secret in (keys.root, keys.database, b"some good passphrase", recovery_key.encode()):
        for form in (secret, secret.hex().encode(), json.dumps(list(secret)).encode()):
            assert form not in written


def test_an_empty_folder_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(keyring.KeyringMissingError, match="make one with `firstparty init`"):
        keyring.load(tmp_path)
    with pytest.raises(keyring.KeyringMissingError):
        keyring.load(tmp_path / "not there")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"format": "firstparty-keyring"',
        b"[" * 100_000,
        b'{"format":1,"version":"1","vault_id":null,"created":[],"signing_key":{},"slots":7}',
        b" " * (keyring.MAX_BYTES + 1),
    ],
    ids=["empty", "text", "object", "array", "null", "utf-16", "cut", "nested", "wrong types", "too large"],
)
def test_what_is_no_keyring_is_called_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / keyring.FILE_NAME).write_bytes(content)
    with pytest.raises(keyring.KeyringDamagedError, match=r"is damaged: .*; put it back from a backup"):
        keyring.load(tmp_path)


def test_another_programs_keyring_is_told_apart(tmp_path: Path, ring: Keyring) -> None:
    (tmp_path / keyring.FILE_NAME).write_bytes(keyring.encode(ring).replace(b"firstparty-keyring", b"other"))
    with pytest.raises(keyring.KeyringDamagedError, match="it is another kind of file"):
        keyring.load(tmp_path)


def test_a_newer_keyring_asks_for_a_newer_program(tmp_path: Path, ring: Keyring) -> None:
    (tmp_path / keyring.FILE_NAME).write_bytes(keyring.encode(ring).replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(FirstpartyError, match=r"newer firstparty .*; upgrade firstparty") as caught:
        keyring.load(tmp_path)
    assert caught.value.code == "newer-vault"


def test_a_folder_in_its_place_is_our_error(tmp_path: Path) -> None:
    (tmp_path / keyring.FILE_NAME).mkdir()
    with pytest.raises(keyring.KeyringDamagedError, match="cannot read"):
        keyring.load(tmp_path)


def test_a_file_in_place_of_the_vaults_folder_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("")
    with pytest.raises(keyring.KeyringDamagedError):
        keyring.load(tmp_path / "vault")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything, so permissions cannot be tested as root")
def test_a_keyring_that_may_not_be_read_is_our_error(tmp_path: Path, ring: Keyring) -> None:
    keyring.save(tmp_path, ring)
    (tmp_path / keyring.FILE_NAME).chmod(0)
    with pytest.raises(keyring.KeyringDamagedError, match="permission denied"):
        keyring.load(tmp_path)
