"""Agreements in the vault: what is stored with what, what is refused and recorded, and what others can verify."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terms import signing
from terms.agreement import CLOCK_SKEW
from terms.errors import FirstpartyError
from terms.lifecycle import State
from terms.proof import jcs, jws, keys
from terms.proof.bundle import Bundle, read
from terms.proof.verifier import Trust, Verdict, verify
from terms.record import Kind, terms_hash
from terms.refusals import Refused
from tests.vault.conftest import Made
from tests.vault.shops import DAY, HOUR, URL, Shop, active, introduced, proffered, same
from tests.vault.statements import assert_sound, bring, charge, take_back
from vault import agreements, archive, owner
from vault.agreements import clients, failures, ledger
from vault.session import Vault
from vault.store import agreements as store
from vault.store import audit, receipts, vendors

ROOT = Path(__file__).parents[2]
NAMES = ("Shop One", "Another Name")
LEAF_FIELDS = {"agreement", "kind", "by", "digest"}


@pytest.fixture
def shop() -> Shop:
    return Shop()


def leaves(vault: Vault, event: str) -> list[dict[str, object]]:
    return [json.loads(leaf.body or "null") for leaf in audit.leaves(vault.connection, 10_000) if leaf.event == event]


def code_of(step: Callable[[], object]) -> str:
    with pytest.raises(FirstpartyError) as caught:
        step()
    return caught.value.code


def state(vault: Vault, id: str) -> State:
    row = store.agreement(vault.connection, id)
    assert row is not None
    assert row.state == agreements.held(vault, id).history.state
    return agreements.state_at(row, vault.now)


# --- the clients ----------------------------------------------------------------------------------------------------


def test_each_client_sees_another_name_of_the_person_and_never_the_seed(vault: Vault) -> None:
    first, second = (introduced(vault, Shop(url)) for url in ("https://a.example/c.json", "https://b.example/c.json"))
    assert clients.did(vault, first.id) != clients.did(vault, second.id)
    assert clients.did(vault, first.id) == clients.did(vault, introduced(vault, Shop("https://a.example/c.json")).id)
    seed, _ = store.identity(vault.connection, first.id)
    bodies = "".join(leaf.body or "" for leaf in audit.leaves(vault.connection, 100))
    assert seed.hex() not in bodies
    assert clients.did(vault, first.id) not in bodies


def test_a_new_key_is_added_and_a_missing_one_retired_but_not_forgotten(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    vault.now += DAY
    shop.add_key("k2", 8)
    shop.retire("k1")
    history = clients.history_of(introduced(vault, shop))
    ended, present = (held for _, held in history.keys)
    assert [key.id for key, _ in history.keys] == [f"{URL}#k1", f"{URL}#k2"]
    assert ended.until is not None
    assert abs(ended.until - vault.now) <= timedelta(seconds=1)
    assert present.until is None
    # From the moment at which the document was last seen without it: it may have appeared right after.
    assert present.since == vault.now - DAY
    assert state(vault, id) is State.ACTIVE
    vault.now += HOUR
    assert agreements.receive(vault, shop.says(id, Kind.TERMINATED, vault.now, reason="")).refusal is None


def test_what_a_key_signed_that_is_retired_in_the_same_second_stays_readable(vault: Vault, shop: Shop) -> None:
    id = proffered(vault, shop)
    # Their clock is as far ahead as is tolerated.
    taken = agreements.receive(vault, shop.accepts(id, vault.now + CLOCK_SKEW))
    assert taken.refusal is None
    shop.add_key("k2", 8)
    shop.retire("k1")
    introduced(vault, shop)
    assert state(vault, id) is State.ACCEPTED


def test_a_signature_of_a_retired_key_is_refused_even_if_it_is_dated_back(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    shop.add_key("k2", 8)
    shop.retire("k1")
    vault.now += DAY
    introduced(vault, shop)
    vault.now += DAY
    shop.current = "k1"
    raw = signing.event(
        shop.histories[id], Kind.TERMINATED, shop.signer, at=vault.now - 2 * DAY, details={"reason": ""}
    )
    refusal = agreements.receive(vault, raw).refusal
    assert refusal is not None
    assert refusal.code == "key-not-valid"


def test_a_key_that_was_withdrawn_does_not_come_back(vault: Vault, shop: Shop) -> None:
    introduced(vault, shop)
    shop.add_key("k2", 8)
    shop.retire("k1")
    introduced(vault, shop)
    shop.keys["k1"] = shop.retired["k1"]
    assert code_of(lambda: introduced(vault, shop)) == "key-reused"


def jwk(**changes: object) -> dict[str, object]:
    public = Shop().keys["k1"].public_key().public_bytes_raw()
    return {**keys.jwk_of(keys.registered(f"{URL}#k1", public)), **changes}


WEAK = keys.base64url.encoded(bytes([1]) + bytes(31))
BAD_DOCUMENTS: dict[str, tuple[Callable[[Shop], bytes], str]] = {
    "no JSON": (lambda shop: b"{", "not-json"),
    "a member twice": (lambda shop: b'{"client_id":1,"client_id":2}', "duplicate-key"),
    "no object": (lambda shop: b"[]", "wrong-format"),
    "no keys": (lambda shop: b'{"client_id":"https://a.example/c","client_name":"A"}', "missing-field"),
    "a key under plain http": (lambda shop: shop.document(client_id="http://shop.example/client.json"), "bad-field"),
    "a URL without a path": (lambda shop: shop.document(client_id="https://shop.example"), "bad-field"),
    "a user in the URL": (lambda shop: shop.document(client_id="https://a@shop.example/c.json"), "bad-field"),
    "dots in the path": (lambda shop: shop.document(client_id="https://shop.example/a/../c.json"), "bad-field"),
    "a fragment": (lambda shop: shop.document(client_id="https://shop.example/c.json#k1"), "bad-field"),
    "control characters in the name": (lambda shop: shop.document(client_name="a\x1b[31m"), "bad-field"),
    "an endless name": (lambda shop: shop.document(client_name="a" * 500), "bad-field"),
    "a shared secret": (lambda shop: shop.document(client_secret="x"), "private-key"),
    "a weak key": (lambda shop: shop.document(jwks={"keys": [jwk(x=WEAK)]}), "weak-key"),
    "a private key": (lambda shop: shop.document(jwks={"keys": [jwk(d="AAAA")]}), "private-key"),
    "a symmetric key": (lambda shop: shop.document(jwks={"keys": [jwk(), {"kty": "oct", "k": "AA"}]}), "private-key"),
    "half a key": (lambda shop: shop.document(jwks={"keys": [jwk(x="AAAA")]}), "not-a-key"),
    "no key for signatures": (lambda shop: shop.document(jwks={"keys": [jwk(use="enc")]}), "not-a-key"),
    "two keys of one name": (lambda shop: shop.document(jwks={"keys": [jwk(), jwk()]}), "key-reused"),
    "keys that are no list": (lambda shop: shop.document(jwks={"keys": {}}), "bad-field"),
    "too many keys": (lambda shop: shop.document(jwks={"keys": [jwk()] * 21}), "too-large"),
    "too large": (lambda shop: shop.document(note="x" * 40_000), "too-large"),
}


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
def test_a_document_that_is_not_sound_is_refused_recorded_and_changes_nothing(
    vault: Vault, shop: Shop, name: str
) -> None:
    made, code = BAD_DOCUMENTS[name]
    known = introduced(vault, shop)
    raw = made(shop)
    assert code_of(lambda: agreements.known_client(vault, raw)) == code
    assert store.client_by_url(vault.connection, URL) == known
    assert [row.digest for row in store.deliveries(vault.connection)] == [jws.digest(raw)]


def test_a_client_under_development_on_the_same_machine_may_use_http(vault: Vault) -> None:
    assert introduced(vault, Shop("http://localhost:8000/client.json")).url.startswith("http://localhost")


def test_a_client_stays_with_its_vendor_through_a_merge_and_after_an_undone_import(vault: Vault, shop: Shop) -> None:
    batch = bring(vault, [charge("2026-03-01", -5, "Shop One"), charge("2026-03-02", -5, "Another Name")])
    one, other = (next(row for row in vendors.vendors(vault.connection) if row.name == name) for name in NAMES)
    client = agreements.known_client(vault, shop.document(), vendor=other.id)
    owner.merge(vault, one, other)
    assert store.client(vault.connection, client.id).vendor == one.id
    take_back(vault, batch)
    assert store.client(vault.connection, client.id).vendor_name == "Shop One"
    assert_sound(vault)


# --- the life -------------------------------------------------------------------------------------------------------


def test_proffer_acceptance_and_confirmation_are_stored_alike_on_both_sides(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    assert state(vault, id) is State.ACTIVE
    assert same(vault, shop, id)
    for row in store.entries(vault.connection, id):
        body = leaves(vault, f"agreement.{row.kind}")[0]
        assert set(body) == LEAF_FIELDS
        assert (body["agreement"], body["digest"]) == (id, row.digest)
    assert_sound(vault)


def test_a_counter_offer_is_accepted_by_the_person_and_confirmed_by_the_vendor(vault: Vault, shop: Shop) -> None:
    id = proffered(vault, shop)
    assert agreements.receive(vault, shop.counters(id, "SD-BASE-A", vault.now)).state is State.COUNTERED
    (made,) = agreements.accept_counter(vault, id)
    shop.takes(made.raw, vault.now, id)
    assert agreements.receive(vault, shop.says(id, Kind.CONFIRMED, vault.now)).state is State.ACTIVE
    assert same(vault, shop, id)
    row = store.agreement(vault.connection, id)
    assert row is not None
    assert (row.terms, row.offeror) == ("SD-BASE-A", "second")


def test_a_counter_offer_is_refused_by_the_person(vault: Vault, shop: Shop) -> None:
    id = proffered(vault, shop)
    agreements.receive(vault, shop.counters(id, "SD-BASE-ATP", vault.now))
    shop.takes(agreements.refuse(vault, id, "too much").raw, vault.now, id)
    assert state(vault, id) is State.REFUSED
    assert same(vault, shop, id)


def test_the_person_ends_it_and_claims_a_violation_afterwards(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    for made in (
        agreements.withdraw(vault, id, "enough"),
        agreements.claim_violation(vault, id, "forbid-sharing", "they shared it", ["sha256:" + "0" * 64]),
    ):
        shop.takes(made.raw, vault.now, id)
    assert state(vault, id) is State.WITHDRAWN
    assert same(vault, shop, id)
    assert code_of(lambda: agreements.terminate(vault, id)) == "illegal-event"


def test_what_has_run_out_is_put_on_record_once(vault: Vault, shop: Shop) -> None:
    open_offer, kept = proffered(vault, shop), active(vault, shop)
    assert agreements.expire_due(vault) == ()
    vault.now += 15 * DAY
    assert [made.agreement for made in agreements.expire_due(vault)] == [open_offer]
    vault.now += 400 * DAY
    assert state(vault, kept) is State.EXPIRED
    (made,) = agreements.expire_due(vault, kept)
    shop.takes(made.raw, vault.now, kept)
    assert same(vault, shop, kept)
    assert agreements.expire_due(vault) == ()


@pytest.mark.parametrize("way", ["accepted at once", "after a counter-offer"])
def test_an_accepted_amendment_marks_the_earlier_agreement_with_its_successor(
    vault: Vault, shop: Shop, way: str
) -> None:
    old = active(vault, shop)
    new = proffered(vault, shop, "SD-BASE-A", replaces=old)
    if way == "accepted at once":
        made = agreements.receive(vault, shop.accepts(new, vault.now)).made
    else:
        agreements.receive(vault, shop.counters(new, "SD-BASE-DP", vault.now))
        accepted, *made = agreements.accept_counter(vault, new)  # type: ignore[assignment]
        shop.takes(accepted.raw, vault.now, new)
    assert [(one.agreement, one.kind) for one in made] == [(old, Kind.AMENDED)]
    shop.takes(made[0].raw, vault.now, old)
    assert (state(vault, old), state(vault, new)) == (State.AMENDED, State.ACCEPTED)
    assert same(vault, shop, old)
    assert same(vault, shop, new)
    assert verify(agreements.bundle(vault, old), Trust(agreements.present_roster())).ok


def test_an_agreement_that_ended_meanwhile_is_not_amended(vault: Vault, shop: Shop) -> None:
    old = active(vault, shop)
    new = proffered(vault, shop, "SD-BASE-A", replaces=old)
    agreements.withdraw(vault, old)
    assert agreements.receive(vault, shop.accepts(new, vault.now)).made == ()
    assert state(vault, old) is State.WITHDRAWN


def test_only_an_agreement_that_holds_with_the_same_client_is_replaced(vault: Vault, shop: Shop) -> None:
    other = active(vault, Shop("https://other.example/c.json"))
    ended = active(vault, shop)
    agreements.withdraw(vault, ended)
    assert code_of(lambda: proffered(vault, shop, replaces=other)) == "wrong-party"
    assert code_of(lambda: proffered(vault, shop, replaces=ended)) == "illegal-event"
    assert code_of(lambda: proffered(vault, shop, replaces="nothing")) == "not-found"


@pytest.mark.parametrize("terms", ["TPR", "MY-OWN", "SD-BY", ""])
def test_only_terms_for_organisations_are_proffered(vault: Vault, shop: Shop, terms: str) -> None:
    assert code_of(lambda: proffered(vault, shop, terms)) == "off-roster"
    assert store.agreements(vault.connection) == []


# --- what is refused is recorded ------------------------------------------------------------------------------------


def test_a_refused_answer_changes_nothing_but_the_record_of_it(vault: Vault, shop: Shop) -> None:
    id = proffered(vault, shop)
    before = agreements.held(vault, id).history
    raw = shop.accepts(id, vault.now).replace(b'"signature":"', b'"signature":"A', 1)
    done = agreements.receive(vault, raw)
    assert done.refusal is not None
    parsed = agreements.receive(vault, signing.accepted(before, Shop(seed=9).signer, at=vault.now))
    assert parsed.refusal is not None
    assert parsed.refusal.code == "bad-signature"
    after = agreements.held(vault, id).history
    assert after.state is before.state
    assert [entry.kind for entry in after.entries] == [Kind.PROFFERED, Kind.FAILED]
    assert leaves(vault, "agreement.failed")[0]["agreement"] == id
    assert_sound(vault)


def test_what_names_no_agreement_of_ours_is_recorded_by_code_and_digest_alone(vault: Vault, shop: Shop) -> None:
    raw = b'{"note":"private words of a stranger"}'
    done = agreements.receive(vault, raw)
    assert (done.agreement, done.recorded) == ("", True)
    assert leaves(vault, "agreement.delivery-failed") == [{"code": "not-jws", "digest": jws.digest(raw)}]
    (row,) = store.deliveries(vault.connection)
    assert (row.code, row.digest) == ("not-jws", jws.digest(raw))


def test_a_signed_thing_of_an_agreement_that_is_not_known_here_is_refused(
    vault: Vault, other: Vault, shop: Shop
) -> None:
    id = proffered(other, shop)
    done = agreements.receive(vault, shop.accepts(id, vault.now))
    assert done.refusal is not None
    assert done.refusal.code == "wrong-agreement"
    assert done.recorded


def test_failed_deliveries_cannot_fill_the_log(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "MAX_FAILED_DELIVERIES", 3)
    done = [agreements.receive(vault, b"%d" % number).recorded for number in range(6)]
    assert done == [True] * 3 + [False] * 3
    size = len(audit.leaves(vault.connection, 1_000))
    agreements.receive(vault, b"again")
    assert len(audit.leaves(vault.connection, 1_000)) == size
    vault.now += DAY
    assert agreements.receive(vault, b"tomorrow").recorded


def test_failed_attempts_at_one_agreement_are_bounded_too(
    vault: Vault, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terms.agreement.MAX_REPEATED", 2)
    monkeypatch.setattr(failures, "MAX_FAILED_DELIVERIES", 1)
    id = proffered(vault, shop)
    replayed = agreements.held(vault, id).history.entries[0].raw
    done = [agreements.receive(vault, replayed) for _ in range(4)]
    assert [one.recorded for one in done] == [True, True, True, False]
    assert {one.refusal.code for one in done if one.refusal} == {"replay"}
    assert len(agreements.held(vault, id).history.entries) == 3
    taken = agreements.receive(vault, shop.accepts(id, vault.now))
    assert taken.state is State.ACCEPTED


def test_a_history_brings_what_is_new_in_it_and_nothing_twice(vault: Vault, shop: Shop) -> None:
    id = proffered(vault, shop)
    shop.accepts(id, vault.now)
    shop.says(id, Kind.TERMINATED, vault.now, reason="we close")
    whole = shop.histories[id].encoded()
    done = agreements.receive_all(vault, json.dumps(json.loads(whole), indent=1).encode())
    assert [one.kind for one in done] == [Kind.ACCEPTED, Kind.TERMINATED]
    assert same(vault, shop, id)
    assert agreements.receive_all(vault, whole) == ()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"format": "firstparty/history/1"}, "missing-field"),
        ({"format": "firstparty/history/1", "entries": []}, "too-large"),
        ({"format": "firstparty/history/1", "entries": [1]}, "not-jws"),
        ({"format": "firstparty/history/1", "entries": [1], "more": 1}, "unknown-field"),
        ({"format": "firstparty/history/2", "entries": []}, "not-jws"),
    ],
)
def test_a_history_that_is_none_is_refused_and_recorded(vault: Vault, value: jcs.JsonValue, code: str) -> None:
    (done,) = agreements.receive_all(vault, jcs.canonical(value))
    assert done.refusal is not None
    assert (done.refusal.code, done.recorded) == (code, True)


# --- whole or not at all --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["add_entry", "set_standing", "put_text"])
def test_a_failure_between_leaf_and_entry_leaves_neither(
    vault: Vault, shop: Shop, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = proffered(vault, shop)
    raw = shop.accepts(id, vault.now)
    before = (len(audit.leaves(vault.connection, 1_000)), agreements.held(vault, id).history)
    with monkeypatch.context() as patched:
        patched.setattr(store, place, _breaks)
        with pytest.raises(RuntimeError):
            agreements.receive(vault, raw)
    assert (len(audit.leaves(vault.connection, 1_000)), agreements.held(vault, id).history) == before
    assert agreements.receive(vault, raw).state is State.ACCEPTED
    assert_sound(vault)


def _breaks(*_: object, **__: object) -> None:
    raise RuntimeError("planted")


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from vault import agreements
from vault.session import Vault
from vault.store import agreements as store
whole = store.add_entry
def killed(*given):
    whole(*given)
    os._exit(9)
store.add_entry = killed
with Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 31, 12, tzinfo=UTC), by="test") as vault:
    agreements.confirm(vault, sys.argv[3])
"""


