"""The owner's choice in the vault: versions are kept for good, and no merge, split, undo or archive loses an override."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from terms.choice import NOTHING_CHOSEN, Choice
from terms.effective import Effective
from terms.errors import FirstpartyError, UsageError
from tests.vault.conftest import NOW
from tests.vault.statements import account, bring, monthly, records, take_back
from vault import archive, choosing, owner
from vault.session import Vault
from vault.store import audit, choices
from vault.store import vendors as vendor_store
from vault.store.connection import DatabaseDamagedError, IntegrityError
from vault.store.vendors import VendorRow
from vault.times import stamp

GYM = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10)
POWER = monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10)
FLOWERS = monthly("Blumen Sommer", 19, "2025-06-20", 6)
STRICT = {"preferred": "SD-BASE-DP", "additions": {"retention": {"dpv:Data": "P30D"}}}


def vendor(vault: Vault, name: str) -> VendorRow:
    (found,) = [row for row in vendor_store.vendors(vault.connection) if row.name == name]
    return found


def holding(vault: Vault, name: str) -> Effective:
    return choosing.effective_for(vault.connection, vendor(vault, name))


def choose(vault: Vault, **fields: object) -> choosing.Version:
    made = choosing.choose(vault, Choice.from_json(fields))
    assert made is not None
    return made


def choose_for(vault: Vault, name: str, **stated: object) -> str:
    """An override for one vendor, beside those that are there; gives its key."""
    key = vendor(vault, name).key
    kept = choosing.present(vault.connection).choice.to_json()
    vendors = kept.get("vendors", {})
    assert isinstance(vendors, dict)
    choose(vault, **{**kept, "vendors": {**vendors, key: stated or STRICT}})
    return key


def sources(found: Effective) -> dict[str, str]:
    return {one.name: one.source.says for one in found.fields if one.source.kind != "default"}


# --- versions -------------------------------------------------------------------------------------------------------


def test_every_change_is_a_version_with_its_leaf(vault: Vault) -> None:
    assert choosing.present(vault.connection) == choosing.NOTHING_YET
    first = choose(vault, preferred="SD-BASE-DP")
    second = choosing.choose(vault, Choice.from_json({"preferred": "SD-BASE-A"}), note=" less  to type ")
    assert second is not None
    assert (first.number, second.number, second.note, second.at) == (1, 2, "less to type", stamp(NOW))
    assert choosing.versions(vault.connection) == [first, second]
    assert choosing.present(vault.connection) == second == choosing.version(vault.connection, 2)
    leaves = vault.connection.execute(
        "SELECT body FROM audit_leaf WHERE event = 'choice.changed' ORDER BY n"
    ).fetchall()
    assert [msgspec.json.decode(body)["version"] for (body,) in leaves] == [1, 2]
    assert audit.verify(vault.connection, public=vault.keys.signer.public).ok
    assert choices.without_leaf(vault.connection) == []


def test_a_choice_equal_to_the_present_one_makes_no_version(vault: Vault) -> None:
    choose(vault, preferred="SD-BASE-A", acceptable=["SD-BASE"])
    before = records(vault.connection)
    assert (
        choosing.choose(vault, Choice.from_json({"acceptable": ["SD-BASE-A", "SD-BASE"], "preferred": "SD-BY-A"}))
        is None
    )
    assert records(vault.connection) == before


def test_undoing_makes_a_version_equal_to_the_one_before_and_undoing_that_brings_it_back(vault: Vault) -> None:
    with pytest.raises(choosing.NoVersionError, match="nothing to take back"):
        choosing.undo(vault)
    first, second = choose(vault, preferred="SD-BASE-DP"), choose(vault, preferred="SD-BASE-A")
    third = choosing.undo(vault)
    assert (third.number, third.choice, third.note) == (3, first.choice, "takes version 2 back")
    assert choosing.undo(vault).choice == second.choice
    assert [one.number for one in choosing.versions(vault.connection)] == [1, 2, 3, 4]


def test_undoing_the_first_version_leaves_nothing_chosen(vault: Vault) -> None:
    choose(vault, preferred="SD-BASE-DP")
    assert choosing.undo(vault).choice == NOTHING_CHOSEN
    assert choosing.present(vault.connection).number == 2


@pytest.mark.parametrize("change", ["UPDATE choice_version SET choice = '{}'", "DELETE FROM choice_version"])
def test_the_engine_itself_refuses_to_change_or_delete_a_version(vault: Vault, change: str) -> None:
    choose(vault, preferred="SD-BASE-DP")
    with pytest.raises(IntegrityError, match="versions of the choice"):
        vault.connection.execute(change)


@pytest.mark.parametrize("altered", ["choice = '{}'", "choice = x'ff00'", "choice = cast(x'ff' AS TEXT)", "leaf = 0"])
def test_a_version_that_was_altered_from_outside_does_not_match_its_leaf(vault: Vault, altered: str) -> None:
    choose(vault, preferred="SD-BASE-DP")
    vault.connection.execute("DROP TRIGGER choice_version_fixed")
    vault.connection.execute(f"UPDATE choice_version SET {altered}")
    found = audit.verify(vault.connection, public=vault.keys.signer.public)
    assert found.faults == ("version 1 of the choice has no leaf in the log",)


@pytest.mark.parametrize("written", ["'no json'", "'[]'", """'{"preferred": "NONE"}'""", "x'ff00'"])
def test_a_version_that_cannot_be_read_is_said_to_be_damaged(vault: Vault, written: str) -> None:
    choose(vault, preferred="SD-BASE-DP")
    vault.connection.execute("DROP TRIGGER choice_version_fixed")
    vault.connection.execute(f"UPDATE choice_version SET choice = {written}")
    with pytest.raises(DatabaseDamagedError, match="version 1 of your choice is damaged"):
        choosing.present(vault.connection)


def test_a_change_that_fails_midway_leaves_neither_version_nor_leaf(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(vault, preferred="SD-BASE-DP")
    before = records(vault.connection)

    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(choices, "add", fail)
    with pytest.raises(OSError, match="disk"):
        choosing.choose(vault, NOTHING_CHOSEN)
    assert records(vault.connection) == before


def test_versions_that_do_not_exist_are_refused_and_number_0_is_nothing(vault: Vault) -> None:
    assert choosing.version(vault.connection, 0) == choosing.NOTHING_YET
    for number in (1, 10**30, -1):
        with pytest.raises(choosing.NoVersionError, match="nothing was chosen yet"):
            choosing.version(vault.connection, number)
    choose(vault, preferred="SD-BASE-DP")
    with pytest.raises(choosing.NoVersionError, match="from 1 to 1"):
        choosing.version(vault.connection, 2)


def test_a_category_or_vendor_that_does_not_exist_is_refused_with_the_nearest(vault: Vault) -> None:
    bring(vault, GYM)
    with pytest.raises(UsageError, match="did you mean `entertainment`"):
        choose(vault, categories={"entertainmnt": STRICT})
    with pytest.raises(FirstpartyError, match="there is no vendor `fitnesswerk`"):
        choose(vault, vendors={"fitnesswerk": STRICT})
    with pytest.raises(UsageError, match="is no note"):
        choosing.choose(vault, Choice.from_json(STRICT), note="x" * 201)
    assert choosing.present(vault.connection) == choosing.NOTHING_YET


# --- what holds for a vendor ------------------------------------------------------------------------------------------


def test_the_vendors_own_category_counts_and_follows_when_the_owner_sets_it(vault: Vault) -> None:
    bring(vault, GYM)
    choose(vault, categories={"fitness": STRICT, "energy": {"preferred": "SD-BASE-A"}})
    owner.set_category(vault, vendor(vault, "Fitnesswerk Nordstadt"), "fitness")
    assert sources(holding(vault, "Fitnesswerk Nordstadt"))["preferred"] == "for fitness"
    owner.set_category(vault, vendor(vault, "Fitnesswerk Nordstadt"), "energy.gas")
    assert holding(vault, "Fitnesswerk Nordstadt").preferred == "SD-BASE-A"


def test_an_override_stays_when_the_vendor_is_renamed_or_comes_again_after_an_undo(vault: Vault) -> None:
    report = bring(vault, GYM)
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.rename(vault, vendor(vault, "Fitnesswerk Nordstadt"), "My gym")
    assert sources(holding(vault, "My gym"))["preferred"] == "for My gym"
    take_back(vault, report)
    bring(vault, GYM)
    assert holding(vault, "My gym").preferred == "SD-BASE-DP"


def test_merging_a_vendor_into_another_keeps_its_override(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS)
    choose_for(vault, "Blumen Sommer")
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    found = holding(vault, "Fitnesswerk Nordstadt")
    assert found.preferred == "SD-BASE-DP"
    assert sources(found)["preferred"] == "for Blumen Sommer, which it came from"


def test_where_both_had_an_override_the_one_of_the_vendor_that_stays_goes_first_and_the_other_fills_in(
    vault: Vault,
) -> None:
    bring(vault, GYM, FLOWERS)
    choose_for(vault, "Blumen Sommer")
    choose_for(vault, "Fitnesswerk Nordstadt", preferred="SD-BASE-A")
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    found = holding(vault, "Fitnesswerk Nordstadt")
    assert found.preferred == "SD-BASE-A"
    assert found.additions.retention == (("dpv:Data", "P30D"),)


def test_a_part_that_is_split_off_keeps_the_override(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS)
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.split(vault, vendor(vault, "Fitnesswerk Nordstadt"), ["Blumen Sommer"])
    assert holding(vault, "Fitnesswerk Nordstadt").preferred == "SD-BASE-DP"
    assert sources(holding(vault, "Blumen Sommer"))["preferred"] == "for Fitnesswerk Nordstadt, which it came from"


def test_so_does_a_part_that_came_after_the_override(vault: Vault) -> None:
    bring(vault, [account("Nordstadt Fitness", "https://www.fitnesswerk-nordstadt.example/login")], GYM)
    (row,) = vendor_store.vendors(vault.connection)
    choose_for(vault, row.name)
    bring(vault, [account("Kurse", "https://kurse.fitnesswerk-nordstadt.example/")])
    bring(vault, monthly("Fitnesswerk-Nordstadt Kurse", 9, "2025-06-11", 10))
    (row,) = vendor_store.vendors(vault.connection)
    owner.split(vault, row, ["Fitnesswerk-Nordstadt Kurse"])
    rows = vendor_store.vendors(vault.connection)
    assert len(rows) == 2
    assert {choosing.effective_for(vault.connection, row).preferred for row in rows} == {"SD-BASE-DP"}


def test_what_was_merged_by_mistake_and_is_split_off_again_takes_no_override_along(vault: Vault) -> None:
    bring(vault, GYM, POWER)
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Stadtwerke Musterstadt"))
    kept = choosing.present(vault.connection).choice.to_json()
    choose(vault, **{**kept, "additions": {"duration": "P2Y"}})
    choosing.undo(vault)
    owner.split(vault, vendor(vault, "Fitnesswerk Nordstadt"), ["Stadtwerke Musterstadt"])
    assert holding(vault, "Fitnesswerk Nordstadt").preferred == "SD-BASE-DP"
    assert sources(holding(vault, "Stadtwerke Musterstadt")) == {}


def test_a_vendor_that_takes_such_a_part_in_stays_as_it_was(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS, POWER)
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.split(vault, vendor(vault, "Fitnesswerk Nordstadt"), ["Blumen Sommer"])
    owner.merge(vault, vendor(vault, "Stadtwerke Musterstadt"), vendor(vault, "Blumen Sommer"))
    assert sources(holding(vault, "Stadtwerke Musterstadt")) == {}


def test_a_part_that_is_split_off_may_then_be_chosen_for_on_its_own(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS)
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.split(vault, vendor(vault, "Fitnesswerk Nordstadt"), ["Blumen Sommer"])
    choose_for(vault, "Blumen Sommer", preferred="SD-BASE-A")
    assert holding(vault, "Blumen Sommer").preferred == "SD-BASE-A"
    assert holding(vault, "Fitnesswerk Nordstadt").preferred == "SD-BASE-DP"


def test_an_override_does_not_spread_to_vendors_that_have_nothing_to_do_with_it(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS, POWER)
    choose_for(vault, "Fitnesswerk Nordstadt")
    owner.merge(vault, vendor(vault, "Stadtwerke Musterstadt"), vendor(vault, "Blumen Sommer"))
    assert sources(holding(vault, "Stadtwerke Musterstadt")) == {}


def test_what_later_evidence_joins_keeps_the_override(vault: Vault) -> None:
    bring(vault, [account("Blumenladen", "https://www.blumen-sommer.example/login")], GYM)
    key = choose_for(vault, vendor_store.vendors(vault.connection)[0].name)
    bring(vault, FLOWERS)
    (row,) = [row for row in vendor_store.vendors(vault.connection) if "blumen-sommer.example" in row.domains]
    assert choosing.effective_for(vault.connection, row).preferred == "SD-BASE-DP", key


def test_an_override_of_a_vendor_that_is_no_more_can_be_chosen_again_and_taken_away(vault: Vault) -> None:
    bring(vault, GYM, FLOWERS)
    key = choose_for(vault, "Blumen Sommer")
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    assert choosing.names(vault.connection)[key] == "Blumen Sommer"
    choose(vault, preferred="SD-BASE-A", vendors={key: STRICT})
    choose(vault)
    assert sources(holding(vault, "Fitnesswerk Nordstadt")) == {}


def test_an_archive_carries_the_choice_with_all_its_versions(vault: Vault, other: Vault, tmp_path: Path) -> None:
    bring(vault, GYM, FLOWERS)
    choose_for(vault, "Blumen Sommer")
    owner.merge(vault, vendor(vault, "Fitnesswerk Nordstadt"), vendor(vault, "Blumen Sommer"))
    choosing.undo(vault)
    choosing.undo(vault)
    archive.export(vault, tmp_path / "everything.zip")
    archive.bring(other, tmp_path / "everything.zip")
    assert choosing.versions(other.connection) == choosing.versions(vault.connection)
    assert holding(other, "Fitnesswerk Nordstadt").preferred == "SD-BASE-DP"
    choose(other, preferred="SD-BASE-A")
    assert choosing.present(other.connection).number == 4
    assert choices.without_leaf(other.connection) == []
    assert audit.verify(other.connection, public=other.keys.signer.public).ok
