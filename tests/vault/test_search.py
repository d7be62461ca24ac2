"""Search: words as people type them, over every kind of record, and only over what is there."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.statements import File, account, bring, charge, monthly, only, take_back
from vault import owner
from vault.session import Vault
from vault.store import entries

LOGIN = File("b.json", [account("Larkfield", "https://shop.larkfield.example", "Zoë.Müller@example.org")], "bitwarden")
CHARGES = [
    charge("2026-01-05", -3.2, "Kaffeerösterei Nordwind", "Café crème, Tisch 9"),
    charge("2026-01-06", -4.2, "KAFFEEHAUS", "ÄPFEL UND ÖL"),
]


def found(vault: Vault, words: str) -> list[tuple[str, str]]:
    return [(hit.kind, hit.day) for hit in entries.search(vault.connection, words, limit=50)]


def charge_days(vault: Vault, words: str) -> list[str]:
    """The days of the charges found, newest first."""
    return [day for kind, day in found(vault, words) if kind == "charge"]


@pytest.mark.parametrize(
    "words", ["creme", "CRÈME", "café CREME", "kaffeerosterei nordw", "tisch 9", "cafe, creme!", "9 tisch kaff"]
)
def test_words_are_found_by_their_beginnings_without_case_accents_and_order(vault: Vault, words: str) -> None:
    bring(vault, CHARGES)
    assert charge_days(vault, words) == ["2026-01-05"]


def test_all_words_must_occur(vault: Vault) -> None:
    bring(vault, CHARGES)
    assert charge_days(vault, "kaff") == ["2026-01-06", "2026-01-05"]
    assert found(vault, "creme öl") == []


@pytest.mark.parametrize("words", ["zoe", "muller", "larkfield", "shop", "example.org"])
def test_an_account_is_found_by_title_user_name_and_address(vault: Vault, words: str) -> None:
    bring(vault, LOGIN)
    assert "account" in [kind for kind, _ in found(vault, words)]


def test_a_contract_is_found_by_its_vendor_s_name_and_its_own_title(vault: Vault) -> None:
    bring(vault, monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10))
    owner.set_fact(vault, only(vault), "title", "Lighthouse")
    assert [kind for kind, _ in found(vault, "lighthouse musterstadt")] == ["contract"]


def test_hits_name_their_vendor(vault: Vault) -> None:
    bring(vault, LOGIN, CHARGES)
    hits = entries.search(vault.connection, "larkfield", limit=9)
    assert {hit.vendor for hit in hits} == {"Larkfield"}
    assert entries.search(vault.connection, "tisch", limit=9)[0].vendor == "Kaffeerösterei Nordwind"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=80))
def test_anything_can_be_typed(vault: Vault, words: str) -> None:
    entries.search(vault.connection, words, limit=5)


@pytest.mark.parametrize(
    "words", ["", "  ", '"', "*", "-", "() ^", 'a" OR "b', "NEAR(", "kaff* OR x", "title:kaff", "ab" * 9999]
)
def test_what_means_something_to_the_engine_is_only_words_here(vault: Vault, words: str) -> None:
    bring(vault, CHARGES)
    assert set(charge_days(vault, words)) <= {"2026-01-05", "2026-01-06"}
    assert len(charge_days(vault, "kaff " * 100)) == 2


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_no_more_is_given_than_asked_for(vault: Vault, limit: int) -> None:
    bring(vault, CHARGES, LOGIN)
    assert len(entries.search(vault.connection, "kaff", limit=limit)) == limit


def test_what_is_gone_or_renamed_is_not_found_by_its_old_words(vault: Vault) -> None:
    report = bring(vault, CHARGES, LOGIN, monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10))
    owner.set_fact(vault, only(vault), "title", "Lighthouse")
    owner.set_fact(vault, only(vault), "title", "Windmill")
    assert found(vault, "lighthouse") == []
    assert [kind for kind, _ in found(vault, "windmill")] == ["contract"]
    take_back(vault, report)
    for words in ("creme", "larkfield", "zoe", "apfel"):
        assert found(vault, words) == []
    assert {kind for kind, _ in found(vault, "stadtwerke")} == {"contract", "vendor"}