def test_a_process_killed_while_it_writes_an_entry_leaves_neither_entry_nor_leaf(made: Made, shop: Shop) -> None:
    with made.open() as vault:
        id = proffered(vault, shop)
        agreements.receive(vault, shop.accepts(id, vault.now))
    command = [sys.executable, "-c", KILLED, str(made.home), made.recovery_key, id]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 9
    with made.open() as vault:
        assert state(vault, id) is State.ACCEPTED
        assert leaves(vault, "agreement.confirmed") == []
        assert_sound(vault)
        agreements.confirm(vault, id)
        assert state(vault, id) is State.ACTIVE


# --- evidence -------------------------------------------------------------------------------------------------------


def release(vault: Vault, id: str) -> None:
    with vault.transaction():
        vault.log("release.made", {"agreement": id, "fields": ["name"]})


def failed_checks(made: Bundle, trust: Trust) -> list[tuple[str, str]]:
    return [(check.topic, check.code) for check in verify(made, trust).of(Verdict.FAILED)]


def full_trust(vault: Vault, shop: Shop) -> Trust:
    checkpoint = audit.latest_checkpoint(vault.connection)
    return Trust(agreements.present_roster(), shop.history_of_keys(), vault.keys.signer.public, checkpoint)


def test_everything_that_a_bundle_can_prove_it_proves(vault: Vault, shop: Shop) -> None:
    other = active(vault, Shop("https://other.example/c.json"))
    id = active(vault, shop)
    release(vault, id)
    release(vault, other)
    made = read(agreements.bundle(vault, id).encoded())
    report = verify(made, full_trust(vault, shop))
    assert report.ok
    assert {check.topic for check in report.of(Verdict.NOT_VERIFIED)} == {"later", "people", "times", "conduct"}
    assert [found.event.partition(".")[2] for found in made.releases] == ["proffered", "accepted", "confirmed", "made"]
    assert all(id in (found.body or "") for found in made.releases)
    assert vault.keyring.vault_id not in (made.releases[0].body or "")


