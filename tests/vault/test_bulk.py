"""A bulk of charges is stored first and analysed when the vault is next opened."""

from __future__ import annotations

from datetime import date

import pytest

from tests.vault.conftest import NOW, Made
from vault import importing
from vault.findings import FoundCharge
from vault.importing import undo
from vault.overview import Overview
from vault.session import Vault
from vault.store import audit, connection, intake

CHARGES = [
    FoundCharge(
        date(2025, month, 8),
        -1299,
        "EUR",
        "Spotify AB",
        f"invoice {month}",
        f"S2025{month:02}",
        "DE89370400440532013000",
    )
    for month in range(1, 13)
]


def bring(vault: Vault) -> dict[str, int]:
    batch = vault.importing()
    batch.begin_file("statement.ofx", "ofx")
    batch.add(CHARGES)
    batch.end_file(connector="ofx", sha256="00" * 32, size=1)
    return batch.commit().added


@pytest.fixture
def bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MAX_DERIVED_AT_ONCE", 5)


def test_a_bulk_is_durable_at_once_and_analysed_at_the_next_opening(made: Made, bulk: None) -> None:
    with made.open() as vault:
        assert bring(vault) == {"charge": 12}
        assert Overview(vault.connection, NOW.date()).vendors == []
    with made.open() as vault:
        overview = Overview(vault.connection, NOW.date())
        assert [(row.name, row.charges) for row in overview.vendors] == [("Spotify", 12)]
        assert [(one.row.period, len(one.charges)) for one in overview.contracts] == [("P1M", 12)]
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_a_bulk_can_be_undone_before_it_was_analysed(made: Made, bulk: None) -> None:
    with made.open() as vault:
        bring(vault)
        batch = intake.batches(vault.connection)[0].id
        assert undo(vault.connection, vault.keys, batch, NOW).removed == {"charge": 12}
    with made.open() as vault:
        assert Overview(vault.connection, NOW.date()).vendors == []
        assert connection.integrity_problems(vault.connection) == []


def test_the_first_load_leaves_every_index_in_place(made: Made) -> None:
    def indexes(vault: Vault) -> list[str]:
        rows = vault.connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'charge'")
        return sorted(row[0] for row in rows)

    with made.open() as vault:
        before = indexes(vault)
        bring(vault)
        assert indexes(vault) == before
        batch = vault.importing()
        batch.roll_back()
        assert indexes(vault) == before


def test_a_preview_of_a_first_load_leaves_every_index_in_place(made: Made) -> None:
    with made.open() as vault:
        batch = vault.importing()
        batch.begin_file("statement.ofx", "ofx")
        batch.add(CHARGES)
        batch.end_file(connector="ofx", sha256="00" * 32, size=1)
        batch.preview()
        names = {row[0] for row in vault.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}
        assert {"charge_payee", "charge_booked"} <= names
