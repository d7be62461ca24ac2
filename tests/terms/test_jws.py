"""Two signatures over canonical bytes: what verifies, and everything that must not."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms.proof import base64url, jcs, jws, keys
from terms.refusals import Refused

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
WYCHEPROOF = CORPUS / "vectors" / "wycheproof"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYP = "firstparty-agreement+json"
PERSON, VENDOR, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32)) for seed in (1, 2, 3))
PERSON_KEY = keys.did_key(keys.did_of(PERSON.public_key().public_bytes_raw()))
VENDOR_KEY = keys.registered("https://shop.example/client.json#k1", VENDOR.public_key().public_bytes_raw())
BOTH = (PERSON_KEY, VENDOR_KEY)
BODY = jcs.canonical({"agreement": "0123456789abcdefghijkl", "terms": "SD-BASE"})
JsonObject = dict[str, jcs.JsonValue]


def signed(body: bytes = BODY) -> jws.Signed:
    one = jws.sign(body, typ=TYP, key_id=PERSON_KEY.id, at=AT, signer=PERSON.sign)
    return jws.add_signature(one, typ=TYP, key_id=VENDOR_KEY.id, at=AT, signer=VENDOR.sign)


def envelope() -> JsonObject:
    read = jcs.parse(signed().encoded())
    assert isinstance(read, dict)
    return read


def entries(read: JsonObject) -> list[JsonObject]:
    return read["signatures"]  # type: ignore[return-value]


def verdict(raw: bytes, required: tuple[keys.PublicKey, ...] = BOTH, typ: str = TYP) -> str:
    """`verified`, or the code of the refusal."""
    try:
        jws.verify(jws.parse(raw), required, typ=typ)
    except Refused as refusal:
        return refusal.code
    return "verified"


def with_header(change: Callable[[JsonObject], None], *, sign: bool = True) -> bytes:
    """The envelope with the vendor's header changed, and signed again by the vendor."""
    read = envelope()
    entry = entries(read)[1]
    header: JsonObject = json.loads(base64url.decoded(str(entry["protected"])))
    change(header)
    entry["protected"] = base64url.encoded(jcs.canonical(header))
    if sign:
        message = f"{entry['protected']}.{read['payload']}".encode()
        entry["signature"] = base64url.encoded(VENDOR.sign(message))
    return jcs.canonical(read)


def test_two_signatures_verify_and_the_bytes_are_pinned() -> None:
    raw = signed().encoded()
    assert verdict(raw) == "verified"
    assert jws.parse(raw).encoded() == raw
    assert jws.parse(raw).body == BODY
    assert jws.parse(raw).signatures[1].at == AT
    # Ed25519 is deterministic: the same keys, body and time give the same record for ever.
    assert signed().digest() == "sha256:7cd7c6ab6e30cfed48434b2ca24407c4d21b76e76b174409ac984100cfd3e71e"


def test_another_library_verifies_each_signature_too() -> None:
    record = signed()
    for entry, key in zip(record.signatures, BOTH, strict=True):
        token = f"{entry.protected}.{record.payload}.{entry.signature}"
        read = jwt.api_jws.decode_complete(token, key.loaded, algorithms=["EdDSA"])
        assert read["payload"] == BODY
        assert read["header"] == {"alg": "EdDSA", "iat": 1772366400, "kid": key.id, "typ": TYP}


