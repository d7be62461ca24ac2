"""The two-party record: every path of its life, and every trap by the code that refuses it."""

from __future__ import annotations

import pytest

from terms import agreement as life
from terms import lifecycle, record, signing
from terms.agreement import Known
from terms.lifecycle import Party, Role, State
from terms.proof import jcs, jws, keys
from terms.record import Kind, Terms
from terms.refusals import CODES, Refused
from tests.terms import parties as p

HOUR, DAY, START = p.HOUR, p.DAY, p.START


# Paths


def test_a_proffer_is_accepted_and_confirmed_and_both_sides_hold_the_same_bytes() -> None:
    person = p.proffered()
    shop = life.began(person.entries[0].raw, p.KNOWN, now=START)
    acceptance = signing.accepted(shop, p.SECOND, at=START + HOUR)
    shop = life.received(shop, acceptance, p.KNOWN, now=START + HOUR)
    person = life.received(person, acceptance, p.KNOWN, now=START + HOUR)
    assert person.state is State.ACCEPTED
    confirmation = signing.event(person, Kind.CONFIRMED, p.FIRST, at=START + HOUR)
    person = life.received(person, confirmation, p.KNOWN, now=START + HOUR)
    shop = life.received(shop, confirmation, p.KNOWN, now=START + HOUR)
    assert person.state is State.ACTIVE
    assert person.encoded() == shop.encoded()
    assert person.record == shop.record == acceptance
    assert life.replayed([entry.raw for entry in person.entries], p.KNOWN) == person


def test_one_counter_offer_is_accepted_by_the_person_whose_signature_stands_first() -> None:
    history = p.countered()
    assert history.agreement.terms.id == "SD-BASE-A"
    acceptance = signing.accepted(history, p.FIRST, at=START + 2 * HOUR)
    history = life.received(history, acceptance, p.KNOWN, now=START + 2 * HOUR)
    assert [entry.key_id for entry in jws.parse(acceptance).signatures] == [p.FIRST.key_id, p.SECOND.key_id]
    history = p.event(history, Kind.CONFIRMED, p.SECOND)
    assert history.state is State.ACTIVE
    assert life.replayed([entry.raw for entry in history.entries], p.KNOWN) == history


def test_the_bytes_of_a_record_are_pinned() -> None:
    assert p.body_of(p.proffer()) == {
        "agreement": p.ID,
        "answer_by": "2026-03-02T12:00:00Z",
        "answers": None,
        "first": p.PERSON,
        "format": "firstparty/agreement/1",
        "replaces": None,
        "second": p.VENDOR,
        "terms": {
            "hash": p.ROSTER["SD-BASE"].hash,
            "id": "SD-BASE",
            "iri": "https://w3id.org/dpv/standards/ieee/7012#SD-BASE",
        },
        "valid_until": "2027-03-01T12:00:00Z",
    }
    assert p.active().head == "sha256:b7ee13ea19ae00fe0c4c1f093b183c8fefbdd287ae06558e5717dcccd9e083d0"


@pytest.mark.parametrize("kind", [Kind.WITHDRAWN, Kind.TERMINATED, Kind.VIOLATED])
def test_an_active_agreement_ends_or_is_said_to_be_broken_by_a_signed_event(kind: Kind) -> None:
    history = p.event(p.active(), kind, p.FIRST)
    assert history.state.value == kind.value
    assert history.last.kind is kind
    assert history.binds(START + 5 * HOUR) is (kind is Kind.VIOLATED)


def test_a_refusal_is_part_of_the_record_and_ends_it() -> None:
    history = p.event(p.proffered(), Kind.REFUSED, p.SECOND, START + HOUR)
    assert history.state is State.REFUSED
    assert history.record is None
    assert p.refused(history, signing.accepted(history, p.SECOND, at=START + HOUR)) == "illegal-event"


