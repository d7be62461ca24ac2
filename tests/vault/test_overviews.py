"""The overview that pages share: the same while nothing is written, another once anything is, never of what was taken back."""

from __future__ import annotations

import gc
from datetime import timedelta
from weakref import ref

import pytest

from tests.vault.conftest import Made
from tests.vault.statements import bring, monthly
from vault import owner
from vault.session import Vault
from vault.store import connection, settings
from web.pages.frame.overviews import overview_of

FITNESS = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10)


class TakenBackError(Exception):
    pass


def names(vault: Vault) -> list[str]:
    return [one.name for one in overview_of(vault).vendors]


def test_it_is_the_same_while_nothing_is_written(vault: Vault) -> None:
    bring(vault, FITNESS)
    first = overview_of(vault)
    assert len(first.contracts) == 1
    assert overview_of(vault) is first


def test_each_day_has_its_own_and_so_has_what_was_dismissed(vault: Vault) -> None:
    bring(vault, FITNESS)
    today = vault.now.date()
    days = [today + timedelta(days=day) for day in range(8)]
    assert [overview_of(vault, day).today for day in (*days, *days)] == [*days, *days]
    (only,) = overview_of(vault).contracts
    owner.dismiss(vault, only)
    assert overview_of(vault).contracts == []
    assert len(overview_of(vault, dismissed=True).contracts) == 1


def test_what_was_written_is_seen_at_once(vault: Vault) -> None:
    assert names(vault) == []
    bring(vault, FITNESS)
    (one,) = overview_of(vault).vendors
    owner.rename(vault, one, "The gym")
    assert names(vault) == ["The gym"]


def test_what_another_connection_writes_is_seen(vault: Vault) -> None:
    bring(vault, FITNESS)
    before = overview_of(vault)
    other = connection.connect(vault.path, vault.keys.database)
    with connection.transaction(other):
        settings.put(other, "country", "NL")
    other.close()
    assert overview_of(vault) is not before


def test_nothing_stays_of_what_was_taken_back(vault: Vault) -> None:
    def change() -> None:
        with vault.transaction():
            owner.rename(vault, overview_of(vault).vendors[0], "The gym")
            assert names(vault) == ["The gym"]
            raise TakenBackError

    bring(vault, FITNESS)
    with pytest.raises(TakenBackError):
        change()
    assert names(vault) != ["The gym"]


def test_it_goes_with_the_vault(made: Made) -> None:
    vault = made.open()
    kept = ref(overview_of(vault))
    vault.close()
    del vault
    gc.collect()
    assert kept() is None
