"""A leaf of a vault's audit log, as its owner shows it to somebody else.

A leaf is five lines: version, number, time, event, digest. The digest is SHA-256 over a random salt and the body, so a
body that was erased leaves the tree as it is, and nobody can guess a body from its leaf.
"""

from __future__ import annotations

import hashlib


def digest_of(salt: bytes, body: str) -> bytes:
    return hashlib.sha256(salt + body.encode("utf-8", "surrogateescape")).digest()


def leaf_bytes(number: int, at: str, event: str, digest: bytes) -> bytes:
    return f"firstparty-leaf-1\n{number}\n{at}\n{event}\n{digest.hex()}\n".encode("utf-8", "surrogateescape")
