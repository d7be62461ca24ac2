"""`firstparty agreements` and `firstparty agreement`: words for people, JSON for programs, and every refusal by its code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from terms import odrl, signing
from terms.agreement import History
from terms.proof import base64url, jcs, jws, keys
from terms.record import AGREEMENT_TYPE, Kind, Terms
from terms.signing import Signer
from tests.vault.shops import Shop
from tests.web.conftest import Shell, shell_in
from tests.web.lasting import COMMAND_LINE, Program, lasting
from vault import agreements
from vault.agreements import ledger

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program(COMMAND_LINE) as running:
        yield running


@pytest.fixture(scope="module")
def template(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with one vendor, opened by its recovery key, which needs no stretching."""
    folder: Path = tmp_path_factory.mktemp("agreements")
    shell = lasting(shell_in(folder), program)
    shell.init()
    shell.json("vendor", "add", "Example Shop", "--domain", "shop.example")
    return folder


@pytest.fixture
def shell(program: Program, template: Path, tmp_path: Path) -> Shell:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    made = lasting(shell_in(tmp_path), program)
    made.env["FIRSTPARTY_NOW"] = "2026-06-01"
    return made


@pytest.fixture
def shop() -> Shop:
    return Shop()


def proffer(shell: Shell, shop: Shop, *words: str) -> str:
    """Both sides hold a proffer; gives its id."""
    (shell.cwd / "CLIENT.json").write_bytes(shop.document())
    made = shell.json("agreement", "proffer", "Example", "--client", "CLIENT.json", "--for", "P1Y", *words)["made"][0]
    return shop.takes(jcs.canonical(made["signed"]), NOW)


def give(shell: Shell, *things: bytes) -> list[str]:
    """Files of these things; gives their names."""
    names = [f"thing-{place}.json" for place in range(len(things))]
    for name, thing in zip(names, things, strict=True):
        (shell.cwd / name).write_bytes(thing)
    return names


def agree(shell: Shell, shop: Shop) -> str:
    id = proffer(shell, shop)
    shell.json("agreement", "receive", *give(shell, shop.accepts(id, NOW)))
    return id


def test_the_list_filters_by_vendor_and_state_and_knows_what_has_run_out(shell: Shell, shop: Shop) -> None:
    id = proffer(shell, shop, "--answer-within", "P3D")
    (found,) = shell.json("agreements", "--vendor", "example", "--state", "proffered")["agreements"]
    assert (found["id"], found["vendor"], found["terms"]) == (id, "Example Shop", "SD-BASE")
    assert (found["answer_by"], found["valid_until"]) == ("2026-06-04T12:00:00Z", "2027-06-01T12:00:00Z")
    assert shell.json("agreements", "--state", "active")["agreements"] == []
    assert shell.json("agreements", "--vendor", "nobody")["agreements"] == []
    assert shell.json("agreements", "--now", "2026-06-05")["agreements"][0]["state"] == "expired"
    assert f"{id}  Example Shop  SD-BASE  proffered  2026-06-04" in shell.run("agreements").stdout


def test_the_terms_are_those_that_the_owner_prefers_unless_named(shell: Shell, shop: Shop) -> None:
    assert shell.run("terms", "choose", "SD-BASE-DP").returncode == 0
    id = proffer(shell, shop)
    assert shop.histories[id].agreement.terms.id == "SD-BASE-DP"
    made = shell.json("agreement", "proffer", "Example", "--terms", "SD-BY-A")["made"][0]
    assert shell.json("agreement", made["agreement"])["terms"] == "SD-BASE-A"
    shell.json("agreement", "receive", *give(shell, shop.counters(id, "SD-BASE-ATP", NOW)))
    page = shell.run("agreement", id).stdout
    assert "SD-BASE-ATP is not acceptable to you" in page
    assert "Next: you answer until 2026-06-15" in page


def test_it_lasts_as_long_as_the_owner_has_chosen_unless_named(shell: Shell, shop: Shop) -> None:
    assert shell.run("terms", "choose", "--duration", "P6M").returncode == 0
    proffer(shell, shop)
    shell.json("agreement", "proffer", "Example")
    shell.json("terms", "choose", "--clear", "duration")
    shell.json("agreement", "proffer", "Example")
    ends = {one["valid_until"] for one in shell.json("agreements")["agreements"]}
    assert ends == {"2027-06-01T12:00:00Z", "2026-12-01T12:00:00Z", None}


