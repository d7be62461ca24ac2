"""Public keys of the two parties: Ed25519 only, as `did:key`, as JWK, and as a history with intervals.

* A key is checked once, when it is registered here: a key of small or mixed order or in a second encoding is refused
  (see `curve`), because a signature under it proves nothing.
* A key id is whole: the holder, `#`, and the holder's own name for the key. So a key id of one vendor can never name the
  key of another, and an id is never given to a second key.
* A history keeps every key that a holder ever had, with the interval in which it signs. What was signed within the
  interval stays verifiable for ever; a signature from outside it is refused, and so is one by a key not in it.

No private key is ever read or kept here: a JWK with a private part is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from terms.proof import base64url, curve, jcs
from terms.refusals import Refused, quoted

# did:key: multibase `z` (base 58), multicodec 0xed for an Ed25519 public key, as a varint.
_DID_PREFIX: Final = "did:key:z"
_MULTICODEC: Final = b"\xed\x01"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# 34 bytes are 46 to 47 digits of base 58; a longer text is not worth the (quadratic) decoding.
_BASE58_LENGTH: Final = 48
# A URL of ordinary length and the name of a key; ids stand in every signature.
MAX_KEY_ID: Final = 512
# A key a week for ten years; a history is read whole for each verification.
MAX_KEYS: Final = 520

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Interval:
    """From `since` up to, and without, `until`; none means no end."""

    since: datetime
    until: datetime | None = None

    def holds(self, when: datetime) -> bool:
        return self.since <= when and (self.until is None or when < self.until)


ALWAYS: Final = Interval(datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True)
class PublicKey:
    """A registered key. Made by `registered` and the readers below, which is where it is checked."""

    id: str
    raw: bytes

    @property
    def holder(self) -> str:
        return self.id.partition("#")[0]

    @cached_property
    def loaded(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


def registered(key_id: str, raw: bytes) -> PublicKey:
    """A key under its whole id (`holder#name`), or `Refused`: `weak-key`, `not-a-key`, `bad-field`."""
    holder, _, name = key_id.partition("#")
    if not holder or not name or "#" in name or len(key_id) > MAX_KEY_ID or not key_id.isprintable():
        raise Refused("bad-field", f"{quoted(key_id)} is not the id of a key", hint="write holder#name")
    if len(raw) != curve.KEY_BYTES:
        raise Refused("not-a-key", f"an Ed25519 public key has 32 bytes, not {len(raw)}")
    if not curve.is_sound(raw):
        raise Refused("weak-key")
    return PublicKey(key_id, raw)


def did_of(raw: bytes) -> str:
    """`did:key:z6Mk…` of 32 bytes."""
    number = int.from_bytes(_MULTICODEC + raw, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return _DID_PREFIX + digits


def did_key(did: str) -> PublicKey:
    """The key that a `did:key` is; its id is the DID, `#`, and the DID's own last part again (did:key, 3.1.3)."""
    digits = did.removeprefix(_DID_PREFIX)
    if digits == did or not 0 < len(digits) <= _BASE58_LENGTH or any(digit not in _BASE58 for digit in digits):
        raise Refused("not-a-key", f"{quoted(did)} is not a did:key")
    number = 0
    for digit in digits:
        number = number * 58 + _BASE58.index(digit)
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    raw = content.removeprefix(_MULTICODEC)
    if raw == content or len(raw) != curve.KEY_BYTES or did_of(raw) != did:
        raise Refused("not-a-key", f"{quoted(did)} is not the did:key of an Ed25519 key")
    return registered(did_key_id(did), raw)


def did_key_id(did: str) -> str:
    return f"{did}#{did.rpartition(':')[2]}"


def thumbprint(raw: bytes) -> str:
    """RFC 7638 with RFC 8037's members: names a key that its holder has not named."""
    return base64url.encoded(hashlib.sha256(jcs.canonical(_jwk_core(raw))).digest())


def jwk_of(key: PublicKey) -> dict[str, jcs.JsonValue]:
    """The key as a public JWK (RFC 8037), named by the part of its id that follows the holder."""
    return {**_jwk_core(key.raw), "alg": "EdDSA", "kid": key.id.partition("#")[2], "use": "sig"}


def _jwk_core(raw: bytes) -> dict[str, jcs.JsonValue]:
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encoded(raw)}


def from_jwk(holder: str, jwk: Mapping[str, jcs.JsonValue]) -> PublicKey:
    """A holder's key from its JWK. Members that are not known are passed over (RFC 7517, section 4)."""
    if "d" in jwk:
        raise Refused("private-key", hint="replace that key: it is public now")
    x, name = jwk.get("x"), jwk.get("kid")
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
        raise Refused("not-a-key", "the JWK is not of an Ed25519 key")
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", "EdDSA") not in ("EdDSA", "Ed25519"):
        raise Refused("not-a-key", "the JWK is not for EdDSA signatures")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise Refused("not-a-key", "the JWK is not for verifying signatures")
    raw = base64url.decoded(x)
    if name is None:
        name = thumbprint(raw)
    if not isinstance(name, str):
        raise Refused("bad-field", "the JWK's `kid` is not a string")
    return registered(f"{holder}#{name}", raw)


@dataclass(frozen=True)
class KeyHistory:
    """Every key of one holder, oldest first, each with the interval in which it signs."""

    holder: str
    keys: tuple[tuple[PublicKey, Interval], ...] = ()

    def added(self, key: PublicKey, since: datetime, until: datetime | None = None) -> KeyHistory:
        """With one key more. The same key again changes nothing; another key under a known id is refused."""
        if key.holder != self.holder:
            raise Refused("wrong-party", f"the key {quoted(key.id)} is not of {quoted(self.holder)}")
        if until is not None and until <= since:
            raise Refused("bad-field", "a key's interval ends before it begins")
        known = self._found(key.id)
        if known is not None:
            if known[0].raw != key.raw:
                raise Refused("key-reused", hint="give the new key an id of its own")
            return self
        if len(self.keys) >= MAX_KEYS:
            raise Refused("too-large", f"a key history holds {MAX_KEYS} keys")
        return replace(self, keys=(*self.keys, (key, Interval(since, until))))

    def retired(self, key_id: str, until: datetime) -> KeyHistory:
        """With the key's interval ended, never lengthened; what it signed before stays verifiable."""
        if self._found(key_id) is None:
            raise Refused("unknown-key", f"there is no key {quoted(key_id)}")
        return replace(self, keys=tuple((key, _ended(key, key_id, held, until)) for key, held in self.keys))

    def at(self, key_id: str, when: datetime) -> PublicKey:
        """The key of that id, if it was valid `when` it signed."""
        found = self._found(key_id)
        if found is None:
            raise Refused("unknown-key", f"there is no key {quoted(key_id)} of {quoted(self.holder)}")
        if not found[1].holds(when):
            raise Refused("key-not-valid")
        return found[0]

    def _found(self, key_id: str) -> tuple[PublicKey, Interval] | None:
        return next((entry for entry in self.keys if entry[0].id == key_id), None)


def _ended(key: PublicKey, key_id: str, held: Interval, until: datetime) -> Interval:
    if key.id != key_id or (held.until is not None and held.until <= until):
        return held
    return Interval(held.since, max(until, held.since))


# Registering takes a millisecond, ten times a signature check, and the same person's key comes with every entry.
@lru_cache(maxsize=4_096)
def pairwise(did: str) -> KeyHistory:
    """The history of a person towards one vendor: a `did:key` is its own only key, always."""
    return KeyHistory(did, ((did_key(did), ALWAYS),))
