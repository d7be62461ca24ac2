"""Properties of the core: any damage to a keyring, any growth of a log."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms.errors import FirstpartyError
from vault import crypto, keyring
from vault.keyring import Keyring, Keys

RECOVERY_KEY = keyring.new_recovery_key()
KEY_FILE = keyring.new_key_file()
SECRETS = ("some good passphrase", RECOVERY_KEY, KEY_FILE)
NOW = "2026-03-31T12:00:00Z"
# What a damaged keyring may answer; anything else is a bug.
ANSWERS = {"keyring-damaged", "wrong-passphrase", "newer-vault"}


def cheap_stretch(passphrase: str, salt: bytes, *, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Depends on everything that Argon2id depends on, at no cost: a flipped digit may ask for a gigabyte."""
    text = f"{passphrase}|{memory_kib}|{passes}|{lanes}|".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text + salt).digest()


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "stretch", cheap_stretch)
        yield


@pytest.fixture(scope="module")
def written(quick: None) -> tuple[bytes, Keys]:
    ring, keys = keyring.create(SECRETS[0], RECOVERY_KEY, now=NOW)
    return keyring.encode(keyring.with_slot(ring, "key-file", KEY_FILE, keys, now=NOW)), keys


def answer(content: bytes, secret: str, root: bytes) -> str:
    """The code of the error with which a keyring of this content refuses, or `opened`."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / keyring.FILE_NAME).write_bytes(content)
        try:
            ring: Keyring = keyring.load(Path(folder))
            found, _ = keyring.unlock(ring, secret)
        except FirstpartyError as error:
            return error.code
    assert found.root == root, "a damaged keyring gave other keys"
    return "opened"


@settings(max_examples=600)
@given(st.data(), st.sampled_from(SECRETS))
def test_any_one_byte_of_a_keyring_changed_still_opens_or_is_our_error(
    written: tuple[bytes, Keys], data: st.DataObject, secret: str
) -> None:
    content, keys = bytearray(written[0]), written[1]
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    assert answer(bytes(content), secret, keys.root) in ANSWERS | {"opened"}


@given(st.data(), st.sampled_from(SECRETS))
def test_any_piece_of_a_keyring_cut_out_still_opens_or_is_our_error(
    written: tuple[bytes, Keys], data: st.DataObject, secret: str
) -> None:
    content, keys = written
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    assert answer(content[:start] + content[end:], secret, keys.root) in ANSWERS | {"opened"}


@given(st.binary(max_size=300), st.sampled_from(SECRETS))
def test_any_bytes_as_a_keyring_are_our_error(written: tuple[bytes, Keys], content: bytes, secret: str) -> None:
    assert answer(content, secret, written[1].root) in ANSWERS
