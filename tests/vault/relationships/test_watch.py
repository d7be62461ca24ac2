from __future__ import annotations

from datetime import date

import msgspec

from vault.money import Money
from vault.periods import parse
from vault.relationships.streams import PriceChange
from vault.relationships.watch import Booking, ReturnedPurchase, WatchedContract, watch, watch_return

TODAY = date(2026, 11, 22)
PLAIN = WatchedContract("con_7", "Streamly", "EUR", parse("P1M"), 1299)


def found(today: date = TODAY, **facts: object) -> list[tuple[str, date, Money | None, tuple[int, ...]]]:
    contract = msgspec.structs.replace(PLAIN, **facts)
    return [(item.kind, item.on, item.money, item.charges) for item in watch(contract, today)]


def test_a_quiet_contract_has_nothing_to_tell():
    assert found(charges=(Booking(1, date(2026, 11, 1), 1299),)) == []


def test_a_charge_after_the_last_day_is_told_and_one_on_it_is_not():
    charges = (Booking(1, date(2026, 9, 30), 1299), Booking(2, date(2026, 10, 1), 1299))
    assert found(last_day=date(2026, 9, 30), charges=charges) == [
        ("charged_after_end", date(2026, 10, 1), Money(1299, "EUR"), (2,))
    ]


def test_a_final_bill_of_a_varying_contract_may_come_later():
    charges = (Booking(1, date(2026, 10, 20), 4200), Booking(2, date(2026, 11, 20), 4200))
    after = found(last_day=date(2026, 9, 1), charges=charges, variable=True)
    assert [item[3] for item in after] == [(2,)]


def test_a_refund_settles_one_charge_only():
    doubles = (Booking(3, date(2026, 5, 2), 1299), Booking(4, date(2026, 6, 2), 1299))
    refunds = (Booking(9, date(2026, 6, 20), 1299),)
    assert found(doubles=doubles, refunds=refunds) == [("double_charge", date(2026, 6, 2), Money(1299, "EUR"), (4,))]


def test_a_refund_that_came_before_or_is_too_small_settles_nothing():
    doubles = (Booking(3, date(2026, 5, 2), 1299),)
    early, small = Booking(8, date(2026, 5, 1), 1299), Booking(9, date(2026, 5, 9), 1000)
    assert [item[0] for item in found(doubles=doubles, refunds=(early, small))] == ["double_charge"]


def test_a_double_charge_after_the_end_is_told_once():
    double = Booking(3, date(2026, 10, 2), 1299)
    told = found(last_day=date(2026, 9, 30), charges=(double,), doubles=(double,))
    assert [item[0] for item in told] == ["double_charge"]


def test_a_price_rise_tells_what_it_adds_to_a_year_and_a_fall_tells_nothing():
    changes = (PriceChange(date(2026, 3, 1), 999, 1299), PriceChange(date(2026, 6, 1), 1299, 1199))
    assert found(price_changes=changes) == [("price_rise", date(2026, 3, 1), Money(3600, "EUR"), ())]
    contract = msgspec.structs.replace(PLAIN, price_changes=changes)
    assert watch(contract, TODAY, rises_since=date(2026, 4, 1)) == ()
    assert (
        "9.99 EUR to 12.99 EUR on 2026-03-01 (12 × 3.00 EUR = 36.00 EUR a year)" in watch(contract, TODAY)[0].sentence
    )


def test_a_price_rise_of_a_contract_that_has_ended_is_past():
    assert found(price_changes=(PriceChange(date(2026, 3, 1), 999, 1299),), last_day=date(2026, 8, 1)) == []


def test_a_cancellation_is_missed_only_where_it_is_known_that_nobody_confirmed_it():
    assert found(cancelled_on=date(2026, 11, 1), confirmed=None) == []
    assert found(cancelled_on=date(2026, 11, 1), confirmed=False)[0][0] == "not_confirmed"
    assert found(cancelled_on=date(2026, 11, 8), confirmed=False) == []


def test_a_trial_is_told_in_its_last_two_weeks_with_its_price_a_year():
    assert found(trial_ends_on=date(2026, 12, 6)) == [("trial_ending", date(2026, 12, 6), Money(15588, "EUR"), ())]
    assert found(trial_ends_on=date(2026, 12, 7)) == []
    assert found(trial_ends_on=date(2026, 12, 1), cancelled_on=TODAY) == []


def test_a_return_is_told_two_weeks_after_it_was_sent_back_for_what_is_missing():
    kettle = ReturnedPurchase("ord_3", "Kettle", Money(4900, "EUR"), date(2026, 11, 7), 900)
    told = watch_return(kettle, TODAY)
    assert told is not None
    assert told.money == Money(4000, "EUR")
    assert watch_return(kettle, date(2026, 11, 21)) is None
    assert watch_return(msgspec.structs.replace(kettle, refunded_minor=4900), TODAY) is None
