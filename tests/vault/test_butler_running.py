"""A round of the butler: what the analysis finds becomes a request once, and what is told is worth a look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.vault.butlers import intend
from tests.vault.statements import File, bring, charge, contracts, monthly, take_back
from vault import owner
from vault.butler import decisions, rulebook, running, settings
from vault.butler.decisions import Butler
from vault.butler.running import Round
from vault.overview import Overview
from vault.policy.effects import Effect
from vault.session import Vault

NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
YEARLY = [
    charge(f"{year}-12-15", -price, "Fitnesswerk Nordstadt") for year, price in ((2023, 100), (2024, 100), (2025, 118))
]
RISEN = monthly("Zahnzusatz Rheinland", 12.45, "2025-06-03", 11) + monthly(
    "Zahnzusatz Rheinland", 14.94, "2026-05-03", 6
)
NEWS = monthly("Zahnzusatz Rheinland", 12.45, "2025-11-03", 10) + monthly(
    "Zahnzusatz Rheinland", 14.94, "2026-09-03", 2
)
STEADY = monthly("Kaffeeroesterei Quast", 3.20, "2025-09-07", 14)


def run(vault: Vault, *, now: datetime = NOW) -> Round:
    vault.now = now
    return running.run(Butler(vault, now=now))


def state(vault: Vault, title: str, **facts: str) -> None:
    for name, text in facts.items():
        (one,) = [found for found in contracts(vault, today=NOW.date()) if found.row.title == title]
        owner.set_fact(vault, one, name.replace("_", "-"), text)


def cancellable(vault: Vault, title: str) -> None:
    """It renews each 15 December unless notice is given a month before."""
    state(vault, title, started="2023-12-15", minimum="P1Y", renewal="P1Y", notice="P1M", renews="yes")


@pytest.fixture
def fitness(vault: Vault) -> Vault:
    bring(vault, YEARLY)
    cancellable(vault, contracts(vault, today=NOW.date())[0].row.title)
    return vault


def test_a_renewal_that_binds_for_long_is_told_with_price_day_and_stake(fitness: Vault) -> None:
    found = run(fitness)
    assert found.summary == "1 read, 1 shown"
    (told,) = found.told
    title = contracts(fitness, today=NOW.date())[0].row.title
    day = told.cancel_by
    assert day is not None
    assert told.sentence == (
        f"{title}: price up 18 %, renews for 118.00 EUR: consider cancelling by {day.day} November 2026"
    )
    assert told.decision.effect == Effect.QUESTIONED


def test_what_is_hardly_used_is_said_to_be(fitness: Vault) -> None:
    (one,) = contracts(fitness, today=NOW.date())
    for day in (date(2026, 2, 1), date(2026, 3, 1)):
        owner.add_usage(fitness, one, day, "1", "uses")
    (told,) = run(fitness).told
    assert "price up 18 %, renews for 118.00 EUR, used twice this year: consider cancelling by" in told.sentence


def test_a_second_round_finds_nothing_new(fitness: Vault) -> None:
    run(fitness)
    assert run(fitness).summary == run(fitness, now=NOW + timedelta(days=3)).summary == "0 read, 0 shown"


def test_it_is_told_once_though_the_statements_are_taken_back_and_brought_in_again(vault: Vault) -> None:
    report = bring(vault, YEARLY)
    cancellable(vault, contracts(vault, today=NOW.date())[0].row.title)
    assert run(vault).read == 1
    take_back(vault, report)
    assert run(vault).read == 0
    bring(vault, YEARLY)
    assert run(vault).read == 0


def test_a_contract_that_gets_another_number_is_known_by_its_charges(vault: Vault) -> None:
    report = bring(vault, NEWS)
    before = contracts(vault, today=NOW.date())[0].row.id
    first = run(vault).read
    assert first
    take_back(vault, report)
    bring(vault, File("again.xml", NEWS))
    assert contracts(vault, today=NOW.date())[0].row.id != before
    assert run(vault).read == 0


def test_it_is_told_once_though_vendors_are_merged(vault: Vault) -> None:
    bring(vault, YEARLY + STEADY)
    cancellable(vault, "Fitnesswerk Nordstadt")
    assert run(vault).read
    kept, merged = sorted(Overview(vault.connection, NOW.date()).vendors, key=lambda row: row.name, reverse=True)[:2]
    owner.merge(vault, kept, merged)
    assert run(vault).read == 0


def test_earlier_statements_brought_in_later_ask_nothing_anew(vault: Vault) -> None:
    bring(vault, YEARLY[1:])
    cancellable(vault, contracts(vault, today=NOW.date())[0].row.title)
    assert run(vault).read == 1
    bring(vault, File("older.xml", YEARLY[:1]))
    assert run(vault).read == 0


def test_the_next_term_is_asked_about_again(fitness: Vault) -> None:
    run(fitness)
    bring(fitness, File("next.xml", [charge("2026-12-15", -118, "Fitnesswerk Nordstadt")]))
    assert run(fitness, now=NOW + timedelta(days=365)).read == 1


def test_what_can_be_left_every_month_is_asked_about_once_a_year_and_told_only_with_a_reason(vault: Vault) -> None:
    bring(vault, RISEN + STEADY)
    for one in contracts(vault, today=NOW.date()):
        state(vault, one.row.title, started="2025-06-03", minimum="P1M", renewal="P1M", notice="P1D")
    found = run(vault)
    told = [one.sentence for one in found.told]
    assert found.read == 2
    assert [sentence.partition(":")[2] for sentence in told] == [
        " price up 20 %: consider cancelling by 1 November 2026"
    ]
    assert run(vault, now=NOW + timedelta(days=31)).read == 0


def test_a_price_rise_is_a_request_while_it_is_news(vault: Vault) -> None:
    bring(vault, NEWS)
    found = run(vault)
    kinds = [one.decision.request.kind for one in found.told]
    assert "price-change" in kinds
    (rise,) = [one for one in found.told if one.decision.request.kind == "price-change"]
    assert "price up 20 %" in rise.sentence
    assert decisions.facts_of(vault, rise.decision)["change.rise"] == 20


def test_an_old_price_rise_is_no_request(vault: Vault) -> None:
    bring(vault, RISEN)
    assert "price-change" not in [one.request.kind for one in decisions.decisions(vault)]
    run(vault)
    assert "price-change" not in [one.request.kind for one in decisions.decisions(vault)]


def test_a_rule_of_the_owner_decides_what_is_told(fitness: Vault) -> None:
    rulebook.install(
        fitness,
        '[[rule]]\nid = "fine"\nfor = ["renewal"]\nwhen = ["change.price.new.per_month <= 20 EUR"]\nthen = "accept"\nbecause = "ok"\n',
        "rules.toml",
    )
    found = run(fitness)
    assert (found.read, found.told) == (1, ())
    assert next(decisions.decisions(fitness)).effect == Effect.RUNS_ON


def test_a_refused_renewal_says_to_cancel(fitness: Vault) -> None:
    rulebook.install(
        fitness,
        '[[rule]]\nid = "no"\nfor = ["renewal"]\nwhen = ["change.price.new.per_month > 1 EUR"]\nthen = "refuse"\nbecause = "no"\n',
        "rules.toml",
    )
    (told,) = run(fitness).told
    assert told.decision.effect == Effect.TO_BE_CANCELLED
    assert "consider cancelling by" in told.sentence


def test_nothing_is_asked_before_its_time_nor_of_what_was_cancelled(fitness: Vault) -> None:
    assert run(fitness, now=NOW - timedelta(days=60)).read == 0
    (one,) = contracts(fitness, today=NOW.date())
    owner.set_fact(fitness, one, "cancelled", "2026-10-01")
    assert run(fitness).read == 0


def test_the_owner_sets_how_long_before_it_is_asked(fitness: Vault) -> None:
    settings.put(fitness, "question-ahead", ("P200D",))
    assert run(fitness, now=NOW - timedelta(days=60)).read == 1


def test_told_is_ordered_by_day_and_then_by_money(vault: Vault) -> None:
    bring(vault, YEARLY + [charge(one.booked, one.minor / 50, "Zahnzusatz Rheinland") for one in YEARLY])
    for title in ("Fitnesswerk Nordstadt", "Zahnzusatz Rheinland"):
        cancellable(vault, title)
    stakes = [one.stake.minor for one in run(vault).told if one.stake]
    assert stakes == sorted(stakes, reverse=True)
    assert len(stakes) == 2


def test_a_contract_without_charges_is_asked_about_once(vault: Vault) -> None:
    owner.add_vendor(vault, "Power", domains=("power.example",))
    (vendor,) = Overview(vault.connection, NOW.date()).vendors
    owner.add_contract(vault, vendor, owner.price_of("118", "EUR"), "P1Y")
    (one,) = contracts(vault, today=NOW.date())
    cancellable(vault, one.row.title)
    assert [run(vault).read for _ in range(2)] == [1, 0]
    assert next(decisions.decisions(vault)).request.sender == "https://power.example"


def test_a_round_closes_what_has_come_to_its_last_day(vault: Vault) -> None:
    vault.now = NOW
    intend(vault, closes="2026-10-30")
    assert run(vault).closed == 1


def test_progress_is_told_for_each(fitness: Vault) -> None:
    seen: list[tuple[int, int]] = []
    fitness.now = NOW
    running.run(Butler(fitness, now=NOW), each=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 1)]