def test_an_agreement_expires_at_its_time_whether_or_not_anybody_says_so() -> None:
    history = p.active()
    assert p.OFFER.valid_until is not None
    end = p.OFFER.valid_until
    assert history.binds(end - HOUR)
    assert not history.binds(end)
    assert history.state_at(end) is State.EXPIRED
    raw = signing.event(history, Kind.EXPIRED, p.SECOND, at=end - HOUR, details={})
    assert p.refused(history, raw, now=end) == "too-early"
    assert p.event(history, Kind.EXPIRED, p.SECOND, end).state is State.EXPIRED


def test_an_offer_nobody_answers_expires_and_one_without_end_never_does() -> None:
    assert p.proffered().state_at(START + DAY) is State.EXPIRED
    endless = p.active(p.changed(valid_until=None))
    assert endless.binds(START + 10_000 * DAY)
    raw = signing.event(endless, Kind.EXPIRED, p.FIRST, at=START + 10_000 * DAY, details={})
    assert p.refused(endless, raw, now=START + 10_000 * DAY) == "too-early"


def test_a_breach_found_after_the_end_is_recorded_and_the_end_stays() -> None:
    history = p.event(p.event(p.active(), Kind.WITHDRAWN, p.FIRST), Kind.VIOLATED, p.FIRST)
    assert history.state is State.WITHDRAWN
    assert history.last.kind is Kind.VIOLATED


def test_a_later_agreement_replaces_an_earlier_one_when_both_have_signed_it() -> None:
    history = p.active()
    second = p.accepted(p.changed(id="z" * 22, replaces=p.ID, terms=p.ROSTER["SD-BASE-A"]))
    assert second.record is not None
    assert p.event(history, Kind.AMENDED, p.SECOND, successor=second.record.decode()).state is State.AMENDED


@pytest.mark.parametrize(
    "spoil", ["one signature", "replaces nothing", "another person", "no record", "forged", "off the roster"]
)
def test_an_amendment_that_both_have_not_signed_is_refused(spoil: str) -> None:
    history = p.active()
    offer = p.changed(id="z" * 22, replaces=None if spoil == "replaces nothing" else p.ID)
    accepted = p.accepted(offer).record or b""
    if spoil == "one signature":
        accepted = p.proffer(offer)
    if spoil == "no record":
        accepted = b"{}"
    if spoil == "forged":
        accepted = accepted.replace(accepted[20:24], b"AAAA")
    if spoil == "off the roster":
        body = p.body_of(accepted) | {
            "terms": {"hash": p.ROSTER["SD-BASE"].hash, "id": "OWN", "iri": "https://x.example"}
        }
        accepted = p.resigned(accepted, body, p.FIRST, p.SECOND)
    if spoil == "another person":
        body = p.body_of(accepted) | {"first": p.STRANGER_DID}
        accepted = p.resigned(accepted, body, p.STRANGER, p.SECOND)
    raw = signing.event(history, Kind.AMENDED, p.SECOND, at=START + 3 * HOUR, details={"successor": accepted.decode()})
    assert p.refused(history, raw, now=START + 3 * HOUR) == "wrong-successor"


# The table


def test_every_state_can_be_reached_and_every_state_says_what_may_follow() -> None:
    reached = {State.PROFFERED} | {after for (_, _), (_, after) in lifecycle.TABLE.items()}
    assert reached == set(State)
    assert {state for state, _ in lifecycle.TABLE} == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PROFFERED])
@pytest.mark.parametrize("by", Party)
def test_what_the_table_does_not_have_is_refused(state: State, kind: Kind, by: Party) -> None:
    for offeror in Party:
        row = lifecycle.TABLE.get((state, kind))
        answerer = Party.SECOND if offeror is Party.FIRST else Party.FIRST
        who = {Role.FIRST: Party.FIRST, Role.SECOND: Party.SECOND, Role.OFFEROR: offeror, Role.ANSWERER: answerer}
        if row is not None and by is who.get(row[0], by):
            assert lifecycle.next_state(state, kind, by, offeror) is row[1]
            continue
        with pytest.raises(Refused) as caught:
            lifecycle.next_state(state, kind, by, offeror)
        assert caught.value.code == ("illegal-event" if row is None else "not-entitled")


