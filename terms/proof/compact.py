"""Signed tokens: JWS in the compact form with claims of JSON (RFC 7515, 3.1; RFC 7519), EdDSA and ES256 only.

    header.payload.signature        each base64url in its one right form

Promises
* The verifier names the types it takes and the key; the token chooses nothing. `alg` has to be the key's own, so neither
  `none` nor an HMAC over a public key can pass.
* Which key it is stands in the header: as `kid`, or, for a proof of possession alone, as `jwk`. Both are never taken, and
  nothing is ever fetched for a token (`jku`, `x5u`) or believed of it (`x5c`).
* Header and claims are read strictly: a member named twice is refused, and so is nesting, a number or a text that two
  readers would read differently. Members that are not known are passed over, as RFC 7515 (section 4) and RFC 7519
  (section 4) ask; an extension marked critical is refused.
* One text for one token: `=` appended, loose bits, white space and line breaks are refused.

Signing is PyJWT's, taken from a registry that was given `algorithms=` and knows no other. Its token reader is passed by: it looks
neither at `typ` nor at names given twice, and takes a token with `=` appended; and so is its verifier, which makes anew each time
what the library takes as it is, at a tenth of the price of a signature.
When a token is valid and for whom is said by `client_assertion` and `dpop`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from terms.proof import base64url, jcs
from terms.proof.jwk import MAX_KEY_NAME, Private, VerifyingKey
from terms.proof.token_refusals import TokenRefused
from terms.refusals import Refused, quoted

if TYPE_CHECKING:
    from jwt.algorithms import Algorithm

# Those of everyday use have 300 to 900 characters; the longest allowed names and addresses fit as well.
MAX_CHARACTERS: Final = 8 * 1024
# A header with a key has 250 characters; longer ones are not kept, so that nobody fills the memory with theirs.
MAX_KEPT: Final = 1_000
# RFC 7519 asks that `jti` is unlikely to be given twice; a UUID has 36 characters, a digest 43.
MAX_ID: Final = 128
# Both clocks may be off by this much.
SKEW_SECONDS: Final = 60
# 9999-12-31: the last second that a four-digit year can say.
_LAST_SECOND: Final = 253_402_300_799
# Extensions; keys and addresses of keys that a token brings itself; encryption and compression.
_FORBIDDEN: Final = frozenset({"crit", "b64", "jku", "x5u", "x5c", "zip", "enc", "cty"})

_ES256: Final = ec.ECDSA(SHA256())
_COORDINATE_BYTES: Final = 32
_ALGORITHMS: Final = ("EdDSA", "ES256")


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read and not verified: nothing in it may be believed yet."""

    header: Mapping[str, jcs.JsonValue]
    claims: Mapping[str, jcs.JsonValue]
    signed: bytes
    signature: bytes


def parse(text: str, *, most: int = MAX_CHARACTERS) -> Token:
    """The parts of a token of at most so many characters, or `TokenRefused`."""
    if len(text) > most:
        raise TokenRefused("too-large", f"a token has at most {most} characters")
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenRefused("malformed", f"a token has three parts, not {len(parts)}")
    head, claims, signature = parts
    try:
        return Token(header(head), _object(claims), f"{head}.{claims}".encode(), base64url.decoded(signature))
    except Refused as refused:
        raise TokenRefused("malformed", f"the token does not read: {refused.sentence}") from None


def header(text: str) -> Mapping[str, jcs.JsonValue]:
    """The members of a header as it stands in a token. Whoever signs much by one key writes the same header each time."""
    return _kept(text) if len(text) <= MAX_KEPT else _object(text)


def _object(part: str) -> Mapping[str, jcs.JsonValue]:
    found = jcs.parse(base64url.decoded(part))
    if not isinstance(found, dict):
        raise TokenRefused("malformed")
    return MappingProxyType(found)


_kept = lru_cache(maxsize=1_024)(_object)


