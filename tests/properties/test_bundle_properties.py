"""A dispute bundle with anything in it changed: refused by a code or reported on, never an error of another kind."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms.proof import jcs
from terms.proof.bundle import Bundle, Text, read
from terms.proof.verifier import Trust, Verdict, verify
from terms.record import Kind
from terms.refusals import CODES, Refused
from tests.terms import parties as p

HISTORY = p.event(p.active(), Kind.VIOLATED, p.SECOND)
RAW = Bundle(
    made_at=p.START + p.DAY,
    entries=tuple(entry.raw for entry in HISTORY.entries),
    vendor=p.VENDOR_KEYS,
    texts=(Text("SD-BASE", p.ROSTER["SD-BASE"].iri, *p.TEXTS["SD-BASE"]),),
).encoded()
TRUST = Trust(roster=p.ROSTER, vendor=p.VENDOR_KEYS)

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", p.PERSON, p.VENDOR, p.ID, "sha256:" + "0" * 64]),
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


PLACES = places(json.loads(RAW))[1:]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), ODD)
def test_any_part_replaced_by_anything_is_refused_or_reported_on(
    path: tuple[str | int, ...], odd: jcs.JsonValue
) -> None:
    value = json.loads(RAW)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    before = copy.deepcopy(holder[path[-1]])
    holder[path[-1]] = odd
    try:
        report = verify(read(jcs.canonical(value)), TRUST)
    except Refused as refusal:
        codes = {refusal.code}
    else:
        codes = {check.code for check in report.of(Verdict.FAILED)}
        # Whatever the entries are, they verify only if they are the ones that were signed.
        if path[0] == "entries" and before != odd:
            assert not report.ok
    assert codes <= CODES.keys()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.integers(0, len(RAW)).map(lambda end: RAW[:end]))
def test_any_bytes_are_a_bundle_or_refused(raw: bytes) -> None:
    if raw == RAW:
        return
    with pytest.raises(Refused):
        read(raw)


def test_the_bundle_of_these_tests_verifies() -> None:
    assert verify(read(RAW), TRUST).ok