def test_one_agreement_is_shown_with_what_happened_and_what_is_next(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    for written in (id, id[:8], id[4:9], id.upper(), "Example Shop", "shop", shop.url):
        found = shell.json("agreement", written)
        assert found["id"] == id
    assert [entry["kind"] for entry in found["entries"]] == ["proffered", "accepted"]
    assert found["may"]["first"] == ["confirmed", "withdrawn", "terminated", "violated", "amended"]
    assert found["may"]["second"] == ["terminated", "violated", "amended"]
    assert found["until"] == "2027-06-01T12:00:00Z"
    page = shell.run("agreement", "show", "Example Shop").stdout
    for part in ("2026-06-01 12:00:00  Example Shop  accepted", "It binds until 2027-06-01", "you confirm"):
        assert part in page
    assert "did:key" not in page


def test_an_agreement_and_its_successor_name_each_other_once_it_is_accepted(shell: Shell, shop: Shop) -> None:
    old = agree(shell, shop)
    new = proffer(shell, shop, "--replaces", old)
    assert shell.json("agreement", old)["replaced_by"] is None
    (taken,) = shell.json("agreement", "receive", *give(shell, shop.accepts(new, NOW)))["received"]
    assert [(one["agreement"], one["kind"]) for one in taken["made"]] == [(old, "amended")]
    assert (shell.json("agreement", old)["replaced_by"], shell.json("agreement", new)["replaces"]) == (new, old)
    assert f"Replaced by {new}" in shell.run("agreement", old).stdout


def test_a_name_that_fits_several_or_none_is_refused(shell: Shell, shop: Shop) -> None:
    first, second = proffer(shell, shop), proffer(shell, shop)
    done = shell.run("agreement", "Example")
    assert done.returncode == 1
    assert first in done.stderr
    assert second in done.stderr
    assert shell.run("agreement", "Nobody").returncode == 1
    assert shell.run("agreement", "").returncode == 1
    shell.run("agreement", "withdraw", first, "--yes")
    assert shell.json("agreement", "Example")["id"] == second


def test_withdrawing_says_what_follows_and_wants_a_terminal_or_yes(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    asked = shell.run("agreement", "withdraw", id)
    assert asked.returncode == 1
    assert "binds until this moment and no longer" in asked.stderr
    assert "--yes" in asked.stderr
    assert shell.json("agreement", id)["state"] == "accepted"
    done = shell.run("agreement", "withdraw", id, "--yes", "--because", "enough", "--out", "end.json")
    assert done.returncode == 0
    shop.takes((shell.cwd / "end.json").read_bytes(), NOW, id)
    assert shop.histories[id].state == "withdrawn"


def test_what_is_signed_goes_to_standard_output_byte_by_byte(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    shop.takes(shell.run("agreement", "confirm", id).stdout.encode(), NOW, id)
    assert shell.run("agreement", "export", id, "--as", "history").stdout.encode() == shop.histories[id].encoded()


def test_a_dispute_names_a_clause_of_the_terms_and_documents_by_their_digest(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    (shell.cwd / "letter.txt").write_text("the letter itself stays here")
    words = ("agreement", "dispute", id, "--because", "they shared it", "--evidence", "letter.txt", "--clause")
    assert shell.run(*words, "forbid-nothing").returncode == 2
    shell.json(*words, "forbid-sharing")
    (entry,) = [one for one in shell.json("agreement", id)["entries"] if one["kind"] == "violated"]
    assert entry["evidence"] == [jws.digest(b"the letter itself stays here")]
    assert (entry["clause"], entry["claim"]) == ("forbid-sharing", "they shared it")


def test_a_step_that_the_state_does_not_allow_is_refused_and_nothing_recorded(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    before = shell.json("agreement", id)
    for words in (("accept", id), ("refuse", id), ("proffer", "Example", "--replaces", id, "--terms", "TPR")):
        assert shell.run("agreement", *words).returncode == 1
    assert shell.json("agreement", id) == before


def test_a_client_has_to_be_known_and_sound(shell: Shell, shop: Shop) -> None:
    done = shell.run("agreement", "proffer", "Example")
    assert (done.returncode, "--client" in done.stderr) == (2, True)
    for place, (changes, part) in enumerate(
        [
            ({"client_id": "http://shop.example/client.json"}, "https"),
            ({"jwks": {"keys": [weak_jwk(bytes([1]) + bytes(31))]}}, "small or mixed order"),
            ({"jwks": {"keys": [weak_jwk(bytes(32))]}}, "small or mixed order"),
        ]
    ):
        (name,) = give(shell, shop.document(**changes))
        done = shell.run("agreement", "proffer", "Example", "--client", name)
        assert done.returncode == 1
        assert part in done.stderr
        assert len(shell.json("agreements")["failed_deliveries"]) == place + 1
    assert shell.json("agreements")["agreements"] == []


def test_a_client_belongs_to_one_vendor_and_a_foreign_address_is_said(shell: Shell, shop: Shop) -> None:
    proffer(shell, shop)
    shell.json("vendor", "add", "Somebody Else", "--domain", "else.example")
    taken = shell.run("agreement", "proffer", "Somebody", "--client", "CLIENT.json")
    assert (taken.returncode, "is the client of `Example Shop`" in taken.stderr) == (2, True)
    (name,) = give(shell, Shop("https://notelse.example/client.json").document())
    foreign = shell.run("agreement", "proffer", "Somebody", "--client", name)
    assert foreign.returncode == 0
    assert "`notelse.example`, which is no domain of `Somebody Else` (else.example)" in foreign.stderr
    (name,) = give(shell, Shop("https://api.else.example/client.json").document())
    assert "note:" not in shell.run("agreement", "proffer", "Somebody", "--client", name).stderr


def weak_jwk(raw: bytes) -> dict[str, object]:
    return {"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": base64url.encoded(raw)}


# --- garbage --------------------------------------------------------------------------------------------------------


def enveloped(body: bytes, *signers: Signer, at: datetime = NOW, typ: str = AGREEMENT_TYPE) -> bytes:
    signed = jws.Signed(base64url.encoded(body), ())
    for signer in signers:
        signed = jws.add_signature(signed, typ=typ, key_id=signer.key_id, at=at, signer=signer.sign)
    return signed.encoded()


def altered(history: History, shop: Shop, **changes: object) -> bytes:
    """An acceptance of something else than was offered."""
    offer = replace(history.agreement, **changes)  # type: ignore[arg-type]
    first = jws.parse(history.entries[0].raw).signatures
    return jws.Signed(
        base64url.encoded(offer.encoded()),
        (*first, *jws.parse(enveloped(offer.encoded(), shop.signer)).signatures),
    ).encoded()


def garbage(history: History, shop: Shop, other: History) -> dict[str, tuple[bytes, str]]:
    """Each kind of bad input with the code that refuses it."""
    offer = history.entries[0].raw
    good = signing.accepted(history, shop.signer, at=NOW)
    envelope = json.loads(good)
    body = history.agreement.encoded()
    listed = agreements.present_roster()["SD-BASE-ATP"]
    terms = history.agreement.terms
    person, vendor = envelope["signatures"]
    strange = keys.did_of(Shop(seed=3).keys["k1"].public_key().public_bytes_raw())

    def with_signatures(*signatures: object) -> bytes:
        return jcs.canonical({**envelope, "signatures": list(signatures)})  # type: ignore[dict-item]

    def counter(terms: Terms, **changes: object) -> bytes:
        made = replace(history.agreement, terms=terms, answers=history.entries[0].digest, **changes)  # type: ignore[arg-type]
        return enveloped(made.encoded(), shop.signer)

    return {
        "duplicate keys": (good.replace(b'{"payload"', b'{"payload":"","payload"', 1), "duplicate-key"),
        "unknown field": (
            enveloped(body.replace(b'{"agreement"', b'{"a":1,"agreement"'), shop.signer),
            "unknown-field",
        ),
        "over-long field": (
            enveloped(body.replace(b"shop.example/", b"shop.example/" + b"x" * 500), shop.signer),
            "bad-field",
        ),
        "not canonical": (json.dumps(envelope, indent=1).encode(), "not-canonical"),
        "a byte too many": (good + b"\n", "not-canonical"),
        "missing signature": (with_signatures(vendor), "missing-signature"),
        "echo without an answer": (offer.replace(b"x", b"x"), "replay"),
        "no signature": (with_signatures(), "missing-signature"),
        "extra signature": (with_signatures(person, vendor, vendor), "extra-signature"),
        "swapped signatures": (with_signatures(vendor, person), "wrong-key-order"),
        "another's signature": (enveloped(body, Signer(keys.did_key_id(strange), shop.signer.sign)), "wrong-party"),
        "stale id": (counter(Terms("SD-BY", terms.iri, terms.hash)), "stale-id"),
        "off the roster": (counter(Terms("MY-OWN", terms.iri, terms.hash)), "off-roster"),
        "wrong IRI": (counter(replace(listed, iri="https://w3id.org/dpv/standards/p7012#SD-BY-ATP")), "wrong-iri"),
        "wrong hash": (counter(replace(listed, hash=terms.hash)), "wrong-hash"),
        "the very terms": (counter(terms), "same-terms"),
        "longer counter": (counter(listed, valid_until=NOW + 999 * DAY), "extended-expiry"),
        "weakened echo": (altered(history, shop, terms=listed), "weakened-echo"),
        "extended expiry": (altered(history, shop, valid_until=NOW + 999 * DAY), "extended-expiry"),
        "altered echo": (altered(history, shop, valid_until=NOW + 30 * DAY), "altered-echo"),
        "clock ahead": (signing.accepted(history, shop.signer, at=NOW + DAY), "clock-skew"),
        "dated back": (signing.accepted(history, shop.signer, at=NOW - DAY), "key-not-valid"),
        "another key": (signing.accepted(history, Shop(seed=9).signer, at=NOW), "bad-signature"),
        "unknown key": (signing.accepted(history, replace(shop.signer, key_id=f"{shop.url}#x"), at=NOW), "unknown-key"),
        "text beside an old signature": (
            good.replace(
                vendor["signature"].encode(), json.loads(other.entries[1].raw)["signatures"][1]["signature"].encode()
            ),
            "bad-signature",
        ),
        "event of another": (
            enveloped(b"{}", shop.signer, typ="firstparty-event+json"),
            "missing-field",
        ),
        "not for anybody": (b'{"hello":1}', "not-jws"),
        "no JSON": (b"\xff\xfe", "not-json"),
        "nested": (b"[" * 9_000, "too-deep"),
        "endless": (b"[" + b"1," * 5_000_000 + b"1]", "too-large"),
    }


def test_garbage_of_every_kind_is_refused_with_its_code_recorded_and_changes_nothing(shell: Shell, shop: Shop) -> None:
    other = agree(shell, shop)
    id = proffer(shell, shop)
    tried = garbage(shop.histories[id], shop, shop.histories[other])
    done = shell.run("agreement", "receive", *give(shell, *(raw for raw, _ in tried.values())), "--json")
    assert done.returncode == 1
    answers: list[dict[str, Any]] = json.loads(done.stdout)["received"]
    assert {name: one["code"] for name, one in zip(tried, answers, strict=True)} == {
        name: code for name, (_, code) in tried.items()
    }
    assert all(one["recorded"] and not one["taken"] for one in answers)
    found = shell.json("agreement", id)
    assert (found["state"], found["terms"]) == ("proffered", "SD-BASE")
    in_history = [one["received"] for one in found["entries"] if one["kind"] == "failed"]
    elsewhere = [one["digest"] for one in shell.json("agreements")["failed_deliveries"]]
    assert sorted(in_history + elsewhere) == sorted(one["digest"] for one in answers)
    assert shell.json("audit", "verify")["ok"]
    # The record of failures is part of both histories; the right answer is still taken after it.
    shell.run("agreement", "export", id, "--as", "history", "--out", "whole.json")
    for entry in json.loads((shell.cwd / "whole.json").read_bytes())["entries"][1:]:
        shop.takes(jcs.canonical(entry), NOW, id)
    (taken,) = shell.json("agreement", "receive", *give(shell, shop.accepts(id, NOW)))["received"]
    assert taken["state"] == "accepted"


def test_a_refusal_says_in_words_that_it_was_recorded(shell: Shell, shop: Shop) -> None:
    id = agree(shell, shop)
    done = shell.run("agreement", "receive", *give(shell, shop.histories[id].last.raw, b"nonsense"))
    assert done.returncode == 1
    assert f"refused (replay): this very thing was received before; recorded as a failed attempt in {id}" in done.stderr
    assert "refused (not-json)" in done.stderr
    assert "recorded as a failed delivery" in done.stderr
    assert shell.run("agreement", "receive", "missing.json").returncode == 2
    assert shell.json("agreements")["failed_deliveries"][0]["code"] == "not-json"


# --- exports --------------------------------------------------------------------------------------------------------


def exported_as(shell: Shell, id: str, form: str, *words: str) -> Any:
    done = shell.run("agreement", "export", id, "--as", form, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_offer_goes_out_as_odrl_with_the_owners_limits_and_the_agreement_without(shell: Shell, shop: Shop) -> None:
    assert shell.run("terms", "choose", "--retention", "P1Y").returncode == 0
    id = proffer(shell, shop)
    offer = odrl.read(exported_as(shell, id, "odrl"))
    shell.json("agreement", "receive", *give(shell, shop.accepts(id, NOW)))
    agreement = odrl.read(exported_as(shell, id, "odrl"))
    assert (offer.kind, agreement.kind) == ("Offer", "Agreement")
    # The cap on retention is an obligation to delete; it is asked for, and no part of what both have signed.
    assert len(offer.rules) == len(agreement.rules) + 1
    assert offer.origin
    assert agreement.origin
    assert (offer.origin.agreement, agreement.origin.agreement) == (id, id)


def test_a_record_of_consent_takes_in_what_the_vendor_has_declared(shell: Shell, shop: Shop) -> None:
    id = proffer(shell, shop, "--terms", "SD-BASE-A")
    shell.json("agreement", "receive", *give(shell, shop.accepts(id, NOW)))
    (shell.cwd / "practice.json").write_text(json.dumps({"data": ["pd:EmailAddress"]}))
    plain = exported_as(shell, id, "27560")
    full = exported_as(shell, id, "27560", "--practice", "practice.json")
    assert plain["@type"] == "dpv:ConsentRecord"
    assert "EmailAddress" in json.dumps(full)
    assert "EmailAddress" not in json.dumps(plain)


# --- verify ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(shell: Shell, shop: Shop) -> Shell:
    """A bundle of an agreement, a checkpoint that was kept, and no vault any more."""
    id = agree(shell, shop)
    (shell.cwd / "checkpoint").write_text(shell.json("audit", "checkpoint")["checkpoint"])
    done = shell.run("agreement", "export", id, "--out", "bundle.json", "--checkpoint", "checkpoint")
    assert done.returncode == 0, done.stderr
    (shell.cwd / "passphrase").unlink()
    (shell.cwd / "vault" / "vault.db").unlink()
    return shell


def test_a_bundle_is_verified_without_a_vault_by_what_the_reader_brings(exported: Shell) -> None:
    plain = exported.json("agreement", "verify", "bundle.json")
    assert (plain["ok"], plain["state"]) == (True, "accepted")
    log_key = json.loads((exported.cwd / "bundle.json").read_bytes())["log"]["key"]
    brought = ("--keys", "CLIENT.json", f"--log-key={log_key}", "--checkpoint", "checkpoint")
    full = exported.json("agreement", "verify", "bundle.json", *brought)
    open_topics = {check["topic"] for check in full["checks"] if check["verdict"] == "not verified"}
    assert open_topics == {"later", "people", "times", "conduct"}
    page = exported.run("agreement", "verify", "bundle.json")
    assert page.returncode == 0
    assert "Trusted on your word: the roster of this program." in page.stdout
    assert "did:key:z6Mk" in page.stdout
    none = exported.json("agreement", "verify", "bundle.json", "--no-trust-roster")
    assert "roster" in {check["topic"] for check in none["checks"] if check["verdict"] == "not verified"}


def test_a_text_swapped_beside_the_signatures_fails(exported: Shell) -> None:
    made = json.loads((exported.cwd / "bundle.json").read_bytes())
    made["texts"][0]["text"] = "You may share everything."
    (exported.cwd / "bundle.json").write_text(json.dumps(made))
    report = exported.json("agreement", "verify", "bundle.json", code=1)
    assert ("text", "wrong-text") in {(check["topic"], check["code"]) for check in report["checks"]}
    done = exported.run("agreement", "verify", "bundle.json")
    assert "FAILED (wrong-text)" in done.stdout
    assert "1 checks failed" in done.stderr


def test_a_text_of_another_version_says_how_to_leave_the_roster_out(exported: Shell) -> None:
    made = json.loads((exported.cwd / "bundle.json").read_bytes())
    made["entries"][1]["signatures"][1]["signature"] = made["entries"][1]["signatures"][0]["signature"]
    (exported.cwd / "forged.json").write_text(json.dumps(made))
    assert exported.json("agreement", "verify", "forged.json", code=1)["state"] is None
    assert exported.run("agreement", "verify", "CLIENT.json").returncode == 1


def test_the_lists_of_names_in_the_help_are_those_of_the_code() -> None:
    from terms.lifecycle import State
    from web.agreement_exports import EXPORTERS
    from web.commands import agreement as command
    from web.commands import agreements as listing

    assert list(command._FORMS) == list(EXPORTERS)
    assert set(listing._STATES) == set(State)


def test_the_kinds_in_words_are_complete() -> None:
    from web import agreement_output

    assert set(agreement_output._HAPPENED) == {kind.value for kind in Kind}
    assert ledger.present_roster()
