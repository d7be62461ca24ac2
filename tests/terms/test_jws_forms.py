"""The short ways through an envelope, a header and base64url give what the long ways give."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terms import agreement as life
from terms import signing
from terms.proof import base64url, jcs, jws
from terms.refusals import Refused
from tests.terms import parties as p

SIGNS = st.characters(codec="ascii") | st.sampled_from("äß\u2028\U0001f602")


@settings(max_examples=150)
@given(key_id=st.text(SIGNS, max_size=20), typ=st.text(SIGNS, max_size=20), second=st.integers(0, 253_402_300_799))
@example(key_id='"', typ="\\", second=99_999_999_999)
@example(key_id="\x7f", typ="", second=100_000_000_000)
def test_every_header_is_read_as_it_was_written_in_plain_ascii_or_not(key_id: str, typ: str, second: int) -> None:
    header = jcs.canonical({"alg": "EdDSA", "iat": second, "kid": key_id, "typ": typ})
    entry = {"protected": base64url.encoded(header), "signature": base64url.encoded(bytes(64))}
    (read,) = jws.parse(jcs.canonical({"payload": "e30", "signatures": [entry]})).signatures  # type: ignore[dict-item]
    assert (read.key_id, read.typ, int(read.at.timestamp())) == (key_id, typ, second)


@pytest.mark.parametrize("iat", ["01", "-1", "+1", "1e3", "1.0", "253402300800", "9" * 30])
def test_a_second_in_another_form_is_refused(iat: str) -> None:
    header = f'{{"alg":"EdDSA","iat":{iat},"kid":"k","typ":"t"}}'.encode()
    entry = {"protected": base64url.encoded(header), "signature": base64url.encoded(bytes(64))}
    with pytest.raises(Refused):
        jws.parse(jcs.canonical({"payload": "e30", "signatures": [entry]}))  # type: ignore[dict-item]


def lenient(text: str) -> bytes | None:
    """The bytes of a text that a lenient reader gives, if it is what those bytes are written as."""
    try:
        content = base64.urlsafe_b64decode(text + "==")
    except (binascii.Error, ValueError):
        return None
    return content if base64.urlsafe_b64encode(content).rstrip(b"=").decode() == text else None


@settings(max_examples=300)
@given(st.text("ABQgwZaz09-_+/=\n é", max_size=9) | st.binary(max_size=40).map(base64url.encoded))
def test_base64url_is_taken_in_its_one_form_and_no_other(text: str) -> None:
    expected = lenient(text)
    if expected is not None:
        assert base64url.decoded(text) == expected
        return
    with pytest.raises(Refused, match="base64url"):
        base64url.decoded(text)


def code(raw: bytes) -> str:
    try:
        life.verified_record(raw, p.KNOWN)
    except Refused as refusal:
        return refusal.code
    return "verified"


def test_a_record_is_verified_by_itself_and_a_changed_byte_is_refused() -> None:
    raw = p.accepted().record
    assert raw is not None
    assert life.verified_record(raw, p.KNOWN) == p.OFFER
    assert code(p.proffer()) == "missing-signature"
    for place in range(0, len(raw), 7):
        assert code(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]) != "verified"


def test_a_record_that_was_accepted_late_is_none() -> None:
    late = signing.accepted(p.proffered(), p.SECOND, at=p.START + 2 * p.DAY)
    assert code(late) == "too-late"
