"""The dispute bundle and its offline verifier: what it proves, what fails, and what it says it does not prove."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from terms import signing
from terms.proof import base64url, jcs, keys, leaf, merkle, note
from terms.proof.bundle import Bundle, Extension, Log, Receipt, Release, Text, read
from terms.proof.verifier import Check, Report, Trust, Verdict, verify
from terms.record import Kind
from terms.refusals import Refused
from tests.terms import parties as p

ORIGIN = "vault.example/log"
LOG_PUBLIC = p.public_of(p.STRANGER_PRIVATE)


def release(number: int, body: str) -> Release:
    salt = bytes([number]) * 16
    return Release(number, "2026-03-01T15:00:00Z", "release.made", salt, body, leaf.digest_of(salt, body))


RELEASES = tuple(release(number, json.dumps({"agreement": p.ID, "given": ["name", number]})) for number in range(5))
HASHES = [found.hashed for found in RELEASES]


def node(level: int, index: int) -> bytes:
    if level == 0:
        return HASHES[index]
    return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


def checkpoint(size: int) -> str:
    tree = merkle.Frontier()
    for hashed in HASHES[:size]:
        tree.append(hashed)
    return note.signed(note.Checkpoint(ORIGIN, size, tree.root()), public=LOG_PUBLIC, sign=p.STRANGER_PRIVATE.sign)


def bundle() -> Bundle:
    history = p.event(p.active(), Kind.VIOLATED, p.FIRST)
    text, rules = p.TEXTS["SD-BASE"]
    return Bundle(
        made_at=p.START + p.DAY,
        entries=tuple(entry.raw for entry in history.entries),
        vendor=p.VENDOR_KEYS,
        texts=(Text("SD-BASE", p.ROSTER["SD-BASE"].iri, text, rules),),
        log=Log(ORIGIN, LOG_PUBLIC),
        checkpoints=(checkpoint(3), checkpoint(5)),
        extensions=(Extension(3, 5, tuple(merkle.consistency_proof(3, 5, node))),),
        releases=RELEASES[:2],
        receipts=tuple(Receipt(n, 5, tuple(merkle.inclusion_proof(n, 5, node))) for n in range(2)),
    )


FULL_TRUST = Trust(p.ROSTER, p.VENDOR_KEYS, LOG_PUBLIC, checkpoint(5))


def topics(report: Report, verdict: Verdict) -> set[str]:
    return {check.topic for check in report.of(verdict)}


def failures(report: Report) -> list[tuple[str, str]]:
    return [(check.topic, check.code) for check in report.of(Verdict.FAILED)]


def test_a_bundle_is_one_file_that_reads_back_the_same_printed_or_not() -> None:
    raw = bundle().encoded()
    assert read(raw) == bundle()
    assert read(json.dumps(json.loads(raw), indent=2).encode()) == bundle()
    assert jcs.parse_canonical(raw)


def test_without_trust_the_report_names_what_is_proven_and_what_is_not() -> None:
    report = verify(read(bundle().encoded()))
    assert report.ok
    assert report.state is not None
    assert report.state.value == "violated"
    assert topics(report, Verdict.VERIFIED) == {
        "history",
        "record",
        "first-key",
        "text",
        "checkpoint",
        "extension",
        "release",
        "receipt",
    }
    assert topics(report, Verdict.NOT_VERIFIED) == {
        "second-key",
        "roster",
        "log-key",
        "witness",
        "violation",
        "later",
        "people",
        "times",
        "conduct",
    }


def test_what_the_reader_brings_turns_into_verdicts() -> None:
    report = verify(bundle(), FULL_TRUST)
    assert report.ok
    assert topics(report, Verdict.NOT_VERIFIED) == {"violation", "later", "people", "times", "conduct"}


def test_a_bundle_of_a_refusal_has_no_record_and_verifies_too() -> None:
    history = p.event(p.proffered(), Kind.REFUSED, p.SECOND)
    admission = signing.admitted(history, b"x", p.KNOWN, p.FIRST, now=p.START + 2 * p.HOUR)
    entries = tuple(entry.raw for entry in admission.history.entries)
    report = verify(Bundle(p.START, entries, p.VENDOR_KEYS))
    assert report.ok
    assert {"record", "failed-attempts"} <= topics(report, Verdict.VERIFIED)
    assert {"text", "log"} <= topics(report, Verdict.NOT_VERIFIED)


def test_a_bundle_of_an_amended_agreement_names_the_new_terms_too() -> None:
    successor = p.accepted(p.changed(id="z" * 22, replaces=p.ID, terms=p.ROSTER["SD-BASE-DP"])).record
    assert successor is not None
    history = p.event(p.active(), Kind.AMENDED, p.FIRST, successor=successor.decode())
    report = verify(Bundle(p.START, tuple(entry.raw for entry in history.entries), p.VENDOR_KEYS), FULL_TRUST)
    assert report.ok
    assert any("SD-BASE-DP" in check.sentence for check in report.checks)


def spoiled_note(made: Bundle) -> Bundle:
    return replace(made, checkpoints=(made.checkpoints[0].replace("\n3\n", "\n4\n"), made.checkpoints[1]))


def other_text(made: Bundle) -> Bundle:
    return replace(made, texts=(replace(made.texts[0], text="You may share everything."),))


def other_body(made: Bundle) -> Bundle:
    body = json.dumps({"agreement": p.ID, "given": []})
    return replace(made, releases=(replace(made.releases[0], body=body), made.releases[1]))


def other_leaf(made: Bundle) -> Bundle:
    return replace(made, releases=(replace(made.releases[0], at="2025-03-01T15:00:00Z"), made.releases[1]))


def stray_receipt(made: Bundle) -> Bundle:
    return replace(made, releases=made.releases[:1])


def rewritten_log(made: Bundle) -> Bundle:
    forged = note.signed(note.Checkpoint(ORIGIN, 3, b"\x05" * 32), public=LOG_PUBLIC, sign=p.STRANGER_PRIVATE.sign)
    return replace(made, checkpoints=(forged, made.checkpoints[1]))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (spoiled_note, [("checkpoint", "wrong-checkpoint")]),
        (other_text, [("text", "wrong-text")]),
        (other_body, [("release", "wrong-receipt")]),
        (other_leaf, [("receipt", "wrong-receipt")]),
        (stray_receipt, [("receipt", "wrong-receipt")]),
        (rewritten_log, [("extension", "wrong-checkpoint")]),
        (lambda made: replace(made, vendor=keys.KeyHistory(p.VENDOR)), [("history", "unknown-key")]),
        (lambda made: replace(made, entries=()), [("history", "missing-field")]),
        (lambda made: replace(made, entries=made.entries[1:]), [("history", "extra-signature")]),
        (lambda made: replace(made, entries=made.entries[:2] + made.entries[3:]), [("history", "wrong-place")]),
        (lambda made: replace(made, entries=(*made.entries, made.entries[-1])), [("history", "replay")]),
        (lambda made: replace(made, entries=(b"{}",)), [("history", "not-jws")]),
    ],
)
def test_each_part_that_was_changed_is_named_as_failed(
    spoil: Callable[[Bundle], Bundle], expected: list[tuple[str, str]]
) -> None:
    report = verify(spoil(bundle()))
    assert failures(report) == expected
    assert not report.ok


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (Trust(roster={}), [("roster", "off-roster")]),
        (Trust(roster={"SD-BASE": p.ROSTER["SD-BASE-A"]}), [("roster", "wrong-hash")]),
        (Trust(vendor=keys.KeyHistory(p.VENDOR)), [("history", "unknown-key")]),
        (Trust(log_key=bytes(32)), [("log-key", "wrong-checkpoint")]),
        (Trust(witnessed="nonsense"), [("witness", "wrong-checkpoint")]),
        (Trust(witnessed=rewritten_log(bundle()).checkpoints[0]), [("witness", "wrong-checkpoint")]),
    ],
)
def test_what_the_reader_trusts_decides_over_what_the_bundle_says(
    trust: Trust, expected: list[tuple[str, str]]
) -> None:
    assert failures(verify(bundle(), trust)) == expected


def test_what_is_missing_is_not_verified_and_not_failed() -> None:
    made = bundle()
    less = replace(
        made,
        texts=(),
        extensions=(),
        checkpoints=made.checkpoints[:1],
        releases=(replace(made.releases[0], body=None, salt=b""), release(1, "not JSON"), RELEASES[2]),
    )
    report = verify(less, Trust(witnessed=checkpoint(5)))
    assert {"text", "receipt", "release", "witness"} <= topics(report, Verdict.NOT_VERIFIED)
    assert not report.of(Verdict.FAILED)
    unproven = verify(replace(made, extensions=()))
    assert "extension" in topics(unproven, Verdict.NOT_VERIFIED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "firstparty/bundle/2"}, "wrong-format"),
        ({"extra": 1}, "unknown-field"),
        ({"made_at": "yesterday"}, "bad-field"),
        ({"entries": {}}, "bad-field"),
        ({"log": {"key": "AQ" + "A" * 41, "origin": ORIGIN}}, "weak-key"),
        ({"log": {"key": "AA", "origin": ORIGIN}}, "not-a-key"),
        ({"keys": {"holder": p.VENDOR, "keys": [{"jwk": 5, "since": "", "until": None}]}}, "not-a-key"),
        ({"checkpoints": [5]}, "bad-field"),
        ({"checkpoints": ["x" * 20_001]}, "bad-field"),
        ({"receipts": [{"number": -1, "proof": [], "size": 1}]}, "bad-field"),
        ({"receipts": [{"number": 1, "proof": ["AAAA"], "size": 1}]}, "bad-field"),
        ({"receipts": [{"number": 1, "proof": [5] * 65, "size": 1}]}, "too-large"),
        ({"receipts": [{"number": True, "proof": [], "size": 1}]}, "bad-field"),
        ({"texts": [{"id": "A", "iri": "", "rules": [], "text": 5}]}, "bad-field"),
    ],
)
def test_a_malformed_bundle_is_refused(change: dict[str, jcs.JsonValue], code: str) -> None:
    value = json.loads(bundle().encoded()) | change
    with pytest.raises(Refused) as caught:
        read(jcs.canonical(value))
    assert caught.value.code == code


def test_a_private_key_in_a_bundle_is_refused() -> None:
    value = json.loads(bundle().encoded())
    value["keys"]["keys"][0]["jwk"]["d"] = base64url.encoded(bytes(32))
    with pytest.raises(Refused) as caught:
        read(jcs.canonical(value))
    assert caught.value.code == "private-key"


def test_no_sentence_of_a_report_shows_what_was_released() -> None:
    report = verify(bundle())
    assert all("given" not in check.sentence for check in report.checks)
    assert all(isinstance(check, Check) and check.sentence for check in report.checks)