def test_the_part_of_the_table_before_there_is_an_agreement_is_what_the_standard_says() -> None:
    rows = {
        f"{state}: {kind} by {role} -> {after}"
        for (state, kind), (role, after) in lifecycle.TABLE.items()
        if state in lifecycle.OPEN and kind is not Kind.FAILED
    }
    assert rows == {
        "proffered: counter-offered by second -> counter-offered",
        "proffered: accepted by answerer -> accepted",
        "proffered: refused by answerer -> refused",
        "proffered: withdrawn by offeror -> withdrawn",
        "proffered: expired by either -> expired",
        "counter-offered: accepted by answerer -> accepted",
        "counter-offered: refused by answerer -> refused",
        "counter-offered: withdrawn by either -> withdrawn",
        "counter-offered: expired by either -> expired",
    }


def test_nothing_but_a_breach_and_failed_attempts_follows_an_end() -> None:
    for state in State:
        if state not in lifecycle.BINDING | lifecycle.OPEN:
            followed = {kind for at, kind in lifecycle.TABLE if at is state}
            assert followed == {Kind.VIOLATED, Kind.FAILED}


# Proffers that are refused


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms("MY-OWN", "https://example.org/own", p.ROSTER["SD-BASE"].hash), "off-roster"),
        (Terms("SD-BY", "https://w3id.org/dpv/standards/p7012#SD-BY", p.ROSTER["SD-BASE"].hash), "stale-id"),
        (Terms("SD-BASE", "https://w3id.org/dpv/standards/p7012#SD-BASE", p.ROSTER["SD-BASE"].hash), "wrong-iri"),
        (Terms("SD-BASE", p.ROSTER["SD-BASE"].iri, p.ROSTER["SD-BASE-A"].hash), "wrong-hash"),
    ],
)
def test_terms_that_are_not_the_rosters_are_refused_in_a_proffer_and_in_a_counter_offer(
    terms: Terms, code: str
) -> None:
    assert p.refused_proffer(p.proffer(p.changed(terms=terms))) == code
    history = p.proffered(p.changed(terms=p.ROSTER["SD-BASE-DP"]))
    raw = signing.countered(
        history, terms, p.SECOND, at=START + HOUR, answer_by=START + DAY, valid_until=p.OFFER.valid_until
    )
    assert p.refused(history, raw) == code


def test_only_the_person_proffers_and_with_one_signature() -> None:
    assert p.refused_proffer(p.proffer(signer=p.SECOND)) == "not-entitled"
    assert p.refused_proffer(p.proffer(signer=p.STRANGER)) == "wrong-party"
    both = p.accepted().record
    assert both is not None
    assert p.refused_proffer(both) == "extra-signature"
    answering = p.changed(answers="sha256:" + "0" * 64)
    assert p.refused_proffer(p.proffer(answering)) == "wrong-place"
    event = signing.event(p.proffered(), Kind.REFUSED, p.SECOND, at=START, details={"reason": ""})
    assert p.refused_proffer(event) == "wrong-type"


def test_a_proffer_to_another_vendor_is_not_ours() -> None:
    assert p.refused_proffer(p.proffer(p.changed(second="https://other.example/c.json"))) == "wrong-party"


def test_a_proffer_is_begun_once() -> None:
    with pytest.raises(Refused) as caught:
        life.began(p.proffer(), p.KNOWN, now=START, used={p.ID})
    assert caught.value.code == "replay"


def test_the_times_of_a_proffer_are_checked() -> None:
    assert p.refused_proffer(p.proffer(at=START + HOUR)) == "clock-skew"
    assert p.refused_proffer(p.proffer(at=START + HOUR), now=START + HOUR - life.CLOCK_SKEW) == "taken"
    assert p.refused_proffer(p.proffer(), now=START + 2 * DAY) == "too-late"
    assert p.refused_proffer(p.proffer(p.changed(valid_until=START + HOUR))) == "bad-field"


def test_a_person_whose_key_is_weak_is_refused() -> None:
    weak = keys.did_of((1).to_bytes(32, "little"))
    # Identity point: this signature would fit any message.
    forger = signing.Signer(keys.did_key_id(weak), lambda _: (1).to_bytes(32, "little") + bytes(32))
    assert p.refused_proffer(p.proffer(p.changed(first=weak), forger)) == "weak-key"


