"""Messages are signed and verified as Standard Webhooks 1.0.0 has it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from connectors.webhooks import (
    Message,
    WebhookRefused,
    headers,
    message_id,
    read_public_key,
    thin_body,
    verified,
    written_public_key,
)
from terms.proof.keys import PublicKey

NOW = datetime(2026, 3, 31, 18, 5, 9, tzinfo=UTC)
BODY = b'{"data":{"id":"x"},"type":"grant.narrowed"}'
KEY, NEXT_KEY, FOREIGN_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3))

# The published vector for `v1a`: standard-webhooks/standard-webhooks, libraries/go/webhook_asymmetric_test.go,
# TestAsymmetricWebhookSign (the specification's text itself has a `v1a` signature, but not its key).
VECTOR_SEED = "VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
VECTOR = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}')
VECTOR_SIGNATURE = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="


def public(key: Ed25519PrivateKey) -> PublicKey:
    return read_public_key(written_public_key(key.public_key().public_bytes_raw()))


def sent(message_id: str = "msg_1", body: bytes = BODY, at: datetime = NOW, *keys: Ed25519PrivateKey) -> dict[str, str]:
    return headers(Message(message_id, at, body), [key.sign for key in keys or (KEY,)])


def code(given: dict[str, str], body: bytes = BODY, *keys: PublicKey, now: datetime = NOW) -> str:
    with pytest.raises(WebhookRefused) as refused:
        verified(given, body, keys or (public(KEY),), now=now)
    return refused.value.code


def independently_fits(key: Ed25519PublicKey, given: dict[str, str], body: bytes) -> bool:
    """The specification's scheme once more, on the bare primitive."""
    content = b".".join([given["webhook-id"].encode(), given["webhook-timestamp"].encode(), body])
    for entry in given["webhook-signature"].split():
        version, signature = entry.split(",")
        try:
            key.verify(base64.b64decode(signature), content)
        except InvalidSignature:
            continue
        return version == "v1a"
    return False


def test_the_published_vector_is_signed_and_verified() -> None:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(VECTOR_SEED))
    signed = headers(VECTOR, [key.sign])
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": VECTOR_SIGNATURE,
    }
    assert verified(signed, VECTOR.body, [public(key)], now=VECTOR.at) == VECTOR


