"""How a client shows who it is: `private_key_jwt` (RFC 7523; OpenID Connect Core, section 9), made and verified.

Taken is an assertion whose `iss` and `sub` are both the client's id, whose audience is our issuer, as one text and nothing
else, that names one of the client's own keys, has a `jti`, and is valid now and for no longer than five minutes.

* An audience that is a list is refused even where we are its only entry: an assertion that others accept too can be used
  here by any of them (CVE-2025-27370 and its kin; FAPI 2.0, 5.3.2.1).
* `typ` is `client-authentication+jwt` (draft-ietf-oauth-rfc7523bis), or `JWT` or absent, which is what libraries send today.
* `jti` is checked for its form only. Whoever verifies keeps it until `until` and refuses it a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from terms.proof import compact
from terms.proof.compact import SKEW_SECONDS, Token
from terms.proof.jcs import JsonValue
from terms.proof.jwk import Private, VerifyingKey
from terms.proof.token_refusals import TokenRefused
from terms.refusals import quoted

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TYPE: Final = "client-authentication+jwt"
_TYPES: Final = frozenset({TYPE, "jwt", None})
# Made for one request; the `jti` has to be remembered as long.
MAX_LIFE_SECONDS: Final = 300
MAX_CLIENT_ID: Final = 2_000


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified one. Its `id` counts once `until` is over."""

    client: str
    id: str
    until: datetime


def make(key: Private, key_name: str, *, client: str, issuer: str, id: str, now: datetime) -> str:
    """An assertion for one request, valid for a minute; `id` is a fresh random text."""
    second = int(now.timestamp())
    claims: dict[str, JsonValue] = {
        "iss": client,
        "sub": client,
        "aud": issuer,
        "jti": id,
        "iat": second,
        "exp": second + SKEW_SECONDS,
    }
    return compact.make(claims, key, typ=TYPE, names={"kid": key_name})


def claimed_client(text: str) -> str:
    """Who an assertion says it is of. Nothing of it is verified: it only tells whose keys to look up."""
    token = compact.parse(text)
    compact.check_header(token, types=_TYPES)
    return compact.text(token, "sub", MAX_CLIENT_ID)


def verify(text: str, keys: Iterable[VerifyingKey], *, client: str, issuer: str, now: datetime) -> Assertion:
    """Refuses an assertion that is not this client's to this issuer now; `keys` are the client's own."""
    token = compact.parse(text)
    compact.check_header(token, types=_TYPES)
    name = compact.key_name(token)
    key = next((one for one in keys if one.name == name), None)
    if key is None:
        raise TokenRefused("unknown-key", f"the client has no key {quoted(name)}", hint="use one of your key set")
    compact.verify(token, key)
    if {compact.text(token, claim, MAX_CLIENT_ID) for claim in ("iss", "sub")} != {client}:
        raise TokenRefused("wrong-party")
    if token.claims.get("aud") != issuer:
        raise TokenRefused("wrong-audience", hint=f"`aud` is the text `{issuer}`, not a list and no endpoint")
    return Assertion(client, compact.text(token, "jti", compact.MAX_ID), _checked_times(token, now))


def _checked_times(token: Token, now: datetime) -> datetime:
    """Until when it is valid, skew included."""
    compact.check_not_ahead(token, "iat", now)
    if "nbf" in token.claims:
        compact.check_not_ahead(token, "nbf", now)
    ends, present = compact.moment(token, "exp") + SKEW_SECONDS, now.timestamp()
    if ends <= present:
        raise TokenRefused("too-late", hint="make an assertion for each request")
    if ends > present + MAX_LIFE_SECONDS + 2 * SKEW_SECONDS:
        raise TokenRefused("too-long", hint=f"an assertion is valid for at most {MAX_LIFE_SECONDS} seconds")
    return datetime.fromtimestamp(ends, UTC) + timedelta(seconds=1)
