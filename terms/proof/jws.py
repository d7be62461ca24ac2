"""Signed bytes: JWS in the general JSON form (RFC 7515, 7.2.1), Ed25519, with a fixed list of signers.

    {"payload":"…","signatures":[{"protected":"…","signature":"…"},…]}

* Whoever verifies says whose signatures are required, in which order, and of which type. Exactly those must be there:
  libraries call such a thing valid when *one* signature is, so a signature taken away would go unseen.
* Every protected header has exactly `alg` (EdDSA, RFC 8037), `iat` (the second of signing), `kid` and `typ`. There is no
  unprotected header, no `crit`, no `b64`, no `none`, no key inside the header.
* One form only. The envelope, every header and the payload are canonical JSON (RFC 8785) and base64url in its one right
  form, so equal content is equal bytes on both sides and any changed byte is refused.

The signature itself is checked by PyJWT's EdDSA, taken out of a registry that was given `algorithms=` and knows no other.
Its token reader is passed by: that looks at `typ`, members and loose bits not at all, and would read everything again.
What the payload says is the caller's business, and so is whether a key was valid at `iat`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from terms.proof import base64url, jcs
from terms.proof.keys import MAX_KEY_ID, PublicKey, Sign
from terms.refusals import Refused, quoted

if TYPE_CHECKING:
    from jwt.algorithms import Algorithm

ALGORITHM: Final = "EdDSA"
# A signed body is one or two kilobytes; this leaves room for long claims and their evidence.
MAX_BYTES: Final = 64 * 1024
# First and second party; nobody else signs.
MAX_SIGNATURES: Final = 2
_SIGNATURE_BYTES: Final = 64
_HEADER: Final = frozenset({"alg", "iat", "kid", "typ"})
# 9999-12-31: the last second that a four-digit year can say.
_LAST_SECOND: Final = 253_402_300_799

# The one form in which both parties write envelope and header, when keys and types are named in plain ASCII: what matches is
# canonical JSON with exactly these members. What does not match goes the long way, which says why or takes it after all.
_TEXT: Final = rb'"([A-Za-z0-9_-]*)"'
_ENTRY: Final = rb'\{"protected":%b,"signature":%b\}' % (_TEXT, _TEXT)
_ENVELOPE_FORM: Final = re.compile(rb'\{"payload":%b,"signatures":\[%b(?:,%b)?\]\}' % (_TEXT, _ENTRY, _ENTRY))
_HEADER_FORM: Final = re.compile(
    rb'\{"alg":"EdDSA","iat":(0|[1-9][0-9]{0,10}),"kid":"([ !#-\[\]-~]{0,%d})","typ":"([ !#-\[\]-~]*)"\}' % MAX_KEY_ID
)


@cache
def _eddsa() -> Algorithm:
    # Imported when it is first needed: with it comes what reads X.509, which would be a twentieth of a server's start.
    from jwt import PyJWS

    return PyJWS(algorithms=[ALGORITHM]).get_algorithm_by_name(ALGORITHM)


class Signature(NamedTuple):
    """One signature with what its protected header says; `protected` and `signature` as they stand in the envelope, and
    `content` the bytes of the latter."""

    protected: str
    signature: str
    key_id: str
    typ: str
    at: datetime
    content: bytes


@dataclass(frozen=True)
class Signed:
    """A parsed envelope. Its form has been checked; its signatures have not, until `verify`."""

    payload: str
    signatures: tuple[Signature, ...]

    @property
    def body(self) -> bytes:
        return base64url.decoded(self.payload)

    @cached_property
    def value(self) -> jcs.JsonValue:
        """What the body says; its members are not to be changed."""
        return jcs.parse_canonical(self.body)

    def encoded(self) -> bytes:
        entries: list[jcs.JsonValue] = [
            {"protected": entry.protected, "signature": entry.signature} for entry in self.signatures
        ]
        return jcs.canonical({"payload": self.payload, "signatures": entries})

    def digest(self) -> str:
        return digest(self.encoded())


def digest(content: bytes) -> str:
    """`sha256:` and 64 digits: how records, texts and received bytes are named."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def sign(body: bytes, *, typ: str, key_id: str, at: datetime, signer: Sign) -> Signed:
    """Canonical `body` with its first signature."""
    jcs.parse_canonical(body)
    return add_signature(Signed(base64url.encoded(body), ()), typ=typ, key_id=key_id, at=at, signer=signer)


def add_signature(signed: Signed, *, typ: str, key_id: str, at: datetime, signer: Sign, first: bool = False) -> Signed:
    """With one signature more over the same body; `first` puts it before the others."""
    second = int(at.timestamp())
    header = jcs.canonical({"alg": ALGORITHM, "iat": second, "kid": key_id, "typ": typ})
    protected = base64url.encoded(header)
    made = signer(f"{protected}.{signed.payload}".encode())
    at = datetime.fromtimestamp(second, UTC)
    entry = Signature(protected, base64url.encoded(made), key_id, typ, at, made)
    return Signed(signed.payload, (entry, *signed.signatures) if first else (*signed.signatures, entry))


