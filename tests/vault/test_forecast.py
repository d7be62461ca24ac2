"""What contracts will cost in the months ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vault import owner
from vault.forecast import expected
from vault.money import Money
from vault.overview import Contract, Overview
from vault.session import Vault
from vault.store import vendors

YEAR = timedelta(days=365)


def contract(vault: Vault, every: str, **facts: str) -> Contract:
    """A contract that the owner noted."""
    number = owner.add_vendor(vault, "Stromkontor")
    row = vendors.vendor(vault.connection, number)
    assert row is not None
    owner.add_contract(vault, row, Money(1000, "EUR"), every)
    for name, text in facts.items():
        owner.set_fact(vault, now(vault)[0], name, text)
    return now(vault)[0]


def now(vault: Vault) -> list[Contract]:
    return Overview(vault.connection, vault.now.date()).contracts


@pytest.mark.parametrize(("every", "payments"), [("P1M", 12), ("P3M", 4), ("P1Y", 1)])
def test_a_fixed_price_is_expected_on_each_of_its_days(vault: Vault, every: str, payments: int) -> None:
    one, today = contract(vault, every, started="2026-01-15"), vault.now.date()
    found = expected([one], today + YEAR)
    assert len(found) == payments
    assert {each.money for each in found} == {Money(1000, "EUR")}
    assert {each.on.day for each in found} == {15}
    assert [each.on for each in found] == sorted(each.on for each in found)
    assert all(today <= each.on < today + YEAR for each in found)


def test_what_was_cancelled_is_expected_until_its_end_and_no_longer(vault: Vault) -> None:
    one = contract(vault, "P1M", started="2026-01-15", ends="2026-06-30")
    assert [each.on for each in expected([one], vault.now.date() + YEAR)][-1] == date(2026, 6, 15)


def test_a_contract_whose_days_nobody_knows_is_not_in_it(vault: Vault) -> None:
    assert expected([contract(vault, "P1M")], vault.now.date() + YEAR) == []
