from __future__ import annotations

from datetime import date

import msgspec
import pytest

from vault.money import Money
from vault.periods import parse
from vault.relationships.deadlines import ContractTerms, Deadline, contract_deadlines, end_when_cancelled, weakest

TODAY = date(2026, 11, 22)
STATED = dict.fromkeys(
    ("started", "minimum_term", "renewal_term", "notice_period", "notice_to", "trial_ends_on"), "stated"
)


def gym(**changes: object) -> ContractTerms:
    """A contract with every term stated: 24 months from 15 January 2025, then a year at a time."""
    terms = ContractTerms(
        "EUR", 2900, parse("P1M"), next_charge=date(2026, 12, 1), started=date(2025, 1, 15),
        minimum_term=parse("P24M"), renewal_term=parse("P1Y"), notice_period=parse("P1M"), notice_to="term-end",
        bases=STATED,
    )  # fmt: skip
    return msgspec.structs.replace(terms, **changes)


def only(terms: ContractTerms, kind: str, today: date = TODAY) -> Deadline:
    found = [item for item in contract_deadlines(terms, today) if item.kind == kind]
    assert len(found) == 1, found
    return found[0]


def kinds(terms: ContractTerms, today: date = TODAY) -> list[str]:
    return [item.kind for item in contract_deadlines(terms, today)]


def test_stated_terms_give_the_last_day_to_cancel_and_the_renewal():
    cancel, renews = only(gym(), "cancel_by"), only(gym(), "renews")
    assert (cancel.on, cancel.ends_on, cancel.basis) == (date(2026, 12, 14), date(2027, 1, 14), "stated")
    assert (renews.on, renews.basis) == (date(2027, 1, 15), "stated")
    assert cancel.source == "notice of 1 month to the end of the term"


def test_missing_the_last_day_costs_the_whole_renewal_term():
    assert only(gym(), "cancel_by").money_at_stake == Money(34800, "EUR")


def test_the_last_day_itself_is_still_in_time_and_the_next_day_rolls_to_the_next_term():
    assert only(gym(), "cancel_by", date(2026, 12, 14)).on == date(2026, 12, 14)
    assert only(gym(), "cancel_by", date(2026, 12, 15)).on == date(2027, 12, 14)


def test_a_missed_year_rolls_on_as_often_as_needed():
    assert only(gym(), "cancel_by", date(2031, 5, 1)).on == date(2031, 12, 14)


def test_notice_to_the_end_of_a_month_waits_for_the_minimum_term():
    terms = gym(notice_to="month-end", renewal_term=None)
    assert only(terms, "cancel_by").ends_on == date(2027, 1, 14)
    later = only(terms, "cancel_by", date(2027, 2, 10))
    assert (later.on, later.ends_on) == (date(2027, 2, 28), date(2027, 3, 31))


def test_notice_at_any_time_is_dated_by_the_next_payment_it_can_spare():
    terms = gym(notice_to="any-time", minimum_term=None, renewal_term=None)
    cancel = only(terms, "cancel_by")
    assert (cancel.on, cancel.ends_on, cancel.money_at_stake) == (
        date(2026, 11, 30),
        date(2026, 12, 31),
        Money(2900, "EUR"),
    )


def test_a_date_has_the_weakest_basis_of_its_facts():
    assert only(gym(bases={**STATED, "started": "owner"}), "cancel_by").basis == "owner"
    assert weakest("stated", "law", "owner") == "law"
    assert weakest() == "unknown"


def test_a_start_that_nobody_stated_gives_no_term_so_the_payments_are_taken_and_said_to_be():
    terms = gym(
        bases={"notice_period": "owner"},
        minimum_term=None,
        renewal_term=None,
        every=parse("P1Y"),
        next_charge=date(2027, 3, 1),
    )
    cancel = only(terms, "cancel_by")
    assert (cancel.on, cancel.basis) == (date(2027, 1, 31), "owner")
    assert cancel.source == "notice of 1 month to the end of the term; the term is taken from the payments"


def test_with_nothing_stated_and_no_law_a_yearly_payment_only_renews_on_an_unknown_basis():
    terms = ContractTerms("USD", 9900, parse("P1Y"), next_charge=date(2027, 3, 1), country="US", category="it.software")
    (renews,) = contract_deadlines(terms, TODAY)
    assert (renews.kind, renews.on, renews.basis) == ("renews", date(2027, 3, 1), "unknown")
    assert renews.money_at_stake == Money(9900, "USD")


def test_an_overdue_yearly_charge_is_expected_a_year_later():
    terms = ContractTerms("USD", 9900, parse("P1Y"), next_charge=date(2025, 3, 1))
    assert only(terms, "renews").on == date(2027, 3, 1)


def test_with_nothing_known_there_is_no_date():
    assert contract_deadlines(ContractTerms(), TODAY) == ()
    assert kinds(ContractTerms("EUR", 999, parse("P1M"), next_charge=date(2026, 12, 1))) == []


def test_the_law_fills_what_a_german_subscription_does_not_say_and_is_named():
    terms = ContractTerms(
        "EUR", 11900, parse("P1Y"), first_charge=date(2024, 1, 5), next_charge=date(2027, 1, 5), country="DE",
        category="entertainment.streaming",
    )  # fmt: skip
    cancel = only(terms, "cancel_by")
    assert (cancel.on, cancel.basis) == (date(2026, 12, 4), "law")
    assert "§ 309 Nr. 9 BGB" in cancel.source
    assert cancel.source.startswith("assumed by law")


