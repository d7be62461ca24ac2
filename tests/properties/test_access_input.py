"""Whatever a client sends is read, or refused as the one error; what is read says what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from terms.errors import FirstpartyError
from terms.proof import client_assertion, dpop
from tests.terms.tokens import EDWARDS, ISSUER, NOW, forged, public
from tests.vault.shops import Shop
from vault import access
from vault.access import AccessRefused
from vault.policy.authorization_details import TYPE, Details, read, request

SOUND = {
    "type": TYPE,
    "actions": ["read"],
    "datatypes": ["pd:EmailAddress"],
    "purpose": "dpv:ServiceProvision",
    "retention": "P30D",
    "recipients": ["Broker Ltd", {"role": "dpv:DataProcessor", "name": "Print Ltd"}],
    "ai_training": False,
    "agreement": "agr_x",
}
DOCUMENT = json.loads(Shop().document(redirect_uris=["https://shop.example/back"]))
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


def or_refused(step: Callable[[], object], error: type[FirstpartyError] = FirstpartyError) -> object:
    try:
        return step()
    except error:
        return None


@given(st.sampled_from(sorted(SOUND)) | st.text(max_size=8), values)
def test_any_member_of_details_is_taken_as_it_is_or_refused(name: str, value: object) -> None:
    changed = SOUND | {name: value}
    found = or_refused(lambda: read(json.dumps([changed])))
    if isinstance(found, Details):
        said = {member: one for member, one in changed.items() if one is not None}
        assert found.to_json() == said


@given(st.text(max_size=100) | values.map(json.dumps))
def test_any_text_is_no_crash(text: str) -> None:
    or_refused(lambda: read(text))
    or_refused(lambda: access.once([("a", text), (text, "b")]), AccessRefused)
    or_refused(lambda: client_assertion.claimed_client(text))
    or_refused(lambda: access.verified(text, now=NOW, method="GET", url=ISSUER), AccessRefused)


def test_details_become_the_request_that_the_butler_knows() -> None:
    found = read(json.dumps([SOUND]))
    asked = request(found, "https://shop.example/client.json")
    practice = asked.practice
    assert practice is not None
    assert (practice.data, practice.purposes) == (("pd:EmailAddress",), ("dpv:ServiceProvision",))
    assert [(one.name, one.role) for one in practice.recipients or ()] == [
        ("Broker Ltd", ""),
        ("Print Ltd", "dpv:DataProcessor"),
    ]
    assert len(asked.sha256) == 64
    assert msgspec.convert(found.to_json(), Details) == found


@settings(max_examples=60)
@given(st.sampled_from([*sorted(DOCUMENT), "redirect_uris", "token_endpoint_auth_method"]), values)
def test_any_member_of_a_document_is_read_or_refused(name: str, value: object) -> None:
    document = json.dumps(DOCUMENT | {name: value}).encode()
    or_refused(lambda: access.registration(document), AccessRefused)


@given(st.sampled_from(["jti", "htm", "htu", "iat", "ath", "nonce", "x"]), values)
def test_any_claim_of_a_proof_is_taken_or_refused(name: str, value: object) -> None:
    claims = {"jti": "j", "htm": "GET", "htu": ISSUER, "iat": int(NOW.timestamp()), "ath": dpop.token_hash("t")}
    header = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": public(EDWARDS).to_json()}
    text = forged(header, claims | {name: value})
    or_refused(
        lambda: access.verified(text, now=NOW, method="GET", url=ISSUER, access_token="t", nonces=("n",)), AccessRefused
    )


@given(st.sampled_from(["alg", "typ", "jwk", "kid", "x"]), values)
def test_any_header_of_a_proof_is_taken_or_refused(name: str, value: object) -> None:
    claims = {"jti": "j", "htm": "GET", "htu": ISSUER, "iat": int(NOW.timestamp())}
    header = {"alg": "EdDSA", "typ": "dpop+jwt", "jwk": public(EDWARDS).to_json()}
    text = forged(header | {name: value}, claims)
    or_refused(lambda: access.verified(text, now=NOW, method="GET", url=ISSUER), AccessRefused)
