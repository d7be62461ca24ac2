"""What vendors give their customer: kept with where it comes from, shown beside what the bank and the owner say, disputed."""

from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest

from terms.errors import FirstpartyError
from tests.vault.shops import DAY, Shop, active, introduced
from tests.vault.statements import assert_sound, bring, monthly, take_back
from vault import granting, meeting, owner, profile
from vault.engaging import holdings, placing, records
from vault.engaging.given import Amount, Contract, Holding, Holdings, Invoice, Price, Usage, UsedOn
from vault.granting import Permission
from vault.overview import Overview
from vault.session import Vault
from vault.store import audit, events
from vault.store import engaging as store
from vault.store import vendors as vendor_store

POWER = Contract("Power 12", Price(4_990, "EUR", "P1M"), "energy.electricity", date(2025, 1, 10), "P12M", "P1M", "P1M")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def client(vault: Vault, shop: Shop) -> int:
    """A client with an agreement, that the owner has linked to no vendor."""
    active(vault, shop)
    return introduced(vault, shop).id


@pytest.fixture
def vendor(vault: Vault, client: int) -> int:
    number = owner.add_vendor(vault, "Shop")
    meeting.link(vault, client, number)
    return number


def overview(vault: Vault) -> Overview:
    return Overview(vault.connection, vault.now.date())


def of_event(vault: Vault, event: str) -> list[dict[str, object]]:
    return [json.loads(leaf.body or "{}") for leaf in audit.leaves(vault.connection, 10_000) if leaf.event == event]


def told(vault: Vault, client: int) -> list[tuple[str, str]]:
    return [(one.type, one.subject) for one in events.after(vault.connection, client, 0, 1_000)]


# --- taking ---------------------------------------------------------------------------------------------------------


def test_every_version_is_kept_with_its_agreement_and_leaf_and_the_same_again_changes_nothing(
    vault: Vault, client: int
) -> None:
    first = records.take_contract(vault, client, "C-1", POWER)
    again = records.take_contract(vault, client, "C-1", POWER)
    dearer = msgspec.structs.replace(POWER, price=Price(5_490, "EUR", "P1M"))
    second = records.take_contract(vault, client, "C-1", dearer)
    assert (first.is_new, again.is_new, second.is_new) == (True, False, False)
    assert (first.is_changed, again.is_changed, second.is_changed) == (True, False, True)
    kept = store.versions(vault.connection, first.row.id)
    assert [(one.version, msgspec.json.decode(one.body, type=Contract)) for one in kept] == [(2, dearer), (1, POWER)]
    leaves = of_event(vault, "record.given")
    assert [leaf["version"] for leaf in leaves] == [2, 1]
    assert {leaf["agreement"] for leaf in leaves} == {one.agreement for one in kept}
    assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_a_version_without_its_leaf_is_found(vault: Vault, client: int) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    vault.connection.execute("UPDATE vendor_record_version SET leaf = leaf - 1")
    verified = audit.verify(vault.connection, public=vault.keys.signer.public)
    assert verified.faults == ("1 versions of vendors' records have no leaf in the log",)


def test_without_an_agreement_that_binds_nothing_is_taken(vault: Vault, shop: Shop) -> None:
    active(vault, shop)
    client = introduced(vault, shop).id
    vault.now += 400 * DAY
    for take in (
        lambda: records.take_contract(vault, client, "C-1", POWER),
        lambda: records.take_invoice(vault, client, Invoice("1", date(2026, 4, 1), Amount(1, "EUR"))),
        lambda: records.take_holdings(vault, client, Holdings(())),
    ):
        with pytest.raises(records.NoAgreementError):
            take()
    assert store.records(vault.connection) == []


@pytest.mark.parametrize(
    "given",
    [
        msgspec.structs.replace(POWER, category="energy.electricty"),
        msgspec.structs.replace(POWER, price=Price(1, "EUR", "P1Y6M")),
        msgspec.structs.replace(POWER, notice="P0M"),
    ],
)
def test_what_cannot_be_is_refused_whole(vault: Vault, client: int, given: Contract) -> None:
    with pytest.raises(FirstpartyError):
        records.take_contract(vault, client, "C-1", given)
    assert store.records(vault.connection) == []
    assert of_event(vault, "record.given") == []


