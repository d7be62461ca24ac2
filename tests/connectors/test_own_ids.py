"""When the id that a bank gives a row is widened."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from connectors.own_ids import OwnIds
from vault.findings import MAX_ID, FoundCharge


def charge(own_id: str, minor: int = -100, account: str = "A") -> FoundCharge:
    return FoundCharge(booked=date(2024, 1, 5), minor=minor, currency="EUR", own_id=own_id, bank_account=account)


def test_a_long_id_stays_on_its_row_and_is_widened_on_another() -> None:
    ids = OwnIds()
    assert ids.told_apart(charge("LONG-0001")).own_id == "LONG-0001"
    assert ids.told_apart(charge("LONG-0001")).own_id == "LONG-0001"
    assert ids.told_apart(charge("LONG-0001", -200)).own_id == "LONG-0001/20240105/-200"
    assert ids.told_apart(charge("LONG-0001", -200, account="B")).own_id == "LONG-0001"


def test_a_short_id_is_widened_and_counted() -> None:
    ids = OwnIds()
    assert [ids.told_apart(charge("1")).own_id for _ in range(2)] == ["1/20240105/-100", "1/20240105/-100/2"]


@given(st.integers(min_value=1, max_value=MAX_ID).map("x".__mul__), st.integers(min_value=-(10**15), max_value=10**15))
def test_a_widened_id_keeps_the_limit(own_id: str, minor: int) -> None:
    ids = OwnIds()
    assert all(len(ids.told_apart(charge(own_id, minor)).own_id) <= MAX_ID for _ in range(3))
    assert all(len(ids.counted(charge(own_id, minor)).own_id) <= MAX_ID for _ in range(3))
