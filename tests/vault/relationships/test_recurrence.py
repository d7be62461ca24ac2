from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from vault.periods import add, parse
from vault.relationships.recurrence import find_streams, next_charge, status_of
from vault.relationships.streams import Payment, PriceChange, Stream

JANUARY_3 = date(2024, 1, 3)


def charges(dates: Iterable[date], minor: int | list[int] = 999, ref: int = 0, mandate: str = "") -> list[Payment]:
    """Charges of `minor` (or of each of them in turn) on `dates`, refs counted from `ref`."""
    days = list(dates)
    amounts = [minor] * len(days) if isinstance(minor, int) else minor
    return [
        Payment(ref + k, on, -amount, mandate=mandate) for k, (on, amount) in enumerate(zip(days, amounts, strict=True))
    ]


def every(period: str, times: int, first: date = JANUARY_3) -> list[date]:
    return [add(first, parse(period), k) for k in range(times)]


def after_weekend(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def only(payments: list[Payment]) -> Stream:
    found = find_streams(payments)
    assert len(found) == 1, [(str(one.period), len(one.charges)) for one in found]
    return found[0]


class TestRhythms:
    @pytest.mark.parametrize(
        ("period", "times"),
        [("P1W", 20), ("P2W", 12), ("P4W", 9), ("P1M", 12), ("P2M", 8), ("P3M", 6), ("P6M", 4), ("P1Y", 3)],
    )
    def test_every_rhythm_is_told_from_the_others(self, period: str, times: int) -> None:
        stream = only(charges(every(period, times)))
        assert str(stream.period) == period
        assert len(stream.charges) == times
        assert stream.price_minor == 999
        assert not stream.variable
        assert stream.confidence > 0.8

    @pytest.mark.parametrize("period", ["P4W", "P1M"])
    def test_three_charges_tell_four_weeks_from_a_month(self, period: str) -> None:
        assert str(only(charges(every(period, 3, date(2024, 4, 10)))).period) == period

    def test_charges_that_weekends_move_forward_stay_monthly(self) -> None:
        stream = only(charges(after_weekend(day) for day in every("P1M", 24)))
        assert (str(stream.period), stream.anchor_day, len(stream.charges)) == ("P1M", 3, 24)

    @pytest.mark.parametrize("day", [29, 30, 31])
    def test_an_anchor_at_the_end_of_the_month_survives_february(self, day: int) -> None:
        stream = only(charges(every("P1M", 24, date(2023, 10, day))))
        assert (str(stream.period), stream.anchor_day) == ("P1M", day)

    def test_a_skipped_and_a_late_charge_break_nothing(self) -> None:
        dates = every("P1M", 14)
        dates[9] += timedelta(days=9)
        del dates[5]
        stream = only(charges(dates))
        assert len(stream.charges) == 13
        assert "1 due date without a charge" in stream.evidence

    def test_a_contract_that_paused_is_one_contract(self) -> None:
        dates = every("P1M", 24)
        assert len(only(charges(dates[:8] + dates[14:])).charges) == 18

    def test_exactly_thirty_days_are_told_from_a_month(self) -> None:
        stream = only(charges(JANUARY_3 + timedelta(days=30 * k) for k in range(18)))
        assert (str(stream.period), len(stream.charges)) == ("P30D", 18)
        assert next_charge(stream, today=stream.last) == stream.last + timedelta(days=30)

    def test_weekly_charges_that_fall_on_a_friday_or_the_monday_after_are_all_found(self) -> None:
        saturday = date(2024, 1, 6)
        dates = [saturday + timedelta(days=7 * k + (2 if k % 5 else -1)) for k in range(40)]
        assert len(only(charges(dates, 2999)).charges) == 40


class TestFewCharges:
    def test_two_charges_of_one_amount_a_year_apart_are_a_contract_of_little_confidence(self) -> None:
        stream = only(charges([date(2023, 5, 3), date(2024, 5, 5)], 4999))
        assert str(stream.period) == "P1Y"
        assert stream.confidence < 0.6

    def test_a_yearly_price_may_have_risen_by_the_second_charge(self) -> None:
        stream = only(charges([date(2023, 5, 3), date(2024, 5, 3)], [4900, 5400]))
        assert stream.price_changes == (PriceChange(date(2024, 5, 3), 4900, 5400),)

    @pytest.mark.parametrize(
        ("second", "minor"),
        [
            (date(2024, 4, 1), [4999, 4999]),
            (date(2024, 5, 3), [4999, 12_000]),
            (date(2023, 6, 9), [999, 999]),
            (date(2023, 6, 3), [999, 1299]),
        ],
        ids=["eleven months", "other amount", "month and a week", "month, other amount"],
    )
    def test_two_other_charges_are_no_contract(self, second: date, minor: list[int]) -> None:
        assert find_streams(charges([date(2023, 5, 3), second], minor)) == []

    def test_nothing_and_one_charge_are_no_contract(self) -> None:
        assert find_streams([]) == []
        assert find_streams(charges([JANUARY_3])) == []

    def test_money_coming_in_is_no_contract(self) -> None:
        assert find_streams([Payment(k, on, 250_000) for k, on in enumerate(every("P1M", 24))]) == []


class TestPrices:
    def test_a_price_change_is_dated_by_the_first_charge_at_the_new_price(self) -> None:
        dates = every("P1M", 24)
        stream = only(charges(dates, [999] * 10 + [1099] * 8 + [1299] * 6))
        assert stream.price_changes == (
            PriceChange(dates[10], 999, 1099),
            PriceChange(dates[18], 1099, 1299),
        )
        assert stream.price_minor == 1299

    def test_an_offer_of_a_year_that_ends_is_a_price_change_however_large(self) -> None:
        dates = every("P4W", 26)
        stream = only(charges(dates, [400] * 13 + [2000] * 13))
        assert stream.price_changes == (PriceChange(dates[13], 400, 2000),)
        assert not stream.variable

    def test_a_rise_on_the_last_charge_counts(self) -> None:
        dates = every("P1M", 9)
        assert only(charges(dates, [999] * 8 + [1099])).price_changes == (PriceChange(dates[8], 999, 1099),)

    @pytest.mark.parametrize("place", [0, 4, 8])
    def test_an_amount_that_occurs_once_is_no_price_change(self, place: int) -> None:
        amounts = [999] * 9
        amounts[place] = 2350
        stream = only(charges(every("P1M", 9), amounts))
        assert stream.price_changes == ()
        assert stream.price_minor == 999
        assert len(stream.charges) == 9

    def test_a_one_off_right_after_a_change_does_not_move_its_date(self) -> None:
        dates = every("P1M", 9)
        stream = only(charges(dates, [899] * 4 + [958, 479] + [958] * 3))
        assert stream.price_changes == (PriceChange(dates[4], 899, 958),)

    def test_a_charge_taken_twice_on_the_day_of_a_change_leaves_the_date_alone(self) -> None:
        dates = every("P1M", 12)
        payments = charges(dates, [999] * 6 + [1099] * 6)
        payments.append(Payment(99, dates[6] + timedelta(days=1), -1099))
        stream = only(payments)
        assert [change.on for change in stream.price_changes] == [dates[6]]
        assert stream.doubles == (99,)

    def test_a_foreign_price_moves_without_changing(self) -> None:
        amounts = [912, 925, 899, 918, 931, 905, 920, 897, 928, 910, 902, 935]
        stream = only(charges(every("P1M", 12), amounts))
        assert stream.variable
        assert stream.price_changes == ()
        assert stream.price_minor == 915

    def test_a_clear_step_of_a_foreign_price_is_a_change(self) -> None:
        dates = every("P1M", 12)
        stream = only(charges(dates, [912, 925, 899, 918, 931, 905, 1105, 1120, 1098, 1131, 1110, 1102]))
        assert [change.on for change in stream.price_changes] == [dates[6]]

    def test_a_rate_that_drifts_is_no_price_change(self) -> None:
        stream = only(charges(every("P1M", 16), [round(1000 * 0.993**k) for k in range(16)]))
        assert (stream.variable, stream.price_changes) == (True, ())

    def test_a_yearly_price_that_moves_by_a_rate_is_no_price_change(self) -> None:
        assert only(charges(every("P1Y", 2), [7220, 7296])).price_changes == ()
        assert only(charges(every("P1Y", 2), [4900, 4990])).price_changes != ()

    def test_a_quarterly_price_may_fall_and_last_for_one_charge(self) -> None:
        dates = every("P3M", 9)
        stream = only(charges(dates, [4450, 4450, 3780, 3210, 3210, 3210, 3400, 3400, 3400]))
        assert [change.to_minor for change in stream.price_changes] == [3780, 3210, 3400]

    @pytest.mark.parametrize("period", ["P1W", "P1M"])
    def test_a_basic_fee_with_extras_is_one_contract_of_the_fee(self, period: str) -> None:
        amounts = [699, 1405, 699, 949, 699, 1074, 699, 699]
        stream = only(charges(every(period, 24), amounts * 3, mandate="M-1"))
        assert (str(stream.period), len(stream.charges), stream.price_minor) == (period, 24, 699)
        assert (stream.variable, stream.price_changes) == (True, ())

    def test_a_charge_with_extras_first_or_last_is_no_price_change(self) -> None:
        amounts = [5528, *[5400] * 9, 5563, *[5400] * 5]
        assert only(charges(every("P1M", 16), amounts)).price_changes == ()
        assert only(charges(every("P1M", 6), [4099, 4686, 4099, 4099, 4099, 4327])).price_changes == ()

    def test_a_contract_may_come_back_dearer_from_a_pause(self) -> None:
        dates = every("P1M", 20)
        stream = only(charges(dates[:12] + dates[15:], [2999] * 12 + [3600] * 5))
        assert stream.price_changes == (PriceChange(dates[15], 2999, 3600),)

    def test_bills_by_use_are_variable_and_have_no_price_changes(self) -> None:
        amounts = [8120, 9440, 11_230, 7310, 6020, 5480, 5910, 6890, 8450, 10_120, 12_090, 9630]
        stream = only(charges(every("P1M", 12), amounts))
        assert stream.variable
        assert stream.price_changes == ()

    @pytest.mark.parametrize("trial", [1, 2, 3])
    def test_a_reduced_start_is_a_trial_and_no_price_change(self, trial: int) -> None:
        dates = every("P1M", 14)
        stream = only(charges(dates, [100] * trial + [1299] * (14 - trial)))
        assert stream.trial_until == dates[trial]
        assert stream.price_changes == ()
        assert stream.price_minor == 1299

    def test_a_booking_of_nothing_before_the_first_charge_is_a_free_trial(self) -> None:
        payments = charges(every("P1M", 6))
        payments.append(Payment(99, JANUARY_3 - timedelta(days=30), 0))
        assert only(payments).trial_until == JANUARY_3


class TestRefundsAndDoubles:
    def test_a_charge_taken_twice_and_given_back_makes_no_second_contract(self) -> None:
        dates = every("P1M", 12)
        payments = charges(dates)
        payments += [Payment(50, dates[4] + timedelta(days=2), -999), Payment(51, dates[4] + timedelta(days=9), 999)]
        stream = only(payments)
        assert len(stream.charges) == 12
        assert (stream.doubles, stream.refunds) == ((50,), (51,))

    def test_a_charge_returned_and_collected_again_is_one_charge(self) -> None:
        dates = every("P1M", 5)
        payments = charges(dates, 1899)
        payments += [Payment(50, dates[2] + timedelta(days=3), 1899), Payment(51, dates[2] + timedelta(days=11), -1899)]
        stream = only(payments)
        assert (stream.charges, stream.doubles, stream.refunds) == ((0, 1, 2, 3, 4), (51,), (50,))

    def test_the_next_charge_after_a_refund_is_none_collected_again(self) -> None:
        dates = every("P2W", 10)
        assert len(only([*charges(dates), Payment(50, dates[3] + timedelta(days=4), 999)]).charges) == 10

    def test_a_double_among_three_charges_is_set_aside(self) -> None:
        dates = every("P3M", 3)
        stream = only([*charges(dates, 5500), Payment(9, dates[1] + timedelta(days=3), -5500)])
        assert (str(stream.period), stream.charges, stream.doubles) == ("P3M", (0, 1, 2), (9,))

    def test_a_credit_of_another_amount_stays_out(self) -> None:
        assert only([*charges(every("P1M", 6)), Payment(50, date(2024, 3, 20), 5000)]).refunds == ()


class TestSeveralContracts:
    def test_amounts_tell_contracts_of_the_same_day_apart(self) -> None:
        dates = every("P1M", 18)
        found = find_streams(charges(dates, 999) + charges(dates, 2499, 100))
        assert [(one.price_minor, len(one.charges)) for one in found] == [(2499, 18), (999, 18)]

    def test_days_tell_contracts_of_the_same_amount_apart(self) -> None:
        found = find_streams(charges(every("P1M", 18)) + charges(every("P1M", 18, date(2024, 1, 19)), 999, 100))
        assert [one.anchor_day for one in found] == [3, 19]
        assert [len(one.charges) for one in found] == [18, 18]

    def test_a_yearly_charge_on_the_day_of_a_monthly_one_is_its_own(self) -> None:
        found = find_streams(charges(every("P1M", 30)) + charges(every("P1Y", 3), 4900, 100))
        assert [(str(one.period), one.price_minor) for one in found] == [("P1Y", 4900), ("P1M", 999)]

    @pytest.mark.parametrize("price", [14_100, 4270])
    def test_two_foreign_prices_due_on_one_day_keep_their_own_charges(self, price: int) -> None:
        monthly = charges(every("P1M", 26), [730 + k * 7 % 23 for k in range(26)])
        dearer = charges(every("P3M", 6), [price + k * 37 % 90 for k in range(6)], 100)
        found = find_streams(monthly + dearer)
        assert {(str(one.period), one.charges) for one in found} == {
            ("P1M", tuple(range(26))),
            ("P3M", tuple(range(100, 106))),
        }

    def test_mandates_keep_contracts_apart(self) -> None:
        dates = every("P1M", 12)
        first, second = charges(dates, 999, 0, "M-1"), charges(dates, 999, 100, "M-2")
        assert [one.mandate for one in find_streams(first + second)] == ["M-1", "M-2"]

    def test_a_mandate_stated_only_by_the_newer_file_is_the_same_contract(self) -> None:
        dates = every("P1M", 24)
        stream = only(charges(dates[:10]) + charges(dates[10:], 999, 100, "M-1"))
        assert (stream.mandate, len(stream.charges)) == ("M-1", 24)

    def test_a_contract_that_goes_on_under_another_mandate_is_one(self) -> None:
        dates = every("P1M", 18)
        stream = only(charges(dates[:6], 499, 0, "PP-1") + charges(dates[6:], 549, 100, "M-2"))
        assert (stream.mandate, len(stream.charges)) == ("M-2", 18)
        assert stream.price_changes == (PriceChange(dates[6], 499, 549),)

    def test_another_price_under_another_mandate_is_another_contract(self) -> None:
        dates = every("P1M", 18)
        found = find_streams(charges(dates[:6], 499, 0, "M-1") + charges(dates[6:], 1499, 100, "M-2"))
        assert [one.mandate for one in found] == ["M-1", "M-2"]

    def test_a_token_of_a_trial_is_found_among_shopping(self) -> None:
        shopping = [
            Payment(500 + k, date(2024, 1, 1) + timedelta(days=k * 37 % 700), -(1500 + k * 733 % 9000))
            for k in range(90)
        ]
        dates = every("P1M", 10)
        stream = only(charges(dates, [100] + [2399] * 9) + shopping)
        assert (len(stream.charges), stream.trial_until, stream.price_changes) == (10, dates[1], ())

    def test_a_fixed_price_beside_bills_by_use_is_found_with_them(self) -> None:
        use = [8120, 9440, 11_230, 7310, 6020, 5480, 5910, 6890, 8450, 10_120, 12_090, 9630]
        found = find_streams(charges(every("P1M", 12)) + charges(every("P1M", 12, date(2024, 1, 17)), use, 100))
        assert [(one.variable, len(one.charges)) for one in found] == [(False, 12), (True, 12)]

    def test_a_new_price_charged_twice_so_far_is_found_among_shopping(self) -> None:
        dates = every("P1M", 24)
        shopping = [
            Payment(500 + k, date(2024, 1, 1) + timedelta(days=k * 37 % 700), -(1500 + k * 733 % 9000))
            for k in range(90)
        ]
        stream = only(charges(dates[:21] + dates[22:], [899] * 21 + [999] * 2) + shopping)
        assert stream.price_changes == (PriceChange(dates[22], 899, 999),)

    def test_a_membership_is_found_among_shopping(self) -> None:
        shopping = [
            Payment(500 + k, date(2024, 1, 1) + timedelta(days=k * 37 % 700), -(1500 + k * 733 % 9000))
            for k in range(90)
        ]
        stream = only(charges(every("P1M", 23), 899) + shopping)
        assert (stream.charges, stream.price_minor) == (tuple(range(23)), 899)


class TestHabits:
    def test_a_weekly_shop_is_no_contract(self) -> None:
        amounts = [4000 + k * 2371 % 8000 for k in range(60)]
        assert find_streams(charges(every("P1W", 60), amounts)) == []

    def test_a_coffee_on_most_working_days_is_no_contract(self) -> None:
        days = [JANUARY_3 + timedelta(days=k) for k in range(500)]
        assert (
            find_streams(charges([day for day in days if day.weekday() < 5 and day.toordinal() % 7 * 5 % 3], 320)) == []
        )

    def test_a_haircut_of_one_price_every_six_weeks_or_so_is_no_contract(self) -> None:
        gaps = [41, 46, 38, 44, 49, 36, 40, 47, 43, 37, 48, 42, 39, 45]
        dates = [JANUARY_3 + timedelta(days=sum(gaps[:k])) for k in range(len(gaps))]
        assert find_streams(charges(dates, 3800)) == []

    def test_visits_that_only_follow_each_other_wander_off_and_are_no_contract(self) -> None:
        gaps = [33, 35, 34, 33, 27, 25, 26, 24, 27, 25, 33, 35, 34, 32, 34, 25, 24, 26, 25, 27, 34, 33]
        dates = [JANUARY_3 + timedelta(days=sum(gaps[:k])) for k in range(len(gaps))]
        assert find_streams(charges(dates, 2200)) == []

    def test_cash_from_a_machine_is_no_contract_however_regular(self) -> None:
        regular = charges(every("P1M", 12), 20_000)
        assert only(regular).price_minor == 20_000
        assert find_streams([charge._replace(text="Bargeldauszahlung GAA 1201") for charge in regular]) == []

    def test_presents_each_december_are_no_contract(self) -> None:
        dates = [date(2022, 12, 19), date(2023, 12, 9), date(2024, 12, 14)]
        assert find_streams(charges(dates, [8411, 4630, 9749])) == []


class TestOutlook:
    def test_a_contract_is_active_while_its_next_charge_is_not_well_overdue(self) -> None:
        stream = only(charges(every("P1M", 12)))
        assert status_of(stream, today=date(2025, 1, 10), seen_until=date(2025, 1, 10)) == "active"

    def test_a_contract_whose_charge_did_not_come_has_ended(self) -> None:
        stream = only(charges(every("P1M", 12)))
        assert status_of(stream, today=date(2025, 3, 10), seen_until=date(2025, 3, 10)) == "ended"

    def test_a_contract_is_not_ended_by_records_that_stop(self) -> None:
        stream = only(charges(every("P1M", 12)))
        assert status_of(stream, today=date(2026, 3, 10), seen_until=date(2024, 12, 31)) == "active"

    def test_a_trial_lasts_until_the_first_full_charge(self) -> None:
        stream = only(charges(every("P1M", 6), [100] + [1299] * 5))
        assert status_of(stream, today=date(2024, 2, 2), seen_until=date(2024, 6, 30)) == "trial"
        assert status_of(stream, today=date(2024, 6, 4), seen_until=date(2024, 6, 4)) == "active"

    def test_the_next_charge_falls_on_the_anchor_day(self) -> None:
        dates = [after_weekend(day) for day in every("P1M", 12, date(2024, 1, 31))]
        stream = only(charges(dates))
        assert next_charge(stream, today=date(2025, 1, 5)) == date(2025, 1, 31)
        assert next_charge(stream, today=date(2025, 2, 5)) == date(2025, 2, 28)

    def test_the_next_charge_in_weeks_follows_the_last(self) -> None:
        stream = only(charges(every("P4W", 6)))
        assert next_charge(stream, today=stream.last) == stream.last + timedelta(days=28)

    def test_a_contract_long_silent_has_no_next_charge(self) -> None:
        assert next_charge(only(charges(every("P1M", 12))), today=date(2026, 1, 1)) is None