def test_an_older_german_contract_needs_three_months():
    terms = ContractTerms(
        "EUR", 11900, parse("P1Y"), first_charge=date(2020, 3, 1), next_charge=date(2027, 3, 1), country="DE",
        category="entertainment.streaming",
    )  # fmt: skip
    cancel = only(terms, "cancel_by")
    assert cancel.on == date(2026, 11, 30)
    assert "Art. 229 § 60 EGBGB" in cancel.source


def test_an_older_german_telephone_contract_needs_one_month_all_the_same():
    terms = ContractTerms(
        "EUR", 2999, parse("P1M"), first_charge=date(2019, 5, 1), next_charge=date(2026, 12, 1), country="DE",
        category="telecom.mobile",
    )  # fmt: skip
    cancel = only(terms, "cancel_by")
    assert (cancel.on, cancel.basis) == (date(2026, 11, 30), "law")
    assert "§ 56 Abs. 3 TKG" in cancel.source


def test_a_monthly_paid_insurance_has_no_lawful_date_because_its_year_is_not_known():
    terms = ContractTerms("EUR", 2999, parse("P1M"), next_charge=date(2026, 12, 1), country="DE", category="insurance")
    assert kinds(terms) == []


def test_the_law_is_not_asked_for_a_category_nobody_knows():
    terms = ContractTerms("EUR", 2999, parse("P1Y"), next_charge=date(2026, 12, 1), country="DE", category="")
    assert kinds(terms) == ["renews"]


def test_what_the_owner_states_comes_before_the_law():
    terms = ContractTerms(
        "EUR", 11900, parse("P1Y"), next_charge=date(2027, 3, 1), country="DE", category="entertainment.streaming",
        notice_period=parse("P6W"), bases={"notice_period": "owner"},
    )  # fmt: skip
    cancel = only(terms, "cancel_by")
    assert (cancel.on, cancel.basis) == (date(2027, 1, 17), "owner")


def test_a_renewal_that_rests_on_the_law_does_not_pass_for_stated():
    terms = gym(renewal_term=None, country="DE", category="insurance", minimum_term=parse("P1Y"))
    assert only(terms, "cancel_by", date(2026, 1, 1)).basis == "law"


@pytest.mark.parametrize("fact", [{"cancelled_on": date(2026, 6, 1)}, {"ends_on": date(2027, 1, 14)}])
def test_a_contract_that_ends_anyway_needs_no_date(fact):
    assert kinds(gym(**fact)) == []


def test_a_contract_that_does_not_renew_needs_no_date():
    assert kinds(gym(auto_renews=False, every=parse("P1Y"))) == []


def test_the_end_of_a_trial_is_a_date_until_it_is_over():
    terms = gym(trial_ends_on=date(2026, 11, 25), cancelled_on=date(2026, 11, 1))
    assert kinds(terms) == ["trial_ends"]
    assert only(terms, "trial_ends").money_at_stake == Money(2900, "EUR")
    assert kinds(terms, date(2026, 11, 26)) == []


def test_a_price_per_quarter_is_counted_exactly_for_a_year_at_stake():
    terms = gym(every=parse("P3M"), price_minor=1001)
    assert only(terms, "cancel_by").money_at_stake == Money(4004, "EUR")


def test_a_cancelled_contract_ends_with_the_term_that_its_notice_was_in_time_for():
    assert end_when_cancelled(gym(cancelled_on=date(2026, 12, 14))) == (date(2027, 1, 14), "stated")
    assert end_when_cancelled(gym(cancelled_on=date(2026, 12, 15))) == (date(2028, 1, 14), "stated")


def test_a_cancelled_monthly_contract_ends_with_a_paid_month_that_lies_before_the_next_known_charge():
    terms = gym(minimum_term=None, renewal_term=None, notice_to="any-time", cancelled_on=date(2026, 5, 20))
    assert end_when_cancelled(terms) == (date(2026, 6, 30), "stated")


def test_an_end_that_is_stated_is_the_end_and_an_unknown_one_is_none():
    assert end_when_cancelled(gym(ends_on=date(2026, 8, 1))) == (date(2026, 8, 1), "unknown")
    assert end_when_cancelled(gym()) is None
    assert end_when_cancelled(ContractTerms(cancelled_on=TODAY)) is None


def test_terms_of_a_month_renew_too_often_for_a_date_but_the_end_of_a_long_first_term_has_one():
    monthly = gym(renewal_term=parse("P1M"))
    assert only(monthly, "renews").on == date(2027, 1, 15)
    assert "renews" not in kinds(monthly, date(2027, 1, 16))
    assert "cancel_by" in kinds(monthly, date(2027, 1, 16))


def test_weekly_terms_of_many_decades_still_have_a_last_day():
    ancient = gym(
        started=date(1960, 1, 4), minimum_term=parse("P1W"), renewal_term=parse("P1W"), notice_period=parse("P3D")
    )
    assert only(ancient, "cancel_by").on == date(2026, 11, 26)
