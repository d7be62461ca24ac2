"""The questions of `review` over a real vault: few, worth asking, never asked again once answered."""

from __future__ import annotations

from tests.vault.statements import bring, charge, contracts, monthly, only
from vault import ids, owner
from vault.money import Money
from vault.overview import Overview
from vault.questions import evening, questions
from vault.session import Vault
from vault.store import settings
from vault.vendor_finding import OPEN_QUESTIONS, open_questions


def asked(vault: Vault) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in questions(vault.connection, vault.now.date())]


POWER = monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10)
FITNESS = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10)


def test_an_empty_vault_asks_nothing(vault: Vault) -> None:
    assert asked(vault) == []


def test_a_notice_period_is_asked_for_until_it_is_told(vault: Vault) -> None:
    bring(vault, FITNESS)
    owner.confirm(vault, only(vault))
    number = ids.text("contract", only(vault).row.id)
    assert ("notice_period", number) in asked(vault)
    owner.set_fact(vault, only(vault), "notice", "P1M")
    assert ("notice_period", number) not in asked(vault)


def test_a_dismissed_question_is_not_asked_again_after_more_statements(vault: Vault) -> None:
    bring(vault, FITNESS, POWER)
    before = questions(vault.connection, vault.now.date())
    assert before
    for one in before:
        owner.dismiss_question(vault, one.id)
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2026-04-01", 2))
    again = {one.id for one in questions(vault.connection, vault.now.date())}
    assert again.isdisjoint(one.id for one in before)


def test_a_dismissed_or_ended_contract_asks_nothing(vault: Vault) -> None:
    bring(vault, FITNESS)
    number = ids.text("contract", only(vault).row.id)
    owner.dismiss(vault, only(vault))
    assert number not in [subject for _, subject in asked(vault)]


def test_at_most_ten_are_asked_those_with_most_at_stake_first(vault: Vault) -> None:
    words = "Alpenglut Birkenhof Chausseehaus Dünenwind Eibenkamp Föhrenau Ginstertal Heidekraut Inselruh Kranichsee"
    for place, name in enumerate((*words.split(), "Lärchenfeld", "Moorbirke")):
        bring(vault, monthly(f"{name} Verlag", 10 + place, "2025-06-02", 10))
    found = questions(vault.connection, vault.now.date())
    assert len(found) == 10
    stakes = [one.money_at_stake.minor for one in found]
    assert stakes == sorted(stakes, reverse=True)
    assert stakes[0] == 21 * 12 * 100


def test_every_choice_names_what_it_is_about(vault: Vault) -> None:
    bring(vault, FITNESS, POWER)
    for one in questions(vault.connection, vault.now.date()):
        assert all(choice.command.startswith("firstparty ") for choice in one.choices)
        assert any(one.subject in choice.command for choice in one.choices)


def test_what_the_owner_does_not_use_is_found_in_the_evening(vault: Vault) -> None:
    bring(vault, FITNESS)
    owner.set_unused(vault, only(vault), vault.now.date())
    found = evening(Overview(vault.connection, vault.now.date()))
    assert found.a_year == (Money(12 * 2990, "EUR"),)


def test_a_charge_that_was_taken_twice_is_told_once(vault: Vault) -> None:
    bring(vault, [*FITNESS, charge("2026-03-01", -29.9, "Fitnesswerk Nordstadt")])
    (one,) = contracts(vault)
    assert len(one.row.doubles) == 1
    found = Overview(vault.connection, vault.now.date()).findings()
    assert len(found) == 1


def test_pairs_that_may_be_one_are_kept_as_finding_them_anew_gives_them(vault: Vault) -> None:
    def found_anew() -> tuple[object, ...]:
        kept = settings.get(vault.connection, OPEN_QUESTIONS)
        settings.put(vault.connection, OPEN_QUESTIONS, "")
        try:
            return open_questions(vault.connection)
        finally:
            settings.put(vault.connection, OPEN_QUESTIONS, kept)

    bring(vault, monthly("Wiesenhof Verlagsgesellschaft", 9, "2025-06-02", 10))
    assert open_questions(vault.connection) == found_anew() == ()
    bring(vault, monthly("Wiesenhof Verlagsgeselschaft", 12, "2025-06-02", 10))
    (pair,) = open_questions(vault.connection)
    assert (pair,) == found_anew()
    assert "same_vendor" in [kind for kind, _ in asked(vault)]
    owner.merge(vault, *Overview(vault.connection, vault.now.date()).vendors)
    assert open_questions(vault.connection) == found_anew() == ()