# Answers that are refused


def acceptance() -> tuple[life.History, bytes]:
    history = p.proffered()
    return history, signing.accepted(history, p.SECOND, at=START + HOUR)


def test_a_replayed_entry_is_refused() -> None:
    history, raw = acceptance()
    assert p.refused(history, history.entries[0].raw) == "replay"
    taken = life.received(history, raw, p.KNOWN, now=START + HOUR)
    assert p.refused(taken, raw) == "replay"


def test_an_acceptance_with_a_signature_removed_is_refused_whichever_it_is() -> None:
    history, raw = acceptance()
    both = jws.parse(raw)
    assert p.refused(history, jws.Signed(both.payload, both.signatures[1:]).encoded()) == "missing-signature"
    assert p.refused(history, jws.Signed(both.payload, both.signatures[:1]).encoded()) == "replay"


def test_an_acceptance_with_the_signatures_the_other_way_round_is_refused() -> None:
    history, raw = acceptance()
    both = jws.parse(raw)
    assert p.refused(history, jws.Signed(both.payload, both.signatures[::-1]).encoded()) == "wrong-key-order"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (
            "terms",
            {"hash": p.ROSTER["SD-BASE-A"].hash, "id": "SD-BASE-A", "iri": p.ROSTER["SD-BASE-A"].iri},
            "weakened-echo",
        ),
        (
            "terms",
            {"hash": p.ROSTER["SD-BASE"].hash, "id": "SD-BASE", "iri": p.ROSTER["SD-BASE-A"].iri},
            "weakened-echo",
        ),
        ("terms", {"hash": p.ROSTER["SD-BASE-A"].hash, "id": "SD-BASE", "iri": p.ROSTER["SD-BASE"].iri}, "wrong-hash"),
        ("valid_until", "2027-03-01T12:00:01Z", "extended-expiry"),
        ("valid_until", None, "extended-expiry"),
        ("answer_by", "2026-03-02T12:00:01Z", "extended-expiry"),
        ("valid_until", "2026-12-31T00:00:00Z", "altered-echo"),
        ("replaces", "y" * 22, "altered-echo"),
        ("agreement", "y" * 22, "wrong-agreement"),
        ("first", p.STRANGER_DID, "wrong-party"),
        ("second", "https://other.example/c.json", "wrong-party"),
        ("format", "firstparty/agreement/2", "wrong-format"),
    ],
)
def test_an_answer_that_echoes_something_else_is_refused_by_what_it_changed(
    field: str, value: jcs.JsonValue, code: str
) -> None:
    history, raw = acceptance()
    body = p.body_of(raw) | {field: value}
    # The old signature of the person beside the new text, and the vendor's own over it.
    forged = p.resigned(raw, body, p.FIRST, p.SECOND)
    kept = jws.parse(raw).signatures[0]
    swapped = jws.Signed(jws.parse(forged).payload, (kept, jws.parse(forged).signatures[1]))
    assert p.refused(history, swapped.encoded()) == code


def test_a_text_swapped_beside_old_signatures_without_a_signature_of_ones_own_is_refused() -> None:
    history, raw = acceptance()
    both = jws.parse(raw)
    other = jws.parse(p.proffer(p.changed(terms=p.ROSTER["SD-BASE-A"])))
    assert p.refused(history, jws.Signed(other.payload, both.signatures).encoded()) == "weakened-echo"


def test_an_acceptance_with_another_signature_of_the_offeror_is_refused() -> None:
    history, raw = acceptance()
    again = p.resigned(raw, p.body_of(raw), p.FIRST, p.SECOND)
    assert p.refused(history, again) == "altered-echo"


