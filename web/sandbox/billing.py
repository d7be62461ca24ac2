"""What a vendor of the sandbox bills, and what the bank shows of it: one invoice is paid, one was charged otherwise, one is open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from vault.butler.decisions import Butler
from vault.engaging import messages, records
from vault.engaging.given import Amount, Invoice, Line
from vault.findings import FoundCharge
from vault.session import Vault
from web.demo.person import ACCOUNTS

_MINOR: Final = 7_900
_DUE_AFTER: Final = timedelta(days=14)
# Of each invoice: how many days ago it was issued, and what was charged for it on the day that it was due.
_INVOICES: Final = ((77, 7_900), (47, 8_400), (0, 0))
_FILE: Final = "statement.csv"


def add(vault: Vault, client: int, vendor: str) -> None:
    """Of a client with an agreement, that is linked to the vendor of this name."""
    today = vault.now.date()
    issued = [
        (f"{day:%Y-%m}-0417", day, charged) for ago, charged in _INVOICES for day in [today - timedelta(days=ago)]
    ]
    _bring(vault, [_charge(vendor, number, day, charged) for number, day, charged in issued if charged])
    for number, day, _ in issued:
        lines = (Line("Steady electricity, one month", _MINOR),)
        given = Invoice(number, day, Amount(_MINOR, "EUR"), day + _DUE_AFTER, lines=lines)
        records.take_invoice(vault, client, given)
    said = messages.Written("invoice", "Your invoice is in your vault.", "Your invoice of today")
    messages.receive(vault, client, said, Butler(vault, now=vault.now))


def _charge(vendor: str, number: str, issued: date, minor: int) -> FoundCharge:
    account = ACCOUNTS["giro"].number
    return FoundCharge(issued + _DUE_AFTER, -minor, "EUR", vendor, f"Invoice {number}", bank_account=account)


def _bring(vault: Vault, found: list[FoundCharge]) -> None:
    importing = vault.importing()
    try:
        importing.begin_file(_FILE, "csv")
        importing.add(found)
        importing.end_file(connector="csv", sha256="00" * 32, size=1)
        importing.commit()
    finally:
        importing.roll_back()
