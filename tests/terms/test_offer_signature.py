"""Signed offers: what is taken, and a table of attacks, each with the code of its refusal."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import base64url, client_assertion, compact, jwk, offer_signature
from terms.proof.jwk import Private
from terms.proof.token_refusals import TokenRefused

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CLIENT, ISSUER = "https://power.example/client.json", "https://vault.example"
ED, P256 = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32), ec.derive_private_key(77, ec.SECP256R1())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([8]) * 32)
KEYS = (jwk.of_public(ED.public_key(), "k1"), jwk.of_public(P256.public_key(), "k2"))
OFFER: Mapping[str, Any] = {"title": "Green power", "price": {"minor": 4900, "currency": "EUR", "period": "P1M"}}
HEADER = {"alg": "EdDSA", "typ": "offer+jws", "kid": "k1"}
CLAIMS = {"iss": CLIENT, "aud": ISSUER, "iat": int(NOW.timestamp()), "offer": dict(OFFER)}


def made(key: Private = ED, name: str = "k1", **more: Any) -> str:
    return offer_signature.make(OFFER, key, name, **{"client": CLIENT, "issuer": ISSUER, "now": NOW, **more})


def verified(text: str) -> offer_signature.SignedOffer:
    return offer_signature.verify(text, KEYS, client=CLIENT, issuer=ISSUER)


def raw(header: object, claims: object, key: Ed25519PrivateKey = ED) -> str:
    """Signed as it stands, whatever it says; texts are taken for JSON as written."""
    parts = [one if isinstance(one, str) else json.dumps(one) for one in (header, claims)]
    signed = ".".join(base64url.encoded(part.encode()) for part in parts)
    return f"{signed}.{base64url.encoded(key.sign(signed.encode()))}"


def mac(header: Mapping[str, Any], secret: bytes) -> str:
    signed = ".".join(base64url.encoded(json.dumps(one).encode()) for one in (header, CLAIMS))
    return f"{signed}.{base64url.encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


@pytest.mark.parametrize(("key", "name"), [(ED, "k1"), (P256, "k2")])
@pytest.mark.parametrize("intent", [None, "itn_0m5k2v9c7r1x8q3e6t4w0y2z1a"])
def test_an_offer_signed_with_either_algorithm_says_what_was_signed(
    key: Private, name: str, intent: str | None
) -> None:
    text = made(key, name, intent=intent)
    found = verified(text)
    assert (found.client, found.intent, dict(found.offer), found.made) == (CLIENT, intent, OFFER, NOW.timestamp())
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert found.key == next(one.thumbprint for one in KEYS if one.name == name)
    assert offer_signature.kept(text, key=found.key) == found
    assert offer_signature.read(text).key_name == name


PUBLIC = ED.public_key().public_bytes_raw()
ATTACKS: Mapping[str, tuple[str, str]] = {
    "alg none": (raw({**HEADER, "alg": "none"}, CLAIMS), "wrong-algorithm"),
    "alg none without a signature": (
        raw({**HEADER, "alg": "none"}, CLAIMS).rpartition(".")[0] + ".",
        "wrong-algorithm",
    ),
    "HS256 with the public key": (mac({**HEADER, "alg": "HS256"}, PUBLIC), "wrong-algorithm"),
    "HS256 said to be EdDSA": (mac(HEADER, PUBLIC), "bad-signature"),
    "the algorithm of another key": (raw({**HEADER, "alg": "ES256"}, CLAIMS), "wrong-algorithm"),
    "another client's kid": (raw({**HEADER, "kid": "theirs"}, CLAIMS, OTHER), "unknown-key"),
    "another client's key under our kid": (raw(HEADER, CLAIMS, OTHER), "bad-signature"),
    "no kid": (raw({"alg": "EdDSA", "typ": "offer+jws"}, CLAIMS), "wrong-header"),
    "an embedded key": (
        raw({**HEADER, "jwk": jwk.of_public(OTHER.public_key()).to_json()}, CLAIMS, OTHER),
        "forbidden-header",
    ),
    "jku": (raw({**HEADER, "jku": "https://evil.example/keys"}, CLAIMS), "forbidden-header"),
    "x5u": (raw({**HEADER, "x5u": "https://evil.example/cert"}, CLAIMS), "forbidden-header"),
    "x5c": (raw({**HEADER, "x5c": ["AA=="]}, CLAIMS), "forbidden-header"),
    "crit": (raw({**HEADER, "crit": ["exp"], "exp": 1}, CLAIMS), "forbidden-header"),
    "b64 false": (raw({**HEADER, "b64": False}, CLAIMS), "forbidden-header"),
    "typ of an assertion": (raw({**HEADER, "typ": client_assertion.TYPE}, CLAIMS), "wrong-type"),
    "typ of any token": (raw({**HEADER, "typ": "JWT"}, CLAIMS), "wrong-type"),
    "no typ": (raw({"alg": "EdDSA", "kid": "k1"}, CLAIMS), "wrong-type"),
    "a client assertion": (
        client_assertion.make(ED, "k1", client=CLIENT, issuer=ISSUER, id="x", now=NOW),
        "wrong-type",
    ),
    "for another vault": (raw(HEADER, {**CLAIMS, "aud": "https://other.example"}), "wrong-audience"),
    "an audience as a list": (raw(HEADER, {**CLAIMS, "aud": [ISSUER]}), "wrong-audience"),
    "an audience with a slash more": (raw(HEADER, {**CLAIMS, "aud": f"{ISSUER}/"}), "wrong-audience"),
    "no audience": (raw(HEADER, {k: v for k, v in CLAIMS.items() if k != "aud"}), "wrong-audience"),
    "another vendor as issuer": (raw(HEADER, {**CLAIMS, "iss": "https://other.example/client.json"}), "wrong-party"),
    "no issuer": (raw(HEADER, {k: v for k, v in CLAIMS.items() if k != "iss"}), "missing-claim"),
    "no time": (raw(HEADER, {k: v for k, v in CLAIMS.items() if k != "iat"}), "missing-claim"),
    "a time as a text": (raw(HEADER, {**CLAIMS, "iat": "now"}), "bad-claim"),
    "an unknown member": (raw(HEADER, {**CLAIMS, "exp": 1}), "bad-claim"),
    "no offer": (raw(HEADER, {**CLAIMS, "offer": None}), "bad-claim"),
    "an intention that is no text": (raw(HEADER, {**CLAIMS, "intent": 1}), "bad-claim"),
    "an over-long intention": (raw(HEADER, {**CLAIMS, "intent": "i" * 65}), "bad-claim"),
    "a duplicate claim": (raw(HEADER, json.dumps(CLAIMS)[:-1] + ', "aud": "https://vault.example"}'), "malformed"),
    "a duplicate key in the offer": (
        raw(HEADER, json.dumps(CLAIMS).replace('"title"', '"title": "x", "title"')),
        "malformed",
    ),
    "a duplicate header": (raw(json.dumps(HEADER)[:-1] + ', "alg": "EdDSA"}', CLAIMS), "malformed"),
    "padding": (made() + "=", "malformed"),
    "a line break": (made() + "\n", "malformed"),
    "four parts": (made() + ".x", "malformed"),
    "nothing": ("", "malformed"),
    "too large": ("a" * (offer_signature.MAX_CHARACTERS + 1), "too-large"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused(name: str) -> None:
    text, code = ATTACKS[name]
    with pytest.raises(TokenRefused) as refused:
        verified(text)
    assert refused.value.code == code


@given(st.data())
def test_a_changed_sign_anywhere_is_refused(data: st.DataObject) -> None:
    text = made()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_.=").filter(lambda one: one != text[place]))
    with pytest.raises(TokenRefused):
        verified(text[:place] + other + text[place + 1 :])


@given(st.text(max_size=200))
def test_any_text_is_refused_with_our_one_error(text: str) -> None:
    with pytest.raises(TokenRefused):
        verified(text)


@pytest.mark.parametrize(("seconds", "code"), [(-301, "too-late"), (61, "too-early"), (-300, ""), (60, "")])
def test_an_offer_has_a_time_to_be_sent_in(seconds: int, code: str) -> None:
    found = verified(made(now=NOW + timedelta(seconds=seconds)))
    if not code:
        offer_signature.check_time(found, NOW)
        return
    with pytest.raises(TokenRefused) as refused:
        offer_signature.check_time(found, NOW)
    assert refused.value.code == code


def test_an_offer_of_a_hundred_lines_is_no_longer_than_is_taken() -> None:
    lines: list[Any] = [
        {"title": "Some article of a shop" * 5, "price": {"minor": 100, "currency": "EUR"}} for _ in range(100)
    ]
    text = offer_signature.make({**OFFER, "lines": lines}, ED, "k1", client=CLIENT, issuer=ISSUER, now=NOW)
    assert len(text) > compact.MAX_CHARACTERS
    assert verified(text).offer["lines"] == lines
