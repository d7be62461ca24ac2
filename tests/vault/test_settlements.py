"""Invoices of vendors beside the charges of the bank: worked out anew on each reading, and as the owner says."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from terms.errors import UsageError
from tests.vault.shops import Shop, active, introduced
from tests.vault.statements import bring, charge, take_back
from vault import ids, meeting, owner
from vault.engaging import records, settlements
from vault.engaging.given import Amount, Contract, Invoice, Price
from vault.money import Money
from vault.session import Vault
from vault.store import corrections
from vault.store import vendors as vendor_store

ISSUED, DUE = date(2026, 3, 3), date(2026, 3, 17)


@pytest.fixture
def client(vault: Vault) -> int:
    shop = Shop()
    active(vault, shop)
    return introduced(vault, shop).id


def linked(vault: Vault, client: int) -> int:
    """The client is of the vendor that the statement shows."""
    (vendor,) = [row.id for row in vendor_store.vendors(vault.connection) if row.name == "Brightwire"]
    meeting.link(vault, client, vendor)
    return vendor


def bill(vault: Vault, client: int, number: str = "A-1", minor: int = 4_999, **more: object) -> int:
    given = Invoice(number, **{"issued": ISSUED, "due": DUE, "total": Amount(minor, "EUR"), **more})  # type: ignore[arg-type]
    return records.take_invoice(vault, client, given).row.id


def paid(on: str, euros: float, purpose: str = "") -> object:
    return charge(on, -euros, "Brightwire", purpose)


def states(vault: Vault) -> dict[str, str]:
    return {one.invoice.number: one.state for one in settlements.listed(vault)}


def test_an_invoice_is_paid_once_its_charge_is_imported_and_open_again_when_that_is_undone(
    vault: Vault, client: int
) -> None:
    record = bill(vault, client)
    bring(vault, [paid("2026-01-05", 12.0)])  # type: ignore[list-item]
    assert settlements.listed(vault) == []  # of a client that is of no vendor nothing is known
    assert settlements.found(vault, record).state == "open"
    linked(vault, client)
    assert states(vault) == {"A-1": "open"}
    report = bring(vault, [paid("2026-03-16", 49.99)])  # type: ignore[list-item]
    one = settlements.found(vault, record)
    assert one.state == "paid"
    assert one.charges[0][1:] == (date(2026, 3, 16), Money(4_999, "EUR"), "DE…3000")
    take_back(vault, report)
    assert states(vault) == {"A-1": "open"}


def test_what_differs_says_by_how_much_and_a_corrected_invoice_is_paid(vault: Vault, client: int) -> None:
    bring(vault, [paid("2026-03-16", 54.99)])  # type: ignore[list-item]
    linked(vault, client)
    record = bill(vault, client)
    one = settlements.found(vault, record)
    assert (one.state, one.beyond) == ("differs", Money(500, "EUR"))
    bill(vault, client, minor=5_499)
    assert settlements.found(vault, record).state == "paid"
    assert settlements.found(vault, record).beyond is None


def test_a_disputed_invoice_counts_for_nothing_and_leaves_its_charge_to_another(vault: Vault, client: int) -> None:
    bring(vault, [paid("2026-03-16", 49.99)])  # type: ignore[list-item]
    linked(vault, client)
    record = bill(vault, client)
    bill(vault, client, "A-2", due=date(2026, 3, 10))
    assert states(vault) == {"A-1": "paid", "A-2": "open"}
    records.dispute(vault, record, "never ordered")
    assert states(vault) == {"A-1": "disputed", "A-2": "paid"}


def test_the_owners_word_holds_and_holds_again_after_the_statement_was_brought_in_anew(
    vault: Vault, client: int
) -> None:
    statement = [paid("2026-03-16", 49.99), paid("2026-04-02", 30.0)]
    report = bring(vault, statement)  # type: ignore[arg-type]
    linked(vault, client)
    record = bill(vault, client)
    (proper,) = settlements.found(vault, record).charges
    (other,) = settlements.choices(vault, settlements.found(vault, record))
    settlements.belongs_not(vault, record, proper.id)
    assert states(vault) == {"A-1": "open"}
    settlements.belongs(vault, record, other.id)
    one = settlements.found(vault, record)
    assert (one.state, one.by_owner, one.beyond) == ("differs", True, Money(-1_999, "EUR"))
    take_back(vault, report)
    assert states(vault) == {"A-1": "open"}
    bring(vault, statement)  # type: ignore[arg-type]
    assert settlements.found(vault, record).by_owner
    assert settlements.undecided(vault, record)
    assert states(vault) == {"A-1": "paid"}
    assert not settlements.undecided(vault, record)


def test_a_charge_is_of_one_invoice_the_last_word_counts_and_each_is_taken_back_by_itself(
    vault: Vault, client: int
) -> None:
    bring(vault, [paid("2026-03-16", 54.99)])  # type: ignore[list-item]
    linked(vault, client)
    first, second = bill(vault, client), bill(vault, client, "A-2", 4_000)
    (only,) = settlements.choices(vault, settlements.found(vault, second))
    settlements.belongs(vault, first, only.id)
    settlements.belongs(vault, second, only.id)
    assert states(vault) == {"A-1": "open", "A-2": "differs"}
    settlements.belongs_not(vault, second, only.id)
    assert states(vault) == {"A-1": "differs", "A-2": "open"}
    (row,) = corrections.latest(vault.connection, 10)
    owner.take_back(vault, row.id)
    assert corrections.latest(vault.connection, 10) == []


def test_what_cannot_be_is_refused(vault: Vault, client: int) -> None:
    bring(vault, [paid("2026-03-16", 54.99), paid("2025-03-16", 49.99), charge("2026-03-16", -49.99, "Calm Current")])  # type: ignore[list-item]
    linked(vault, client)
    record = bill(vault, client)
    contract = records.take_contract(vault, client, "C-1", Contract("Power", Price(4_990, "EUR", "P1M"))).row.id
    rows = {(row.booked, row.minor): row.id for row in vendor_store.charges(vault.connection)}
    for number in (rows["2025-03-16", -4_999], rows["2026-03-16", -4_999], ids.MAX):
        with pytest.raises(UsageError):
            settlements.belongs(vault, record, number)
    with pytest.raises(UsageError):
        settlements.belongs_not(vault, contract, rows["2026-03-16", -5_499])
    assert corrections.latest(vault.connection, 10) == []


def test_a_charge_of_another_contract_of_the_vendor_is_not_said_to_differ(vault: Vault, client: int) -> None:
    months = [f"2025-{month:02}-16" for month in range(4, 13)] + [f"2026-{month:02}-16" for month in range(1, 4)]
    bring(vault, [*(paid(day, 54.99) for day in months), paid("2026-02-03", 20.0)])  # type: ignore[list-item]
    linked(vault, client)
    for ref, title, minor in (("C-1", "Power", 5_499), ("C-2", "Gas", 5_000)):
        records.take_contract(vault, client, ref, Contract(title, Price(minor, "EUR", "P1M")))
    record = bill(vault, client, minor=5_000, contract="C-2")
    assert settlements.found(vault, record).state == "open"
    given = msgspec.structs.replace(settlements.found(vault, record).invoice, contract="C-1")
    records.take_invoice(vault, client, given)
    assert settlements.found(vault, record).state == "differs"