def test_a_checkpoint_that_somebody_kept_is_compared(vault: Vault, other: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    # Kept at a size at which nothing of this agreement happened.
    release(vault, "agr_other")
    kept = audit.latest_checkpoint(vault.connection)
    for _ in range(5):
        release(vault, "agr_other")
    made = agreements.bundle(vault, id, kept=kept)
    report = verify(made, Trust(witnessed=kept))
    assert report.ok
    assert "witness" in {check.topic for check in report.of(Verdict.VERIFIED)}
    foreign = audit.latest_checkpoint(other.connection)
    assert code_of(lambda: agreements.bundle(vault, id, kept=foreign)) == "wrong-checkpoint"


def test_an_erased_body_leaves_a_bundle_that_says_so(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    vault.connection.execute("UPDATE audit_leaf SET body = NULL, salt = NULL WHERE event = 'agreement.accepted'")
    report = verify(agreements.bundle(vault, id), full_trust(vault, shop))
    assert report.ok
    assert any("erased" in check.sentence for check in report.of(Verdict.NOT_VERIFIED))


def test_a_text_that_changes_with_a_later_release_stays_beside_what_was_signed(
    vault: Vault, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = active(vault, shop)
    before = agreements.bundle(vault, id).texts
    stale = proffered(vault, shop, "SD-BASE-A", replaces=id)
    listed = dict(ledger.present_roster())
    listed["SD-BASE"] = replace(listed["SD-BASE"], hash=terms_hash("another text", []))
    monkeypatch.setattr(ledger, "present_roster", lambda: listed)
    assert state(vault, id) is State.ACTIVE
    assert agreements.bundle(vault, id).texts == before
    assert failed_checks(agreements.bundle(vault, id), Trust(vendor=shop.history_of_keys())) == []
    # An amendment proffered with the text of then is still accepted.
    assert agreements.receive(vault, shop.accepts(stale, vault.now)).made
    assert state(vault, id) is State.AMENDED


def test_an_agreement_amended_to_the_next_text_of_the_same_terms_names_both_texts(
    vault: Vault, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = dict(ledger.present_roster())
    listed["SD-BASE"] = replace(listed["SD-BASE"], hash=terms_hash("the text of before", []))
    before = store.TextRow("SD-BASE", listed["SD-BASE"].iri, "the text of before", "[]")
    store.put_text(vault.connection, listed["SD-BASE"].hash, before)
    with monkeypatch.context() as earlier:
        earlier.setattr(ledger, "present_roster", lambda: listed)
        old = active(vault, shop)
    new = proffered(vault, shop, replaces=old)
    (made,) = agreements.receive(vault, shop.accepts(new, vault.now)).made
    assert made.kind is Kind.AMENDED
    whole = agreements.bundle(vault, old)
    assert [text.id for text in whole.texts] == ["SD-BASE", "SD-BASE"]
    report = verify(whole, Trust(vendor=shop.history_of_keys()))
    assert report.ok
    assert [check.verdict for check in report.checks if check.topic == "text"] == [Verdict.VERIFIED] * 2
    without = verify(replace(whole, texts=whole.texts[:1]))
    assert without.ok
    swapped = (whole.texts[0], replace(whole.texts[1], text="You may share everything."))
    assert ("text", "wrong-text") in failed_checks(replace(whole, texts=swapped), Trust())


def test_an_entry_that_was_changed_on_disk_is_noticed(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    raw = store.entries(vault.connection, id)[1].raw
    swapped = raw.replace(b'"signature":"', b'"signature":"BBBB', 1)
    vault.connection.execute("UPDATE agreement_entry SET raw = ? WHERE agreement = ? AND place = 1", (swapped, id))
    assert code_of(lambda: agreements.held(vault, id)) == "agreement-damaged"


def test_an_entry_without_its_leaf_is_a_fault_of_the_log(vault: Vault, shop: Shop) -> None:
    id = active(vault, shop)
    vault.connection.execute("UPDATE agreement_entry SET leaf = 0 WHERE agreement = ? AND place = 1", (id,))
    faults = audit.verify(vault.connection, public=vault.keys.signer.public).faults
    assert faults == ("1 entries of agreements have no leaf in the log",)


def test_an_archive_carries_identities_entries_texts_and_evidence(
    vault: Vault, other: Vault, shop: Shop, tmp_path: Path
) -> None:
    id, unanswered = active(vault, shop), proffered(vault, shop)
    agreements.receive(vault, b"nonsense")
    before = agreements.bundle(vault, id)
    client = store.client_by_url(vault.connection, URL)
    assert client is not None
    archive.export(vault, tmp_path / "archive.zip")
    archive.bring(other, tmp_path / "archive.zip")
    assert_sound(other)
    assert store.identity(other.connection, client.id) == store.identity(vault.connection, client.id)
    assert agreements.held(other, id).history == agreements.held(vault, id).history
    assert store.deliveries(other.connection) == store.deliveries(vault.connection)
    assert {row.log for row in store.entries(other.connection, id)} == {audit.OWN_LOG + 1}
    after = agreements.bundle(other, id)
    assert (after.entries, after.texts, after.log) == (before.entries, before.texts, before.log)
    assert verify(after, Trust(agreements.present_roster(), log_key=vault.keys.signer.public)).ok
    # Life goes on there, under the same identity.
    taken = agreements.receive(other, shop.accepts(unanswered, other.now))
    assert taken.state is State.ACCEPTED
    assert same(other, shop, unanswered)
    assert verify(agreements.bundle(other, unanswered)).ok


def test_a_proof_is_of_the_log_that_it_says(vault: Vault, shop: Shop) -> None:
    active(vault, shop)
    log = receipts.log(vault.connection, audit.OWN_LOG)
    assert log.note == audit.latest_checkpoint(vault.connection)
    assert receipts.checkpoint_at(vault.connection, log.id, log.size + 1) == ""


def test_an_id_is_never_used_twice_in_a_vault(vault: Vault, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id = proffered(vault, shop)
    monkeypatch.setattr("vault.ids.unguessable", lambda prefix: id)
    client = introduced(vault, shop)
    with pytest.raises(Refused) as caught:
        agreements.proffer(vault, client, "SD-BASE", vault.now + DAY, None)
    assert caught.value.code == "replay"