@pytest.mark.skipif(shutil.which("node") is None, reason="no other implementation of Ed25519 (node) here")
def test_another_language_verifies_both_signatures_from_the_bytes_and_the_jwks_alone() -> None:
    program = """
        const {record, jwks} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const {payload, signatures} = JSON.parse(record);
        const {createPublicKey, verify} = require('crypto');
        console.log(signatures.map(({protected: header, signature}, place) => verify(
            null, Buffer.from(header + '.' + payload),
            createPublicKey({key: jwks[place], format: 'jwk'}), Buffer.from(signature, 'base64url'))).join())
    """
    given = json.dumps({"record": signed().encoded().decode(), "jwks": [keys.jwk_of(key) for key in BOTH]})
    ran = subprocess.run(["node", "-e", program], input=given, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "true,true"


def test_a_signature_taken_away_is_a_failure() -> None:
    for kept in (0, 1):
        read = envelope()
        read["signatures"] = [entries(read)[kept]]  # type: ignore[list-item]
        assert verdict(jcs.canonical(read)) == "missing-signature"
    read["signatures"] = []
    assert verdict(jcs.canonical(read)) == "missing-signature"


def test_the_order_and_number_of_signatures_and_the_keys_are_required() -> None:
    read = envelope()
    read["signatures"] = entries(read)[::-1]  # type: ignore[assignment]
    assert verdict(jcs.canonical(read)) == "wrong-key-order"
    read["signatures"] = [*entries(read), entries(read)[0]]  # type: ignore[list-item]
    assert verdict(jcs.canonical(read)) == "extra-signature"
    assert verdict(signed().encoded(), (PERSON_KEY,)) == "extra-signature"
    twice = envelope()
    twice["signatures"] = [entries(twice)[0]] * 2  # type: ignore[list-item]
    assert verdict(jcs.canonical(twice)) == "wrong-key"


def test_a_strangers_signature_under_the_vendors_key_id_does_not_fit() -> None:
    one = jws.sign(BODY, typ=TYP, key_id=PERSON_KEY.id, at=AT, signer=PERSON.sign)
    forged = jws.add_signature(one, typ=TYP, key_id=VENDOR_KEY.id, at=AT, signer=STRANGER.sign)
    assert verdict(forged.encoded()) == "bad-signature"
    other = jws.add_signature(one, typ=TYP, key_id="https://evil.example/c#k1", at=AT, signer=STRANGER.sign)
    assert verdict(other.encoded()) == "wrong-key"


def test_a_text_swapped_beside_old_signatures_does_not_fit() -> None:
    read = envelope()
    read["payload"] = base64url.encoded(BODY.replace(b"SD-BASE", b"SD-BASE-ATP"))
    assert verdict(jcs.canonical(read)) == "bad-signature"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda header: header.update(alg="none"), "wrong-algorithm"),
        (lambda header: header.update(alg="None"), "wrong-algorithm"),
        (lambda header: header.update(alg="HS256"), "wrong-algorithm"),
        (lambda header: header.update(alg="Ed25519"), "wrong-algorithm"),
        (lambda header: header.update(alg="eddsa"), "wrong-algorithm"),
        (lambda header: header.update(alg=["EdDSA"]), "wrong-algorithm"),
        (lambda header: header.pop("alg"), "wrong-algorithm"),
        (lambda header: header.update(crit=["exp"], exp=1), "critical-header"),
        (lambda header: header.update(crit=[]), "critical-header"),
        (lambda header: header.update(b64=False, crit=["b64"]), "critical-header"),
        (lambda header: header.update(b64=True), "critical-header"),
        (lambda header: header.pop("kid"), "wrong-header"),
        (lambda header: header.pop("typ"), "wrong-header"),
        (lambda header: header.pop("iat"), "wrong-header"),
        (lambda header: header.update(kid=5), "wrong-header"),
        (lambda header: header.update(kid="k" * 600), "wrong-header"),
        (lambda header: header.update(iat="now"), "wrong-header"),
        (lambda header: header.update(iat=True), "wrong-header"),
        (lambda header: header.update(iat=-1), "wrong-header"),
        (lambda header: header.update(iat=1.5), "wrong-header"),
        (lambda header: header.update(iat=10**15), "wrong-header"),
        (lambda header: header.update(jwk={"kty": "OKP"}), "wrong-header"),
        (lambda header: header.update(jku="https://evil.example/"), "wrong-header"),
        (lambda header: header.update(kid=PERSON_KEY.id), "wrong-key"),
        (lambda header: header.update(typ="firstparty-event+json"), "wrong-type"),
        (lambda header: header.update(typ="JWT"), "wrong-type"),
        (lambda header: header.update(typ=TYP.upper()), "wrong-type"),
    ],
)
def test_headers_that_we_do_not_write_are_refused_though_well_signed(
    change: Callable[[JsonObject], None], code: str
) -> None:
    assert verdict(with_header(change)) == code


def test_a_changed_header_beside_the_old_signature_does_not_fit() -> None:
    assert verdict(with_header(lambda header: header.update(iat=1772366401), sign=False)) == "bad-signature"


