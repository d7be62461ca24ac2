"""Which charge settled which invoice: what is certain is said, what is not is left open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.relationships import settlement
from vault.relationships.settlement import OPEN, Bill, Paid, Settled, Words, settle

ISSUED, DUE = date(2026, 11, 3), date(2026, 11, 17)


def bill(ref: int = 1, issued: date = ISSUED, due: date | None = DUE, minor: int = 4_999, **more: object) -> Bill:
    return Bill(ref, issued, due, minor, **{"currency": "EUR", **more})  # type: ignore[arg-type]


def paid(ref: int = 10, on: date = DUE, minor: int = 4_999, **more: object) -> Paid:
    return Paid(ref, on, minor, **{"currency": "EUR", **more})  # type: ignore[arg-type]


def day(month: int, number: int) -> date:
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("on", "is_paid"),
    [
        (ISSUED - timedelta(settlement.EARLY + 1), False),
        (ISSUED - timedelta(settlement.EARLY), True),
        (ISSUED, True),
        (DUE, True),
        (DUE + timedelta(settlement.AFTER_DUE), True),
        (DUE + timedelta(settlement.AFTER_DUE + 1), False),
    ],
)
def test_a_charge_of_the_amount_settles_an_invoice_from_its_issue_until_some_time_after_it_was_due(
    on: date, is_paid: bool
) -> None:
    assert settle([bill()], [paid(on=on)]) == {1: Settled("paid", (10,)) if is_paid else OPEN}


def test_without_a_day_on_which_it_is_due_a_charge_within_four_weeks_settles_it() -> None:
    last = ISSUED + timedelta(settlement.WITHOUT_DUE)
    assert settle([bill(due=None)], [paid(on=last)])[1].state == "paid"
    assert settle([bill(due=None)], [paid(on=last + timedelta(1))])[1].state == "open"


def test_each_month_has_its_own_and_the_one_that_was_not_paid_stays_open() -> None:
    bills = [bill(month, day(month, 3), day(month, 17)) for month in range(6, 12)]
    payments = [paid(month + 100, day(month, 17)) for month in range(6, 12) if month != 8]
    found = settle(bills, payments)
    assert found.pop(8) == OPEN
    assert found == {month: Settled("paid", (month + 100,)) for month in (6, 7, 9, 10, 11)}


def test_where_one_is_due_as_the_next_is_issued_each_still_has_the_charge_that_only_it_can_have() -> None:
    bills = [bill(1, day(9, 3), day(10, 3)), bill(2, day(10, 3), day(11, 3))]
    assert settle(bills, [paid(10, day(10, 3)), paid(20, day(11, 3))]) == {
        1: Settled("paid", (10,)),
        2: Settled("paid", (20,)),
    }


def test_two_charges_equally_near_leave_it_unclear() -> None:
    assert settle([bill()], [paid(10, ISSUED), paid(20, DUE)]) == {1: Settled("unclear", (10, 20))}


def test_equal_invoices_of_one_day_are_paid_by_as_many_charges_and_unclear_with_fewer() -> None:
    bills = [bill(1), bill(2)]
    assert {one.state for one in settle(bills, [paid(10), paid(20, DUE + timedelta(1))]).values()} == {"paid"}
    assert settle(bills, [paid(10)]) == {1: Settled("unclear", (10,)), 2: Settled("unclear", (10,))}


def test_a_charge_that_was_taken_twice_settles_once() -> None:
    assert settle([bill()], [paid(10), paid(20)]) == {1: Settled("paid", (10,))}


def test_a_credit_note_is_settled_by_a_refund_and_by_no_charge() -> None:
    note = bill(minor=-500)
    assert settle([note], [paid(minor=500)]) == {1: OPEN}
    assert settle([note], [paid(minor=-500)]) == {1: Settled("paid", (10,))}
    assert settle([bill(minor=0)], [paid(minor=0)]) == {1: Settled("nothing")}


def test_a_charge_near_it_of_another_amount_differs() -> None:
    assert settle([bill()], [paid(minor=5_499)]) == {1: Settled("differs", (10,))}
    assert settle([bill(due=None)], [paid(minor=5_499, on=ISSUED + timedelta(2))]) == {1: Settled("differs", (10,))}


@pytest.mark.parametrize(
    "other",
    [
        paid(minor=5_499, on=DUE + timedelta(settlement.NEAR + 1)),  # not near
        paid(minor=5_499, currency="USD"),
        paid(minor=-4_999),  # money back
        paid(minor=2_500),  # a part payment is not guessed
        paid(minor=9_998),  # nor one payment of two
        paid(minor=5_499, contract=8),
    ],
)
def test_what_may_well_be_another_matter_is_not_said_to_differ(other: Paid) -> None:
    assert settle([bill(contract=7)], [other]) == {1: OPEN}


def test_of_two_that_differ_neither_is_chosen() -> None:
    assert settle([bill()], [paid(10, minor=5_499), paid(20, minor=4_500)]) == {1: OPEN}
    assert set(settle([bill(1), bill(2)], [paid(minor=5_499)]).values()) == {OPEN}


def test_a_charge_that_names_an_invoice_is_that_ones_however_late_and_no_others() -> None:
    text = "Rechnung: 2026-0417, Danke"
    late = paid(on=DUE + timedelta(200), text=text)
    assert settle([bill(number="2026/0417")], [late]) == {1: Settled("paid", (10,))}
    bills = [bill(1, number="2026-0417", minor=100), bill(2, number="2026-0418")]
    assert settle(bills, [paid(text=text)]) == {1: Settled("differs", (10,)), 2: OPEN}
    both = paid(text="2026-0417 2026-0418", minor=5_099)
    assert set(settle(bills, [both]).values()) == {OPEN}
    first, other = bill(1, minor=100, number="2026-0417"), paid(20, minor=100, on=ISSUED)
    assert settle([first, bills[1]], [both, other]) == {
        1: Settled("paid", (20,)),
        2: OPEN,
    }  # it is of two, whatever paid one
    assert settle([bill(number="2026")], [paid(on=DUE + timedelta(200), text="2026")]) == {1: OPEN}


def test_what_the_owner_said_comes_first() -> None:
    bills, payments = [bill(1), bill(2, due=None)], [paid(10, ISSUED), paid(20, day(12, 20), minor=4_000)]
    said = Words({1: 20})
    assert settle(bills, payments, said) == {
        1: Settled("differs", (20,), by_owner=True),
        2: Settled("paid", (10,)),
    }
    assert settle([bill()], [paid()], Words(not_its={(1, 10)})) == {1: OPEN}
    assert settle([bill()], [paid(minor=5_499)], Words(not_its={(1, 10)})) == {1: OPEN}
    assert settle([bill()], [paid()], Words({1: 99, 5: 10})) == {
        1: Settled("paid", (10,))
    }  # what is gone counts no more


def test_a_charge_before_the_issue_comes_after_all_others() -> None:
    bills = [bill(1, day(11, 3), None), bill(2, day(11, 25), None)]
    assert settle(bills, [paid(10, day(11, 24))]) == {1: Settled("paid", (10,)), 2: OPEN}


def test_a_day_to_pay_that_is_years_ahead_takes_no_charge_of_then() -> None:
    last = ISSUED + timedelta(settlement.LONGEST_TERM + settlement.AFTER_DUE)
    for on, state in ((last, "paid"), (last + timedelta(1), "open")):
        assert settle([bill(due=date(2036, 1, 1))], [paid(on=on)])[1].state == state


def test_of_two_words_on_one_charge_one_counts() -> None:
    found = settle([bill(1), bill(2)], [paid()], Words({1: 10, 2: 10}))
    assert found == {1: Settled("paid", (10,), by_owner=True), 2: OPEN}


def test_the_last_day_of_the_calendar_is_a_day_like_others() -> None:
    assert settle([bill(issued=date.max, due=date.max)], [paid(on=date.max)])[1].state == "paid"
    assert settle([bill(issued=date.min, due=date.max)], [paid(on=date.min)])[1].state == "paid"


# --- whatever comes -------------------------------------------------------------------------------------------------------

_days = st.integers(0, 60).map(lambda number: ISSUED + timedelta(number))
_minors = st.sampled_from([4_999, 5_499, 999, -500, 0])
_currencies = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
_texts = st.sampled_from(["", "", "", "R-10001", "R-10002", "R-10001 R-10003"])
_contracts = st.sampled_from([None, 7, 8])
_bills = st.builds(
    Bill, st.integers(1, 12), _days, st.none() | _days, _minors, _currencies,
    st.sampled_from(["", "R-10001", "R-10002", "R-10003"]), _contracts,
)  # fmt: skip
_paid = st.builds(Paid, st.integers(101, 115), _days, _minors, _currencies, _texts, _contracts)
_rows = st.tuples(
    st.lists(_bills, max_size=8, unique_by=lambda one: one.ref),
    st.lists(_paid, max_size=9, unique_by=lambda one: one.ref),
)
_words = st.builds(
    Words,
    st.dictionaries(st.integers(1, 12), st.integers(101, 115), max_size=2),
    st.frozensets(st.tuples(st.integers(1, 12), st.integers(101, 115)), max_size=4),
)


@given(_rows, _words, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(
    rows: tuple[list[Bill], list[Paid]], words: Words, random: object
) -> None:
    bills, payments = list(rows[0]), list(rows[1])
    found = settle(bills, payments, words)
    random.shuffle(bills), random.shuffle(payments)  # type: ignore[attr-defined]
    assert settle(bills, payments, words) == found


@given(_rows, _words)
def test_one_charge_settles_one_invoice_and_what_is_said_is_so(
    rows: tuple[list[Bill], list[Paid]], words: Words
) -> None:
    bills, payments = {one.ref: one for one in rows[0]}, {one.ref: one for one in rows[1]}
    found = settle(*rows, words)
    assert set(found) == set(bills)
    settled = {ref: one.charges[0] for ref, one in found.items() if one.state in ("paid", "differs")}
    assert len(set(settled.values())) == len(settled)
    unclear = {charge for one in found.values() if one.state == "unclear" for charge in one.charges}
    assert not unclear & set(settled.values())
    for ref, charge in settled.items():
        of, by = bills[ref], payments[charge]
        assert of.currency == by.currency
        assert (of.minor == by.minor) == (found[ref].state == "paid")
        if not found[ref].by_owner:
            assert (ref, charge) not in words.not_its
            assert by.on >= of.issued - timedelta(settlement.EARLY)
    for one in found.values():
        assert (one.state in ("open", "nothing")) == (not one.charges)


@given(_rows, _days, st.booleans())
def test_rows_of_another_matter_change_nothing(rows: tuple[list[Bill], list[Paid]], on: date, is_later: bool) -> None:
    found = settle(*rows)
    later = on + timedelta(400)
    others = [bill(50, on, None, 4_999, currency="CHF"), bill(51, later, None, 4_999)]
    more = [paid(200, on, 4_999, currency="CHF"), paid(201, later if is_later else on, 777_777)]
    again = settle([*rows[0], *others], [*rows[1], *more])
    assert {ref: again[ref] for ref in found} == found


@given(_rows, _words)
def test_nothing_that_is_left_could_have_been_settled_for_certain(
    rows: tuple[list[Bill], list[Paid]], words: Words
) -> None:
    """An open invoice has no charge of its amount left within its time."""
    found = settle(*rows, words)
    used = {charge for one in found.values() for charge in one.charges}
    for one in rows[0]:
        if found[one.ref].state != "open" or one.due is None or one.due < one.issued:
            continue
        for by in rows[1]:
            fits = one.issued <= by.on <= one.due and (by.minor, by.currency) == (one.minor, one.currency)
            if by.ref not in used and fits and not by.text:
                assert (one.ref, by.ref) in words.not_its
