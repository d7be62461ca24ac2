"""Passkeys kept and shown: what logs in, what is refused, and what stands in the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.vault.authenticators import PRESENT, Authenticator
from tests.vault.conftest import Made
from tests.vault.earlier import of_before
from vault import activity, archive, sessions
from vault.session import Vault
from vault.sessions import ceremonies, passkeys
from vault.sessions.ceremonies import RelyingParty
from vault.sessions.passkeys import Passkey, Refusal

PARTY = RelyingParty("vault.example", "https://vault.example")
CHALLENGE = b"c" * 32
OTHER = b"d" * 32


def added(vault: Vault, name: str = "Phone", **said: object) -> Authenticator:
    device = Authenticator(PARTY.origin, **said)  # type: ignore[arg-type]
    answer = device.made(passkeys.creation_options(vault, PARTY, CHALLENGE))
    found = passkeys.add(vault, PARTY, CHALLENGE, answer, name)
    assert isinstance(found, Passkey), found
    return device


def shown(vault: Vault, device: Authenticator, *, asked: bytes = CHALLENGE) -> Passkey | Refusal:
    answer = device.shown(passkeys.request_options(PARTY, asked))
    return passkeys.present(vault, PARTY, CHALLENGE, answer)


def events(vault: Vault) -> list[str]:
    return [one.event for one in activity.page(vault, group="logins").entries if one.event.startswith("login.")]


def test_a_passkey_that_was_added_is_known_again_with_when_it_was_used(vault: Vault) -> None:
    phone, laptop = added(vault, "Phone"), added(vault, "  Laptop\nat home\x00 ")
    assert [(one.name, one.host, one.used_at) for one in passkeys.listed(vault)] == [
        ("Phone", "vault.example", ""),
        ("Laptop at home", "vault.example", ""),
    ]
    vault.now += timedelta(days=1)
    for device, name in ((laptop, "Laptop at home"), (phone, "Phone"), (phone, "Phone")):
        found = shown(vault, device)
        assert isinstance(found, Passkey)
        assert found.name == name
    assert all(one.used_at > one.added_at for one in passkeys.listed(vault))


def test_what_is_asked_for_keeps_its_key_on_the_device_and_verifies_the_user(vault: Vault) -> None:
    device = added(vault)
    created = json.loads(passkeys.creation_options(vault, PARTY, CHALLENGE))
    assert created["rp"] == {"name": "Firstparty", "id": "vault.example"}
    assert created["authenticatorSelection"]["residentKey"] == "required"
    assert created["authenticatorSelection"]["userVerification"] == "required"
    assert created["attestation"] == "none"
    assert [len(one["id"]) for one in created["excludeCredentials"]] == [43]
    asked = json.loads(passkeys.request_options(PARTY, CHALLENGE))
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")  # it tells a stranger of none
    assert vault.keyring.vault_id.encode() not in device.user


WRONG: dict[str, Callable[[Authenticator], None]] = {
    "another origin": lambda one: setattr(one, "origin", "https://vault.example.evil.example"),
    "the same name over http": lambda one: setattr(one, "origin", "http://vault.example"),
    "another port": lambda one: setattr(one, "origin", "https://vault.example:8443"),
    "another host": lambda one: setattr(one, "host", "evil.example"),
    "a user who was not verified": lambda one: setattr(one, "flags", PRESENT),
    "a user who was not there": lambda one: setattr(one, "flags", 4),
    "a frame of another site": lambda one: setattr(one, "framed", True),
    "another user": lambda one: setattr(one, "user", b"somebody else"),
    "no user": lambda one: setattr(one, "user", b""),
    "another key": lambda one: setattr(one, "key", Authenticator("").key),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_is_wrong_in_one_thing_is_refused(vault: Vault, wrong: str) -> None:
    device = added(vault)
    WRONG[wrong](device)
    assert shown(vault, device) is Refusal.UNVERIFIED
    assert passkeys.listed(vault)[0].used_at == ""


MADE_WRONG = [wrong for wrong in WRONG if wrong not in ("another user", "no user", "another key")]


@pytest.mark.parametrize("wrong", MADE_WRONG)
def test_a_key_that_was_made_wrongly_is_not_added(vault: Vault, wrong: str) -> None:
    device = Authenticator(PARTY.origin)
    WRONG[wrong](device)
    answer = device.made(passkeys.creation_options(vault, PARTY, CHALLENGE))
    assert passkeys.add(vault, PARTY, CHALLENGE, answer, "x") is Refusal.UNVERIFIED
    assert passkeys.listed(vault) == []


def test_an_answer_to_another_challenge_is_refused(vault: Vault) -> None:
    device = added(vault)
    assert shown(vault, device, asked=OTHER) is Refusal.UNVERIFIED
    answer = Authenticator(PARTY.origin).made(passkeys.creation_options(vault, PARTY, OTHER))
    assert passkeys.add(vault, PARTY, CHALLENGE, answer, "x") is Refusal.UNVERIFIED


def test_making_a_key_is_not_showing_one(vault: Vault) -> None:
    device = added(vault)
    made = json.loads(device.made(passkeys.creation_options(vault, PARTY, CHALLENGE)))
    signed = json.loads(device.shown(passkeys.request_options(PARTY, CHALLENGE)))
    signed["response"]["clientDataJSON"] = made["response"]["clientDataJSON"]
    assert passkeys.present(vault, PARTY, CHALLENGE, json.dumps(signed)) is Refusal.UNVERIFIED


def test_an_answer_under_the_id_of_another_key_is_refused(vault: Vault) -> None:
    phone, laptop = added(vault), added(vault, "Laptop")
    phone.credential = laptop.credential
    assert shown(vault, phone) is Refusal.UNVERIFIED


def test_a_passkey_that_was_removed_or_is_of_another_host_is_unknown(vault: Vault) -> None:
    device = added(vault)
    elsewhere = RelyingParty("other.example", "https://other.example")
    device.origin = elsewhere.origin
    answer = device.shown(passkeys.request_options(elsewhere, CHALLENGE))
    assert passkeys.present(vault, elsewhere, CHALLENGE, answer) is Refusal.UNKNOWN
    device.origin = PARTY.origin
    assert isinstance(shown(vault, device), Passkey)
    assert passkeys.remove(vault, passkeys.listed(vault)[0].id)
    assert shown(vault, device) is Refusal.UNKNOWN
    assert not passkeys.remove(vault, 1)


@pytest.mark.parametrize("back", [0, -1, -3])
def test_a_counter_that_does_not_go_up_is_refused_and_noted(vault: Vault, back: int) -> None:
    device = added(vault, count=5)
    assert isinstance(shown(vault, device), Passkey)
    device.step = back
    assert shown(vault, device) is Refusal.COPIED
    assert events(vault)[0] == "login.passkey-copied"
    device.step, device.count = 1, 6
    assert isinstance(shown(vault, device), Passkey)  # the one that is ahead goes on: the owner removes it, or does not


def test_a_counter_is_not_judged_before_the_signature(vault: Vault) -> None:
    device = added(vault, count=5)
    device.key, device.step = Authenticator("").key, -1
    assert shown(vault, device) is Refusal.UNVERIFIED
    assert "login.passkey-copied" not in events(vault)


def test_an_authenticator_that_does_not_count_is_taken(vault: Vault) -> None:
    device = added(vault, step=0)
    assert isinstance(shown(vault, device), Passkey)
    assert isinstance(shown(vault, device), Passkey)


def test_a_device_that_is_known_is_not_added_again(vault: Vault) -> None:
    device = added(vault)
    answer = device.made(passkeys.creation_options(vault, PARTY, CHALLENGE))
    assert passkeys.add(vault, PARTY, CHALLENGE, answer, "Phone again") is Refusal.THERE_ALREADY


def test_there_are_only_so_many(vault: Vault) -> None:
    for _ in range(passkeys.MAX_PASSKEYS):
        added(vault)
    answer = Authenticator(PARTY.origin).made(passkeys.creation_options(vault, PARTY, CHALLENGE))
    assert passkeys.add(vault, PARTY, CHALLENGE, answer, "x") is Refusal.TOO_MANY


def test_each_change_is_on_record(vault: Vault) -> None:
    added(vault)
    (one,) = passkeys.listed(vault)
    assert passkeys.rename(vault, one.id, "Old phone")
    assert passkeys.listed(vault)[0].name == "Old phone"
    passkeys.remove(vault, one.id)
    assert not passkeys.rename(vault, one.id, "x")
    assert events(vault) == ["login.passkey-removed", "login.passkey-renamed", "login.passkey-added"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=40), st.integers(0, 400), st.integers(0, 255))
@example("[" * 30_000, 0, 0)
@example("x" * (ceremonies.MAX_ANSWER + 1), 0, 0)
def test_whatever_comes_is_a_refusal(vault: Vault, text: str, place: int, byte: int) -> None:
    """Foreign text, and honest answers with one character changed."""
    device = Authenticator(PARTY.origin)
    made = device.made(passkeys.creation_options(vault, PARTY, CHALLENGE))
    answer = device.shown(passkeys.request_options(PARTY, CHALLENGE))
    for one in (text, made[:place] + chr(byte) + made[place + 1 :], made[:place]):
        found = passkeys.add(vault, PARTY, OTHER, one, "x")
        assert found is Refusal.UNVERIFIED
    for one in (text, answer[:place] + chr(byte) + answer[place + 1 :], answer[:place]):
        assert passkeys.present(vault, PARTY, OTHER, one) in (Refusal.UNVERIFIED, Refusal.UNKNOWN)


def test_passkeys_and_logins_stay_out_of_an_archive(vault: Vault, other: Vault, tmp_path: Path) -> None:
    added(vault)
    secret = sessions.begin(vault, "passkey")
    path = tmp_path / "archive.zip"
    manifest = archive.export(vault, path)
    assert not {"owner_passkey", "owner_session"} & set(manifest.tables)
    mine = added(other)
    archive.bring(other, path)
    assert [one.name for one in passkeys.listed(other)] == ["Phone"]
    assert isinstance(shown(other, mine), Passkey)
    assert sessions.present(other, secret) is None


def test_a_vault_of_before_there_were_passkeys_can_have_them(made: Made) -> None:
    with of_before(made, "m0015_passkeys").open() as vault:
        assert passkeys.listed(vault) == []
        assert isinstance(shown(vault, added(vault)), Passkey)
