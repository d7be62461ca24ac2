"""Secrets that we hand out: 256 random bits in base64url. What is kept is their SHA-256, which needs no salt for that."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from terms.proof import base64url
from vault import crypto

# A prefix and 43 characters; what is longer is none of ours and is not even hashed.
MAX_CHARACTERS: Final = 200


def new(prefix: str = "") -> tuple[str, bytes]:
    """The secret, and the hash to keep of it."""
    text = f"{prefix}{base64url.encoded(crypto.random_key())}"
    return text, hash_of(text)


def hash_of(text: str) -> bytes:
    """Of something else than one of ours: a hash that nothing has."""
    if len(text) > MAX_CHARACTERS:
        return b""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def is_same(kept: bytes | None, shown: bytes) -> bool:
    """In constant time; an index was asked for the hash before, which tells nothing of the secret."""
    return kept is not None and hmac.compare_digest(kept, shown)
