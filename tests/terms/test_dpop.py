"""Proofs of possession: for one request, by the key in them, now; and PKCE beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import client_assertion, dpop, jwk, pkce
from terms.proof.jwk import Private
from tests.terms.tokens import CLIENT, EDWARDS, ISSUER, NOW, PRIME, SECOND, code_of, forged, hmac_signed, public

URL = f"{ISSUER}/v1/profile"
HEADER = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": public(EDWARDS).to_json()}
CLAIMS = {"jti": "j1", "htm": "GET", "htu": URL, "iat": SECOND}


def verified(text: str, **changes: object) -> dpop.Proof:
    given = {"method": "GET", "url": URL, "now": NOW} | changes
    return dpop.verify(text, **given)  # type: ignore[arg-type]


def code(claims: object = None, header: object = None, **changes: object) -> str:
    text = forged(HEADER if header is None else header, CLAIMS if claims is None else claims)
    return code_of(lambda: verified(text, **changes))


@pytest.mark.parametrize("key", [EDWARDS, PRIME])
def test_what_is_made_verifies_and_tells_the_key(key: Private) -> None:
    made = dpop.make(key, "GET", f"{URL}?a=1#x", id="j1", now=NOW, access_token="t1", nonce="n1")
    proof = verified(made, access_token="t1", nonces=("n1",))
    assert proof.thumbprint == jwk.of_public(key.public_key()).thumbprint
    assert (proof.id, proof.until) == ("j1", NOW + timedelta(seconds=61))


def test_a_proof_of_the_specification_verifies() -> None:
    """RFC 9449, sections 4.1 and 7.1; its key's thumbprint is in section 6.1."""
    text = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rsc"
        "EJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In1"
        "9.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwi"
        "aWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
    )
    at = NOW + timedelta(seconds=1_562_262_616 - SECOND)
    proof = verified(text, method="POST", url="https://server.example.com/token", now=at)
    assert proof.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert (
        dpop.token_hash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU") == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
    )


@pytest.mark.parametrize("method", ["POST", "get", "", "GET "])
def test_the_method_is_that_of_the_request_to_the_letter(method: str) -> None:
    assert code(method=method) == "wrong-request"


@pytest.mark.parametrize(
    "url",
    [
        f"{URL}/",
        f"{URL}/x",
        ISSUER,
        "http://vault.example/v1/profile",
        "https://vault.example:444/v1/profile",
        "https://vault.example.evil.example/v1/profile",
        "https://vault.example/V1/profile",
        "https://vault.example/v1%2Fprofile",
        "https://vault.example/v1//profile",
        "https://user@vault.example/v1/profile",
        "https://vault.example\\@evil.example/v1/profile",
        "//vault.example/v1/profile",
        "/v1/profile",
        "https:///v1/profile",
        "https://vault.example:x/v1/profile",
        "https://vault.example/v1/prof%zzile",
        "ftp://vault.example/v1/profile",
        "https://vault.example/v1/\nprofile",
        "https://[::1/v1/profile",
    ],
)
def test_another_address_is_refused(url: str) -> None:
    assert code(CLAIMS | {"htu": url}) == "wrong-request"


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://Vault.Example/v1/profile",
        "https://vault.example:443/v1/profile",
        "https://vault.example:/v1/profile",
        "https://vault.example/v1/%70rofile",
        "https://vault.example/v1/x/../profile",
        "https://vault.example/v1/./profile",
        "https://vault.example/v1/%2e/profile",
        "https://vault.example/v1/profile?a=1",
        "https://vault.example/v1/profile#x",
    ],
)
def test_other_spellings_of_the_same_address_are_the_same(url: str) -> None:
    assert code(CLAIMS | {"htu": url}) == "none"
    assert code(url=url) == "none"


def test_an_address_without_a_path_is_the_root() -> None:
    assert dpop.normal(ISSUER) == dpop.normal(f"{ISSUER}/") == f"{ISSUER}/"
    assert dpop.normal(f"{ISSUER}/a/..") == f"{ISSUER}/"
    assert dpop.normal(f"{ISSUER}/../../a/.") == f"{ISSUER}/a/"
    assert dpop.normal("http://[::1]:80/a%c3%a4") == "http://[::1]/a%C3%A4"


@given(st.lists(st.sampled_from(["a", "B", "..", ".", "", "%41", "%2F", "%2e", "~", "ä"]), max_size=6))
def test_a_normal_form_is_its_own(segments: list[str]) -> None:
    normal = dpop.normal(f"{ISSUER}/{'/'.join(segments)}")
    assert normal is None or dpop.normal(normal) == normal


