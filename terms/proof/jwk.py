"""Public keys that verify tokens: Ed25519 for EdDSA and P-256 for ES256, read from a JWK (RFC 7517), and nothing else.

* The algorithm belongs to the key, not to the token: a token cannot choose how it is verified, so a public key is never
  taken for the secret of an HMAC.
* A JWK with a private or symmetric part is refused, whatever else it says: that key is public now.
* A key of small or mixed order, or off the curve, is refused: a signature under it proves nothing.
* A key's thumbprint (RFC 7638) is over its required members alone, so one key has one thumbprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from terms.proof import base64url, curve, jcs
from terms.proof.token_refusals import TokenRefused
from terms.refusals import Refused, quoted

Algorithm = Literal["EdDSA", "ES256"]
Public = Ed25519PublicKey | ec.EllipticCurvePublicKey
Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey

# RFC 7518, 6.2.2, 6.3.2 and 6.4.1: the members that only private and symmetric keys have.
_PRIVATE: Final = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})
# RFC 7518, 6.2.1.2: a coordinate of P-256 has its full length.
_COORDINATE_BYTES: Final = 32
# As long as the name of a key in a vendor's document may be.
MAX_KEY_NAME: Final = 512


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """`core` are the members that the thumbprint is over, as sorted pairs; `name` is the `kid`, if it has one."""

    algorithm: Algorithm
    public: Public
    core: tuple[tuple[str, str], ...]
    name: str | None = None

    @property
    def thumbprint(self) -> str:
        """RFC 7638 with SHA-256, base64url."""
        return _thumbprint(self.core)

    def to_json(self) -> dict[str, jcs.JsonValue]:
        named: dict[str, jcs.JsonValue] = {} if self.name is None else {"kid": self.name}
        return {**dict(self.core), "alg": self.algorithm, "use": "sig", **named}


@lru_cache(maxsize=4_096)
def _thumbprint(core: tuple[tuple[str, str], ...]) -> str:
    return base64url.encoded(hashlib.sha256(jcs.canonical(dict(core))).digest())


def read(jwk: Mapping[str, jcs.JsonValue]) -> VerifyingKey:
    """The key of a JWK. Members that are not known are passed over (RFC 7517, section 4)."""
    if _PRIVATE & jwk.keys():
        raise TokenRefused("private-key", hint="replace that key: it is public now")
    name = jwk.get("kid")
    if name is not None and (not isinstance(name, str) or not 0 < len(name) <= MAX_KEY_NAME):
        raise TokenRefused("not-a-key", "the JWK's `kid` is not a text, or over-long")
    x, y = jwk.get("x"), jwk.get("y")
    kind = (jwk.get("kty"), jwk.get("crv"))
    if kind == ("OKP", "Ed25519") and isinstance(x, str):
        _check_use(jwk, ("EdDSA", "Ed25519"))
        return VerifyingKey("EdDSA", _ed25519(x), (("crv", "Ed25519"), ("kty", "OKP"), ("x", x)), name)
    if kind == ("EC", "P-256") and isinstance(x, str) and isinstance(y, str):
        _check_use(jwk, ("ES256",))
        return VerifyingKey("ES256", _p256(x, y), (("crv", "P-256"), ("kty", "EC"), ("x", x), ("y", y)), name)
    raise TokenRefused("not-a-key", f"{quoted(kind[0])} is not a key that we read", hint="use Ed25519 or P-256")


def _check_use(jwk: Mapping[str, jcs.JsonValue], algorithms: tuple[str, ...]) -> None:
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithms[0]) not in algorithms:
        raise TokenRefused("not-a-key", f"the JWK is not for {algorithms[0]} signatures")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise TokenRefused("not-a-key", "the JWK is not for verifying signatures")


# Whether a key is sound costs ten times a signature check, and the same proof key comes with every request.
@lru_cache(maxsize=4_096)
def _ed25519(x: str) -> Ed25519PublicKey:
    raw = _decoded(x)
    if len(raw) != curve.KEY_BYTES:
        raise TokenRefused("not-a-key", f"an Ed25519 public key has 32 bytes, not {len(raw)}")
    if not curve.is_sound(raw):
        raise TokenRefused("weak-key")
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=4_096)
def _p256(x: str, y: str) -> ec.EllipticCurvePublicKey:
    coordinates = _decoded(x), _decoded(y)
    if any(len(raw) != _COORDINATE_BYTES for raw in coordinates):
        raise TokenRefused("not-a-key", "a coordinate of P-256 has 32 bytes")
    across, up = (int.from_bytes(raw, "big") for raw in coordinates)
    try:
        return ec.EllipticCurvePublicNumbers(across, up, ec.SECP256R1()).public_key()
    except ValueError:
        raise TokenRefused("weak-key", "the point is not on P-256") from None


def _decoded(text: str) -> bytes:
    try:
        return base64url.decoded(text)
    except Refused as refused:
        raise TokenRefused("not-a-key", f"the JWK: {refused.sentence}") from None


def of_public(public: Public, name: str | None = None) -> VerifyingKey:
    """The key of a loaded public key."""
    if isinstance(public, Ed25519PublicKey):
        x = base64url.encoded(public.public_bytes_raw())
        return VerifyingKey("EdDSA", public, (("crv", "Ed25519"), ("kty", "OKP"), ("x", x)), name)
    if not isinstance(public.curve, ec.SECP256R1):
        raise TokenRefused("not-a-key", f"{quoted(public.curve.name)} is not P-256")
    point = public.public_numbers()
    x, y = (base64url.encoded(number.to_bytes(_COORDINATE_BYTES, "big")) for number in (point.x, point.y))
    return VerifyingKey("ES256", public, (("crv", "P-256"), ("kty", "EC"), ("x", x), ("y", y)), name)