def test_an_acceptance_signed_by_somebody_else_is_refused() -> None:
    history, raw = acceptance()
    assert p.refused(history, p.resigned(raw, p.body_of(raw), p.FIRST, p.STRANGER)) == "wrong-party"
    assert p.refused(history, p.resigned(raw, p.body_of(raw), p.FIRST, p.FIRST)) == "wrong-key"
    forger = signing.Signer(p.SECOND.key_id, p.STRANGER.sign)
    assert p.refused(history, signing.accepted(history, forger, at=START + HOUR)) == "bad-signature"
    unknown = signing.Signer(f"{p.VENDOR}#k9", p.SECOND.sign)
    assert p.refused(history, signing.accepted(history, unknown, at=START + HOUR)) == "unknown-key"


def test_an_acceptance_comes_in_time_and_is_not_dated_ahead_or_back() -> None:
    history, raw = acceptance()
    assert p.refused(history, raw, now=START + DAY + life.CLOCK_SKEW) == "taken"
    assert p.refused(history, raw, now=START + DAY + 2 * life.CLOCK_SKEW) == "too-late"
    late = signing.accepted(history, p.SECOND, at=START + DAY + life.CLOCK_SKEW)
    assert p.refused(history, late, now=START + DAY + life.CLOCK_SKEW) == "too-late"
    assert p.refused(history, raw, now=START) == "clock-skew"
    back = signing.accepted(history, p.SECOND, at=START - HOUR)
    assert p.refused(history, back) == "clock-skew"


def test_a_key_that_was_retired_signs_nothing_more_even_dated_back() -> None:
    history, raw = acceptance()
    retired = Known(p.ROSTER, p.VENDOR_KEYS.retired(p.VENDOR_KEY.id, START + 2 * HOUR))
    assert p.refused(history, raw, known=retired) == "taken"
    assert p.refused(history, raw, now=START + 3 * HOUR, known=retired) == "key-not-valid"
    taken = life.received(history, raw, p.KNOWN, now=START + HOUR)
    # What was received in time stays verifiable.
    assert life.replayed([entry.raw for entry in taken.entries], retired) == taken


def test_a_vendor_with_a_new_key_goes_on_with_the_same_agreement() -> None:
    new = keys.registered(f"{p.VENDOR}#k2", p.public_of(p.STRANGER_PRIVATE))
    known = Known(p.ROSTER, p.VENDOR_KEYS.added(new, START + 2 * HOUR).retired(p.VENDOR_KEY.id, START + 2 * HOUR))
    history = p.active()
    signer = signing.Signer(new.id, p.STRANGER_PRIVATE.sign)
    raw = signing.event(history, Kind.TERMINATED, signer, at=START + 3 * HOUR, details={"reason": "we close"})
    assert p.refused(history, raw, now=START + 3 * HOUR, known=known) == "taken"


# Counter-offers that are refused


def test_there_is_one_counter_offer_and_only_the_vendors() -> None:
    history = p.countered()
    again = p.counter(history, "SD-BASE-DP")
    assert p.refused(history, again) == "second-counter"
    mine = p.resigned(again, p.body_of(again), p.FIRST)
    assert p.refused(p.proffered(), mine) == "not-entitled"
    ended = p.event(history, Kind.REFUSED, p.FIRST)
    assert p.refused(ended, again) == "second-counter"


def test_a_counter_offer_names_other_terms_for_no_longer_and_answers_this_proffer() -> None:
    history = p.proffered()
    assert p.refused(history, p.counter(history, "SD-BASE")) == "same-terms"
    good = p.body_of(p.counter(history))
    for change, code in (
        ({"valid_until": None}, "extended-expiry"),
        ({"valid_until": "2027-03-01T12:00:01Z"}, "extended-expiry"),
        ({"answers": "sha256:" + "0" * 64}, "wrong-place"),
        ({"answers": None}, "wrong-place"),
        ({"replaces": "y" * 22}, "altered-echo"),
        ({"answer_by": "2027-03-01T12:00:00Z"}, "bad-field"),
        ({"answer_by": "2026-03-01T12:30:00Z"}, "too-late"),
        ({}, "taken"),
    ):
        raw = p.resigned(p.counter(history), {**good, **change}, p.SECOND)  # type: ignore[dict-item]
        assert p.refused(history, raw) == code, change


