"""Demonstrating proof of possession (RFC 9449): a proof for one request by the key that a token is bound to.

    proof = verify(text, method="POST", url="https://vault.example/oauth/token", now=now)
    proof.thumbprint                            the key, as `jkt` (RFC 7638)

Checked are all points of section 4.3: the type, the algorithm, the public key in the header (never a private one) and its
signature; `htm` is the method to the letter; `htu` the address without query and fragment, in the normal form of RFC 3986
(6.2.2 and 6.2.3), so that no spelling of it passes or fails by chance; `iat` within a minute of now; with an access token,
`ath` is its hash; and the nonce, where some were given out.

* `jti` is checked for its form only. Whoever verifies keeps it until `until` and refuses it a second time.
* The address is the one that the server is reached by, as the server knows it; what a client claims in a header is not it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from terms.proof import base64url, compact, jwk
from terms.proof.compact import SKEW_SECONDS, Token
from terms.proof.jcs import JsonValue
from terms.proof.jwk import Private, VerifyingKey
from terms.proof.token_refusals import TokenRefused

TYPE: Final = "dpop+jwt"
MAX_URL: Final = 2_000
MAX_NONCE: Final = 256
# RFC 9110, 9.1: methods are tokens; the longest in use has 17 letters.
_MAX_METHOD: Final = 32
_PORTS: Final = {"http": 80, "https": 443}
# RFC 3986, 2.3 and 3.3: what stands in a path without being escaped.
_UNESCAPED: Final = "-._~!$&'()*+,;=:@"
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified one; its `id` counts once `until` is over."""

    thumbprint: str
    id: str
    until: datetime


def make(
    key: Private, method: str, url: str, *, id: str, now: datetime, access_token: str = "", nonce: str = ""
) -> str:
    """A proof for one request; `id` is a fresh random text."""
    claims: dict[str, JsonValue] = {
        "jti": id,
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": int(now.timestamp()),
    }
    claims |= {"ath": token_hash(access_token)} if access_token else {}
    claims |= {"nonce": nonce} if nonce else {}
    core = dict(jwk.of_public(key.public_key()).core)
    return compact.make(claims, key, typ=TYPE, names={"jwk": {**core}})


def verify(
    text: str, *, method: str, url: str, now: datetime, access_token: str = "", nonces: Collection[str] | None = None
) -> Proof:
    """Refuses a proof that is not for this request now. With `nonces`, it has to hold one of them."""
    token = compact.parse(text)
    key = _key(text.partition(".")[0])
    compact.verify(token, key)
    _check_request(token, method, url)
    at = compact.check_not_ahead(token, "iat", now)
    if at + SKEW_SECONDS <= now.timestamp():
        raise TokenRefused("too-late", hint="make a proof for each request, and check your clock")
    _check_bound(token, access_token, nonces)
    until = datetime.fromtimestamp(at, UTC) + timedelta(seconds=SKEW_SECONDS + 1)
    return Proof(key.thumbprint, compact.text(token, "jti", compact.MAX_ID), until)


def _key(head: str) -> VerifyingKey:
    """The key of a header that is as it has to be: the same with every proof by one key."""
    return _kept(head) if len(head) <= compact.MAX_KEPT else _checked(head)


def _checked(head: str) -> VerifyingKey:
    header = compact.header(head)
    compact.check_header(Token(header, {}, b"", b""), types=(TYPE,), names_key=False)
    shown = header.get("jwk")
    if not isinstance(shown, dict):
        raise TokenRefused("wrong-header", "the header has no `jwk`")
    return jwk.read(shown)


_kept = lru_cache(maxsize=1_024)(_checked)


def _check_request(token: Token, method: str, url: str) -> None:
    if compact.text(token, "htm", _MAX_METHOD) != method:
        raise TokenRefused("wrong-request", "the proof is for another method")
    expected = normal(url)
    if expected is None or normal(compact.text(token, "htu", MAX_URL)) != expected:
        raise TokenRefused("wrong-request", "the proof is for another address")


def _check_bound(token: Token, access_token: str, nonces: Collection[str] | None) -> None:
    if access_token:
        shown = compact.text(token, "ath", MAX_NONCE).encode("utf-8", "replace")
        if not hmac.compare_digest(shown, token_hash(access_token).encode()):
            raise TokenRefused("wrong-token")
    nonce = compact.optional_text(token, "nonce", MAX_NONCE)
    if nonces is not None and nonce not in nonces:
        raise TokenRefused("wrong-nonce", hint="take the nonce of the answer's `DPoP-Nonce`")


def token_hash(access_token: str) -> str:
    """`ath` (section 4.2)."""
    return base64url.encoded(hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).digest())


# A server is asked for the same few addresses over and over.
@lru_cache(maxsize=1_024)
def normal(url: str) -> str | None:
    """An http(s) address without query and fragment in normal form, or None for anything else."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or _BAD_ESCAPE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{place}{_normal_path(parts.path)}"


def _normal_path(path: str) -> str:
    """Escapes where they are needed and only there, in capitals; no dot segments (RFC 3986, 5.2.4); `/` for none."""
    written: list[str] = []
    segments = [quote(unquote_to_bytes(segment), safe=_UNESCAPED) for segment in path.split("/")[1:]]
    for segment in segments:
        if segment == "..":
            del written[-1:]
        elif segment != ".":
            written.append(segment)
    if segments and segments[-1] in (".", ".."):
        written.append("")
    return "/" + "/".join(written)
