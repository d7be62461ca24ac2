"""What the owner sees as of a day: status, next charge, deadlines with their basis, stage and cost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.statements import File, account, bring, charge, contracts, monthly, only
from vault import owner
from vault.money import Money
from vault.overview import Contract, Overview
from vault.session import Vault

FITNESS = monthly("Fitnesswerk Nordstadt", 29.9, "2025-01-01", 12)


def on(vault: Vault, day: str) -> Contract:
    (found,) = contracts(vault, today=date.fromisoformat(day))
    return found


def stage(vault: Vault, day: str) -> str:
    overview = Overview(vault.connection, date.fromisoformat(day))
    (row,) = overview.vendors
    return overview.stage(row).stage


# --- status and next charge -----------------------------------------------------------------------------------------


def test_a_contract_that_is_charged_goes_on_and_its_next_charge_is_due(vault: Vault) -> None:
    bring(vault, FITNESS)
    assert (on(vault, "2025-12-10").status, on(vault, "2025-12-10").next_charge) == ("active", date(2026, 1, 1))
    assert on(vault, "2026-01-01").next_charge == date(2026, 1, 1)
    assert on(vault, "2026-01-02").next_charge == date(2026, 2, 1)


def test_silence_ends_a_contract_only_as_far_as_the_statements_of_its_account_reach(vault: Vault) -> None:
    bring(vault, FITNESS)
    assert on(vault, "2026-11-30").status == "active", "no statement says that it was not charged"
    bring(vault, [charge("2026-03-20", -4, "Kaffee", bank_account="another")])
    assert on(vault, "2026-11-30").status == "active", "another account says nothing of it"
    bring(vault, [charge("2026-03-20", -4, "Kaffee")])
    assert on(vault, "2026-11-30").status == "ended"
    assert on(vault, "2025-12-20").status == "active", "it had not ended then"
    assert on(vault, "2026-11-30").next_charge is None
    assert on(vault, "2026-11-30").deadlines == ()


def test_a_cancelled_contract_runs_to_its_last_day_and_has_no_next_charge(vault: Vault) -> None:
    bring(vault, FITNESS)
    for name, text in (("notice", "P1M"), ("cancelled", "2025-12-15"), ("ends", "2026-01-31")):
        owner.set_fact(vault, on(vault, "2025-12-15"), name, text)
    before, after, ended = (on(vault, day) for day in ("2025-12-14", "2025-12-15", "2026-02-01"))
    assert [one.status for one in (before, after, ended)] == ["active", "cancelled", "ended"]
    assert after.last_day == date(2026, 1, 31)
    assert (after.next_charge, ended.next_charge) == (None, None)
    assert ended.yearly == Money(0, "EUR")


def test_no_charge_is_expected_after_the_last_day_of_a_contract_that_ends_by_itself(vault: Vault) -> None:
    bring(vault, FITNESS)
    owner.set_fact(vault, on(vault, "2025-12-15"), "ends", "2026-01-15")
    assert on(vault, "2025-12-20").next_charge == date(2026, 1, 1)
    assert on(vault, "2026-01-10").status == "active"
    assert on(vault, "2026-01-10").next_charge is None
    assert on(vault, "2026-01-16").status == "ended"


def test_a_trial_is_one_until_the_first_full_charge(vault: Vault) -> None:
    bring(vault, [charge("2025-01-01", 0, "Fitnesswerk Nordstadt"), *FITNESS[1:]])
    assert on(vault, "2025-01-20").status == "trial"
    assert on(vault, "2025-02-01").status == "active"
    (deadline,) = [found for found in on(vault, "2025-01-20").deadlines if found.kind == "trial_ends"]
    assert (deadline.on, deadline.basis) == (date(2025, 1, 31), "unknown")


def test_a_trial_that_the_owner_tells_of_has_the_owner_as_its_basis(vault: Vault) -> None:
    bring(vault, [charge("2026-03-01", -5, "Fitnesswerk Nordstadt")])
    row = Overview(vault.connection, vault.now.date()).vendors[0]
    owner.add_contract(vault, row, Money(999, "EUR"), "P1M")
    owner.set_fact(vault, only(vault), "trial-ends", "2026-04-10")
    owner.set_fact(vault, only(vault), "started", "2026-03-11")
    assert on(vault, "2026-03-31").status == "trial"
    assert on(vault, "2026-04-11").status == "active"
    assert on(vault, "2026-04-11").next_charge == date(2026, 4, 11)
    deadline = on(vault, "2026-03-31").deadline("trial_ends")
    assert deadline
    assert (deadline.basis, deadline.money_at_stake) == ("owner", Money(999, "EUR"))


# --- deadlines ------------------------------------------------------------------------------------------------------

FACTS = {
    "started": ["2024-06-15", "2025-01-31"],
    "minimum": ["P24M", "P1Y", "P1M"],
    "renewal": ["P1Y", "P1M"],
    "notice": ["P3M", "P14D", "P1M"],
    "notice-to": ["term-end", "month-end", "any-time"],
    "renews": ["yes", "no"],
    "trial-ends": ["2026-01-31"],
    "cancelled": ["2025-12-01"],
    "ends": ["2026-12-31"],
    "category": ["energy.electricity", "fitness", "insurance.health"],
    "country": ["DE", "FR"],
}
fact_sets = st.fixed_dictionaries({}, optional={name: st.sampled_from(texts) for name, texts in FACTS.items()})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=fact_sets, day=st.dates(date(2025, 6, 1), date(2027, 12, 31)), basis=st.sampled_from(["owner", "stated"]))
def test_no_deadline_is_past_or_without_a_basis_and_no_last_day_to_cancel_rests_on_nothing(
    vault: Vault, facts: dict[str, str], day: date, basis: str
) -> None:
    bring(vault, FITNESS)
    one = contracts(vault, today=day)[0]
    for name in {*facts, *one.row.facts}:
        owner.set_fact(vault, contracts(vault, today=day)[0], name, facts.get(name, "-"), basis=basis)
    one = contracts(vault, today=day)[0]
    for found in one.deadlines:
        assert found.on >= day
        assert found.basis in ("stated", "owner", "law", "unknown")
        assert found.source
        assert found.kind != "cancel_by" or found.basis != "unknown"
        assert found.basis != ("owner" if basis == "stated" else "stated")
    assert one.next_charge is None or one.next_charge >= day
    assert not (one.last_day and one.next_charge) or one.next_charge <= one.last_day
    assert one.status in ("active", "trial", "cancelled", "ended")


def test_a_stated_notice_gives_the_last_day_to_cancel_with_its_basis(vault: Vault) -> None:
    bring(vault, FITNESS)
    for name, text in (("started", "2025-01-01"), ("minimum", "P12M"), ("renewal", "P12M"), ("notice", "P3M")):
        owner.set_fact(vault, on(vault, "2025-06-01"), name, text, basis="stated")
    owner.set_fact(vault, on(vault, "2025-06-01"), "notice-to", "term-end", basis="owner")
    deadline = on(vault, "2025-06-01").deadline("cancel_by")
    assert deadline
    assert (deadline.on, deadline.basis, deadline.ends_on) == (date(2025, 9, 30), "stated", date(2025, 12, 31))
    following = on(vault, "2025-10-01").deadline("cancel_by")
    assert following
    assert following.on == date(2026, 9, 30)


def test_deadlines_are_listed_up_to_a_day_soonest_first_and_without_dismissed_contracts(vault: Vault) -> None:
    bring(vault, FITNESS, monthly("Stadtwerke Musterstadt GmbH", 80, "2025-01-03", 12))
    today = date(2025, 12, 10)
    for one, notice in zip(contracts(vault, today=today), ("P14D", "P1M"), strict=True):
        owner.set_fact(vault, one, "notice", notice)
    overview = Overview(vault.connection, today)
    listed = overview.deadlines(date(2026, 6, 30))
    assert [found.on for _, found in listed] == sorted(found.on for _, found in listed)
    assert len(listed) == 2
    assert Overview(vault.connection, today).deadlines(today) == []
    owner.dismiss(vault, listed[0][0])
    assert len(Overview(vault.connection, today).deadlines(date(2026, 6, 30))) == 1


# --- stage and cost -------------------------------------------------------------------------------------------------


def test_the_stage_of_a_vendor_follows_the_day(vault: Vault) -> None:
    bring(vault, FITNESS)
    assert stage(vault, "2025-02-01") == "new"
    assert stage(vault, "2025-12-10") == "active"
    owner.set_unused(vault, on(vault, "2025-12-10"), date(2025, 6, 1))
    assert stage(vault, "2025-12-10") == "unused"
    owner.set_unused(vault, on(vault, "2025-12-10"), None)
    owner.set_fact(vault, on(vault, "2025-12-10"), "ends", "2026-01-31")
    owner.set_fact(vault, on(vault, "2025-12-10"), "cancelled", "2025-12-09")
    assert stage(vault, "2025-12-10") == "leaving"
    assert stage(vault, "2026-02-10") == "ended"


def test_a_price_rise_is_a_stage_for_half_a_year(vault: Vault) -> None:
    risen = monthly("Fitnesswerk Nordstadt", 34.9, "2026-01-01", 4)
    bring(vault, FITNESS, risen)
    assert stage(vault, "2026-04-10") == "price rising"
    assert stage(vault, "2026-12-10") != "price rising"


def test_a_vendor_with_an_account_only_has_no_contracts_and_is_no_prospect(vault: Vault) -> None:
    bring(vault, File("b.json", [account("Larkfield", "https://larkfield.example")], "bitwarden"))
    assert stage(vault, "2026-03-31") == "active"
    assert contracts(vault) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.integers(300, 20_000), min_size=1, max_size=3, unique=True))
def test_cost_per_month_is_the_sum_of_the_running_contracts_in_each_currency(vault: Vault, cents: list[int]) -> None:
    row = Overview(vault.connection, vault.now.date()).vendors
    number = row[0].id if row else owner.add_vendor(vault, "Landlord")
    with vault.transaction():
        vault.connection.execute("DELETE FROM contract")
    vendor = next(one for one in Overview(vault.connection, vault.now.date()).vendors if one.id == number)
    for one in cents:
        owner.add_contract(vault, vendor, Money(one, "EUR"), "P1M")
        owner.add_contract(vault, vendor, Money(one * 12, "USD"), "P1Y")
    overview = Overview(vault.connection, vault.now.date())
    total = sum(cents)
    assert overview.cost_per_month(overview.contracts) == {"EUR": Money(total, "EUR"), "USD": Money(total, "USD")}
    assert overview.cost_per_month([]) == {}


def test_an_ended_contract_costs_nothing_more_and_what_was_paid_over_its_life(vault: Vault) -> None:
    bring(vault, FITNESS, [charge("2026-06-30", -4, "Kaffee")])
    one = on(vault, "2026-07-01")
    assert one.cost.per_month == Money(0, "EUR")
    assert one.cost.life == Money(12 * 2990, "EUR")


def test_a_price_rise_is_told_with_the_day_it_began(vault: Vault) -> None:
    bring(vault, FITNESS, monthly("Fitnesswerk Nordstadt", 34.9, "2026-01-01", 4))
    found = Overview(vault.connection, date(2026, 4, 10)).findings()
    assert [finding.on for _, finding in found] == [date(2026, 1, 1)]
    assert Overview(vault.connection, date(2026, 4, 10)).findings(rises_since=date(2026, 2, 1)) == []


@pytest.mark.parametrize("day", ["1990-01-01", "2024-12-31", "2025-12-31", "2400-02-29"])
def test_any_day_can_be_asked_about(vault: Vault, day: str) -> None:
    bring(vault, FITNESS)
    overview = Overview(vault.connection, date.fromisoformat(day))
    for row in overview.vendors:
        overview.stage(row)
    for one in overview.contracts:
        assert all(found.on >= overview.today for found in one.deadlines)
        assert one.cost.life.minor == 12 * 2990