# Events that are refused


def test_an_event_of_another_agreement_or_place_or_party_is_refused() -> None:
    history = p.active()
    when = START + 3 * HOUR
    raw = signing.event(history, Kind.WITHDRAWN, p.FIRST, at=when, details={"reason": ""})
    good = p.body_of(raw)

    def code(*signers: signing.Signer, **change: jcs.JsonValue) -> str:
        return p.refused(history, p.resigned(raw, {**good, **change}, *signers, at=when), now=when)

    assert code(p.FIRST) == "taken"
    assert code(p.FIRST, agreement="y" * 22) == "wrong-agreement"
    assert code(p.FIRST, after=history.last.digest) == "wrong-place"
    assert code(p.FIRST, after=history.entries[0].chain) == "wrong-place"
    assert code(p.FIRST, p.SECOND) == "extra-signature"
    assert code(p.SECOND) == "not-entitled"
    assert code(p.STRANGER) == "wrong-party"
    assert code(p.FIRST, kind="confirmed", details={}) == "illegal-event"
    assert code(p.FIRST, kind="accepted") == "bad-field"
    assert code(p.FIRST, kind="sold") == "bad-field"
    assert code(p.FIRST, kind=5) == "bad-field"
    assert code(p.FIRST, details={}) == "missing-field"
    assert code(p.FIRST, details={"reason": "", "until": 5}) == "unknown-field"
    assert code(p.FIRST, details={"reason": "x" * (record.MAX_REASON + 1)}) == "bad-field"
    assert code(p.FIRST, details=[]) == "wrong-format"
    assert code(p.FIRST, note="more") == "unknown-field"
    assert code(p.FIRST, format="firstparty/event/2") == "wrong-format"


@pytest.mark.parametrize(
    "change",
    [
        {"clause": "with spaces"},
        {"clause": ""},
        {"evidence": ["sha256:short"]},
        {"evidence": ["sha256:" + "0" * 64] * 33},
        {"evidence": "sha256:" + "0" * 64},
        {"claim": None},
    ],
)
def test_a_claim_of_violation_has_a_form(change: dict[str, jcs.JsonValue]) -> None:
    with pytest.raises(Refused) as caught:
        p.event(p.active(), Kind.VIOLATED, p.FIRST, **change)
    assert caught.value.code == "bad-field"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agreement", "short"),
        ("agreement", "x" * 129),
        ("agreement", "with spaces and more!!!"),
        ("first", "did:web:example.com"),
        ("first", 5),
        ("second", "http://shop.example/client.json"),
        ("second", "https://shop.example/c#k"),
        ("second", "https://shop.example/" + "x" * 400),
        ("second", "javascript:alert(1)"),
        ("answer_by", "2026-03-02"),
        ("answer_by", "2026-13-02T12:00:00Z"),
        ("answer_by", "2026-03-02T12:00:00+00:00"),
        ("answer_by", "0000-03-02T12:00:00Z"),
        ("valid_until", 5),
        ("answers", "sha256:" + "A" * 64),
        ("replaces", ""),
        ("terms", "SD-BASE"),
        ("terms", None),
    ],
)
def test_fields_of_an_agreement_have_a_form(field: str, value: jcs.JsonValue) -> None:
    raw = p.proffer()
    code = p.refused_proffer(p.resigned(raw, {**p.body_of(raw), field: value}, p.FIRST, at=START))
    assert code == ("wrong-format" if field == "terms" else "bad-field")


def test_a_body_with_a_field_more_or_less_is_refused() -> None:
    raw = p.proffer()
    good = p.body_of(raw)
    assert p.refused_proffer(p.resigned(raw, {**good, "price": 5}, p.FIRST, at=START)) == "unknown-field"
    for name in good:
        less = {key: value for key, value in good.items() if key != name}
        assert p.refused_proffer(p.resigned(raw, less, p.FIRST, at=START)) == "missing-field"


