"""`keyring.json` as found on disk: missing, damaged, foreign, too new. A keyring or our error, nothing else."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from terms.errors import FirstpartyError
from vault import keyring
from vault.keyring import Keyring

# Version 1 as it was first written, with made-up secrets: every later version must open it.
PINNED = {
    "format": "firstparty-keyring",
    "version": 1,
    "vault_id": "vlt_010101010101010101010101",
    "created": "2026-03-31T12:00:00Z",
    "signing_key": "jI5LS1zBJ2XBH7WJ1o6TfwCy3u6ajgNDQQHlxzrmUAQ=",
    "slots": [
        {
            "kind": "passphrase",
            "id": "0202020202020202",
            "created": "2026-03-31T12:00:00Z",
            "wrapped": "BAQEBAQEBAQEBAQExrWKD6pE5mB8UxTK3qkWZtOPdnvNyFN4rDGO25DsXhbZoIvKskDHXD8ITIWbYyso",
            "argon2id": {"salt": "AwMDAwMDAwMDAwMDAwMDAw==", "memory_kib": 131072, "passes": 3, "lanes": 4},
        },
        {
            "kind": "recovery",
            "id": "0505050505050505",
            "created": "2026-03-31T12:00:00Z",
            "wrapped": "BgYGBgYGBgYGBgYG550P4HfB/USucDHsKnyd/MWctZPUoHX0qSdA48jI4VRseFWgydIE67o6DnAWqi9A",
            "argon2id": None,
        },
        {
            "kind": "key-file",
            "id": "0707070707070707",
            "created": "2026-03-31T12:00:00Z",
            "wrapped": "CAgICAgICAgICAgIjrVk77ey/QxuY0CWFqugMSkdE8yWHHYvO0+JpsVPxbhmoY8eFzQNYbPY0WpPJUE1",
            "argon2id": None,
        },
    ],
}
PINNED_DATABASE_KEY = "32b837938cb76f2b11ab57847a03907f6b069bfb900b080250d275e8e0444583"
PINNED_SECRETS = {
    "passphrase": "correct horse battery staple",
    "recovery": "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-5CE4",
    "key-file": f"firstparty-key-1 {base64.b64encode(bytes(range(32, 64))).decode()}",
}


@pytest.mark.parametrize("kind", PINNED_SECRETS)
def test_the_keyring_as_first_written_opens_for_ever(tmp_path: Path, kind: str) -> None:
    (tmp_path / keyring.FILE_NAME).write_text(json.dumps(PINNED))
    keys, opened_by = keyring.unlock(keyring.load(tmp_path), PINNED_SECRETS[kind])
    assert (keys.database.hex(), opened_by) == (PINNED_DATABASE_KEY, kind)


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
        b'{"extra":' + b"[" * 100_000,
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
