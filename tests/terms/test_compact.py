"""Tokens in the compact form: one text for one token, one key, one algorithm, and nothing that the token chooses."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import base64url, compact, jcs, jwk
from terms.proof.jwk import Private
from terms.proof.token_refusals import CODES, TokenRefused
from terms.refusals import Refused
from tests.terms.tokens import EDWARDS, NOW, PRIME, SECOND, code_of, forged, hmac_signed, public

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
HEADER = {"alg": "EdDSA", "typ": "x+jwt", "kid": "k1"}
KEYS: list[Private] = [EDWARDS, PRIME]


def checked(text: str, key: Private = EDWARDS) -> compact.Token:
    token = compact.parse(text)
    compact.check_header(token, types=("x+jwt",))
    compact.verify(token, public(key))
    return token


@pytest.mark.parametrize("key", KEYS)
def test_what_is_made_verifies_here_and_in_a_library(key: Private) -> None:
    made = compact.make({"a": 1}, key, typ="x+jwt", names={"kid": "k1"})
    assert checked(made, key).claims == {"a": 1}
    algorithms = ["EdDSA", "ES256"]
    assert jwt.decode(made, key.public_key(), algorithms=algorithms) == {"a": 1}
    theirs = jwt.encode({"b": 2}, key, algorithm=public(key).algorithm, headers={"kid": "k1", "typ": "x+jwt"})
    assert checked(theirs, key).claims == {"b": 2}


@pytest.mark.parametrize("key", KEYS)
@given(place=st.integers(min_value=0), sign=st.sampled_from("Aw_-.=+/ \n"))
def test_any_changed_sign_is_refused(key: Private, place: int, sign: str) -> None:
    made = compact.make({"a": 1}, key, typ="x+jwt", names={"kid": "k1"})
    place %= len(made) + 1
    for changed in (made[:place] + sign + made[place:], made[:place] + sign + made[place + 1 :], made[:place]):
        if changed != made:
            assert code_of(lambda changed=changed: checked(changed, key)) in CODES


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    assert code_of(lambda: checked(text)) in CODES


@pytest.mark.parametrize("appended", ["=", "==", " ", "\n", ".", "A"])
def test_something_appended_makes_another_token(appended: str) -> None:
    made = compact.make({"a": 1}, EDWARDS, typ="x+jwt", names={"kid": "k1"})
    assert jwt.decode(f"{made}==", EDWARDS.public_key(), algorithms=["EdDSA"]) == {"a": 1}  # the trap
    assert code_of(lambda: checked(made + appended)) in ("malformed", "bad-signature")


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "RS256", "ES384", "ES256K", "Ed25519", "", 1, None]
)
def test_other_algorithms_are_refused(algorithm: object) -> None:
    header = HEADER | {"alg": algorithm}
    assert code_of(lambda: checked(forged(header, {}))) == "wrong-algorithm"
    assert code_of(lambda: checked(forged(header, {}, None))) == "wrong-algorithm"


def test_a_public_key_is_no_secret() -> None:
    for key in KEYS:
        loaded = key.public_key()
        forms = [json.dumps(public(key).to_json()).encode()]
        forms += [loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)]
        for secret in forms:
            forgery = hmac_signed(HEADER | {"alg": "HS256"}, {}, secret)
            assert code_of(lambda forgery=forgery, key=key: checked(forgery, key)) == "wrong-algorithm"


def test_a_key_is_used_with_its_own_algorithm() -> None:
    assert code_of(lambda: checked(forged(HEADER, {}), PRIME)) == "wrong-algorithm"
    assert code_of(lambda: checked(forged(HEADER | {"alg": "ES256"}, {}, EDWARDS), PRIME)) == "bad-signature"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "dpop+jwt", "", 1, None, ["x+jwt"], "x+jwt "])
def test_another_type_is_refused(typ: object) -> None:
    assert code_of(lambda: checked(forged(HEADER | {"typ": typ}, {}))) == "wrong-type"


def test_a_type_is_required_unless_it_may_be_left_out() -> None:
    token = compact.parse(forged({"alg": "EdDSA", "kid": "k1"}, {}))
    assert code_of(lambda: compact.check_header(token, types=("x+jwt",))) == "wrong-type"
    compact.check_header(token, types=(None,))


@pytest.mark.parametrize("typ", ["X+JWT", "application/x+jwt", "Application/X+Jwt"])
def test_a_type_is_a_media_type(typ: str) -> None:
    checked(forged(HEADER | {"typ": typ}, {}))


@pytest.mark.parametrize("name", ["crit", "b64", "jku", "x5u", "x5c", "zip", "enc", "cty", "jwk"])
def test_extensions_and_keys_of_the_token_itself_are_refused(name: str) -> None:
    assert code_of(lambda: checked(forged(HEADER | {name: ["x"]}, {}))) == "forbidden-header"


def test_other_members_are_passed_over() -> None:
    checked(forged(HEADER | {"x": {"y": 1}}, {}))


@pytest.mark.parametrize("kid", ["", 1, None, ["k1"], "k" * 513])
def test_a_key_has_to_be_named(kid: object) -> None:
    assert code_of(lambda: checked(forged(HEADER | {"kid": kid}, {}))) == "wrong-header"
    assert code_of(lambda: checked(forged({"alg": "EdDSA", "typ": "x+jwt"}, {}))) == "wrong-header"


@pytest.mark.parametrize(
    "text",
    [
        '{"alg":"EdDSA","kid":"k1","typ":"x+jwt","typ":"x+jwt"}',
        '{"alg":"none","alg":"EdDSA","kid":"k1","typ":"x+jwt"}',
        '{"alg":"EdDSA","kid":"k1","typ":"x+jwt","x":{"y":1,"y":2}}',
        '{"alg":"EdDSA","kid":"k1","typ":"x+jwt"} {}',
        '{"alg":"EdDSA","kid":"k1","typ":"x+jwt","x":NaN}',
        '{"alg":"EdDSA","kid":"\\ud800","typ":"x+jwt"}',
        "[" * 3_000,
        "[]",
        "1",
        "null",
        "",
    ],
)
def test_header_and_claims_are_read_strictly(text: str) -> None:
    assert code_of(lambda: checked(forged(text, {}))) == "malformed"
    assert code_of(lambda: checked(forged(HEADER, text))) == "malformed"


def test_a_token_is_not_over_long() -> None:
    assert code_of(lambda: checked(forged(HEADER, {"x": "y" * 8_000}))) == "too-large"
    assert code_of(lambda: checked("a.b.c.d")) == "malformed"


@pytest.mark.parametrize("value", [True, "1", None, -1, 1e300, 253_402_300_800, [], 10**400])
def test_a_moment_is_a_number_of_seconds(value: object) -> None:
    token = forged(HEADER, {"iat": value})
    assert code_of(lambda: compact.moment(checked(token), "iat")) in ("bad-claim", "malformed")


def test_a_moment_may_have_a_fraction_and_lie_a_minute_ahead() -> None:
    token = checked(forged(HEADER, {"a": SECOND + 0.5, "b": SECOND + 60, "c": SECOND + 60.5}))
    assert compact.check_not_ahead(token, "a", NOW) == SECOND + 0.5
    compact.check_not_ahead(token, "b", NOW)
    assert code_of(lambda: compact.check_not_ahead(token, "c", NOW)) == "too-early"
    assert code_of(lambda: compact.moment(token, "d")) == "missing-claim"


@pytest.mark.parametrize("value", ["", 1, None, "x" * 11, ["x"]])
def test_a_text_claim_is_a_text_of_its_length(value: object) -> None:
    token = checked(forged(HEADER, {"x": value}))
    assert code_of(lambda: compact.text(token, "x", 10)) == "bad-claim"
    assert code_of(lambda: compact.optional_text(token, "x", 10)) == "bad-claim"
    assert compact.optional_text(token, "y", 10) is None
    assert code_of(lambda: compact.text(token, "y", 10)) == "missing-claim"


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_key_reads_back_from_its_json(key: Private) -> None:
    assert jwk.read(public(key, "k1").to_json()) == public(key, "k1")


def test_a_thumbprint_is_that_of_the_specifications() -> None:
    # RFC 8037, appendix A.3; RFC 9449, section 4.1 and 6.1.
    edwards = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "x"}
    prime = {
        "kty": "EC",
        "crv": "P-256",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    }
    assert jwk.read(edwards).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert jwk.read(prime).thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize("part", ["d", "k", "p", "oth"])
def test_a_private_part_spoils_a_key(part: str) -> None:
    for key in KEYS:
        shown = public(key).to_json() | {part: "AA"}
        assert code_of(lambda shown=shown: jwk.read(shown)) == "private-key"


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "oct"},
        {"kty": "RSA"},
        {"crv": "P-384"},
        {"crv": "Ed448"},
        {"x": "AA"},
        {"x": 1},
        {"x": "A" * 42 + "B"},
        {"x": "A" * 43 + "="},
        {"use": "enc"},
        {"alg": "HS256"},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"kid": 1},
        {"kid": ""},
        {"kid": "k" * 513},
    ],
)
def test_what_is_no_key_for_these_signatures_is_refused(changes: dict[str, object]) -> None:
    for key in KEYS:
        shown = public(key).to_json() | changes
        assert code_of(lambda shown=shown: jwk.read(shown)) in ("not-a-key", "weak-key")


def test_a_weak_key_is_refused() -> None:
    zero, core = base64url.encoded(bytes(32)), dict(public(PRIME).core)
    assert code_of(lambda: jwk.read({"kty": "OKP", "crv": "Ed25519", "x": zero})) == "weak-key"
    assert code_of(lambda: jwk.read({**core, "x": zero})) == "weak-key"
    assert code_of(lambda: jwk.read({**core, "y": core["x"]})) == "weak-key"
    with pytest.raises(TokenRefused, match="not P-256"):
        jwk.of_public(ec.generate_private_key(ec.SECP384R1()).public_key())


# --- vectors --------------------------------------------------------------------------------------------------------


def _vectors(name: str) -> Iterator[tuple[dict[str, object], dict[str, str]]]:
    path = CORPUS / "vectors" / "wycheproof" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project (set FIRSTPARTY_CORPUS)")
    for group in json.loads(path.read_text())["testGroups"]:
        for test in group["tests"]:
            yield group, test


def test_ed25519_agrees_with_wycheproof() -> None:
    counted = 0
    for group, test in _vectors("ed25519_test.json"):
        shown = group.get("publicKeyJwk")
        assert isinstance(shown, dict)
        key = jwk.read({name: shown[name] for name in ("kty", "crv", "x")})
        token = compact.Token({"alg": "EdDSA"}, {}, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
        is_good = code_of(lambda token=token, key=key: compact.verify(token, key)) == "none"
        assert is_good == (test["result"] == "valid"), test
        counted += 1
    assert counted > 100


def test_es256_agrees_with_wycheproof() -> None:
    counted = 0
    for group, test in _vectors("json_web_signature_test.json"):
        shown = group.get("public")
        if not isinstance(shown, dict) or shown.get("crv") != "P-256":
            continue
        is_good = code_of(lambda jws=test["jws"], shown=shown: _verify_text(jws, shown)) == "none"
        assert is_good == (test["result"] == "valid"), test
        counted += 1
    assert counted > 40


def _verify_text(text: str, shown: dict[str, object]) -> None:
    """Theirs sign any text, so only the payload is put aside here."""
    key = jwk.read(shown)  # type: ignore[arg-type]
    header, payload, signature = [*text.split("."), "", ""][:3]
    if text.count(".") != 2:
        raise TokenRefused("malformed")
    try:
        members = jcs.parse(base64url.decoded(header))
        assert isinstance(members, dict)
        made = base64url.decoded(signature)
    except Refused:
        raise TokenRefused("malformed") from None
    compact.verify(compact.Token(members, {}, f"{header}.{payload}".encode(), made), key)
