"""Keys and hand-made tokens for the tests of tokens: what our own writer would never write."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import get_default_algorithms

from terms.proof import base64url, jwk
from terms.proof.jwk import Private, VerifyingKey
from terms.proof.token_refusals import TokenRefused

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())
EDWARDS = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
PRIME = ec.derive_private_key(7, ec.SECP256R1())
ISSUER = "https://vault.example"
CLIENT = "https://shop.example/client.json"


def public(key: Private, name: str | None = None) -> VerifyingKey:
    return jwk.of_public(key.public_key(), name)


def forged(header: object, claims: object, key: Private | None = EDWARDS) -> str:
    """A token of any header and claims (text is taken as it is), with a signature that fits, or none."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
    signed = ".".join(base64url.encoded(part.encode()) for part in parts)
    if key is None:
        return f"{signed}."
    algorithm = get_default_algorithms()["EdDSA" if isinstance(key, Ed25519PrivateKey) else "ES256"]
    return f"{signed}.{base64url.encoded(algorithm.sign(signed.encode(), key))}"


def hmac_signed(header: Mapping[str, object], claims: object, secret: bytes) -> str:
    """As HS256, with something public as the secret."""
    signed = ".".join(base64url.encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{base64url.encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def code_of(step: object) -> str:
    try:
        step()  # type: ignore[operator]
    except TokenRefused as refused:
        return refused.code
    return "none"