def check_header(token: Token, *, types: Collection[str | None], names_key: bool = True) -> None:
    """Refuses another type than one of `types` (None among them: `typ` may be left out), forbidden members, and a key named
    otherwise than by `kid` (`names_key`) or by `jwk`."""
    header = token.header
    found = sorted(_FORBIDDEN & header.keys())
    if found:
        raise TokenRefused("forbidden-header", f"the header has `{found[0]}`")
    typ = header.get("typ")
    if (typ is None and "typ" in header) or not (typ is None or isinstance(typ, str)) or _plain(typ) not in types:
        raise TokenRefused("wrong-type", f"the type is {quoted(typ)}")
    if not isinstance(header.get("alg"), str) or header["alg"] not in _ALGORITHMS:
        raise TokenRefused("wrong-algorithm", f"the algorithm is {quoted(header.get('alg'))}")
    if names_key and "jwk" in header:
        raise TokenRefused("forbidden-header", "the header brings a key")
    if names_key:
        key_name(token)


def _plain(typ: str | None) -> str | None:
    # RFC 7515, 4.1.9: media types compare without case, and `application/` may stand before them.
    return None if typ is None else typ.lower().removeprefix("application/")


def key_name(token: Token) -> str:
    """The `kid`."""
    name = token.header.get("kid")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_KEY_NAME:
        raise TokenRefused("wrong-header", "the header names no key", hint="give `kid` as in your key set")
    return name


def verify(token: Token, key: VerifyingKey) -> None:
    """Refuses unless the signature is the key's, made with the key's own algorithm."""
    if token.header.get("alg") != key.algorithm:
        raise TokenRefused("wrong-algorithm", f"the key is for {key.algorithm}")
    try:
        if isinstance(key.public, ec.EllipticCurvePublicKey):
            key.public.verify(_der(token.signature), token.signed, _ES256)
        else:
            key.public.verify(token.signature, token.signed)
    except InvalidSignature:
        raise TokenRefused("bad-signature") from None


def _der(signature: bytes) -> bytes:
    """As the library takes it; RFC 7518, 3.4: two numbers of 32 bytes each."""
    if len(signature) != 2 * _COORDINATE_BYTES:
        raise TokenRefused("bad-signature")
    first, second = signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]
    return utils.encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))


def make(claims: Mapping[str, jcs.JsonValue], key: Private, *, typ: str, names: Mapping[str, jcs.JsonValue]) -> str:
    """A token; `names` says whose key it is: `{"kid": …}` or `{"jwk": …}`."""
    algorithm = "EdDSA" if isinstance(key, Ed25519PrivateKey) else "ES256"
    header: dict[str, jcs.JsonValue] = {"alg": algorithm, "typ": typ, **names}
    signed = f"{base64url.encoded(jcs.canonical(header))}.{base64url.encoded(jcs.canonical(dict(claims)))}"
    return f"{signed}.{base64url.encoded(_algorithm(algorithm).sign(signed.encode(), key))}"


@cache
def _algorithm(name: str) -> Algorithm:
    from jwt import PyJWS  # as in `jws`

    return PyJWS(algorithms=list(_ALGORITHMS)).get_algorithm_by_name(name)


# --- claims ---------------------------------------------------------------------------------------------------------


def text(token: Token, name: str, longest: int) -> str:
    """A claim that is a text of 1 to `longest` characters."""
    value = token.claims.get(name)
    if name not in token.claims:
        raise TokenRefused("missing-claim", f"the claim `{name}` is missing")
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise TokenRefused("bad-claim", f"the claim `{name}` is not a text of 1 to {longest} characters")
    return value


def optional_text(token: Token, name: str, longest: int) -> str | None:
    return text(token, name, longest) if name in token.claims else None


def moment(token: Token, name: str) -> float:
    """A claim that is a number of seconds since 1970 (RFC 7519, section 2: it may have a fraction)."""
    value = token.claims.get(name)
    if name not in token.claims:
        raise TokenRefused("missing-claim", f"the claim `{name}` is missing")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        raise TokenRefused("bad-claim", f"the claim `{name}` is not a second since 1970")
    return value


def check_not_ahead(token: Token, name: str, now: datetime) -> float:
    """The moment of a claim; refused where it lies further ahead than clocks differ."""
    at = moment(token, name)
    if at > now.timestamp() + SKEW_SECONDS:
        raise TokenRefused("too-early", f"`{name}` lies ahead", hint="check your clock")
    return at
