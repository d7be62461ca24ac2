"""What an offer comes to, to the cent, and what makes it unknown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.vault.worlds import eur, facts, money, monthly, offer, request
from vault.policy.figures import commitment, first_year, per_month
from vault.policy.known import Held
from vault.policy.spans import begun, completed, covers, leaving_after
from vault.policy.values import Amount, Duration

POWER = {
    "title": "Power",
    "category": "energy.electricity",
    "contract": {"minimum_term": "P12M", "renewal_term": "P1M", "notice": "P1M"},
    "fields": {"unit_rate": "28.905", "standing_charge": money(1190)},
    "binding": True,
}
USE = {"use": 3200}


def contract(minimum: str | None = None, renewal: str | None = None, notice: str | None = None) -> dict[str, object]:
    stated = {"minimum_term": minimum, "renewal_term": renewal, "notice": notice}
    return {name: value for name, value in stated.items() if value is not None}


def test_a_tariff_is_reckoned_at_your_use() -> None:
    made = offer(POWER)
    # 3200 × 28.905 ct = 924.96 EUR, and 12 × 11.90 EUR
    assert first_year(made, USE).amount == eur(92496 + 14280)
    assert commitment(made, USE).amount == eur(92496 + 14280)
    assert per_month(made, USE).amount == eur((92496 + 14280) // 12)


def test_the_arithmetic_stands_in_lines() -> None:
    lines = first_year(offer(POWER), USE).lines
    assert lines[0] == "unit rate (3200 × 0.28905 EUR): 1 × 924.96 EUR a year = 924.96 EUR"
    assert lines[-1] == "the first year: 1067.76 EUR"


def test_a_tariff_without_your_use_is_unknown_and_says_so() -> None:
    figure = first_year(offer(POWER), {})
    assert figure.amount is None
    assert figure.lines == ("the first year: not known, because my use is not known (register `use`)",)


def test_your_use_comes_from_the_contract_that_you_have() -> None:
    held = Held("k1", category="energy.electricity", use=USE)
    found = facts(request(offer=POWER), contracts=[held])
    assert found["offer.cost.first_year"] == eur(106776)
    assert facts(request(offer=POWER), contracts=[held, held])["offer.cost.first_year"] is None


def test_day_and_night_are_registers_of_their_own() -> None:
    fields = {"day_rate": "30", "night_rate": "20"}
    made = {**POWER, "fields": fields, "currency": "EUR"}
    assert first_year(offer(made), {"HT": 100, "NT": 50}).amount == eur(100 * 30 + 50 * 20)
    assert first_year(offer(made), {"HT": 100}).amount is None


def test_a_rate_in_no_currency_is_unknown() -> None:
    made = {**POWER, "fields": {"unit_rate": 30}}
    assert first_year(offer(made), USE).amount is None
    assert first_year(offer({**made, "currency": "CHF"}), USE).amount == Amount(3200 * 30, "CHF")


def test_an_instalment_is_no_price() -> None:
    estimate = {**money(500), "period": "P1M", "estimate": True}
    assert first_year(offer({**POWER, "price": estimate}), USE).amount == eur(106776)
    bare = offer({**POWER, "price": estimate, "fields": {}})
    assert per_month(bare, USE).amount is None
    assert commitment(bare, USE).amount is None


def test_a_standing_charge_alone_is_no_price() -> None:
    alone = offer({**POWER, "fields": {"standing_charge": money(100)}})
    assert commitment(alone, USE).amount is None


@pytest.mark.parametrize(
    ("period", "month"),
    [("P1M", 1200), ("P1Y", 100), ("P3M", 400), ("P1W", Fraction(1200 * 146_097, 400 * 7 * 12)), ("P28D", None)],
)
def test_a_price_a_month_is_exact(period: str, month: Fraction | int | None) -> None:
    amount = per_month(offer(monthly(price={**money(1200), "period": period})), {}).amount
    assert amount is not None
    assert amount.minor == (Fraction(1200 * 146_097, 400 * 28 * 12) if month is None else month)


@pytest.mark.parametrize(
    ("terms", "months"),
    [
        (contract("P12M", "P1M", "P1M"), 12),
        (contract("P24M", "P12M", "P3M"), 24),
        # Notice cannot be given in time for the end of the minimum term: a renewal is due, or several.
        (contract("P1M", "P12M", "P3M"), 13),
        (contract("P1M", "P1M", "P3M"), 3),
        (contract("P1M", None, "P3M"), 3),
        (contract("P6M", None, "P3M"), 6),
        (contract("P6M", None, None), 6),
        (contract("P0D", "P0D", "P1M"), 1),
        (contract("P0D", None, "P0D"), 1),
        (contract("P0D", "P1M", "P0D"), 1),
        # Three months may have 92 days, of which 31 are paid as a month that may have 28.
        (contract("P30D", None, "P14D"), 2),
        (contract(None, "P1M", "P1M"), None),
        (contract("P12M", "P12M", None), None),
        (contract(), None),
    ],
)
def test_the_commitment_is_every_month_until_you_can_leave(terms: dict[str, object], months: int | None) -> None:
    amount = commitment(offer(monthly(1000, contract=terms)), {}).amount
    assert amount == (None if months is None else eur(1000 * months))


def test_a_period_that_has_begun_is_paid_in_full() -> None:
    yearly = {**money(50000), "period": "P1Y"}
    assert commitment(offer(monthly(price=yearly, contract=contract("P1M", None, "P1M"))), {}).amount == eur(50000)
    assert commitment(offer(monthly(price=yearly, contract=contract("P13M"))), {}).amount == eur(100000)


def test_no_minimum_term_stated_is_not_no_minimum_term() -> None:
    figure = commitment(offer(monthly(contract=contract(None, None, "P1M"))), {})
    assert figure.amount is None
    assert figure.lines == ("at the most: not known, because no minimum term is stated",)


def test_fees_are_in_and_only_certain_bonuses_out() -> None:
    fee = [{"title": "Connection", **money(4990)}]
    sure, later = {"title": "Bonus", **money(1000)}, {"title": "Late", **money(500), "after": "P2M"}
    doubtful = {"title": "Maybe", **money(700), "condition": "if you stay"}
    made = monthly(1000, fees=fee, bonuses=[sure, later, doubtful])
    assert commitment(offer(made), {}).amount == eur(1000 + 4990 - 1000)
    assert first_year(offer(made), {}).amount == eur(12000 + 4990 - 1500)
    assert commitment(offer({**made, "binding": False}), {}).amount == eur(1000 + 4990)
    assert first_year(offer({**made, "binding": False}), {}).amount == eur(12000 + 4990)
    assert facts(request(offer=made))["offer.bonus"] == eur(1500)
    assert facts(request(offer=made))["offer.fees"] == eur(4990)


def test_a_commitment_is_never_less_than_nothing() -> None:
    made = monthly(1000, bonuses=[{"title": "Bonus", **money(99999)}])
    assert commitment(offer(made), {}).amount == eur(0)


def test_a_lower_first_price_counts_if_the_vendor_is_bound() -> None:
    price = {**money(3000), "period": "P1M", "first": {"minor": 1000, "lasts": "P6M"}}
    made = monthly(price=price, contract=contract("P24M"))
    assert commitment(offer(made), {}).amount == eur(24 * 3000 - 6 * 2000)
    assert first_year(offer(made), {}).amount == eur(12 * 3000 - 6 * 2000)
    assert commitment(offer({**made, "binding": False}), {}).amount == eur(24 * 3000)
    assert per_month(offer(made), {}).amount == eur(3000)


def test_a_higher_first_price_always_counts() -> None:
    price = {**money(1000), "period": "P1M", "first": {"minor": 3000, "lasts": "P2M"}}
    made = monthly(price=price, contract=contract("P24M"), binding=False)
    assert commitment(offer(made), {}).amount == eur(24 * 1000 + 2 * 2000)
    assert commitment(offer({**made, "contract": contract("P1M")}), {}).amount == eur(3000)


def test_a_purchase_is_paid_once() -> None:
    lamp = offer({"title": "Lamp", "price": money(5000), "fees": [{"title": "Delivery", **money(490)}]})
    assert commitment(lamp, {}).amount == eur(5490)
    assert first_year(lamp, {}).amount == eur(5490)
    assert per_month(lamp, {}).amount is None


def test_of_contradicting_totals_the_highest_counts() -> None:
    lines = [{"title": "Arm", "price": money(9000)}, {"title": "Foot", "price": money(3000)}]
    made = {"title": "Lamp", "price": money(100), "total": money(5000), "lines": lines}
    assert commitment(offer(made), {}).amount == first_year(offer(made), {}).amount == eur(12000)
    assert facts(request(offer=made))["offer.price.total"] == eur(12000)
    hidden = monthly(100, total=money(500000))
    assert commitment(offer(hidden), {}).amount == eur(500000)
    assert commitment(offer(hidden), {}).lines[-1] == "at the most: 5000 EUR, which the offer states"


def test_a_contract_whose_price_has_no_period_is_unknown() -> None:
    made = {"title": "Gym", "price": money(4900), "contract": contract("P24M")}
    assert commitment(offer(made), {}).amount is None
    assert first_year(offer(made), {}).amount is None


@pytest.mark.parametrize(
    ("discount", "percent"),
    [
        ({"list_price": money(4000)}, 25),
        ({"list_price": money(9000)}, Fraction(200, 3)),
        ({"list_price": money(4000), "percent": "90"}, 25),
        ({"list_price": money(1000)}, 0),
        ({"percent": "12.5"}, Fraction(25, 2)),
        ({"code": "DESK10"}, None),
    ],
)
def test_a_discount_is_what_the_prices_say(discount: dict[str, object], percent: Fraction | None) -> None:
    assert facts(request(offer=monthly(3000, discount=discount)))["offer.discount"] == percent


def test_terms_are_facts() -> None:
    found = facts(request(offer=monthly(contract=contract("P2Y", "P1M", "P14D"))))
    assert found["offer.contract.minimum_term"] == Duration(months=24)
    assert found["offer.contract.renewal_term"] == Duration(months=1)
    assert found["offer.contract.notice"] == Duration(days=14)
    assert found["offer.contract.bound_for"] == Duration(months=24)


def test_a_total_alone_is_a_price_whatever_the_category() -> None:
    made = {"title": "Power", "category": "energy.electricity", "total": money(5000), "fields": {"renewable": True}}
    assert commitment(offer(made), {}).amount == eur(5000)
    assert facts(request(offer={"title": "Sale", "currency": "EUR"}))["offer.price.total"] is None


def test_a_purchase_under_a_contract_of_no_time_is_a_purchase() -> None:
    assert commitment(offer({"title": "Gym", "price": money(4900), "contract": contract("P0D")}), {}).amount == eur(
        4900
    )


def test_a_first_price_holds_for_the_periods_that_begin() -> None:
    yearly = {**money(50000), "period": "P1Y", "first": {"minor": 20000, "lasts": "P2Y"}}
    assert commitment(offer(monthly(price=yearly, contract=contract("P13M"))), {}).amount == eur(40000)
    dearer = {**money(1000), "period": "P1M", "first": {"minor": 3000, "lasts": "P45D"}}
    assert commitment(offer(monthly(price=dearer, contract=contract("P12M"))), {}).amount == eur(12000 + 2 * 2000)
    cheaper = {**money(3000), "period": "P1M", "first": {"minor": 1000, "lasts": "P45D"}}
    assert commitment(offer(monthly(price=cheaper, contract=contract("P12M"))), {}).amount == eur(36000 - 2000)


def test_rates_run_for_as_long_as_you_are_bound() -> None:
    for minimum, use in (("P6M", Fraction(3200 * 30, 2)), ("P73D", Fraction(3200 * 30, 5))):
        made = {**POWER, "fields": {"unit_rate": 30}, "currency": "EUR", "contract": contract(minimum)}
        amount = commitment(offer(made), USE).amount
        assert amount is not None
        assert amount.minor == use


@pytest.mark.parametrize(
    ("minimum", "renewal", "notice", "bound"),
    [
        # Three months have at most 92 days, one month at least 28: three renewals of thirty days close the gap of 64.
        (Duration(1), Duration(0, 30), Duration(3), Duration(1, 90)),
        (Duration(1), Duration(0, 21), Duration(3), Duration(1, 84)),
        (Duration(0, 30), Duration(1), Duration(0, 86), Duration(2, 30)),
        (Duration(0, 30), Duration(1), Duration(0, 87), Duration(3, 30)),
        (Duration(1), None, Duration(0, 31), Duration(1)),
        (Duration(1), None, Duration(0, 32), Duration(0, 32)),
        (Duration(2), Duration(1), Duration(2), Duration(2)),
    ],
)
def test_days_and_months_are_added_by_their_bounds(
    minimum: Duration, renewal: Duration | None, notice: Duration, bound: Duration
) -> None:
    assert leaving_after(minimum, renewal, notice) == bound


def test_periods_are_counted_by_their_bounds() -> None:
    assert (begun(Duration(12), Duration(0, 30)), completed(Duration(12), Duration(0, 30))) == (13, 12)
    assert (begun(Duration(0, 365), Duration(1)), completed(Duration(0, 365), Duration(1))) == (14, 11)
    assert (begun(Duration(25), Duration(12)), completed(Duration(25), Duration(12))) == (3, 2)
    assert begun(Duration(12), Duration(0, 5)) == 74
    assert covers(Duration(3), Duration(3))
    assert covers(Duration(1), Duration(0, 28))
    assert not covers(Duration(1), Duration(0, 29))
    assert covers(Duration(0, 31), Duration(1))
    assert not covers(Duration(0, 30), Duration(1))
