"""Which of the person's own contracts a vendor's contract is: what the vendor states is shown there, beside what the bank shows.

* It is a contract of the vendor that the client is linked to. Of those that no other record belongs to, it is one of the same
  currency and paid period, of the same price if there is one, else of the nearest that is neither double nor half; one that
  the owner dismissed too, lest it come back.
* Where none is found, the vendor's contract stands as one of its own (source `vendor`), for which charges may be found later
  (`contract_finding`).
* A client that is of no vendor yet has its contracts placed once it is; one that stands by itself gives its place to a contract
  that the bank has come to show, unless the owner has touched it (`place_due`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from vault import ids, periods
from vault.contract_finding import SAME_PRICE
from vault.engaging.given import Contract, Usage
from vault.money import Money
from vault.relationships import facts
from vault.relationships.costs import per_year
from vault.relationships.facts import Stated, StatedFact
from vault.session import Vault
from vault.store import contracts as contract_store
from vault.store import engaging as store
from vault.store import entries
from vault.store.contracts import ContractRow
from vault.store.engaging import Delivered, RecordRow
from vault.times import stamp

_FACTS: Final = {
    "started": "started", "minimum": "minimum_term", "renewal": "renewal_term", "notice": "notice", "ends": "ends",
}  # fmt: skip


def stated(given: Contract, by: str, on: date) -> Stated:
    """What the person's contract takes of a vendor's."""
    said = {name: getattr(given, field) for name, field in _FACTS.items()}
    found = {
        name: StatedFact(facts.canonical(name, str(fact)), "stated") for name, fact in said.items() if fact is not None
    }
    return Stated(by, on, given.price.minor, given.price.currency, given.price.period, found)


def place(vault: Vault, record: RecordRow, given: Contract) -> None:
    """Inside a transaction: the record belongs to a contract of its vendor, if there is a vendor."""
    if record.vendor is None:
        return
    before = contract_store.contract(vault.connection, record.contract) if record.contract is not None else None
    is_there = before is not None and before.vendor == record.vendor
    if before is not None and is_there and not _is_alone(before):
        return
    found = _matching(vault, record.vendor, given)
    if before is not None and is_there and (found is None or before.verdict or before.facts):
        _stand(vault, record, given, before.id)
        return
    number = found.id if found else ids.first_of_block(vault.now, after=contract_store.largest(vault.connection))
    if found is None:
        _stand(vault, record, given, number)
    store.place(vault.connection, record, number)
    if before is not None:
        contract_store.remove_stated(vault.connection, before.id)
    else:
        _note_waiting(vault, record, number)


def _is_alone(contract: ContractRow) -> bool:
    """Whether nobody but its vendor says that there is this contract."""
    return contract.source == "vendor" and contract.first_charged is None


def place_due(vault: Vault) -> int:
    """Contracts of clients that were linked to a vendor since, or to another, and those that the bank has come to show; gives
    how many."""
    if not _due(vault):
        return 0
    with vault.transaction():
        found = _due(vault)
        for record, given in found:
            place(vault, record, given)
        return len(found)


def _due(vault: Vault) -> list[tuple[RecordRow, Contract]]:
    rows = [(row, msgspec.json.decode(row.body, type=Contract)) for row in store.unplaced(vault.connection)]
    return [
        (row, given)
        for row, given in rows
        if row.contract is None or not _is_kept(vault, row) or _matching(vault, row.vendor or 0, given) is not None
    ]


def _is_kept(vault: Vault, row: RecordRow) -> bool:
    """Whether its contract is one of its vendor's."""
    contract = contract_store.contract(vault.connection, row.contract or 0)
    return contract is not None and contract.vendor == row.vendor


def _stand(vault: Vault, record: RecordRow, given: Contract, number: int) -> None:
    assert record.vendor is not None
    price = Money(given.price.minor, given.price.currency)
    every, at = str(periods.parse(given.price.period)), stamp(vault.now)
    contract_store.put_stated(
        vault.connection, number, record.vendor, given.title, given.category or "", price, every, at
    )
    entries.put(
        vault.connection, entries.Entry(number, "contract", record.vendor, at[:10], given.title, record.vendor_name)
    )


def _matching(vault: Vault, vendor: int, given: Contract) -> ContractRow | None:
    taken = store.placed(vault.connection)
    a_year = _yearly(given.price.minor, given.price.period)
    found = [
        (abs(_yearly(row.price_minor, row.period) - a_year), row.id, row)
        for row in contract_store.contracts(vault.connection, vendor=vendor, dismissed=True)
        if row.id not in taken and row.currency == given.price.currency
        if per_year(periods.parse(row.period)) == per_year(periods.parse(given.price.period))
        if row.price_minor <= SAME_PRICE * given.price.minor and given.price.minor <= SAME_PRICE * row.price_minor
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _yearly(minor: int, period: str) -> float:
    return float(minor * per_year(periods.parse(period)))


# --- use ------------------------------------------------------------------------------------------------------------


def note_usage(vault: Vault, delivery: RecordRow, contract: int, given: Usage) -> None:
    """Inside a transaction: the readings of a delivery, as the contract's."""
    first = ids.first_of_block(vault.now, after=contract_store.largest_usage(vault.connection))
    read = [Delivered(one.day.isoformat(), contract_store.checked_quantity(one.quantity)) for one in given.readings]
    store.add_usage(
        vault.connection, first, delivery.id, contract, (given.register, given.unit), read, stamp(vault.now)
    )


def _note_waiting(vault: Vault, record: RecordRow, contract: int) -> None:
    """What was delivered for a contract that had no place yet."""
    for delivery in store.page(vault.connection, record.client, "usage", 0, -1):
        given = msgspec.json.decode(delivery.body, type=Usage)
        if given.contract == record.ref:
            note_usage(vault, delivery, contract, given)