def test_a_client_has_its_own_names_for_its_records(vault: Vault, client: int) -> None:
    other = Shop("https://other.example/client.json", seed=9)
    active(vault, other)
    number = introduced(vault, other).id
    records.take_contract(vault, client, "C-1", POWER)
    records.take_contract(vault, number, "C-1", msgspec.structs.replace(POWER, title="Other"))
    mine, theirs = (store.record(vault.connection, one, "contract", "C-1") for one in (client, number))
    assert mine
    assert theirs
    assert mine.id != theirs.id
    assert records.given_contract(mine) == POWER


def test_who_expects_another_version_changes_nothing(vault: Vault, client: int) -> None:
    taken = records.take_contract(vault, client, "C-1", POWER)
    dearer = msgspec.structs.replace(POWER, price=Price(5_490, "EUR", "P1M"))
    tag = records.version_tag(taken.row)
    records.take_contract(
        vault, client, "C-1", dearer, fits=lambda row: row is not None and records.version_tag(row) == tag
    )
    with pytest.raises(records.ChangedError):
        records.take_contract(
            vault, client, "C-1", POWER, fits=lambda row: row is not None and records.version_tag(row) == tag
        )
    row = store.record(vault.connection, client, "contract", "C-1")
    assert row
    assert records.given_contract(row) == dearer


# --- in the person's own records ------------------------------------------------------------------------------------


def test_a_contract_that_no_statement_shows_stands_with_its_vendor_as_source(
    vault: Vault, client: int, vendor: int
) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    (one,) = overview(vault).contracts
    assert (one.row.title, one.row.source, one.row.vendor, one.row.price_minor) == ("Power 12", "vendor", vendor, 4_990)
    assert one.status == "active"
    cancel = one.deadline("cancel_by")
    assert cancel
    assert cancel.basis == "stated"


def test_a_client_without_a_vendor_has_its_contracts_placed_once_the_owner_links_it(vault: Vault, client: int) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    records.take_usage(vault, client, Usage("C-1", (UsedOn(date(2026, 3, 1), "100"),)))
    assert overview(vault).contracts == []
    meeting.link(vault, client, owner.add_vendor(vault, "Shop"))
    assert placing.place_due(vault) == 1
    (one,) = overview(vault).contracts
    assert one.row.source == "vendor"
    assert [reading.quantity for reading in one.usage] == ["100"]
    assert placing.place_due(vault) == 0


def charging(vault: Vault, client: int, euros: float = 49.90) -> int:
    """A vendor that statements show, charging monthly, and that the client is linked to."""
    bring(vault, monthly("Stadtwerke Example GmbH", euros, "2025-04-10", 12))
    (one,) = overview(vault).vendors
    meeting.link(vault, client, one.id)
    return one.id


def test_a_contract_that_the_bank_shows_is_the_one_and_its_facts_count_as_stated_by_the_vendor(
    vault: Vault, client: int
) -> None:
    charging(vault, client)
    before = overview(vault).contracts[0]
    records.take_contract(vault, client, "C-1", POWER)
    (one,) = overview(vault).contracts
    assert (one.row.id, one.row.source, one.row.title) == (before.row.id, "derived", before.row.title)
    assert one.row.facts == {}  # the owner said nothing
    cancel = one.deadline("cancel_by")
    assert cancel
    assert (cancel.basis, cancel.source.split(" to ")[0]) == ("stated", "notice of 1 month")
    assert overview(vault).findings() == []
    assert_sound(vault)


def test_what_the_owner_says_stays_and_differences_are_told(vault: Vault, client: int) -> None:
    charging(vault, client, 54.90)
    owner.set_fact(vault, overview(vault).contracts[0], "notice", "P3M")
    records.take_contract(vault, client, "C-1", msgspec.structs.replace(POWER, started=date(2025, 6, 1)))
    (one,) = overview(vault).contracts
    assert str(one.terms.notice_period) == "P3M"
    assert one.terms.bases["notice_period"] == "owner"
    assert one.row.price_minor == 5_490
    found = [finding for _, finding in overview(vault).findings() if finding.kind == "stated_otherwise"]
    assert len(found) == 3
    noted = next(one for one in found if "noted" in one.sentence)
    started = next(one for one in found if "started" in one.sentence)
    (priced,) = [one for one in found if one not in (noted, started)]
    assert priced.charges
    for told_of, words in (
        (priced, ("49.90", "54.90")),
        (noted, ("P3M", "P1M")),
        (started, ("2025-06-01", "2025-04-10")),
    ):
        assert all(word in told_of.sentence for word in words)


