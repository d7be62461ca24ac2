"""What holds of recurring-charge analysis for any payments whatever, and for any contract drawn from its own rules."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vault.periods import add, parse
from vault.relationships.recurrence import find_streams, next_charge, status_of
from vault.relationships.streams import Payment

PERIODS = ("P1W", "P2W", "P4W", "P1M", "P2M", "P3M", "P6M", "P1Y")

any_payment = st.tuples(
    st.dates(date(2022, 1, 1), date(2024, 12, 31)),
    st.sampled_from([-999, -999, -1099, -500, 0, 999]) | st.integers(-(10**15), 10**15),
    st.sampled_from(["", "", "M-1", "M-2"]),
)
any_dates = st.tuples(st.dates(), st.sampled_from([-999, -1099]), st.just(""))
histories = st.lists(any_payment | any_dates, max_size=60).map(
    lambda rows: [Payment(ref, on, minor, "", mandate) for ref, (on, minor, mandate) in enumerate(rows)]
)
contracts = st.builds(
    lambda period, first, times, price: [Payment(ref, add(first, parse(period), ref), -price) for ref in range(times)],
    st.sampled_from(PERIODS),
    st.dates(date(2015, 1, 1), date(2020, 12, 31)),
    st.integers(6, 20),
    st.integers(1, 10**7),
)


@settings(max_examples=150, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_payments_does_not_matter(payments: list[Payment], random: object) -> None:
    shuffled = list(payments)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_streams(shuffled) == find_streams(payments)


@settings(max_examples=150, deadline=None)
@given(histories, st.dates())
def test_every_payment_has_one_place_and_every_stream_is_whole(payments: list[Payment], today: date) -> None:
    by_ref = {payment.ref: payment for payment in payments}
    used: list[int] = []
    for stream in find_streams(payments):
        used += [*stream.charges, *stream.doubles, *stream.refunds]
        dates = [by_ref[ref].on for ref in stream.charges]
        assert dates == sorted(dates)
        assert (stream.first, stream.last) == (dates[0], dates[-1])
        assert all(by_ref[ref].minor < 0 for ref in stream.charges + stream.doubles)
        assert all(by_ref[ref].minor > 0 for ref in stream.refunds)
        assert 0 < stream.confidence < 1
        assert stream.price_minor > 0
        assert str(stream.period) in PERIODS
        assert all(change.on in dates and change.from_minor != change.to_minor for change in stream.price_changes)
        assert status_of(stream, today=today, seen_until=stream.last) in ("active", "trial")
        coming = next_charge(stream, today=today)
        assert coming is None or coming >= today
    assert len(used) == len(set(used))


@settings(max_examples=100, deadline=None)
@given(contracts)
def test_a_contract_that_keeps_to_its_days_is_found_whole(payments: list[Payment]) -> None:
    (stream,) = find_streams(payments)
    assert stream.charges == tuple(range(len(payments)))
    assert add(payments[0].on, stream.period) == payments[1].on
    assert stream.price_changes == ()


@settings(max_examples=60, deadline=None)
@given(contracts, st.integers(-400, 400))
def test_moving_every_weekly_date_moves_nothing_else(payments: list[Payment], days: int) -> None:
    (stream,) = find_streams(payments)
    if stream.period.unit != "W":
        return
    moved = [payment._replace(on=payment.on + timedelta(days=days)) for payment in payments]
    (later,) = find_streams(moved)
    assert (later.period, later.charges, later.price_minor) == (stream.period, stream.charges, stream.price_minor)


@settings(max_examples=60, deadline=None)
@given(contracts, st.integers(2, 9))
def test_the_unit_of_money_does_not_matter(payments: list[Payment], factor: int) -> None:
    scaled = [payment._replace(minor=payment.minor * factor) for payment in payments]
    assert [one.charges for one in find_streams(scaled)] == [one.charges for one in find_streams(payments)]