def loosened(text: str) -> str:
    """The same bytes for a lenient decoder: one loose bit set in the last sign."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4
    changed = text[:-1] + digits[digits.index(text[-1]) | 1]
    assert base64.urlsafe_b64decode(changed + "==") == base64.urlsafe_b64decode(text + "==")
    return changed


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "=", lambda t: t + "==", lambda t: t + "\n", lambda t: " " + t, loosened]
)
@pytest.mark.parametrize("member", ["payload", "protected", "signature"])
def test_base64url_has_one_form_only(spoil: Callable[[str], str], member: str) -> None:
    body = next(body for n in range(3) if len(body := jcs.canonical({"agreement": "a" * n})) % 3)
    read = jcs.parse(signed(body).encoded())
    assert isinstance(read, dict)
    holder = read if member == "payload" else entries(read)[0]
    text = str(holder[member])
    # A header whose length leaves no loose bits is spoiled by padding once more.
    holder[member] = spoil(text) if len(text) % 4 else text + "="
    assert verdict(jcs.canonical(read)) == "not-base64url"


def test_standard_base64_signs_are_refused() -> None:
    for sign in "+/":
        read = envelope()
        signature = str(entries(read)[0]["signature"])
        entries(read)[0]["signature"] = sign + signature[1:]
        assert verdict(jcs.canonical(read)) == "not-base64url"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not-json"),
        (b"null", "not-jws"),
        (b"[]", "not-jws"),
        (b'{"payload":"e30"}', "not-jws"),
        (b'{"payload":"e30","protected":"","signature":""}', "not-jws"),
        (b'{"payload":"e30","signatures":{}}', "not-jws"),
        (b'{"payload":5,"signatures":[]}', "not-jws"),
        (b'{"payload":"e30","signatures":[5]}', "not-jws"),
        (b'{"payload":"e30","signatures":[{"header":{},"protected":"","signature":""}]}', "not-jws"),
        (b'{"payload":"e30","signatures":[{"protected":5,"signature":""}]}', "not-jws"),
        (b'{"payload":"e30","signatures":[{"protected":"","signature":""}]}', "bad-signature"),
        (b'{"extra":1,"payload":"e30","signatures":[]}', "not-jws"),
        (b'{"payload":"e30","payload":"e30","signatures":[]}', "duplicate-key"),
        (b'{"signatures":[],"payload":"e30"}', "not-canonical"),
        (b'{"payload":"e30","signatures":[]} ', "not-canonical"),
        (b"x" * (jws.MAX_BYTES + 1), "too-large"),
        (b"eyJhbGciOiJub25lIn0.e30.", "not-json"),
    ],
)
def test_anything_but_our_one_form_is_refused(raw: bytes, code: str) -> None:
    assert verdict(raw) == code


def test_a_protected_header_in_another_form_is_refused_though_well_signed() -> None:
    for header, code in (
        (b'{"alg": "EdDSA"}', "not-canonical"),
        (b'{"alg":"EdDSA","alg":"EdDSA"}', "duplicate-key"),
        (b"[]", "wrong-header"),
    ):
        read = envelope()
        protected = base64url.encoded(header)
        made = VENDOR.sign(f"{protected}.{read['payload']}".encode())
        read["signatures"] = [{"protected": protected, "signature": base64url.encoded(made)}]
        assert verdict(jcs.canonical(read)) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not-json"),
        (b"{ }", "not-canonical"),
        (b'{"b":1,"a":2}', "not-canonical"),
        (b'{"a":1,"a":1}', "duplicate-key"),
        (b'{"a":1.0}', "not-canonical"),
        (b'{"a":"\xff"}', "not-json"),
    ],
)
def test_a_body_in_another_form_is_refused_though_well_signed(body: bytes, code: str) -> None:
    bare = jws.Signed(base64url.encoded(body), ())
    one = jws.add_signature(bare, typ=TYP, key_id=PERSON_KEY.id, at=AT, signer=PERSON.sign)
    both = jws.add_signature(one, typ=TYP, key_id=VENDOR_KEY.id, at=AT, signer=VENDOR.sign)
    assert verdict(both.encoded()) == code


def test_only_canonical_bodies_are_signed() -> None:
    with pytest.raises(Refused):
        jws.sign(b'{"b":1, "a":2}', typ=TYP, key_id=PERSON_KEY.id, at=AT, signer=PERSON.sign)


def test_any_byte_changed_is_refused() -> None:
    raw = signed().encoded()
    for place in range(len(raw)):
        assert verdict(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]) != "verified"


@pytest.mark.skipif(not WYCHEPROOF.exists(), reason="the Wycheproof vectors are not here")
def test_ed25519_vectors_of_wycheproof_come_out_as_they_say() -> None:
    for group in json.loads((WYCHEPROOF / "ed25519_test.json").read_text())["testGroups"]:
        key = keys.registered("did:example:w#k", bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            accepted = jws.fits(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert accepted is (case["result"] == "valid"), case["tcId"]


@pytest.mark.skipif(not WYCHEPROOF.exists(), reason="the Wycheproof vectors are not here")
def test_no_jws_of_wycheproof_passes_for_ours_since_none_is_eddsa() -> None:
    seen = 0
    for group in json.loads((WYCHEPROOF / "json_web_signature_test.json").read_text())["testGroups"]:
        for case in group["tests"]:
            compact = case["jws"].split(".")
            raw = case["jws"].encode()
            if len(compact) == 3:
                header, payload, signature = compact
                raw = jcs.canonical({"payload": payload, "signatures": [{"protected": header, "signature": signature}]})
            assert verdict(raw) != "verified"
            seen += 1
    assert seen > 300