def test_charges_that_come_later_are_found_for_the_contract_that_the_vendor_stated(vault: Vault, client: int) -> None:
    bring(vault, monthly("Stadtwerke Example GmbH", 20.0, "2025-01-03", 1, "Anzahlung"))
    (vendor,) = overview(vault).vendors
    meeting.link(vault, client, vendor.id)
    records.take_contract(vault, client, "C-1", POWER)
    before = {one.row.id for one in overview(vault).contracts if one.row.source == "vendor"}
    report = bring(vault, monthly("Stadtwerke Example GmbH", 49.90, "2025-04-10", 12))
    stated = [one for one in overview(vault).contracts if one.row.stated is not None]
    assert {one.row.id for one in stated} == before
    assert len(stated[0].charges) == 12
    assert_sound(vault)
    take_back(vault, report)
    (kept,) = [one for one in overview(vault).contracts if one.row.stated is not None]
    assert kept.row.id in before
    assert kept.charges == []
    assert_sound(vault)


def test_a_contract_that_the_bank_shows_later_takes_the_place_of_the_one_that_stood_by_itself(
    vault: Vault, client: int
) -> None:
    bring(vault, monthly("Stadtwerke Example GmbH", 20.0, "2025-01-03", 2))
    meeting.link(vault, client, overview(vault).vendors[0].id)
    records.take_contract(vault, client, "C-1", POWER)
    records.take_usage(vault, client, Usage("C-1", (UsedOn(date(2026, 3, 1), "100"),)))
    assert len(overview(vault).contracts) == 2
    bring(vault, monthly("Stadtwerke Example GmbH", 49.90, "2025-03-10", 13))
    assert placing.place_due(vault) == 1
    (one,) = overview(vault).contracts
    assert (one.row.source, one.row.stated is not None) == ("derived", True)
    assert [reading.quantity for reading in one.usage] == ["100"]
    assert placing.place_due(vault) == 0
    assert_sound(vault)


def test_an_import_that_is_taken_back_leaves_what_the_vendor_stated(vault: Vault, client: int) -> None:
    report = bring(vault, monthly("Stadtwerke Example GmbH", 49.90, "2025-04-10", 12))
    meeting.link(vault, client, overview(vault).vendors[0].id)
    records.take_contract(vault, client, "C-1", POWER)
    take_back(vault, report)
    (one,) = overview(vault).contracts
    assert (one.charges, one.status) == ([], "active")
    assert_sound(vault)


def test_a_dismissed_contract_does_not_come_back_as_the_vendors(vault: Vault, client: int) -> None:
    charging(vault, client)
    owner.dismiss(vault, overview(vault).contracts[0])
    records.take_contract(vault, client, "C-1", POWER)
    assert overview(vault).contracts == []


# --- use ------------------------------------------------------------------------------------------------------------


def used(vault: Vault) -> dict[str, str]:
    return {name: f"{quantity:f}" for name, quantity in overview(vault).contracts[0].used_in_a_year.items()}


def test_readings_count_once_and_a_later_delivery_corrects_a_day(vault: Vault, client: int, vendor: int) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    given = Usage("C-1", (UsedOn(date(2026, 1, 31), "100.5"), UsedOn(date(2026, 2, 28), "90")))
    assert records.take_usage(vault, client, given).is_new
    assert not records.take_usage(vault, client, given).is_new
    assert used(vault) == {"use": "190.5"}
    records.take_usage(vault, client, Usage("C-1", (UsedOn(date(2026, 2, 28), "80"),)))
    assert used(vault) == {"use": "180.5"}
    with pytest.raises(FirstpartyError, match="no contract"):
        records.take_usage(vault, client, Usage("C-2", given.readings))
    with pytest.raises(FirstpartyError, match="two readings"):
        records.take_usage(vault, client, Usage("C-1", given.readings * 2))


def test_where_the_owner_noted_use_the_vendors_is_shown_and_not_counted(vault: Vault, client: int, vendor: int) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    records.take_usage(vault, client, Usage("C-1", (UsedOn(date(2026, 2, 28), "90"),)))
    owner.add_usage(vault, overview(vault).contracts[0], date(2026, 3, 1), "70", "kWh")
    assert used(vault) == {"use": "70"}
    assert [one.source for one in overview(vault).contracts[0].usage] == ["vendor", "owner"]


