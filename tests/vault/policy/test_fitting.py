from __future__ import annotations

from fractions import Fraction

import pytest

from vault.policy.facts import TABLE, Fact, Influence
from vault.policy.fitting import fitting
from vault.policy.values import Amount, Claim, Duration, FactType, Value

BIG = 10**80


def fact(type: FactType, least: int | None = None) -> Fact:
    return Fact("some", type, "", "", "", Influence.VENDOR, least=least)


@pytest.mark.parametrize(
    ("type", "least", "most", "beyond"),
    [
        (FactType.INTEGER, None, BIG, BIG + 1),
        (FactType.INTEGER, None, -BIG, -BIG - 1),
        (FactType.INTEGER, 0, 0, -1),
        (FactType.NUMBER, None, Fraction(1, BIG), Fraction(1, BIG + 1)),
        (FactType.NUMBER, None, Fraction(-BIG, 7), Fraction(-BIG - 1, 7)),
        (FactType.NUMBER, None, Fraction(BIG, 7), Fraction(BIG + 1, 7)),
        (FactType.NUMBER, 0, Fraction(1, 7), Fraction(-1, 7)),
        (FactType.MONEY, 0, Amount(0, "EUR"), Amount(-1, "EUR")),
        (FactType.MONEY, None, Amount(-BIG, "EUR"), Amount(-BIG - 1, "EUR")),
        (FactType.DURATION, None, Duration(120_000), Duration(120_001)),
        (FactType.DURATION, None, Duration(-120_000), Duration(-120_001)),
        (FactType.DURATION, None, Duration(0, 3_660_000), Duration(0, 3_660_001)),
        (FactType.DURATION, None, Duration(0, -3_660_000), Duration(0, -3_660_001)),
        (FactType.DURATION, 0, Duration(0, 0), Duration(1, -1)),
        (FactType.DURATION, 0, Duration(0, 1), Duration(-1, 1)),
        (FactType.TIME, None, 0, -1),
        (FactType.TIME, None, 1_439, 1_440),
        (FactType.TEXTS, None, frozenset(map(str, range(1_000))), frozenset(map(str, range(1_001)))),
        (FactType.CLAIM, None, Claim(True, frozenset({"a"})), Claim(True, frozenset(map(str, range(1_001))))),
    ],
)
def test_the_last_value_fits_and_the_next_does_not(
    type: FactType, least: int | None, most: Value, beyond: Value
) -> None:
    assert fitting(fact(type, least), most) == most
    assert fitting(fact(type, least), beyond) is None


def test_every_fact_of_the_table_has_a_way_of_fitting() -> None:
    assert all(fitting(one, object()) is None and fitting(one, None) is None for one in TABLE.values())
