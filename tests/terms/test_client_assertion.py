"""Client assertions: for this issuer alone, by the client's own key, now, and no other kind of token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from terms.proof import client_assertion, dpop
from tests.terms.tokens import CLIENT, EDWARDS, ISSUER, NOW, PRIME, SECOND, code_of, forged, public

HEADER = {"alg": "EdDSA", "typ": "JWT", "kid": "k1"}
CLAIMS = {"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "j1", "iat": SECOND, "exp": SECOND + 60}
KEYS = (public(EDWARDS, "k1"), public(PRIME, "k2"))


def verified(text: str) -> client_assertion.Assertion:
    return client_assertion.verify(text, KEYS, client=CLIENT, issuer=ISSUER, now=NOW)


def code(claims: object = None, header: object = None) -> str:
    return code_of(lambda: verified(forged(header or HEADER, CLAIMS if claims is None else claims)))


def without(name: str) -> dict[str, object]:
    return {other: value for other, value in CLAIMS.items() if other != name}


@pytest.mark.parametrize(("key", "name"), [(EDWARDS, "k1"), (PRIME, "k2")])
def test_what_is_made_verifies(key: object, name: str) -> None:
    made = client_assertion.make(key, name, client=CLIENT, issuer=ISSUER, id="j1", now=NOW)  # type: ignore[arg-type]
    shown = verified(made)
    assert (shown.client, shown.id) == (CLIENT, "j1")
    assert shown.until == NOW + timedelta(seconds=121)
    assert client_assertion.claimed_client(made) == CLIENT


@pytest.mark.parametrize("typ", ["JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"])
def test_the_types_in_use_are_taken(typ: str) -> None:
    assert code(header=HEADER | {"typ": typ}) == "none"


def test_the_type_may_be_left_out() -> None:
    assert code(header={"alg": "EdDSA", "kid": "k1"}) == "none"


@pytest.mark.parametrize(
    "audience", [[ISSUER], [ISSUER, "https://other.example"], [], f"{ISSUER}/", f"{ISSUER}/oauth/token", "", None, 1]
)
def test_the_audience_is_this_issuer_as_one_text(audience: object) -> None:
    assert code(CLAIMS | {"aud": audience}) == "wrong-audience"
    assert code(without("aud")) == "wrong-audience"


@pytest.mark.parametrize("name", ["iss", "sub"])
def test_issuer_and_subject_are_the_client(name: str) -> None:
    assert code(CLAIMS | {name: "https://other.example/client.json"}) == "wrong-party"
    assert code(CLAIMS | {name: [CLIENT]}) == "bad-claim"
    assert code(without(name)) == "missing-claim"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": SECOND - 59}, "none"),
        ({"exp": SECOND - 60}, "too-late"),
        ({"exp": SECOND + 360 + 60}, "too-long"),
        ({"exp": SECOND + 360}, "none"),
        ({"exp": SECOND + 420}, "too-long"),
        ({"exp": 253_402_300_800}, "bad-claim"),
        ({"exp": str(SECOND)}, "bad-claim"),
        ({"iat": SECOND + 60}, "none"),
        ({"iat": SECOND + 61}, "too-early"),
        ({"nbf": SECOND + 60}, "none"),
        ({"nbf": SECOND + 61}, "too-early"),
        ({"nbf": "x"}, "bad-claim"),
    ],
)
def test_it_is_valid_now_and_not_for_long(changes: dict[str, object], expected: str) -> None:
    assert code(CLAIMS | changes) == expected


@pytest.mark.parametrize("name", ["exp", "iat", "jti"])
def test_times_and_id_are_required(name: str) -> None:
    assert code(without(name)) == "missing-claim"


@pytest.mark.parametrize("jti", ["", "x" * 129, 1, None])
def test_an_id_is_a_text_of_ordinary_length(jti: object) -> None:
    assert code(CLAIMS | {"jti": jti}) == "bad-claim"


def test_a_key_is_one_of_the_clients_own() -> None:
    assert code(header=HEADER | {"kid": "k9"}) == "unknown-key"
    assert code(header=HEADER | {"kid": "https://other.example/client.json#k1"}) == "unknown-key"
    assert code(header=HEADER | {"kid": "k2"}) == "wrong-algorithm"
    assert code_of(lambda: verified(forged(HEADER | {"alg": "ES256", "kid": "k2"}, CLAIMS, EDWARDS))) == "bad-signature"


def test_a_proof_of_possession_is_no_assertion_and_the_other_way_round() -> None:
    proof = dpop.make(EDWARDS, "POST", f"{ISSUER}/oauth/token", id="j1", now=NOW)
    assert code_of(lambda: verified(proof)) == "wrong-type"
    assert code(header=HEADER | {"typ": "dpop+jwt"}) == "wrong-type"
    made = client_assertion.make(EDWARDS, "k1", client=CLIENT, issuer=ISSUER, id="j1", now=NOW)
    assert code_of(lambda: dpop.verify(made, method="POST", url=ISSUER, now=NOW)) == "wrong-type"


def test_an_assertion_brings_no_key() -> None:
    shown = public(EDWARDS).to_json()
    assert code(header=HEADER | {"jwk": shown}) == "forbidden-header"


def test_claims_are_named_once() -> None:
    doubled = f'{{"aud":"https://other.example","aud":"{ISSUER}","iss":"{CLIENT}","sub":"{CLIENT}"}}'
    assert code(doubled) == "malformed"
