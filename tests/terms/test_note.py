"""Signed checkpoints: built independently here from the C2SP documents `signed-note` and `tlog-checkpoint`."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import note

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
WYCHEPROOF = CORPUS / "vectors" / "wycheproof" / "ed25519_test.json"
ORIGIN = "example.com/log"
ROOT = hashlib.sha256(b"a tree").digest()
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def signature_line(body: str, *, name: str = ORIGIN, key: Ed25519PrivateKey = KEY, kind: bytes = b"\x01") -> str:
    public = key.public_key().public_bytes_raw()
    number = hashlib.sha256(name.encode() + b"\x0a" + kind + public).digest()[:4]
    return f"\u2014 {name} {b64(number + key.sign(body.encode()))}\n"


def checkpoint_text(*, origin: str = ORIGIN, size: str = "7", root: str = "") -> str:
    return f"{origin}\n{size}\n{root or b64(ROOT)}\n"


def opened(text: str) -> note.Checkpoint | None:
    return note.opened(text, origin=ORIGIN, public=PUBLIC)


# Verifier keys printed in the documentation and tests of golang.org/x/mod/sumdb and in Go's own configuration.
PUBLISHED_KEYS = {
    "PeterNeumann": ("c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
    "EnochRoot": ("af0cfe78", "ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"),
    "sum.golang.org": ("033de0ae", "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
}


@pytest.mark.parametrize("name", PUBLISHED_KEYS)
def test_the_id_of_a_published_key_is_the_published_id(name: str) -> None:
    number, encoded = PUBLISHED_KEYS[name]
    kind_and_key = base64.b64decode(encoded)
    assert kind_and_key[0] == 1
    assert note.key_id(name, kind_and_key[1:]).hex() == number


def test_a_note_built_by_the_specification_opens() -> None:
    body = checkpoint_text()
    assert opened(f"{body}\n{signature_line(body)}") == note.Checkpoint(ORIGIN, 7, ROOT)


def test_what_we_sign_is_byte_for_byte_what_the_specification_says() -> None:
    body = checkpoint_text()
    written = note.signed(note.Checkpoint(ORIGIN, 7, ROOT), public=PUBLIC, sign=KEY.sign)
    assert written == f"{body}\n{signature_line(body)}"


def test_signatures_of_keys_that_we_do_not_know_are_passed_over() -> None:
    body = checkpoint_text()
    witness = signature_line(body, name="witness.example/one", key=OTHER_KEY)
    same_name = signature_line(body, key=OTHER_KEY)
    cosigned = signature_line(body, kind=b"\x04")
    assert opened(f"{body}\n{witness}{same_name}{cosigned}{signature_line(body)}") is not None
    assert opened(f"{body}\n{witness}{same_name}{cosigned}") is None


def test_a_bad_signature_of_our_key_spoils_the_note_even_beside_a_good_one() -> None:
    body = checkpoint_text()
    bad = signature_line(checkpoint_text(size="8"))
    assert opened(f"{body}\n{bad}{signature_line(body)}") is None
    assert opened(f"{body}\n{signature_line(body)}{bad}") is None


@pytest.mark.parametrize("size", ["07", "-7", "+7", " 7", "7 ", "0x7", "\u0667", "", "1" * 19, "7.0"])
def test_a_size_that_is_not_plain_decimal_is_refused_even_when_signed(size: str) -> None:
    body = checkpoint_text(size=size)
    assert opened(f"{body}\n{signature_line(body)}") is None


def test_the_empty_tree_is_written_as_a_single_nought() -> None:
    body = checkpoint_text(size="0")
    assert opened(f"{body}\n{signature_line(body)}") == note.Checkpoint(ORIGIN, 0, ROOT)


@pytest.mark.parametrize(
    "body",
    [
        checkpoint_text(origin="example.com/other"),
        checkpoint_text(root=b64(ROOT[:31])),
        checkpoint_text(root="not base 64"),
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n7\n{b64(ROOT)}\nan extension line\n",
        "\n",
    ],
)
def test_a_body_that_is_no_checkpoint_of_this_log_is_refused_even_when_signed(body: str) -> None:
    assert opened(f"{body}\n{signature_line(body)}") is None


@pytest.mark.parametrize(
    ("old", "new"), [("\u2014", "-"), (f"{ORIGIN} ", "x "), ("\n\n", "\n"), ("\u2014 ", "\u2014"), ("\n7\n", "\n8\n")]
)
def test_a_note_with_one_thing_changed_is_refused(old: str, new: str) -> None:
    body = checkpoint_text()
    text = f"{body}\n{signature_line(body)}"
    assert old in text
    assert opened(text[::-1].replace(old[::-1], new[::-1], 1)[::-1]) is None


@given(st.text() | st.text().map(lambda tail: f"{checkpoint_text()}\n{tail}"))
def test_no_text_makes_opening_raise(text: str) -> None:
    assert opened(text) is None


@given(st.text(st.characters(codec=None, categories=["Cs", "Cc", "L"])))
def test_lone_surrogates_and_controls_are_refused_like_anything_else(text: str) -> None:
    assert opened(text) is None
    assert opened(f"{checkpoint_text()}\n\u2014 {ORIGIN} {text}\n") is None


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_flipped_bit_anywhere_in_the_note_is_noticed(at: int, bit: int) -> None:
    body = checkpoint_text()
    content = bytearray(f"{body}\n{signature_line(body)}".encode())
    content[at % len(content)] ^= 1 << bit
    found = opened(content.decode("utf-8", "replace"))
    # The bits that only pad the base 64 of the signature say nothing; everything else is signed or is the signature.
    assert found in (None, note.Checkpoint(ORIGIN, 7, ROOT))


def wycheproof() -> list[object]:
    if not WYCHEPROOF.is_file():
        return [pytest.param(None, None, marks=pytest.mark.skip(f"no vectors at {WYCHEPROOF}"))]
    groups = json.loads(WYCHEPROOF.read_bytes())["testGroups"]
    return [
        pytest.param(group["publicKey"]["pk"], case, id=f"{case['tcId']}")
        for group in groups
        for case in group["tests"]
    ]


@pytest.mark.parametrize(("public", "case"), wycheproof())
def test_a_signature_line_verifies_exactly_where_wycheproof_says(public: str, case: dict[str, str]) -> None:
    # The vectors sign arbitrary messages and `opened` takes checkpoints only, so this reaches one level deeper.
    key = bytes.fromhex(public)
    line = f"\u2014 {ORIGIN} {b64(note.key_id(ORIGIN, key) + bytes.fromhex(case['sig']))}"
    found = note._verdict(line, ORIGIN, key, bytes.fromhex(case["msg"]))
    assert found is (case["result"] == "valid"), case["comment"]
