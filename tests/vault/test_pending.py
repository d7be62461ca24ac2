"""A pending charge that turns out booked is one charge."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.vault.conftest import Made
from vault.findings import FoundCharge
from vault.importing import undo
from vault.session import Vault
from vault.store import vendors

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def charge(day: int, *, own_id: str = "A1B2C3D4", pending: bool = False, name: str = "REWE") -> FoundCharge:
    return FoundCharge(
        date(2026, 2, day), -1250, "EUR", name, own_id=own_id, bank_account="DE89370400440532013000", pending=pending
    )


def bring(vault: Vault, *files: list[FoundCharge]) -> dict[str, int]:
    importing = vault.importing()
    for place, found in enumerate(files):
        importing.begin_file(f"{place}.xml", "camt")
        importing.add(found)
        importing.end_file(connector="camt", sha256="00" * 32, size=1)
    return importing.commit().added


def listed(vault: Vault) -> list[tuple[str, bool]]:
    return [(row.booked, bool(row.pending)) for row in vendors.charges(vault.connection)]


def test_the_booked_row_settles_the_pending_one_by_its_id(made: Made) -> None:
    with made.open() as vault:
        bring(vault, [charge(3, pending=True)])
        assert listed(vault) == [("2026-02-03", True)]
        assert bring(vault, [charge(5)]) == {}
        assert listed(vault) == [("2026-02-05", False)]


def test_without_an_id_amount_and_counterparty_within_ten_days_settle(made: Made) -> None:
    with made.open() as vault:
        bring(vault, [charge(3, own_id="", pending=True)])
        assert bring(vault, [charge(14, own_id="")])["charge"] == 1, "eleven days later it is another purchase"
        assert bring(vault, [charge(6, own_id="")]) == {}
        assert listed(vault) == [("2026-02-14", False), ("2026-02-06", False)]


def test_reading_either_statement_again_adds_nothing(made: Made) -> None:
    with made.open() as vault:
        bring(vault, [charge(3, pending=True)], [charge(5)])
        assert bring(vault, [charge(3, pending=True)]) == {}
        assert bring(vault, [charge(5)]) == {}
        assert listed(vault) == [("2026-02-05", False)]


def test_one_pending_row_is_settled_once(made: Made) -> None:
    with made.open() as vault:
        bring(vault, [charge(3, own_id="", pending=True)])
        bring(vault, [charge(4, own_id=""), charge(5, own_id="")])
        assert listed(vault) == [("2026-02-05", False), ("2026-02-04", False)]


def test_undoing_the_statement_that_settled_it_leaves_the_charge(made: Made) -> None:
    with made.open() as vault:
        bring(vault, [charge(3, pending=True)])
        importing = vault.importing()
        importing.begin_file("b.xml", "camt")
        importing.add([charge(5)])
        importing.end_file(connector="camt", sha256="00" * 32, size=1)
        report = importing.commit()
        from vault import ids

        assert report.batch_id is not None
        undo(vault.connection, vault.keys, ids.number_of("batch", report.batch_id), NOW)
        assert len(listed(vault)) == 1
