"""The life of an agreement against a plain model, on both sides at once; and any change to a signed record is refused.

The model is written from the standard's words, not from the table: who may say what, when, and what it means then.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from terms import agreement as life
from terms import record, signing
from terms.lifecycle import Party
from terms.proof import jcs, jws
from terms.record import Kind
from terms.refusals import CODES, Refused
from tests.terms import parties as p

SIGNERS = {"first": p.FIRST, "second": p.SECOND}
EVENTS = [kind for kind in record.DETAILS if kind not in (Kind.AMENDED, Kind.FAILED)]


@dataclass
class Model:
    """What two honest clerks would write on a card."""

    state: str = "proffered"
    offeror: str = "first"
    countered: bool = False
    answer_by: datetime = p.START + p.DAY
    ends: datetime = p.START + 365 * p.DAY

    def may(self, kind: str, by: str, at: datetime) -> bool:
        offered = self.state in ("proffered", "counter-offered")
        agreed = self.state in ("accepted", "active", "violated")
        if kind == "violated":
            return not offered
        if kind == "accepted":
            return offered and by != self.offeror and at <= self.answer_by
        if kind == "counter-offered":
            return self.state == "proffered" and by == "second" and at <= self.answer_by
        if kind == "refused":
            return offered and by != self.offeror
        if kind == "confirmed":
            return self.state == "accepted" and by == self.offeror and at < self.ends
        if kind == "withdrawn":
            return (self.state == "counter-offered") or ((offered or agreed) and by == "first")
        if kind == "terminated":
            return agreed
        assert kind == "expired"
        return (offered and at >= self.answer_by) or (agreed and at >= self.ends)

    def does(self, kind: str, by: str) -> None:
        if kind == "counter-offered":
            self.offeror, self.countered = by, True
        if kind == "violated" and self.state not in ("accepted", "active", "violated"):
            return
        self.state = "active" if kind == "confirmed" else kind


class AgreementLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.now = p.START
        raw = p.proffer()
        self.person = life.began(raw, p.KNOWN, now=self.now)
        self.shop = life.began(raw, p.KNOWN, now=self.now)

    def give(self, raw: bytes, kind: str, by: str) -> None:
        allowed = self.model.may(kind, by, self.now)
        mine, theirs = SIGNERS[by], SIGNERS["second" if by == "first" else "first"]
        if allowed:
            self.person = life.received(self.person, raw, p.KNOWN, now=self.now)
            self.shop = life.received(self.shop, raw, p.KNOWN, now=self.now)
            self.model.does(kind, by)
            return
        with pytest.raises(Refused):
            life.received(self.person, raw, p.KNOWN, now=self.now)
        admission = signing.admitted(self.person, raw, p.KNOWN, theirs, now=self.now)
        assert admission.refusal is not None
        assert admission.failed is not None
        assert mine is not theirs
        self.person = admission.history
        self.shop = life.received(self.shop, admission.failed, p.KNOWN, now=self.now)

    @rule(hours=st.sampled_from([1, 1, 1, 5, 30, 24 * 400]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * p.HOUR

    @rule(kind=st.sampled_from(EVENTS), by=st.sampled_from(["first", "second"]))
    def event(self, kind: Kind, by: str) -> None:
        raw = signing.event(self.person, kind, SIGNERS[by], at=self.now, details=p.details(kind))
        self.give(raw, kind.value, by)

    @rule(by=st.sampled_from(["first", "second"]))
    def accept(self, by: str) -> None:
        # The party whose signature is on the offer already can only make something malformed of it.
        if by != self.model.offeror:
            self.give(signing.accepted(self.person, SIGNERS[by], at=self.now), "accepted", by)

    @rule(by=st.sampled_from(["first", "second"]), name=st.sampled_from(["SD-BASE-A", "SD-BASE-DP"]))
    @precondition(lambda self: self.now + p.DAY < self.model.ends)
    def counter(self, by: str, name: str) -> None:
        answer_by = self.now + p.DAY
        raw = signing.countered(
            self.person, p.ROSTER[name], SIGNERS[by], at=self.now, answer_by=answer_by, valid_until=self.model.ends
        )
        before = self.model.state
        self.give(raw, "counter-offered", by)
        if self.model.state != before:
            self.model.answer_by = answer_by

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.person.entries))
        with pytest.raises(Refused) as caught:
            life.received(self.person, entry.raw, p.KNOWN, now=self.now)
        assert caught.value.code == "replay"

    @rule(by=st.sampled_from(["first", "second"]))
    def bad_signature(self, by: str) -> None:
        forger = signing.Signer(SIGNERS[by].key_id, p.STRANGER.sign)
        raw = signing.event(self.person, Kind.VIOLATED, forger, at=self.now, details=p.VIOLATION)
        with pytest.raises(Refused):
            life.received(self.person, raw, p.KNOWN, now=self.now)

    @invariant()
    def both_sides_are_in_the_models_state_with_the_same_bytes(self) -> None:
        assert self.person.state.value == self.shop.state.value == self.model.state
        assert self.person.encoded() == self.shop.encoded()
        assert self.person.record == self.shop.record

    @invariant()
    def what_binds_has_two_signatures(self) -> None:
        if self.person.binds(self.now):
            assert self.person.record is not None
            assert len(jws.parse(self.person.record).signatures) == 2

    def teardown(self) -> None:
        again = life.replayed([entry.raw for entry in self.person.entries], p.KNOWN)
        assert again == self.person
        assert again.offeror is Party(self.model.offeror)


TestAgreementLife = AgreementLife.TestCase
TestAgreementLife.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)

HISTORIES = (p.event(p.active(), Kind.VIOLATED, p.SECOND), p.event(p.countered(), Kind.REFUSED, p.FIRST))
ENTRIES = [(history, place) for history in HISTORIES for place in range(len(history.entries))]


@settings(max_examples=400)
@given(st.sampled_from(ENTRIES), st.data())
def test_any_byte_changed_in_any_entry_fails_verification(
    chosen: tuple[life.History, int], data: st.DataObject
) -> None:
    history, place = chosen
    entries = [entry.raw for entry in history.entries]
    raw = bytearray(entries[place])
    spot = data.draw(st.integers(0, len(raw) - 1))
    raw[spot] ^= data.draw(st.integers(1, 255))
    entries[place] = bytes(raw)
    with pytest.raises(Refused) as caught:
        life.replayed(entries, p.KNOWN)
    assert caught.value.code in CODES


@settings(max_examples=60)
@given(st.sampled_from(ENTRIES), st.data())
def test_bytes_put_in_or_cut_out_fail_verification(chosen: tuple[life.History, int], data: st.DataObject) -> None:
    history, place = chosen
    entries = [entry.raw for entry in history.entries]
    raw = entries[place]
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    put = data.draw(st.binary(max_size=3))
    if raw[start:end] == put:
        return
    entries[place] = raw[:start] + put + raw[end:]
    with pytest.raises(Refused):
        life.replayed(entries, p.KNOWN)


MEMBERS = st.sampled_from(
    "payload signatures protected signature agreement answer_by answers first format terms id iri hash".split()
)
NEARLY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from(["e30", p.ID, p.PERSON]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=10,
)


@settings(max_examples=200)
@given(NEARLY)
def test_anything_in_the_place_of_a_record_or_of_its_body_is_taken_or_refused_with_a_code(value: jcs.JsonValue) -> None:
    raw = jcs.canonical(value)
    for attempt in (lambda: jws.parse(raw), lambda: record.read_agreement(value), lambda: record.read_event(value)):
        with contextlib.suppress(Refused):  # whose code is in the table: making one asserts it
            attempt()


@settings(max_examples=100)
@given(
    st.datetimes(timezones=st.just(p.UTC)).map(lambda when: when.replace(microsecond=0)),
    st.none() | st.datetimes(timezones=st.just(p.UTC)).map(lambda when: when.replace(microsecond=0)),
    st.text("abcXYZ019_-", min_size=22, max_size=128),
    st.none() | st.just("sha256:" + "0" * 64),
)
def test_an_agreement_reads_back_as_it_was_written(
    answer_by: datetime, until: datetime | None, name: str, answers: str | None
) -> None:
    offer = p.changed(id=name, answer_by=answer_by, valid_until=until, answers=answers)
    assert record.read_agreement(jcs.parse(offer.encoded())) == offer
