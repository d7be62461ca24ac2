from __future__ import annotations

from datetime import date

import pytest

from vault.relationships.deadlines import Deadline
from vault.relationships.stages import ContractState, VendorState, stage_of
from vault.relationships.streams import PriceChange

TODAY = date(2026, 11, 22)
RUNNING = ContractState("Streamly", "active")
OLD, LATELY = date(2024, 1, 1), date(2026, 11, 1)


def vendor(*contracts: ContractState, **facts: object) -> VendorState:
    return VendorState(**{"first_seen": OLD, "last_seen": LATELY, "charges": 20, "contracts": contracts, **facts})


def deadline(kind: str, on: date, basis: str = "stated") -> Deadline:
    return Deadline(on, kind, basis, "because")


CASES = {
    "prospect": (VendorState(first_seen=LATELY, last_seen=LATELY), "no account, no contract"),
    "new": (vendor(RUNNING, first_seen=date(2026, 10, 1)), "first seen on 2026-10-01"),
    "active": (vendor(RUNNING), "Streamly runs"),
    "unused": (vendor(RUNNING, usage_known=True, last_used=date(2026, 5, 1)), "last used on 2026-05-01"),
    "price rising": (
        vendor(ContractState("Streamly", "active", LATELY, (PriceChange(date(2026, 9, 1), 999, 1199),))),
        "rose on 2026-09-01",
    ),
    "renewal due": (
        vendor(ContractState("Streamly", "active", deadlines=(deadline("renews", date(2027, 1, 5), "unknown"),))),
        "renews on 2027-01-05 (basis: unknown)",
    ),
    "leaving": (vendor(ContractState("Streamly", "cancelled")), "is cancelled and still runs"),
    "ended": (
        vendor(ContractState("Streamly", "ended", LATELY)),
        "Streamly has ended",
    ),
}


@pytest.mark.parametrize("stage", CASES)
def test_each_stage_is_found_with_its_evidence(stage):
    state, evidence = CASES[stage]
    found = stage_of(state, TODAY)
    assert found.stage == stage
    assert evidence in found.evidence[0]


def test_a_rolling_monthly_contract_is_not_up_for_renewal_every_month():
    rolling = ContractState("Mobile", "active", deadlines=(deadline("cancel_by", date(2026, 11, 30), "law"),))
    assert stage_of(vendor(rolling), TODAY).stage == "active"


def test_a_last_day_to_cancel_before_a_renewal_is_due():
    due = (deadline("cancel_by", date(2026, 12, 1)), deadline("renews", date(2027, 3, 1)))
    found = stage_of(vendor(ContractState("Gym", "active", deadlines=due)), TODAY)
    assert (found.stage, found.evidence) == ("renewal due", ("Gym can be cancelled until 2026-12-01 (basis: stated)",))


def test_a_renewal_that_is_far_away_is_not_due():
    far = ContractState("Gym", "active", deadlines=(deadline("renews", date(2027, 3, 1)),))
    assert stage_of(vendor(far), TODAY).stage == "active"


def test_without_a_source_of_usage_nothing_is_called_unused():
    found = stage_of(vendor(RUNNING, last_used=date(2025, 3, 1)), TODAY)
    assert found.stage == "active"
    assert "no sign of use since 2025-03-01" in found.evidence


def test_the_owner_may_say_that_it_is_unused_until_it_is_used_again():
    assert stage_of(vendor(RUNNING, unused_since=date(2026, 8, 1)), TODAY).stage == "unused"
    used_again = vendor(RUNNING, unused_since=date(2026, 8, 1), last_used=date(2026, 9, 1))
    assert stage_of(used_again, TODAY).stage == "active"


def test_one_cancelled_contract_beside_a_running_one_is_not_leaving():
    assert stage_of(vendor(RUNNING, ContractState("Other", "cancelled")), TODAY).stage == "active"


def test_a_lower_price_is_not_a_rising_one_and_an_old_rise_is_past():
    lower = ContractState("A", "active", LATELY, (PriceChange(date(2026, 9, 1), 1199, 999),))
    old = ContractState("A", "active", LATELY, (PriceChange(date(2025, 9, 1), 999, 1199),))
    assert stage_of(vendor(lower), TODAY).stage == stage_of(vendor(old), TODAY).stage == "active"


def test_an_account_that_is_only_an_account_is_told_apart_from_one_that_is_paid():
    found = stage_of(VendorState(first_seen=OLD, last_seen=OLD, accounts=1), TODAY)
    assert (found.stage, found.evidence[0]) == ("active", "an account, but no payment is known")


def test_a_shop_nobody_paid_for_a_year_and_a_half_has_ended_but_not_one_with_an_account():
    shop = VendorState(first_seen=OLD, last_seen=date(2025, 1, 1), charges=2)
    assert stage_of(shop, TODAY).stage == "ended"
    kept = VendorState(first_seen=OLD, last_seen=date(2025, 1, 1), charges=2, accounts=1)
    assert stage_of(kept, TODAY).stage == "active"


def test_a_closed_account_ends_the_relationship():
    closed = VendorState(first_seen=OLD, last_seen=LATELY, accounts=0, closed_on=LATELY)
    assert stage_of(closed, TODAY).evidence == ("the last account was closed on 2026-11-01",)


def test_an_ended_contract_of_a_shop_that_is_still_used_does_not_end_it():
    shop = vendor(ContractState("Membership", "ended", date(2026, 3, 1)))
    assert stage_of(shop, TODAY).stage == "active"


def test_an_account_that_is_left_after_the_contract_is_pointed_out():
    left = vendor(ContractState("Streamly", "ended", LATELY), accounts=1)
    assert stage_of(left, TODAY).evidence == ("Streamly has ended", "an account is left")
