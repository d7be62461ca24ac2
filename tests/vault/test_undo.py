"""Taking imports back: exactly what they added, what the owner touched kept and said, and all of it found again."""

from __future__ import annotations

from datetime import date

import pytest

from tests.vault.statements import (
    SAVINGS,
    File,
    account,
    assert_sound,
    bring,
    charge,
    contents,
    contracts,
    derived,
    monthly,
    only,
    take_back,
    vendor_names,
)
from vault import ids, owner
from vault.importing import BatchError, undo
from vault.overview import Overview
from vault.session import Vault
from vault.store import audit, entries, intake

FITNESS = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10)
POWER = monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10)
LOGIN = File("b.json", [account("Larkfield", "https://larkfield.example", own_id="7")], "bitwarden")


def without_history(vault: Vault) -> dict[str, list[tuple[object, ...]]]:
    """What an import adds to, without the lists of imports, the log and the indexes' own pages."""
    kept = "charge account vendor payee contract entry bank_account correction usage contact".split()
    found = contents(vault.connection)
    return {name: found[name] for name in kept}


def test_undo_takes_away_exactly_what_the_import_added(vault: Vault) -> None:
    bring(vault, FITNESS)
    before = without_history(vault)
    report = take_back(vault, bring(vault, POWER, LOGIN))
    assert report.removed == {"charge": 10, "account": 1, "vendor": 2, "contract": 1}
    assert report.kept == ()
    assert without_history(vault) == before
    assert_sound(vault)


def test_undo_in_any_order_leaves_an_empty_vault(vault: Vault) -> None:
    reports = [bring(vault, FITNESS[:6]), bring(vault, FITNESS[3:], POWER), bring(vault, LOGIN)]
    for report in (reports[1], reports[0], reports[2]):
        take_back(vault, report)
        assert_sound(vault)
    assert not any(without_history(vault).values())


def test_a_charge_belongs_to_the_import_that_brought_it_first(vault: Vault) -> None:
    first, second = bring(vault, FITNESS[:6]), bring(vault, FITNESS)
    assert second.added["charge"] == 4
    assert take_back(vault, first).removed["charge"] == 6
    assert vault.connection.execute("SELECT count(*) FROM charge").fetchone() == (4,)
    assert bring(vault, FITNESS).added["charge"] == 6


def test_what_was_undone_is_found_no_more(vault: Vault) -> None:
    report = bring(vault, POWER, LOGIN)
    take_back(vault, report)
    for words in ("stadtwerke", "musterstadt", "larkfield", "example"):
        assert entries.search(vault.connection, words, limit=10) == []


def test_an_import_is_undone_once_and_only_if_there_is_one(vault: Vault) -> None:
    report = bring(vault, FITNESS)
    take_back(vault, report)
    with pytest.raises(BatchError, match="undone already") as caught:
        take_back(vault, report)
    assert caught.value.code == "already-undone"
    with pytest.raises(BatchError, match="no such import") as caught:
        undo(vault.connection, vault.keys, 4711, vault.now)
    assert caught.value.code == "no-such-batch"


def test_undo_is_listed_and_logged(vault: Vault) -> None:
    report = bring(vault, FITNESS)
    take_back(vault, report)
    (batch,) = intake.batches(vault.connection)
    assert batch.undone_at == "2026-03-31T12:00:00Z"
    leaf = audit.leaves(vault.connection, 1)[0]
    assert leaf.event == "import.undone"
    assert str(report.batch_id) in (leaf.body or "")


def test_the_same_statement_comes_back_whole_after_an_undo(vault: Vault) -> None:
    first = bring(vault, FITNESS, LOGIN)
    before = derived(vault.connection)
    take_back(vault, first)
    assert bring(vault, FITNESS, LOGIN).added == first.added
    assert derived(vault.connection) == before


# --- what the owner has touched -------------------------------------------------------------------------------------


def edit_confirm(vault: Vault) -> None:
    owner.confirm(vault, only(vault))


def edit_dismiss(vault: Vault) -> None:
    owner.dismiss(vault, only(vault))


def edit_title(vault: Vault) -> None:
    owner.set_fact(vault, only(vault), "title", "Power at home")


def edit_notice(vault: Vault) -> None:
    owner.set_fact(vault, only(vault), "notice", "P1M")


def edit_unused(vault: Vault) -> None:
    owner.set_unused(vault, only(vault), date(2026, 1, 1))


EDITS = [edit_confirm, edit_dismiss, edit_title, edit_notice, edit_unused]