@given(st.binary(max_size=300), st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"), st.integers(1, 9_999_999_999))
def test_an_independent_verifier_agrees(body: bytes, message: str, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    given = sent(message, body, at)
    assert independently_fits(KEY.public_key(), given, body)
    assert not independently_fits(NEXT_KEY.public_key(), given, body)
    assert verified(given, body, [public(KEY)], now=at) == Message(message, at, body)


def test_while_a_key_is_changed_either_key_verifies() -> None:
    given = sent("msg_1", BODY, NOW, NEXT_KEY, KEY)
    assert given["webhook-signature"].count("v1a,") == 2
    for trusted in ([KEY], [NEXT_KEY], [FOREIGN_KEY, KEY]):
        assert verified(given, BODY, [public(key) for key in trusted], now=NOW).id == "msg_1"
    assert code(given, BODY, public(FOREIGN_KEY)) == "bad-signature"


def test_signatures_of_other_versions_are_passed_over() -> None:
    given = sent()
    other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x v1a v1a,AAAA"
    given["webhook-signature"] = f"{other} {given['webhook-signature']} v9,"
    assert verified(given, BODY, [public(KEY)], now=NOW).body == BODY


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"webhook-id": "msg_2"}, "bad-signature"),
        ({"webhook-id": "msg_1.1"}, "bad-id"),
        ({"webhook-id": "msg_1\r\nx"}, "bad-id"),
        ({"webhook-id": "m" * 65}, "bad-id"),
        ({"webhook-id": ""}, "missing-header"),
        ({"Webhook-Id": "msg_1"}, "missing-header"),
        ({"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, "bad-signature"),
        ({"webhook-timestamp": f"0{int(NOW.timestamp())}"}, "bad-timestamp"),
        ({"webhook-timestamp": f"{int(NOW.timestamp())}.0"}, "bad-timestamp"),
        ({"webhook-timestamp": f" {int(NOW.timestamp())}"}, "bad-timestamp"),
        ({"webhook-timestamp": "-1"}, "bad-timestamp"),
        ({"webhook-timestamp": "99999999999"}, "bad-timestamp"),
        ({"webhook-timestamp": "１"}, "bad-timestamp"),
        ({"webhook-signature": ""}, "missing-header"),
        ({"webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}, "no-signature"),
        ({"webhook-signature": "v1a,"}, "bad-signature"),
        ({"webhook-signature": "v1a,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}, "bad-signature"),
        ({"webhook-signature": VECTOR_SIGNATURE}, "bad-signature"),
        ({"webhook-signature": " ".join([VECTOR_SIGNATURE] * 9)}, "too-large"),
        ({"webhook-signature": "v1a," + "A" * 3000}, "too-large"),
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str], expected: str) -> None:
    assert code({**sent(), **change}) == expected


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    assert code({header: value for header, value in sent().items() if header != name}) == "missing-header"


def test_names_of_headers_are_read_in_any_case() -> None:
    assert verified({name.title(): value for name, value in sent().items()}, BODY, [public(KEY)], now=NOW)


@given(st.integers(0, 63), st.integers(0, 7))
def test_no_bit_of_a_signature_can_be_turned(byte: int, bit: int) -> None:
    given = sent()
    signature = bytearray(base64.b64decode(given["webhook-signature"][4:]))
    signature[byte] ^= 1 << bit
    given["webhook-signature"] = "v1a," + base64.b64encode(signature).decode()
    assert code(given) == "bad-signature"


def _loose_bit(text: str) -> str:
    """The same bytes to a careless decoder: the last sign before the padding has bits that mean nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return f"{text[:-3]}{alphabet[alphabet.index(text[-3]) ^ 1]}=="


@pytest.mark.parametrize("spoil", [lambda text: text.rstrip("="), lambda text: text + "=", _loose_bit])
def test_a_signature_has_one_spelling(spoil: Callable[[str], str]) -> None:
    given = sent()
    assert code({**given, "webhook-signature": spoil(given["webhook-signature"])}) == "bad-signature"


@given(st.binary(max_size=50))
def test_any_other_body_is_refused(body: bytes) -> None:
    assert code(sent(), body + b"x") == "bad-signature"


def test_the_id_cannot_swallow_the_time_or_the_body() -> None:
    # Signed bytes `a.1.2.x`: as id `a`, time 1, body `2.x`; not as id `a.1`.
    at = datetime.fromtimestamp(1, UTC)
    signed = headers(Message("a", at, b"2.x"), [KEY.sign])
    moved = {**signed, "webhook-id": "a.1", "webhook-timestamp": "2"}
    assert code(moved, b"x", now=at) == "bad-id"


def test_a_message_is_believed_for_five_minutes_around_its_time() -> None:
    five, second = timedelta(minutes=5), timedelta(seconds=1)
    for now in (NOW - five, NOW, NOW + five):
        assert verified(sent(), BODY, [public(KEY)], now=now).at == NOW
    assert code(sent(), now=NOW + five + second) == "too-old"
    assert code(sent(), now=NOW - five - second) == "too-new"


def test_an_attempt_has_its_own_time_and_the_same_id() -> None:
    first, second = sent("msg_1", BODY, NOW), sent("msg_1", BODY, NOW + timedelta(hours=2))
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x"]), st.text()))
def test_any_headers_are_refused_with_our_error(given: dict[str, str]) -> None:
    assert code(given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whsk_" + VECTOR_SEED, "private-key"),
        ("whsec_" + VECTOR_SEED, "private-key"),
        (VECTOR_SEED, "bad-key"),
        ("whpk_", "bad-key"),
        ("whpk_AAAA", "bad-key"),
        ("whpk_" + base64.b64encode(bytes(32)).decode(), "bad-key"),  # a point of small order
        ("whpk_" + base64.b64encode(b"\x01" + bytes(31)).decode(), "bad-key"),  # the identity
        (written_public_key(KEY.public_key().public_bytes_raw())[:-1], "bad-key"),
        (written_public_key(KEY.public_key().public_bytes_raw()) + "=", "bad-key"),
        ("whpk_" + "é" * 44, "bad-key"),
    ],
)
def test_a_key_that_proves_nothing_is_refused(text: str, expected: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        read_public_key(text)
    assert refused.value.code == expected
    assert text[5:20] == "" or text[5:20] not in str(refused.value)


def test_ids_have_the_form_that_they_are_read_in() -> None:
    made = message_id(bytes(range(24)))
    assert made == "msg_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    assert Message(made, NOW, b"").id == made


def test_a_thin_body_says_what_happened_and_to_what() -> None:
    assert thin_body("grant.narrowed", NOW, "grant_1") == (
        b'{"data":{"id":"grant_1"},"timestamp":"2026-03-31T18:05:09Z","type":"grant.narrowed"}'
    )


@pytest.mark.parametrize("event", ["", ".", "a..b", "a.", "a-b", "a b", "a" * 101])
def test_a_type_is_words_with_full_stops(event: str) -> None:
    with pytest.raises(WebhookRefused):
        thin_body(event, NOW, "x")


def test_a_message_larger_than_receivers_take_is_not_made() -> None:
    with pytest.raises(WebhookRefused):
        Message("msg_1", NOW, b"x" * 20_001)
    assert code(sent(), b"x" * 20_001) == "too-large"
