"""A party's own private key: made, and kept as a JWK (RFC 7517, RFC 8037), Ed25519 or P-256.

The one place where a private key is written or read. Whoever calls this decides where it lies; nothing here touches a file.
What a private JWK says of its public half is checked against the key itself, so that a file put together by hand cannot
publish one key and sign with another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms.proof import base64url, jwk
from terms.proof.jcs import JsonValue
from terms.proof.jwk import Algorithm, Private
from terms.proof.token_refusals import TokenRefused
from terms.refusals import Refused

# Of either kind: a seed of Ed25519 (RFC 8032, 5.1.5), a number below the order of P-256 (RFC 7518, 6.2.2.1).
_PRIVATE_BYTES: Final = 32


def generated(algorithm: Algorithm = "EdDSA") -> Private:
    """A new key."""
    return Ed25519PrivateKey.generate() if algorithm == "EdDSA" else ec.generate_private_key(ec.SECP256R1())


def written(key: Private, name: str) -> dict[str, JsonValue]:
    """The private JWK, named `name`. Keep it as you keep a password."""
    if isinstance(key, Ed25519PrivateKey):
        secret = key.private_bytes_raw()
    else:
        secret = key.private_numbers().private_value.to_bytes(_PRIVATE_BYTES, "big")
    return {**jwk.of_public(key.public_key(), name).to_json(), "d": base64url.encoded(secret)}


def read(members: Mapping[str, JsonValue]) -> tuple[str, Private]:
    """Name and key of a private JWK, or `TokenRefused`. The message repeats nothing of it."""
    secret = members.get("d")
    public = jwk.read({name: value for name, value in members.items() if name != "d"})
    if not isinstance(secret, str) or public.name is None:
        raise TokenRefused(
            "not-a-key", "the key file needs `d` and `kid` for each key", hint="make one with vendor-keys"
        )
    key = _loaded(public.algorithm, secret)
    if jwk.of_public(key.public_key()).core != public.core:
        raise TokenRefused(
            "not-a-key", "the private and the public half of a key in the key file do not belong together"
        )
    return public.name, key


def _loaded(algorithm: Algorithm, secret: str) -> Private:
    try:
        content = base64url.decoded(secret)
        if len(content) != _PRIVATE_BYTES:
            raise ValueError
        if algorithm == "EdDSA":
            return Ed25519PrivateKey.from_private_bytes(content)
        return ec.derive_private_key(int.from_bytes(content, "big"), ec.SECP256R1())
    except (Refused, ValueError):
        raise TokenRefused("not-a-key", "a private key in the key file does not read") from None


def signature(key: Private, content: bytes) -> bytes:
    """The Ed25519 signature of agreements; a P-256 key signs none."""
    if not isinstance(key, Ed25519PrivateKey):
        raise TokenRefused("not-a-key", "agreements are signed with Ed25519 keys only")
    return key.sign(content)