@pytest.mark.parametrize("edit", EDITS)
def test_a_contract_that_the_owner_touched_is_kept_and_listed(vault: Vault, edit: object) -> None:
    report = bring(vault, POWER)
    number = only(vault).row.id
    edit(vault)  # type: ignore[operator]
    undone = take_back(vault, report)
    assert undone.removed == {"charge": 10}
    assert [(kept.id, kept.why) for kept in undone.kept] == [
        (ids.text("contract", number), "you have confirmed or changed it")
    ]
    (kept,) = contracts(vault, dismissed=True)
    assert (kept.row.id, kept.charges, vendor_names(vault)) == (number, [], ["Stadtwerke Musterstadt"])
    assert_sound(vault)


@pytest.mark.parametrize("edit", EDITS)
def test_the_kept_contract_is_found_again_when_its_statements_are(vault: Vault, edit: object) -> None:
    report = bring(vault, POWER)
    edit(vault)  # type: ignore[operator]
    (before,) = contracts(vault, dismissed=True)
    take_back(vault, report)
    bring(vault, POWER)
    (after,) = contracts(vault, dismissed=True)
    assert (after.row.id, after.row.title, after.row.verdict) == (before.row.id, before.row.title, before.row.verdict)
    assert (after.row.facts, after.row.unused_since) == (before.row.facts, before.row.unused_since)
    assert len(after.charges) == 10
    assert_sound(vault)


def test_each_of_two_kept_contracts_finds_its_own_charges_again(vault: Vault) -> None:
    power = [*monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10, mandate="P-1", purpose="Strom")]
    gas = [*monthly("Stadtwerke Musterstadt GmbH", 65, "2025-06-03", 10, mandate="G-1", purpose="Gas")]
    report = bring(vault, power, gas)
    for one in contracts(vault):
        owner.set_fact(vault, one, "title", f"costs {one.row.price_minor}")
    assert len(take_back(vault, report).kept) == 2
    bring(vault, gas)
    bring(vault, power)
    assert sorted((one.row.title, one.row.price_minor, len(one.charges)) for one in contracts(vault)) == [
        ("costs 6500", 6500, 10),
        ("costs 8000", 8000, 10),
    ]


def test_a_quite_different_contract_of_the_vendor_is_not_taken_for_the_kept_one(vault: Vault) -> None:
    report = bring(vault, monthly("Stadtwerke Musterstadt GmbH", 9, "2025-06-03", 10))
    owner.dismiss(vault, only(vault))
    take_back(vault, report)
    bring(vault, monthly("Stadtwerke Musterstadt GmbH", 180, "2025-06-03", 10))
    assert only(vault).row.price_minor == 18_000


def test_what_was_kept_before_is_not_listed_again(vault: Vault) -> None:
    first = bring(vault, POWER)
    owner.confirm(vault, only(vault))
    take_back(vault, first)
    assert take_back(vault, bring(vault, FITNESS)).kept == ()


def test_a_touched_contract_that_keeps_some_charges_is_not_listed(vault: Vault) -> None:
    bring(vault, POWER[:6])
    number = only(vault).row.id
    later = bring(vault, POWER)
    owner.confirm(vault, only(vault))
    assert take_back(vault, later).kept == ()
    assert (only(vault).row.id, len(only(vault).charges)) == (number, 6)


def test_ids_of_vendors_and_contracts_stay_while_other_imports_come_and_go(vault: Vault) -> None:
    bring(vault, FITNESS)
    before = {row.id: row.key for row in Overview(vault.connection, vault.now.date()).vendors}
    contract = only(vault).row.id
    other = bring(vault, POWER, LOGIN)
    bring(vault, [charge("2026-01-02", -12, "Blumen Sommer")])
    take_back(vault, other)
    after = {row.id: row.key for row in Overview(vault.connection, vault.now.date()).vendors}
    assert before.items() <= after.items()
    assert only(vault).row.id == contract


def test_transfers_are_payments_again_when_the_import_of_the_other_account_is_undone(vault: Vault) -> None:
    bring(vault, monthly("Sparschwein Direkt", 100, "2025-06-05", 8, counterparty_account=SAVINGS))
    before = derived(vault.connection)
    report = bring(vault, [charge("2025-06-06", 100, "Kontoinhaber", bank_account=SAVINGS)])
    assert contracts(vault) == []
    take_back(vault, report)
    assert derived(vault.connection) == before
    assert_sound(vault)


def test_coverage_goes_back_with_the_statements_that_gave_it(vault: Vault) -> None:
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2025-01-01", 6))
    today = date(2026, 3, 31)
    assert only(vault).status == "active", "nothing says that it ended"
    later = bring(vault, [charge("2026-03-30", -4, "Kaffee")])
    assert contracts(vault, today=today)[0].status == "ended"
    take_back(vault, later)
    assert contracts(vault, today=today)[0].status == "active"
