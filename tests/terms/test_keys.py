"""Public keys: what is refused at registration, the two written forms, and the history."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from terms.proof import curve, keys
from terms.refusals import Refused

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
WYCHEPROOF = CORPUS / "vectors" / "wycheproof" / "ed25519_test.json"
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
VENDOR = "https://shop.example/client.json"

# The eight points whose order divides eight and the other encodings of them that decoders are known to take:
# y = 0, 1, -1 and the two of order eight; y given as y + p where that fits; x = 0 with the sign bit set.
P = 2**255 - 19
ORDER_EIGHT = (
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
)
SMALL_Y = [0, 1, P - 1, P, P + 1, *ORDER_EIGHT]
SMALL = [(y | sign << 255).to_bytes(32, "little") for y in SMALL_Y for sign in (0, 1)]


def public_of(seed: int) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big")).public_key().public_bytes_raw()


def refused(call: object, *arguments: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.code


def key(name: str, seed: int = 1) -> keys.PublicKey:
    return keys.registered(f"{VENDOR}#{name}", public_of(seed))


@pytest.mark.parametrize("raw", SMALL, ids=lambda raw: raw.hex()[:12] + raw.hex()[-4:])
def test_each_small_order_point_in_each_encoding_is_refused(raw: bytes) -> None:
    assert refused(keys.registered, f"{VENDOR}#k", raw) == "weak-key"


def test_a_forged_signature_under_the_identity_point_would_pass_the_library_so_the_key_is_what_we_refuse() -> None:
    identity = (1).to_bytes(32, "little")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    # R = identity, S = 0: fits every message under this key, without any private key.
    Ed25519PublicKey.from_public_bytes(identity).verify(identity + bytes(32), b"any message")
    assert refused(keys.registered, f"{VENDOR}#k", identity) == "weak-key"


def test_a_key_with_a_small_order_part_is_refused() -> None:
    honest = curve._decoded(public_of(7))
    small = curve._decoded(SMALL[-2])
    assert honest is not None
    assert small is not None
    x, y, z, _ = curve._plus(honest, small)
    inverse = pow(z, -1, P)
    mixed = ((y * inverse % P) | (x * inverse % P & 1) << 255).to_bytes(32, "little")
    assert refused(keys.registered, f"{VENDOR}#k", mixed) == "weak-key"


def test_no_point_is_registered_in_its_second_encoding() -> None:
    # Only y below 19 fits a second time, as y + p; RFC 8032 forbids it and several libraries take it.
    for y in range(19):
        for sign in (0, 1):
            second = (y + P | sign << 255).to_bytes(32, "little")
            assert refused(keys.registered, f"{VENDOR}#k", second) == "weak-key"


def test_a_number_that_is_no_point_and_wrong_lengths_are_refused() -> None:
    assert refused(keys.registered, f"{VENDOR}#k", (2).to_bytes(32, "little")) == "weak-key"
    assert refused(keys.registered, f"{VENDOR}#k", b"\xff" * 32) == "weak-key"
    for length in (0, 31, 33, 57):
        assert refused(keys.registered, f"{VENDOR}#k", bytes(length)) == "not-a-key"


@pytest.mark.skipif(not WYCHEPROOF.exists(), reason="the Wycheproof vectors are not here")
def test_every_honest_key_of_wycheproof_is_registered() -> None:
    groups = json.loads(WYCHEPROOF.read_text())["testGroups"]
    found = {bytes.fromhex(group["publicKey"]["pk"]) for group in groups}
    assert len(found) > 5
    assert all(curve.is_sound(raw) for raw in found)


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32))
def test_every_key_of_a_private_key_is_sound_and_survives_both_written_forms(seed: bytes) -> None:
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    did = keys.did_of(raw)
    assert did.startswith("did:key:z6Mk")
    assert keys.did_key(did).raw == raw
    made = keys.registered(f"{VENDOR}#one", raw)
    assert keys.from_jwk(VENDOR, keys.jwk_of(made)) == made


def test_the_did_of_the_did_key_document_is_read() -> None:
    # The first Ed25519 example of the did:key method document, and the JWK beside it.
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    found = keys.did_key(did)
    assert found.id == f"{did}#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    assert keys.did_of(found.raw) == did


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert keys.from_jwk(VENDOR, jwk).id == f"{VENDOR}#kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:",
        "did:key:z",
        "did:key:z6Mk",
        "did:web:example.com",
        "did:key:z0OIl",
        "did:key:z1" + keys.did_of(public_of(1)).removeprefix("did:key:z"),
        keys.did_of(public_of(1)) + "1",
        keys.did_of(public_of(1)) + " ",
        "did:key:z" + "z" * 100_000,
        # an X25519 key and a P-256 key
        "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    ],
    ids=lambda did: did[:24],
)
def test_anything_but_the_one_text_of_an_ed25519_did_is_refused(did: str) -> None:
    assert refused(keys.did_key, did) == "not-a-key"


def test_the_did_of_the_identity_point_is_refused() -> None:
    assert refused(keys.did_key, keys.did_of((1).to_bytes(32, "little"))) == "weak-key"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"d": "AAAA"}, "private-key"),
        ({"kty": "EC"}, "not-a-key"),
        ({"crv": "Ed448"}, "not-a-key"),
        ({"crv": "X25519"}, "not-a-key"),
        ({"x": 5}, "not-a-key"),
        ({"x": "AAAA"}, "not-a-key"),
        ({"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}, "not-base64url"),
        ({"x": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, "not-base64url"),
        ({"x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}, "not-base64url"),
        ({"x": "AQ" + "A" * 41}, "weak-key"),
        ({"use": "enc"}, "not-a-key"),
        ({"alg": "ES256"}, "not-a-key"),
        ({"key_ops": ["sign"]}, "not-a-key"),
        ({"key_ops": 5}, "not-a-key"),
        ({"kid": 5}, "bad-field"),
        ({"kid": ""}, "bad-field"),
        ({"kid": "a#b"}, "bad-field"),
        ({"kid": "a\nb"}, "bad-field"),
        ({"kid": "k" * 600}, "bad-field"),
    ],
)
def test_jwks_that_are_no_public_ed25519_signing_keys_are_refused(change: dict[str, object], code: str) -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "k", **change}
    assert refused(keys.from_jwk, VENDOR, jwk) == code


def test_members_of_a_jwk_that_nobody_knows_are_passed_over() -> None:
    assert keys.from_jwk(VENDOR, {**keys.jwk_of(key("k")), "x5t": "…", "expires": 5}) == key("k")


def test_a_key_signs_within_its_interval_only() -> None:
    history = keys.KeyHistory(VENDOR).added(key("one"), START, START + DAY)
    assert history.at(f"{VENDOR}#one", START) == key("one")
    assert refused(history.at, f"{VENDOR}#one", START + DAY) == "key-not-valid"
    assert refused(history.at, f"{VENDOR}#one", START - DAY) == "key-not-valid"
    assert refused(history.at, f"{VENDOR}#two", START) == "unknown-key"


def test_old_records_stay_verifiable_after_a_key_is_retired_and_another_takes_over() -> None:
    history = keys.KeyHistory(VENDOR).added(key("one"), START).added(key("two", 2), START + DAY)
    later = history.retired(f"{VENDOR}#one", START + 2 * DAY)
    assert later.at(f"{VENDOR}#one", START + DAY) == key("one")
    assert refused(later.at, f"{VENDOR}#one", START + 3 * DAY) == "key-not-valid"
    assert later.at(f"{VENDOR}#two", START + 3 * DAY) == key("two", 2)


def test_retiring_never_lengthens_and_never_ends_before_the_beginning() -> None:
    history = keys.KeyHistory(VENDOR).added(key("one"), START, START + DAY)
    assert history.retired(f"{VENDOR}#one", START + 9 * DAY) == history
    assert refused(history.retired(f"{VENDOR}#one", START - DAY).at, f"{VENDOR}#one", START) == "key-not-valid"
    assert refused(history.retired, f"{VENDOR}#two", START) == "unknown-key"


def test_a_key_id_is_never_given_to_a_second_key_nor_to_another_holder() -> None:
    history = keys.KeyHistory(VENDOR).added(key("one"), START)
    assert history.added(key("one"), START + DAY) == history
    assert refused(history.added, key("one", 2), START) == "key-reused"
    assert refused(history.added, keys.did_key(keys.did_of(public_of(1))), START) == "wrong-party"
    assert refused(history.added, key("two", 2), START, START) == "bad-field"


def test_a_history_has_a_largest_size() -> None:
    full = keys.KeyHistory(VENDOR, tuple((key("one"), keys.ALWAYS) for _ in range(keys.MAX_KEYS)))
    assert refused(full.added, key("two", 2), START) == "too-large"


def test_a_person_has_one_key_for_a_vendor_always() -> None:
    did = keys.did_of(public_of(3))
    history = keys.pairwise(did)
    assert history.at(keys.did_key_id(did), START).raw == public_of(3)
    assert history.holder == did