@pytest.mark.parametrize(
    ("iat", "expected"),
    [
        (SECOND - 59, "none"),
        (SECOND - 60, "too-late"),
        (SECOND + 60, "none"),
        (SECOND + 61, "too-early"),
        (str(SECOND), "bad-claim"),
        (True, "bad-claim"),
        (-1, "bad-claim"),
    ],
)
def test_a_proof_is_made_for_now(iat: object, expected: str) -> None:
    assert code(CLAIMS | {"iat": iat}) == expected


@pytest.mark.parametrize("name", ["jti", "htm", "htu", "iat"])
def test_every_claim_is_required(name: str) -> None:
    assert code({other: value for other, value in CLAIMS.items() if other != name}) == "missing-claim"


def test_a_proof_beside_a_token_is_for_that_token() -> None:
    assert code(access_token="t1") == "missing-claim"
    assert code(CLAIMS | {"ath": dpop.token_hash("t2")}, access_token="t1") == "wrong-token"
    assert code(CLAIMS | {"ath": f"{dpop.token_hash('t1')}="}, access_token="t1") == "wrong-token"
    assert code(CLAIMS | {"ath": "é"}, access_token="t1") == "wrong-token"
    assert code(CLAIMS | {"ath": dpop.token_hash("t1")}, access_token="t1") == "none"


def test_a_nonce_is_one_that_was_given_out() -> None:
    assert code(nonces=("n1",)) == "wrong-nonce"
    assert code(CLAIMS | {"nonce": "n2"}, nonces=("n1",)) == "wrong-nonce"
    assert code(CLAIMS | {"nonce": "n1"}, nonces=()) == "wrong-nonce"
    assert code(CLAIMS | {"nonce": 1}) == "bad-claim"
    assert code(CLAIMS | {"nonce": "n2"}) == "none"


def test_the_key_is_in_the_header_and_is_public() -> None:
    shown = public(EDWARDS).to_json()
    assert code(header={"alg": "EdDSA", "typ": "dpop+jwt"}) == "wrong-header"
    assert code(header=HEADER | {"jwk": "x"}) == "wrong-header"
    assert code(header=HEADER | {"jwk": shown | {"d": "A" * 43}}) == "private-key"
    assert code(header=HEADER | {"jwk": {"kty": "oct", "k": "AAAA"}}) == "private-key"
    assert code(header=HEADER | {"jwk": public(PRIME).to_json()}) == "wrong-algorithm"
    assert code(header=HEADER | {"jwk": {"kty": "RSA", "n": "AQ", "e": "AQAB"}}) == "not-a-key"
    assert code(header=HEADER | {"jku": "https://evil.example/keys"}) == "forbidden-header"


def test_the_algorithm_is_the_keys_own() -> None:
    for algorithm in ("none", "HS256", "RS256"):
        assert code(header=HEADER | {"alg": algorithm}) == "wrong-algorithm"
    secret = str(public(EDWARDS).to_json()["x"]).encode()
    forgery = hmac_signed(HEADER | {"alg": "HS256"}, CLAIMS, secret)
    assert code_of(lambda: verified(forgery)) == "wrong-algorithm"
    assert code_of(lambda: verified(forged(HEADER, CLAIMS, None))) == "bad-signature"


def test_only_a_proof_is_a_proof() -> None:
    for typ in ("JWT", "jwt", "client-authentication+jwt", "", None):
        assert code(header=HEADER | {"typ": typ}) == "wrong-type"
    assert code(header={"alg": "EdDSA", "jwk": HEADER["jwk"]}) == "wrong-type"
    made = client_assertion.make(EDWARDS, "k1", client=CLIENT, issuer=ISSUER, id="j1", now=NOW)
    assert code_of(lambda: verified(made)) == "wrong-type"


# --- PKCE -----------------------------------------------------------------------------------------------------------


def test_pkce_agrees_with_the_specification() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert pkce.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert pkce.fits(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")


@pytest.mark.parametrize("verifier", ["", "x" * 42, "x" * 129, "é" * 43, "x" * 42 + "=", "x" * 43 + "\n"])
def test_a_verifier_has_its_form(verifier: str) -> None:
    assert not pkce.fits(verifier, pkce.challenge("x" * 43))


def test_a_challenge_is_32_bytes() -> None:
    assert pkce.is_challenge(pkce.challenge("x" * 43))
    for wrong in ("", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 43 + "="):
        assert not pkce.is_challenge(wrong)
