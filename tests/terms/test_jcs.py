"""Canonical JSON, against the published pairs, the JSON test suite, and ECMAScript itself where there is one."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terms.proof import jcs
from terms.refusals import Refused

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
PAIRS = CORPUS / "vectors" / "jcs"
SUITE = CORPUS / "vectors" / "json" / "test_parsing"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-jcs.MAX_INTEGER, jcs.MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def refused_code(raw: bytes) -> str:
    with pytest.raises(Refused) as caught:
        jcs.parse(raw)
    return caught.value.code


@pytest.mark.skipif(not PAIRS.exists(), reason="the published JCS pairs are not here")
@pytest.mark.parametrize("name", "arrays french structures unicode values weird".split())
def test_published_pairs_come_out_to_the_byte(name: str) -> None:
    raw = (PAIRS / "input" / f"{name}.json").read_bytes()
    expected = (PAIRS / "output" / f"{name}.json").read_bytes()
    assert jcs.canonical(jcs.parse(raw)) == expected
    assert jcs.parse_canonical(expected) == jcs.parse(raw)


@pytest.mark.skipif(not SUITE.exists(), reason="the JSON parsing suite is not here")
def test_the_json_suite_is_read_or_refused_as_it_says() -> None:
    # The two suites differ on purpose: valid JSON for them, but two readers may see two things.
    stricter = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
    wrong = []
    for case in sorted(SUITE.iterdir()):
        try:
            jcs.parse(case.read_bytes())
            read = True
        except Refused:
            read = False
        expected = {"y": case.name not in stricter, "n": False}.get(case.name[0], read)
        if read is not expected:
            wrong.append(case.name)
    assert not wrong


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":1}', "duplicate-key"),
        (b'{"a":1,"\\u0061":2}', "duplicate-key"),
        (b'{"x":{"a":1,"a":2}}', "duplicate-key"),
        (b"[" * 65 + b"]" * 65, "too-deep"),
        (b'[{"a":' * 40 + b"1" + b"}]" * 40, "too-deep"),
        (b"[" * 5_000_000, "too-deep"),
        (b"NaN", "not-a-number"),
        (b"-Infinity", "not-a-number"),
        (b"1e400", "not-a-number"),
        (b"9" * 400, "not-a-number"),
        (b'"\\ud800"', "lone-surrogate"),
        (b'{"\\udc00":1}', "lone-surrogate"),
        (b'"\\udc00\\ud800"', "lone-surrogate"),
        (b"{}{}", "not-json"),
        (b"1 2", "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'"\xff"', "not-json"),
        (b'"\xed\xa0\x80"', "not-json"),
        (b'"\x01"', "not-json"),
        (b"", "not-json"),
        (b"01", "not-json"),
        (b"{'a':1}", "not-json"),
        (b" " * (jcs.MAX_BYTES + 1), "too-large"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
def test_what_readers_disagree_on_is_refused_by_code(raw: bytes, code: str) -> None:
    assert refused_code(raw) == code


def test_brackets_inside_strings_are_not_depth() -> None:
    brackets = "[{" * 200
    assert jcs.parse(json.dumps([brackets, '"\\' + brackets]).encode()) == [brackets, '"\\' + brackets]
    assert jcs.parse(b"[" * 64 + b"]" * 64)


def test_an_unclosed_string_of_quotes_is_refused_in_linear_work() -> None:
    # With a reader that starts over at each quote this takes hours.
    assert refused_code(b"[" * 65 + b'"' + b'\\"' * 1_000_000) == "too-deep"
    assert refused_code(b'"' + b"[" * 65 + b'\\"' * 1_000_000) == "not-json"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u0041"',
        b'"\\u0007\\u000A"',
        b'"\\/"',
        b"1\n",
        b"-0",
        b"1.0",
        b"1E3",
        b"1e+16",  # as Python writes it
        b"1e-06",
        b"9007199254740993",
        '{"\ufb33":1,"\U0001f602":2}'.encode(),  # in the order of code points
    ],
)
def test_another_form_of_the_same_value_is_not_canonical(raw: bytes) -> None:
    jcs.parse(raw)
    with pytest.raises(Refused) as caught:
        jcs.parse_canonical(raw)
    assert caught.value.code == "not-canonical"


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), object(), (1,), {1: 2}, {1: 2, "a": 3}])
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises(Refused):
        jcs.canonical(value)  # type: ignore[arg-type]


def test_a_value_nested_too_deeply_is_not_written() -> None:
    value: jcs.JsonValue = 1
    for _ in range(65):
        value = [value]
    with pytest.raises(Refused):
        jcs.canonical(value)


def test_members_are_ordered_by_utf16_code_units() -> None:
    # U+FB33 comes before U+1F602 as code points, and after it in UTF-16.
    assert jcs.canonical({"\ufb33": 1, "\U0001f602": 2, "a": 3}).decode() == '{"a":3,"\U0001f602":2,"\ufb33":1}'


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        # Appendix B of RFC 8785
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(bits: str, written: str) -> None:
    assert jcs.number(struct.unpack(">d", bytes.fromhex(bits))[0]) == written


@pytest.mark.skipif(shutil.which("node") is None, reason="no ECMAScript engine (node) here to compare with")
def test_ten_thousand_doubles_are_written_as_an_ecmascript_engine_writes_them() -> None:
    import random

    source = random.Random(8785)
    bits = [source.getrandbits(64).to_bytes(8, "big") for _ in range(6_000)]
    bits += [struct.pack(">d", source.uniform(-1, 1) * 10 ** source.randint(-9, 24)) for _ in range(4_000)]
    doubles = [value for (value,) in (struct.unpack(">d", item) for item in bits) if abs(value) < float("inf")]
    program = (
        "const b=Buffer.from(require('fs').readFileSync(0,'utf8'),'hex');const o=[];"
        "for(let i=0;i<b.length;i+=8)o.push(String(b.readDoubleBE(i)));console.log(o.join('\\n'))"
    )
    packed = b"".join(struct.pack(">d", value) for value in doubles).hex()
    ran = subprocess.run(["node", "-e", program], input=packed, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [jcs.number(value) for value in doubles]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_as_the_same_double(value: float) -> None:
    assert float(jcs.number(value)) == value


@settings(max_examples=200)
@given(JSON)
def test_what_is_written_reads_back_and_is_canonical_and_any_json_reader_agrees(value: jcs.JsonValue) -> None:
    raw = jcs.canonical(value)
    assert jcs.canonical(jcs.parse_canonical(raw)) == raw
    assert json.loads(raw, parse_int=float) == value  # every number of JSON is a double here
    assert jcs.canonical(jcs.parse(json.dumps(value, indent=1).encode())) == raw


@settings(max_examples=300)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0dD8-+.eE19 truefalsn\x00', max_size=40).map(str.encode))
def test_any_bytes_give_a_value_or_our_error(raw: bytes) -> None:
    try:
        value = jcs.parse(raw)
    except Refused:
        return
    jcs.canonical(value)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-jcs.MAX_INTEGER, jcs.MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
@example({"\ue000": 1, "\U00010000": 2})
def test_what_has_no_double_is_written_alike_the_quick_way(value: jcs.JsonValue) -> None:
    assert jcs.canonical_plain(value) == jcs.canonical(value)


def test_the_quick_way_refuses_a_lone_surrogate_too() -> None:
    with pytest.raises(Refused):
        jcs.canonical_plain(["\ud800"])
