"""A vendor's Client ID Metadata Document: who it says it is, and the keys it signs with.

The document is JSON that lies at the client's own id, an https URL (draft-ietf-oauth-client-id-metadata-document). We read
`client_id`, `client_name` and `jwks`, and pass over what else client registration knows (RFC 7591, section 2). Keys for
something other than Ed25519 signatures are passed over too (RFC 7517, section 5); of the others, one that is weak,
malformed or private spoils the document.

Fetching the document, and checking that it came from that URL, is not done here.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from terms.phrases import phrase
from terms.proof import jcs, keys
from terms.record import CLIENT_ID, MAX_URL
from terms.refusals import Refused, quoted

# A name, a few URLs and some dozen keys of 200 bytes.
MAX_BYTES: Final = 32 * 1024
# The present ones and the next; a history takes keys over years, and has its own limit.
MAX_KEYS: Final = 20
# As long as a vendor's name in the vault.
MAX_NAME: Final = 200
# Section 3 of the draft: a path, no user, no `.` and `..`; the pattern of records has already refused a fragment.
_BAD_URL: Final = re.compile(r"https?://([^/]*@|[^/]*$)|.*/\.{1,2}(/|$)")


class ClientMetadata(Struct, frozen=True):
    url: str
    name: str
    keys: tuple[keys.PublicKey, ...]


def read(raw: bytes) -> ClientMetadata:
    """The document, or `Refused`."""
    if len(raw) > MAX_BYTES:
        raise Refused("too-large", phrase("a client's document has at most %(most_bytes)s bytes", most_bytes=MAX_BYTES))
    document = jcs.parse(raw)
    if not isinstance(document, dict):
        raise Refused("wrong-format", phrase("a client's document is an object"))
    for name in ("client_id", "client_name", "jwks"):
        if name not in document:
            raise Refused("missing-field", phrase("the client's document lacks `%(name)s`", name=name))
    if "client_secret" in document:
        raise Refused(
            "private-key",
            phrase("the client's document has a `client_secret`"),
            hint=phrase("replace it: it is public now"),
        )
    url = _url(document["client_id"])
    return ClientMetadata(url, _name(document["client_name"]), _keys(url, document["jwks"]))


def _url(value: jcs.JsonValue) -> str:
    if not isinstance(value, str) or len(value) > MAX_URL or not CLIENT_ID.fullmatch(value) or _BAD_URL.match(value):
        raise Refused(
            "bad-field",
            phrase("%(value)s is not the id of a client", value=quoted(value)),
            hint=phrase("it is an https URL with a path; http is for localhost only"),
        )
    return value


def _name(value: jcs.JsonValue) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME or not value.isprintable():
        raise Refused(
            "bad-field",
            phrase("`client_name` is a text of 1 to %(most_name)s printable characters", most_name=MAX_NAME),
        )
    return value.strip()


def _keys(url: str, jwks: jcs.JsonValue) -> tuple[keys.PublicKey, ...]:
    listed = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(listed, list) or not all(isinstance(jwk, dict) for jwk in listed):
        raise Refused("bad-field", phrase("`jwks` is an object with a list of `keys`"))
    if len(listed) > MAX_KEYS:
        raise Refused(
            "too-large", phrase("a client publishes at most %(most_keys)s keys at a time", most_keys=MAX_KEYS)
        )
    found = [keys.from_jwk(url, jwk) for jwk in listed if isinstance(jwk, dict) and _signs(jwk)]
    if not found:
        raise Refused("not-a-key", phrase("the client's document has no Ed25519 key for signatures"))
    if len({key.id for key in found}) != len(found):
        raise Refused("key-reused", phrase("two keys of the client's document have one id"))
    return tuple(found)


def _signs(jwk: dict[str, jcs.JsonValue]) -> bool:
    # RFC 7518, section 6: `d` of every private key, `k` of a symmetric one.
    if "d" in jwk or "k" in jwk:
        raise Refused("private-key", hint=phrase("replace that key: it is public now"))
    return jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and jwk.get("use", "sig") == "sig"
