"""What the owner says: it wins, it is remembered, and no import, undo or archive takes it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from terms.errors import FirstpartyError, UsageError
from tests.vault.statements import (
    File,
    account,
    assert_sound,
    bring,
    charge,
    contracts,
    derived,
    monthly,
    only,
    take_back,
    vendor_names,
)
from vault import archive, owner
from vault.findings import FoundAccount
from vault.importing import ImportReport
from vault.money import Money
from vault.overview import Contract, Overview
from vault.relationships.facts import StatedFact
from vault.session import Vault
from vault.store import audit, entries
from vault.store import vendors as vendor_store
from vault.store.vendors import VendorRow

POWER = monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10)
FITNESS = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10)
INSURANCE = monthly("Zahnzusatz Rheinland", 12.45, "2025-06-02", 10)


def vendor(vault: Vault, name: str) -> VendorRow:
    (found,) = [row for row in vendor_store.vendors(vault.connection) if row.name == name]
    return found


def contract(vault: Vault, name: str) -> Contract:
    (found,) = [one for one in contracts(vault, dismissed=True) if one.row.vendor_name == name]
    return found


def said(vault: Vault) -> object:
    """All that the owner said in `say_everything`, read back, without ids."""
    names = vendor_names(vault)
    contract_rows = [
        (one.row.vendor_name, one.row.title, one.row.verdict, one.row.facts, one.row.unused_since, one.row.source)
        for one in contracts(vault, dismissed=True)
    ]
    usage = [(reading.day, reading.quantity) for one in contracts(vault, dismissed=True) for reading in one.usage]
    categories = {row.name: row.category for row in vendor_store.vendors(vault.connection)}
    return names, contract_rows, usage, categories


def say_everything(vault: Vault) -> None:
    owner.confirm(vault, contract(vault, "Fitnesswerk Nordstadt"))
    owner.set_fact(vault, contract(vault, "Fitnesswerk Nordstadt"), "notice", "P1M")
    owner.set_fact(vault, contract(vault, "Fitnesswerk Nordstadt"), "started", "2024-06-01", basis="stated")
    owner.set_unused(vault, contract(vault, "Fitnesswerk Nordstadt"), date(2026, 1, 1))
    owner.set_fact(vault, contract(vault, "Stadtwerke Musterstadt"), "title", "Power at home")
    owner.add_usage(vault, contract(vault, "Stadtwerke Musterstadt"), date(2026, 1, 31), "312,5", "kWh")
    owner.dismiss(vault, contract(vault, "Zahnzusatz Rheinland"))
    owner.rename(vault, vendor(vault, "Fitnesswerk Nordstadt"), "My gym")
    owner.set_category(vault, vendor(vault, "My gym"), "fitness")
    number = owner.add_vendor(vault, "Landlord", domains=("landlord.example",))
    added = vendor_store.vendor(vault.connection, number)
    assert added
    owner.add_contract(vault, added, Money(95_000, "EUR"), "P1M", title="Flat")


# --- what the owner said stays --------------------------------------------------------------------------------------


def reimport(vault: Vault, _: ImportReport, __: Path) -> Vault:
    assert bring(vault, POWER, FITNESS, INSURANCE).added == {}
    return vault


def more_statements(vault: Vault, _: ImportReport, __: Path) -> Vault:
    bring(
        vault,
        *[monthly(one[0].counterparty, -one[0].minor / 100, "2026-04-02", 3) for one in (POWER, FITNESS, INSURANCE)],
    )
    return vault


def undo_another(vault: Vault, _: ImportReport, __: Path) -> Vault:
    take_back(vault, bring(vault, monthly("Blumen Sommer", 19, "2025-06-20", 6)))
    return vault


def undo_and_import_again(vault: Vault, report: ImportReport, __: Path) -> Vault:
    take_back(vault, report)
    bring(vault, FITNESS)
    bring(vault, INSURANCE, POWER)
    return vault


AFTER = [reimport, more_statements, undo_another, undo_and_import_again]


@pytest.mark.parametrize("happens", AFTER)
def test_everything_the_owner_said_stays(
    vault: Vault, tmp_path: Path, happens: Callable[[Vault, ImportReport, Path], Vault]
) -> None:
    report = bring(vault, POWER, FITNESS, INSURANCE)
    say_everything(vault)
    before, numbers = said(vault), {one.row.id for one in contracts(vault, dismissed=True)}
    happens(vault, report, tmp_path)
    assert said(vault) == before
    assert {one.row.id for one in contracts(vault, dismissed=True)} == numbers
    assert "Zahnzusatz Rheinland" not in [one.row.vendor_name for one in contracts(vault)]
    assert_sound(vault)


def test_everything_the_owner_said_travels_in_an_archive_and_stays_there(
    vault: Vault, other: Vault, tmp_path: Path
) -> None:
    bring(vault, POWER, FITNESS, INSURANCE)
    say_everything(vault)
    archive.export(vault, tmp_path / "archive.zip")
    archive.bring(other, tmp_path / "archive.zip")
    assert said(other) == said(vault)
    bring(other, POWER, FITNESS, INSURANCE)
    assert said(other) == said(vault)


# --- verdicts and facts ---------------------------------------------------------------------------------------------


def test_a_dismissed_contract_is_listed_no_more_until_it_is_confirmed(vault: Vault) -> None:
    bring(vault, POWER)
    one = only(vault)
    owner.dismiss(vault, one)
    assert contracts(vault) == []
    owner.confirm(vault, one)
    assert only(vault).row.id == one.row.id


def test_facts_stay_with_their_contract_when_a_vendor_gets_a_second_one(vault: Vault) -> None:
    bring(vault, POWER)
    owner.set_fact(vault, only(vault), "notice", "P3M")
    number = only(vault).row.id
    bring(vault, monthly("Stadtwerke Musterstadt GmbH", 31, "2025-06-18", 10, mandate="GAS-1"))
    facts = {one.row.id: one.row.facts for one in contracts(vault)}
    assert len(facts) == 2
    assert facts.pop(number) == {"notice": StatedFact("P3M", "owner")}
    assert list(facts.values()) == [{}]


def test_a_fact_is_kept_in_its_canonical_form_and_unset_by_a_dash(vault: Vault) -> None:
    bring(vault, POWER)
    assert owner.set_fact(vault, only(vault), "notice", " p3m ") == "P3M"
    assert owner.set_fact(vault, only(vault), "country", "de") == "DE"
    assert owner.set_fact(vault, only(vault), "notice", "-") == "-"
    assert only(vault).row.facts == {"country": StatedFact("DE", "owner")}


@pytest.mark.parametrize(("name", "text"), [("notice", "soon"), ("ends", "2026-02-30"), ("colour", "blue")])
def test_a_fact_that_is_none_is_refused_and_changes_nothing(vault: Vault, name: str, text: str) -> None:
    bring(vault, POWER)
    with pytest.raises(UsageError):
        owner.set_fact(vault, only(vault), name, text)
    assert only(vault).row.facts == {}
    assert not only(vault).row.verdict


def test_a_title_of_one_s_own_is_what_search_finds(vault: Vault) -> None:
    bring(vault, POWER)
    owner.set_fact(vault, only(vault), "title", "Lighthouse")
    (hit,) = entries.search(vault.connection, "lighthouse", limit=5)
    assert (hit.kind, hit.id) == ("contract", only(vault).row.id)
    bring(vault, monthly("Stadtwerke Musterstadt GmbH", 80, "2026-04-03", 2))
    assert [hit.id for hit in entries.search(vault.connection, "lighthouse", limit=5)] == [only(vault).row.id]


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "bell\x07"])
def test_a_name_is_printable_and_of_bounded_length(vault: Vault, title: str) -> None:
    bring(vault, POWER)
    with pytest.raises(UsageError):
        owner.set_fact(vault, only(vault), "title", title)
    with pytest.raises(UsageError):
        owner.rename(vault, vendor(vault, "Stadtwerke Musterstadt"), title)


@pytest.mark.parametrize("quantity", ["many", "-1", "NaN", "inf", "1e99", "1" * 30])
def test_usage_is_an_exact_quantity(vault: Vault, quantity: str) -> None:
    bring(vault, POWER)
    with pytest.raises(UsageError):
        owner.add_usage(vault, only(vault), date(2026, 1, 1), quantity, "kWh")
    owner.add_usage(vault, only(vault), date(2026, 1, 1), "0,10", "kWh")
    assert [(one.day, one.quantity, one.unit) for one in only(vault).usage] == [("2026-01-01", "0.10", "kWh")]


@pytest.mark.parametrize("price", [("0", "EUR"), ("5", "euros"), ("x", "EUR")])
def test_a_price_that_is_none_is_refused(price: tuple[str, str]) -> None:
    with pytest.raises(FirstpartyError):
        owner.price_of(*price)


def test_a_price_is_read_with_a_comma_or_a_point_and_without_a_sign() -> None:
    assert owner.price_of(" -9,99 ", "eur") == owner.price_of("9.99", "EUR") == Money(999, "EUR")


# --- vendors --------------------------------------------------------------------------------------------------------


def test_a_renamed_vendor_keeps_its_name_over_a_full_undo_and_can_be_renamed_again(vault: Vault) -> None:
    report = bring(vault, POWER)
    owner.rename(vault, vendor(vault, "Stadtwerke Musterstadt"), "Power people")
    take_back(vault, report)
    bring(vault, POWER)
    assert vendor_names(vault) == ["Power people"]
    owner.rename(vault, vendor(vault, "Power people"), "Electricity")
    assert vendor_names(vault) == ["Electricity"]
    assert {hit.kind for hit in entries.search(vault.connection, "electricity", limit=9)} == {"vendor", "contract"}
    assert_sound(vault)


def test_merged_vendors_are_one_for_later_statements_too(vault: Vault) -> None:
    bring(vault, POWER, FITNESS)
    owner.merge(vault, vendor(vault, "Stadtwerke Musterstadt"), vendor(vault, "Fitnesswerk Nordstadt"))
    assert vendor_names(vault) == ["Stadtwerke Musterstadt"]
    assert len(contracts(vault)) == 2
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2026-04-01", 3))
    assert vendor_names(vault) == ["Stadtwerke Musterstadt"]
    assert sorted(len(one.charges) for one in contracts(vault)) == [10, 13]
    assert_sound(vault)


def test_what_was_merged_is_split_again_as_it_was(vault: Vault) -> None:
    bring(vault, POWER, FITNESS)
    before = derived(vault.connection)
    owner.merge(vault, vendor(vault, "Stadtwerke Musterstadt"), vendor(vault, "Fitnesswerk Nordstadt"))
    owner.split(vault, vendor(vault, "Stadtwerke Musterstadt"), ["Fitnesswerk Nordstadt"])
    after = derived(vault.connection)
    assert vendor_names(vault) == ["Fitnesswerk Nordstadt", "Stadtwerke Musterstadt"]
    assert {row[1:] for row in after.contracts} == {row[1:] for row in before.contracts}
    assert_sound(vault)


def test_a_confirmed_contract_goes_with_its_charges_through_merge_and_split(vault: Vault) -> None:
    bring(vault, POWER, FITNESS)
    one = contract(vault, "Fitnesswerk Nordstadt")
    owner.set_fact(vault, one, "notice", "P1M")
    owner.merge(vault, vendor(vault, "Stadtwerke Musterstadt"), vendor(vault, "Fitnesswerk Nordstadt"))
    assert {row.row.id: row.row.facts for row in contracts(vault)}[one.row.id] == {"notice": StatedFact("P1M")}
    owner.split(vault, vendor(vault, "Stadtwerke Musterstadt"), ["Fitnesswerk Nordstadt"])
    back = contract(vault, "Fitnesswerk Nordstadt")
    assert (back.row.id, back.row.facts, len(back.charges)) == (one.row.id, {"notice": StatedFact("P1M")}, 10)


def test_vendors_that_have_only_an_account_can_be_merged_one_after_another(vault: Vault) -> None:
    bring(vault, POWER, File("b.json", [FoundAccount("Qwertz"), FoundAccount("Zuiop")], "bitwarden"))
    kept = "Stadtwerke Musterstadt"
    for name in ("Qwertz", "Zuiop"):
        owner.merge(vault, vendor(vault, kept), vendor(vault, name))
    assert vendor_names(vault) == [kept]
    assert vendor(vault, kept).accounts == 2


def test_an_account_s_domain_is_split_from_its_vendor(vault: Vault) -> None:
    login = File("b.json", [account("Fitnesswerk Nordstadt", "https://fitnesswerk-nordstadt.example")], "bitwarden")
    bring(vault, FITNESS, login)
    assert len(vendor_names(vault)) == 1
    owner.split(vault, vendor(vault, "Fitnesswerk Nordstadt"), ["fitnesswerk-nordstadt.example"])
    assert sorted((row.charges, row.accounts) for row in vendor_store.vendors(vault.connection)) == [(0, 1), (10, 0)]
    assert_sound(vault)


def test_merging_a_vendor_with_itself_or_splitting_all_or_none_of_it_is_refused(vault: Vault) -> None:
    bring(vault, POWER)
    one = vendor(vault, "Stadtwerke Musterstadt")
    with pytest.raises(owner.CorrectionError, match="one vendor already"):
        owner.merge(vault, one, one)
    with pytest.raises(owner.CorrectionError, match="nothing would be left"):
        owner.split(vault, one, ["Stadtwerke Musterstadt"])
    with pytest.raises(owner.CorrectionError, match="has no part"):
        owner.split(vault, one, ["Gaswerke"])


def test_a_vendor_added_by_the_owner_takes_the_statements_of_its_name(vault: Vault) -> None:
    number = owner.add_vendor(vault, "Zahnzusatz Rheinland", category="insurance.health")
    bring(vault, INSURANCE)
    (row,) = vendor_store.vendors(vault.connection)
    assert (row.id, row.charges, row.category) == (number, 10, "insurance.health")


def test_a_vendor_added_by_the_owner_outlives_its_statements(vault: Vault) -> None:
    owner.add_vendor(vault, "Zahnzusatz Rheinland")
    take_back(vault, bring(vault, INSURANCE))
    (row,) = vendor_store.vendors(vault.connection)
    assert (row.name, row.charges, row.paid, row.last_seen) == ("Zahnzusatz Rheinland", 0, {}, None)
    assert_sound(vault)


def test_a_contract_added_by_the_owner_is_active_and_costs_its_price(vault: Vault) -> None:
    bring(vault, [charge("2026-01-02", -5, "Zahnzusatz Rheinland")])
    owner.add_contract(vault, vendor(vault, "Zahnzusatz Rheinland"), Money(2000, "EUR"), "P3M")
    one = only(vault)
    assert (one.status, one.row.title, one.yearly) == ("active", "Zahnzusatz Rheinland", Money(8000, "EUR"))
    with pytest.raises(FirstpartyError):
        owner.add_contract(vault, vendor(vault, "Zahnzusatz Rheinland"), Money(2000, "EUR"), "now and then")


def test_everything_the_owner_says_is_in_the_log_without_its_content(vault: Vault) -> None:
    bring(vault, POWER, FITNESS, INSURANCE)
    size = len(audit.leaves(vault.connection, 999))
    say_everything(vault)
    added = audit.leaves(vault.connection, 999)[: -size or None]
    assert [leaf.event for leaf in reversed(added)] == [
        "contract.confirmed", "contract.stated", "contract.stated", "contract.stated", "contract.stated",
        "usage.added", "contract.dismissed", "vendor.renamed", "vendor.categorised", "vendor.added", "contract.added",
    ]  # fmt: skip
    assert not any(word in (leaf.body or "") for leaf in added for word in ("gym", "Landlord", "Power", "312"))


def test_an_overview_counts_each_contract_once_after_all_that(vault: Vault) -> None:
    bring(vault, POWER, FITNESS, INSURANCE)
    say_everything(vault)
    overview = Overview(vault.connection, vault.now.date())
    assert overview.cost_per_month(overview.contracts) == {"EUR": Money(95_000 + 8_000 + 2_990, "EUR")}


def test_a_confirmed_contract_follows_its_vendors_new_name_unless_the_owner_titled_it(vault: Vault) -> None:
    bring(vault, POWER)
    owner.confirm(vault, only(vault))
    owner.rename(vault, vendor(vault, "Stadtwerke Musterstadt"), "Power")
    assert only(vault).row.title == "Power"
    owner.set_fact(vault, only(vault), "title", "Our power")
    owner.rename(vault, vendor(vault, "Power"), "Electricity")
    assert only(vault).row.title == "Our power"