def parse(raw: bytes) -> Signed:
    """The envelope in `raw`, or `Refused`; nothing is verified yet but the form."""
    if len(raw) > MAX_BYTES:
        raise Refused("too-large", f"a signed record has at most {MAX_BYTES} bytes")
    payload, entries = _envelope(raw)
    signed = Signed(payload, tuple([_signature(protected, signature) for protected, signature in entries]))
    _ = signed.value  # refuses a body that is not canonical
    return signed


def _envelope(raw: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The payload, and of each signature the protected header and the signature itself."""
    usual = _ENVELOPE_FORM.fullmatch(raw)
    if usual is None:
        return _any_envelope(jcs.parse_canonical(raw))
    payload, *texts = [text.decode() for text in usual.groups() if text is not None]
    return payload, list(zip(texts[::2], texts[1::2], strict=True))


def _any_envelope(envelope: jcs.JsonValue) -> tuple[str, list[tuple[str, str]]]:
    if not isinstance(envelope, dict) or envelope.keys() != {"payload", "signatures"}:
        raise Refused("not-jws")
    payload, entries = envelope["payload"], envelope["signatures"]
    if not isinstance(payload, str) or not isinstance(entries, list):
        raise Refused("not-jws")
    if not entries:
        raise Refused("missing-signature")
    if len(entries) > MAX_SIGNATURES:
        raise Refused("extra-signature")
    return payload, [_entry(entry) for entry in entries]


def _entry(entry: jcs.JsonValue) -> tuple[str, str]:
    if not isinstance(entry, dict) or entry.keys() != {"protected", "signature"}:
        raise Refused("not-jws", "a signature has exactly the members `protected` and `signature`")
    protected, signature = entry["protected"], entry["signature"]
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise Refused("not-jws")
    return protected, signature


def _signature(protected: str, signature: str) -> Signature:
    content = base64url.decoded(signature)
    if len(content) != _SIGNATURE_BYTES:
        raise Refused("bad-signature", "an Ed25519 signature has 64 bytes")
    written = base64url.decoded(protected)
    usual = _HEADER_FORM.fullmatch(written)
    if usual is None:
        return _of_header(jcs.parse_canonical(written), protected, signature, content)
    second, key_id, typ = usual.groups()
    at = datetime.fromtimestamp(int(second), UTC)
    return Signature(protected, signature, key_id.decode(), typ.decode(), at, content)


def _of_header(header: jcs.JsonValue, protected: str, signature: str, content: bytes) -> Signature:
    if not isinstance(header, dict):
        raise Refused("wrong-header")
    if "crit" in header or "b64" in header:
        raise Refused("critical-header")
    if header.get("alg") != ALGORITHM:
        raise Refused("wrong-algorithm", f"the algorithm is {quoted(header.get('alg'))}, not `{ALGORITHM}`")
    key_id, typ, second = header.get("kid"), header.get("typ"), header.get("iat")
    if header.keys() != _HEADER or not isinstance(key_id, str) or not isinstance(typ, str):
        raise Refused("wrong-header", hint="give exactly `alg`, `iat`, `kid` and `typ`")
    if type(second) is not int or not 0 <= second <= _LAST_SECOND or len(key_id) > MAX_KEY_ID:
        raise Refused("wrong-header", "`iat` is not a second since 1970, or `kid` is over-long")
    return Signature(protected, signature, key_id, typ, datetime.fromtimestamp(second, UTC), content)


def verify(signed: Signed, keys: Sequence[PublicKey], *, typ: str) -> None:
    """Refuses unless the signatures are exactly those of `keys`, in their order, each over `signed` as `typ`."""
    found = [entry.key_id for entry in signed.signatures]
    required = [key.id for key in keys]
    if found != required:
        raise Refused(_mismatch(found, required))
    for entry, key in zip(signed.signatures, keys, strict=True):
        if entry.typ != typ:
            raise Refused("wrong-type", f"the type is {quoted(entry.typ)}, not {quoted(typ)}")
        _verify_one(signed.payload, entry, key)


def _mismatch(found: list[str], required: list[str]) -> str:
    if len(found) < len(required):
        return "missing-signature"
    if len(found) > len(required):
        return "extra-signature"
    return "wrong-key-order" if found == required[::-1] else "wrong-key"


def _verify_one(payload: str, entry: Signature, key: PublicKey) -> None:
    if not fits(key, f"{entry.protected}.{payload}".encode(), entry.content):
        raise Refused("bad-signature", f"the signature by {quoted(key.id)} does not fit")


def prepare() -> None:
    """What the first signature would wait for, done before it comes."""
    _eddsa()


def fits(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the key's over `message`."""
    return _eddsa().verify(message, key.loaded, signature)
