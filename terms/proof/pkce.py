"""Proof Key for Code Exchange (RFC 7636): `S256` only, so that who sees a challenge cannot redeem the code."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from terms.proof import base64url

METHOD: Final = "S256"
# Section 4.1: 43 to 128 unreserved characters. A challenge is 32 bytes in base64url.
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")


def challenge(verifier: str) -> str:
    """Section 4.2."""
    return base64url.encoded(hashlib.sha256(verifier.encode("ascii")).digest())


def is_challenge(written: str) -> bool:
    return _CHALLENGE.fullmatch(written) is not None


def fits(verifier: str, expected: str) -> bool:
    """Whether this verifier is the one that the challenge was made of (section 4.6)."""
    return _VERIFIER.fullmatch(verifier) is not None and hmac.compare_digest(challenge(verifier), expected)