# --- disputes -------------------------------------------------------------------------------------------------------


def test_a_disputed_record_counts_for_nothing_and_the_vendor_is_told(vault: Vault, client: int) -> None:
    charging(vault, client, 54.90)
    taken = records.take_contract(vault, client, "C-1", POWER)
    row = records.dispute(vault, taken.row.id, "we agreed on two months")
    assert row.because == "we agreed on two months"
    (one,) = overview(vault).contracts
    assert one.row.stated is None
    assert overview(vault).findings() == []
    assert ("record.disputed", "contracts/C-1") in told(vault, client)
    assert records.version_tag(row) != records.version_tag(taken.row)
    assert records.agree(vault, row.id).because is None
    assert overview(vault).contracts[0].row.stated is not None
    records.dispute(vault, row.id, "no")
    assert records.take_contract(vault, client, "C-1", POWER).row.because == "no"  # the same again says nothing new
    changed = records.take_contract(vault, client, "C-1", msgspec.structs.replace(POWER, notice="P2M"))
    assert changed.row.because is None
    assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_disputed_readings_are_not_counted(vault: Vault, client: int, vendor: int) -> None:
    records.take_contract(vault, client, "C-1", POWER)
    taken = records.take_usage(vault, client, Usage("C-1", (UsedOn(date(2026, 2, 28), "9000"),)))
    records.dispute(vault, taken.row.id, "the meter is wrong")
    assert used(vault) == {}


@pytest.mark.parametrize("because", ["", " ", "x" * 501, "a\x07b"])
def test_a_dispute_has_a_reason_that_can_be_read(vault: Vault, client: int, because: str) -> None:
    taken = records.take_invoice(vault, client, Invoice("1", date(2026, 4, 1), Amount(1, "EUR")))
    with pytest.raises(FirstpartyError):
        records.dispute(vault, taken.row.id, because)
    assert told(vault, client)[-1:] != [("record.disputed", "invoices/1")]


# --- what they hold -------------------------------------------------------------------------------------------------


def test_what_a_vendor_says_that_it_holds_is_compared_with_what_it_read(vault: Vault, shop: Shop) -> None:
    profile.put(vault, "pd:EmailAddress", ["me@example.org"])
    profile.put(vault, "pd:TelephoneNumber", ["+49 30 1"])
    agreement = active(vault, shop)
    client = introduced(vault, shop).id
    vendor = owner.add_vendor(vault, "Shop")
    meeting.link(vault, client, vendor)
    assert holdings.compared(vault, vendor) == ()
    one = granting.give(vault, agreement, Permission(("pd:Contact",), ("dpv:ServiceProvision",), retention="P30D"))
    granting.release(vault, one.row.id)
    said = [Holding(name, "grant", "dpv:ServiceProvision") for name in ("pd:EmailAddress", "pd:Income")]
    records.take_holdings(vault, client, Holdings(tuple(said)))
    words = {one.category: one.word for one in holdings.compared(vault, vendor)}
    assert words == {"pd:EmailAddress": "agrees", "pd:Income": "not-released", "pd:TelephoneNumber": "not-stated"}
    vault.now += 31 * DAY
    words = {one.category: one.word for one in holdings.compared(vault, vendor)}
    assert words == {"pd:EmailAddress": "kept-too-long", "pd:Income": "not-released"}
    records.take_holdings(vault, client, Holdings(()))
    assert holdings.compared(vault, vendor) == ()


def test_a_vendor_that_says_that_it_holds_something_is_to_be_told_of_a_change(vault: Vault, shop: Shop) -> None:
    active(vault, shop)
    client = introduced(vault, shop).id
    vendor = owner.add_vendor(vault, "Shop")
    meeting.link(vault, client, vendor)
    profile.put(vault, "pd:MaritalStatus", ["single"], since=date(2020, 1, 1))
    records.take_holdings(vault, client, Holdings((Holding("pd:MaritalStatus", "told us", "dpv:ServiceProvision"),)))
    assert granting.still_to_tell(vault) == []
    vault.now += DAY
    profile.put(vault, "pd:MaritalStatus", ["married"])
    (one,) = granting.still_to_tell(vault)
    assert (one.vendor, one.changes[0][2]) == (vendor, "it says that it holds this")
    assert [row.id for row in vendor_store.vendors(vault.connection)] == [vendor]
