"""A signed offer: a compact JWS (RFC 7515) by which a vendor makes one offer to one vault, made and verified.

    header   {"alg": "EdDSA" | "ES256", "kid": "…", "typ": "offer+jws"}
    payload  {"iss": client id, "aud": the vault's issuer, "iat": seconds, "offer": {…}, "intent": "itn_…"}

Taken is one whose type is `offer+jws`, that names one of the client's own keys, and whose issuer is that client and audience
our issuer, as one text and nothing else. So no client assertion, proof or offer to another vault can pass for it.

* The payload has these members and no other: what is signed and not understood is not agreed to. `intent` stands there only
  where the offer answers an intention.
* `iat` is checked apart (`check_time`): an offer that is known already may be sent again at any time.
* What the offer says is not looked at here; `vault.policy.offers` reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from terms.lazy import lazy
from terms.proof import compact
from terms.proof.client_assertion import MAX_CLIENT_ID
from terms.proof.compact import Token
from terms.proof.jcs import JsonValue
from terms.proof.jwk import Private, VerifyingKey
from terms.proof.token_refusals import TokenRefused
from terms.refusals import quoted

TYPE: Final = "offer+jws"
_TYPES: Final = frozenset({TYPE})
# An offer of fifty lines with descriptions has some 20,000; what is longer is a catalogue.
MAX_CHARACTERS: Final = 256 * 1024
# From signing to sending: a queue and a retry or two.
MAX_AGE_SECONDS: Final = 300
MAX_INTENT: Final = 64
_MEMBERS: Final = frozenset({"iss", "aud", "iat", "offer", "intent"})


@dataclass(frozen=True)
class SignedOffer:
    """A verified one. `made` is its `iat`, `key` the thumbprint of the key that signed it."""

    client: str
    intent: str | None
    offer: Mapping[str, JsonValue]
    made: float
    key: str
    text: str

    @lazy
    def sha256(self) -> str:
        return digest(self.text)


class Unverified(NamedTuple):
    """An offer as it came. `key_name` is the key that it says it is signed with, which tells which one to look up."""

    text: str
    key_name: str
    token: Token


def digest(text: str) -> str:
    """SHA-256 in hex over the compact form, by which an offer is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def make(
    offer: Mapping[str, JsonValue],
    key: Private,
    key_name: str,
    *,
    client: str,
    issuer: str,
    now: datetime,
    intent: str | None = None,
) -> str:
    """An offer, signed."""
    claims: dict[str, JsonValue] = {"iss": client, "aud": issuer, "iat": int(now.timestamp()), "offer": dict(offer)}
    if intent is not None:
        claims["intent"] = intent
    return compact.make(claims, key, typ=TYPE, names={"kid": key_name})


def read(text: str) -> Unverified:
    """Its parts. Nothing of it is verified."""
    token = compact.parse(text, most=MAX_CHARACTERS)
    compact.check_header(token, types=_TYPES)
    return Unverified(text, compact.key_name(token), token)


def verify(text: str, keys: Iterable[VerifyingKey], *, client: str, issuer: str) -> SignedOffer:
    return verified(read(text), keys, client=client, issuer=issuer)


def verified(unverified: Unverified, keys: Iterable[VerifyingKey], *, client: str, issuer: str) -> SignedOffer:
    """Refuses an offer that is not this client's to this issuer; `keys` are the client's own."""
    text, name, token = unverified
    key = next((one for one in keys if one.name == name), None)
    if key is None:
        raise TokenRefused("unknown-key", f"the client has no key {quoted(name)}", hint="use one of your key set")
    compact.verify(token, key)
    if more := sorted(token.claims.keys() - _MEMBERS):
        raise TokenRefused("bad-claim", f"the payload has {quoted(more[0])}, which is not taken")
    if compact.text(token, "iss", MAX_CLIENT_ID) != client:
        raise TokenRefused("wrong-party", "`iss` is not the client that sends it")
    if token.claims.get("aud") != issuer:
        raise TokenRefused("wrong-audience", hint=f"`aud` is the text `{issuer}`, not a list")
    offer = token.claims.get("offer")
    if not isinstance(offer, dict):
        raise TokenRefused("bad-claim", "`offer` is no object")
    intent = compact.optional_text(token, "intent", MAX_INTENT)
    return SignedOffer(client, intent, offer, compact.moment(token, "iat"), key.thumbprint, text)


def kept(text: str, *, key: str) -> SignedOffer:
    """What a text says that was verified when it came, by the key of this thumbprint; nothing is verified again."""
    claims = read(text).token.claims
    offer, client, intent, made = (claims.get(name) for name in ("offer", "iss", "intent", "iat"))
    assert isinstance(offer, dict)
    assert isinstance(client, str)
    assert intent is None or isinstance(intent, str)
    assert isinstance(made, int | float)
    return SignedOffer(client, intent, offer, float(made), key, text)


def check_time(signed: SignedOffer, now: datetime) -> None:
    """Refuses an offer that was signed too long ago, or in the future."""
    present = now.timestamp()
    if signed.made > present + compact.SKEW_SECONDS:
        raise TokenRefused("too-early", "`iat` lies ahead", hint="check your clock")
    if signed.made < present - MAX_AGE_SECONDS:
        raise TokenRefused("too-late", hint=f"sign an offer within {MAX_AGE_SECONDS} seconds of sending it")
