"""Checkpoints of a log as signed notes (C2SP `signed-note` and `tlog-checkpoint`, v1.0.0).

A checkpoint is three lines (origin, size in decimal, root in base 64), an empty line, and signature lines
`— <key name> <base64(key id ‖ signature)>`. The key id is the first four bytes of
SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key) for Ed25519. Lines of keys that are not known are passed over; a bad
signature of the known key spoils the note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "— "
# The specification asks for at least sixteen; a note with more witnesses than this is no note of ours.
MAX_SIGNATURES = 64


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _body(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def signed(checkpoint: Checkpoint, *, public: bytes, sign: Callable[[bytes], bytes]) -> str:
    """The checkpoint as a signed note; the key's name is the log's origin."""
    body = _body(checkpoint)
    signature = key_id(checkpoint.origin, public) + sign(body.encode())
    return f"{body}\n{_DASH}{checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def opened(note: str, *, origin: str, public: bytes) -> Checkpoint | None:
    """The checkpoint of a note that `origin`'s key has signed, or none: a note is input, and never raises."""
    body, separator, signatures = note.partition("\n\n")
    lines = body.split("\n")
    if not separator or len(lines) != 3 or lines[0] != origin or not _is_decimal(lines[1]):
        return None
    root = _decoded(lines[2])
    if root is None or len(root) != hashlib.sha256().digest_size:
        return None
    message = f"{body}\n".encode()
    verdicts = {_verdict(line, origin, public, message) for line in signatures.split("\n")[:MAX_SIGNATURES]}
    return Checkpoint(origin, int(lines[1]), root) if verdicts - {None} == {True} else None


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18 and (text == "0" or text[0] != "0")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _verdict(line: str, origin: str, public: bytes, message: bytes) -> bool | None:
    """Whether the signature of a line is good; none when the line is not of this key."""
    name, _, encoded = line.removeprefix(_DASH).rpartition(" ")
    signature = _decoded(encoded)
    if not line.startswith(_DASH) or name != origin or signature is None or signature[:4] != key_id(origin, public):
        return None
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], message)
    except (InvalidSignature, ValueError):
        return False
    return True
