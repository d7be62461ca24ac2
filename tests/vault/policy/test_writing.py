"""Values to and from JSON, and as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.policy.facts import Fact, Influence
from vault.policy.values import Amount, Claim, Duration, FactType, Value
from vault.policy.writing import from_json, shown, to_json


def fact(type_: FactType, unit: str = "", choices: tuple[str, ...] = ()) -> Fact:
    return Fact("x.y", type_, unit, "", "", Influence.OWNER, choices)


def numbers() -> st.SearchStrategy[int | Fraction]:
    fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
    return st.integers(-(10**15), 10**15) | fractions.filter(lambda value: value.denominator != 1)


VALUES: dict[FactType, st.SearchStrategy[Value]] = {
    FactType.INTEGER: st.integers(-(10**15), 10**15),
    FactType.NUMBER: numbers(),
    FactType.MONEY: st.builds(Amount, numbers(), st.sampled_from(["EUR", "JPY", "KWD"])),
    FactType.DURATION: st.builds(Duration, st.integers(-5_000, 5_000), st.integers(-5_000, 5_000)),
    FactType.DATE: st.dates(),
    FactType.TIME: st.integers(0, 1_439),
    FactType.TRUTH: st.booleans(),
    FactType.CLAIM: st.builds(Claim, st.booleans(), st.frozensets(st.text(max_size=5), max_size=3)),
    FactType.TEXT: st.text(max_size=20),
    FactType.CATEGORY: st.text(max_size=20),
    FactType.CHOICE: st.sampled_from(["one", "other"]),
    FactType.PURPOSES: st.frozensets(st.text(max_size=5), max_size=3),
    FactType.PERSONAL_DATA: st.frozensets(st.text(max_size=5), max_size=3),
    FactType.TEXTS: st.frozensets(st.text(max_size=5), max_size=3),
}


@pytest.mark.parametrize("type_", FactType)
def test_every_value_is_read_back_from_its_json(type_: FactType) -> None:
    of_type = fact(type_, choices=("one", "other"))

    @given(VALUES[type_])
    def check(value: Value) -> None:
        again = from_json(of_type, to_json(value, of_type))
        assert again == value
        assert type(again) is type(value)

    check()


NUMBER, INTEGER, MONEY = fact(FactType.NUMBER), fact(FactType.INTEGER), fact(FactType.MONEY)
DURATION, DAY, TIME = fact(FactType.DURATION), fact(FactType.DATE), fact(FactType.TIME)


@pytest.mark.parametrize(
    ("of", "json", "value"),
    [
        (NUMBER, 0.1, Fraction(1, 10)),
        (NUMBER, "0.30", Fraction(3, 10)),
        (NUMBER, Decimal("2.50"), Fraction(5, 2)),
        (NUMBER, "2500/3", Fraction(2500, 3)),
        (INTEGER, 5.0, 5),
        (MONEY, {"minor": "2500/3", "currency": "EUR"}, Amount(Fraction(2500, 3), "EUR")),
        (DURATION, "P1Y2M3W4D", Duration(14, 25)),
        (DURATION, "P0D", Duration()),
        (DAY, "2026-03-01", date(2026, 3, 1)),
        (TIME, "22:00", 1_320),
        (fact(FactType.CLAIM), True, Claim(True)),
        (fact(FactType.CLAIM), {"value": True, "attested_by": ["a"]}, Claim(True, frozenset({"a"}))),
    ],
)
def test_json_is_read_exactly(of: Fact, json: object, value: Value) -> None:
    assert from_json(of, json) == value


@pytest.mark.parametrize(
    ("of", "json"),
    [
        (NUMBER, True),
        (NUMBER, float("nan")),
        (NUMBER, float("inf")),
        (NUMBER, 1e300),
        (NUMBER, "1e999999"),
        (NUMBER, "1/0"),
        (NUMBER, "٣"),
        (NUMBER, Decimal("1e999999")),
        (INTEGER, 1.5),
        (INTEGER, 10**4_000),
        (MONEY, 50),
        (MONEY, {"minor": 5000}),
        (MONEY, {"minor": 5000, "currency": "eur"}),
        (MONEY, {"minor": 5000, "currency": "EUR", "per": "year"}),
        (DURATION, "P"),
        (DURATION, "PT1H"),
        (DURATION, "P999999Y"),
        (DURATION, "P11000Y"),
        (DURATION, 12),
        (DAY, "2026-02-30"),
        (DAY, "20260301"),
        (DAY, "2026-W01-1"),
        (TIME, "24:00"),
        (TIME, 22),
        (fact(FactType.TRUTH), "true"),
        (fact(FactType.TRUTH), 1),
        (fact(FactType.CLAIM), {"value": "yes"}),
        (fact(FactType.CLAIM), {"attested_by": ["a"]}),
        (fact(FactType.TEXT), "x" * 10_000),
        (fact(FactType.CHOICE, choices=("one",)), "three"),
        (fact(FactType.TEXTS), "one"),
        (fact(FactType.TEXTS), [1]),
        (fact(FactType.TEXTS), ["x"] * 5_000),
        (NUMBER, None),
        (NUMBER, {}),
    ],
)
def test_what_does_not_fit_the_fact_is_unknown(of: Fact, json: object) -> None:
    assert from_json(of, json) is None


@pytest.mark.parametrize(
    ("value", "of", "text"),
    [
        (Amount(833, "EUR"), fact(FactType.MONEY, "per month"), "8.33 EUR per month"),
        (Amount(Fraction(2500, 3), "EUR"), fact(FactType.MONEY, "per month"), "about 8.33 EUR per month"),
        (Amount(5_000, "EUR"), MONEY, "50 EUR"),
        (Amount(4_990, "EUR"), MONEY, "49.90 EUR"),
        (Amount(Fraction(321, 10), "EUR"), MONEY, "0.321 EUR"),
        (Amount(500, "JPY"), MONEY, "500 JPY"),
        (Amount(-1, "KWD"), MONEY, "-0.001 KWD"),
        (20, fact(FactType.NUMBER, "%"), "20 %"),
        (Duration(12), DURATION, "12 months"),
        (Duration(36), DURATION, "3 years"),
        (Duration(1, 3), DURATION, "1 month 3 days"),
        (Duration(), DURATION, "0 days"),
        (1_320, TIME, "22:00"),
        (date(2026, 3, 1), DAY, "2026-03-01"),
        (frozenset(), fact(FactType.TEXTS), "none"),
        (frozenset({"b", "a"}), fact(FactType.TEXTS), "a, b"),
        (Claim(True), fact(FactType.CLAIM), "true, only claimed"),
        (Claim(True, frozenset({"a"})), fact(FactType.CLAIM), "true, attested by a"),
        (None, MONEY, "unknown"),
    ],
)
def test_people_read_values_with_their_unit(value: Value | None, of: Fact, text: str) -> None:
    assert shown(value, of) == text