def test_times_at_the_ends_of_the_calendar_are_read_and_judged() -> None:
    edge = p.changed(answer_by=START + DAY, valid_until=p.datetime.max.replace(tzinfo=p.UTC, microsecond=0))
    history = p.proffered(edge)
    assert record.read_agreement(jcs.parse(edge.encoded())) == edge
    assert not history.binds(START)
    raw = p.proffer()
    for written in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        body: dict[str, jcs.JsonValue] = {**p.body_of(raw), "answer_by": written, "valid_until": None}
        code = p.refused_proffer(p.resigned(raw, body, p.FIRST, at=START))
        assert code == ("too-late" if written[0] == "0" else "taken")


# Failed attempts


def test_a_failed_attempt_is_recorded_signed_with_its_code_and_the_same_on_both_sides() -> None:
    history, _ = acceptance()
    forger = signing.Signer(p.SECOND.key_id, p.STRANGER.sign)
    forged = signing.accepted(history, forger, at=START + HOUR)
    admission = signing.admitted(history, forged, p.KNOWN, p.FIRST, now=START + HOUR)
    assert admission.refusal is not None
    assert admission.failed is not None
    assert admission.history.state is State.PROFFERED
    assert p.body_of(admission.failed)["details"] == {"code": "bad-signature", "received": jws.digest(forged)}
    shop = life.received(history, admission.failed, p.KNOWN, now=START + HOUR)
    assert shop.encoded() == admission.history.encoded()
    good = signing.accepted(shop, p.SECOND, at=START + HOUR)
    assert life.received(shop, good, p.KNOWN, now=START + HOUR).state is State.ACCEPTED


def test_a_failed_attempt_cannot_be_left_out_of_a_record_that_went_on() -> None:
    history, _ = acceptance()
    admission = signing.admitted(history, b"nonsense", p.KNOWN, p.FIRST, now=START + HOUR)
    raw = signing.accepted(admission.history, p.SECOND, at=START + HOUR)
    grown = life.received(admission.history, raw, p.KNOWN, now=START + HOUR)
    grown = p.event(grown, Kind.CONFIRMED, p.FIRST)
    kept = [entry.raw for entry in grown.entries]
    assert life.replayed(kept, p.KNOWN) == grown
    with pytest.raises(Refused) as caught:
        life.replayed([raw for place, raw in enumerate(kept) if place != 1], p.KNOWN)
    assert caught.value.code == "wrong-place"


def test_what_is_taken_is_admitted_without_a_failed_attempt() -> None:
    history, raw = acceptance()
    admission = signing.admitted(history, raw, p.KNOWN, p.FIRST, now=START + HOUR)
    assert (admission.refusal, admission.failed) == (None, None)
    assert admission.history.state is State.ACCEPTED


def test_neither_party_can_fill_a_history_so_that_the_other_cannot_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "MAX_REPEATED", 3)
    history = p.active()
    for _ in range(3):
        history = p.event(history, Kind.VIOLATED, p.SECOND)
        history = signing.admitted(history, b"x", p.KNOWN, p.SECOND, now=history.last.at).history
    full = signing.admitted(history, b"x", p.KNOWN, p.SECOND, now=history.last.at)
    assert full.refusal is not None
    assert full.failed is None
    with pytest.raises(Refused) as caught:
        p.event(history, Kind.VIOLATED, p.SECOND)
    assert caught.value.code == "too-large"
    history = p.event(history, Kind.VIOLATED, p.FIRST)
    assert p.event(history, Kind.WITHDRAWN, p.FIRST).state is State.WITHDRAWN


def test_every_code_has_a_sentence_in_the_style_of_messages() -> None:
    for code, sentence in CODES.items():
        assert code == code.lower()
        assert sentence
        assert not sentence.endswith(".")
        assert sentence[0].islower() or sentence.startswith("RFC")


def test_messages_show_foreign_input_short_and_on_one_line() -> None:
    raw = p.proffer()
    body: dict[str, jcs.JsonValue] = {**p.body_of(raw), "agreement": "x\n\x1b[31m" + "y" * 500}
    with pytest.raises(Refused) as caught:
        life.began(p.resigned(raw, body, p.FIRST, at=START), p.KNOWN, now=START)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200
