"""Laws that hold for every contract: dates never lie in the past, leave room for the notice, and only move on."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vault.periods import Period, add
from vault.relationships.deadlines import ContractTerms, contract_deadlines
from vault.relationships.notice import latest_receipt, term_end

DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
# After every row of the table of law applies, so that the passing of a law does not move a date.
TODAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
PERIODS = st.builds(Period, st.integers(1, 36), st.just("M")) | st.sampled_from(
    [Period(1, "Y"), Period(2, "Y"), Period(1, "W"), Period(6, "W"), Period(14, "D"), Period(90, "D")]
)
BASES = st.sampled_from(["stated", "owner", "law", "unknown"])
FACTS = ("started", "minimum_term", "renewal_term", "notice_period", "notice_to")


def maybe(strategy):
    return st.none() | strategy


TERMS = st.builds(
    ContractTerms,
    currency=st.just("EUR"),
    price_minor=st.integers(1, 10**6),
    every=maybe(PERIODS),
    first_charge=maybe(DAYS),
    next_charge=maybe(DAYS),
    anchor_day=st.integers(0, 31),
    started=maybe(st.dates(date(2015, 1, 1), date(2025, 12, 31))),
    minimum_term=maybe(PERIODS),
    renewal_term=maybe(PERIODS),
    notice_period=maybe(PERIODS),
    notice_to=maybe(st.sampled_from(["term-end", "month-end", "any-time"])),
    auto_renews=maybe(st.booleans()),
    bases=st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, BASES)),
    country=st.sampled_from(["DE", "AT", "FR", "NL", "GB", "US", ""]),
    category=st.sampled_from(
        ["entertainment.music", "telecom", "insurance", "energy.gas", "energy.basic", "housing.rent", ""]
    ),
)


@given(TERMS, TODAYS)
def test_no_date_lies_before_today_and_a_day_to_cancel_always_has_a_basis(terms, today):
    for deadline in contract_deadlines(terms, today):
        assert deadline.on >= today
        assert deadline.source
        assert deadline.kind != "cancel_by" or deadline.basis != "unknown"


@given(TERMS, TODAYS)
def test_a_stated_notice_given_on_the_last_day_runs_out_before_the_end_and_a_day_later_does_not(terms, today):
    notice = terms.notice_period
    if notice is None or terms.bases.get("notice_period", "unknown") == "unknown":
        return
    for deadline in contract_deadlines(terms, today):
        if deadline.kind == "cancel_by":
            assert deadline.ends_on is not None
            assert add(deadline.on, notice) <= deadline.ends_on < add(deadline.on + timedelta(days=1), notice)


@given(TERMS, TODAYS, st.integers(1, 800))
def test_a_later_day_never_gives_an_earlier_date(terms, today, days):
    before = {item.kind: item.on for item in contract_deadlines(terms, today)}
    after = {item.kind: item.on for item in contract_deadlines(terms, today + timedelta(days=days))}
    assert all(after[kind] >= on for kind, on in before.items() if kind in after)


@given(TERMS, TODAYS)
def test_asking_again_on_a_given_date_gives_that_date(terms, today):
    for deadline in contract_deadlines(terms, today):
        assert deadline in contract_deadlines(terms, deadline.on)


@given(DAYS, PERIODS, st.integers(1, 5))
@settings(max_examples=200)
def test_the_last_day_of_a_term_leaves_room_for_the_notice(first, notice, times):
    end = term_end(first, Period(1, "Y"), times)
    day = latest_receipt(end, notice)
    assert add(day, notice) <= end < add(day + timedelta(days=1), notice)
