"""A vendor with more charges than are analysed, and payments that were funded from another account."""

from __future__ import annotations

import pytest

from tests.vault.statements import SAVINGS, bring, charge, monthly
from vault import contract_finding
from vault.session import Vault
from vault.store import vendors


def test_charges_too_old_to_be_analysed_still_count(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract_finding, "MAX_ANALYSED", 6)
    bring(vault, monthly("Klarfunk GmbH", 20.0, "2024-01-03", 24))
    (found,) = vendors.vendors(vault.connection)
    assert (found.charges, found.first_seen, found.last_seen) == (24, "2024-01-03", "2025-12-03")
    assert found.paid == {"EUR": 24 * 2000}
    (contract,) = vault.connection.execute("SELECT first_charged, period FROM contract").fetchall()
    assert contract == ("2025-07-03", "P1M")


@pytest.mark.parametrize(("days", "counted"), [((5, 6), 1), ((5, 20), 2), ((5, 3), 2)])
def test_a_purchase_and_the_payment_services_debit_for_it_are_one(
    vault: Vault, days: tuple[int, int], counted: int
) -> None:
    bought, taken = (f"2026-01-{day:02d}" for day in days)
    bring(
        vault,
        [
            charge(bought, -20, "Klarfunk GmbH", bank_account=SAVINGS),
            charge(taken, -20, "PayPal (Europe) S.a.r.l. et Cie S.C.A.", "Ihr Einkauf bei Klarfunk GmbH"),
        ],
    )
    (found,) = vendors.vendors(vault.connection)
    assert found.charges == counted
