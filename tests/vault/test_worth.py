"""What an offer costs a year against what is paid now; nothing where that cannot be told."""

from __future__ import annotations

import pytest

from vault.butler.worth import Worth, worth
from vault.money import Money
from vault.policy.facts import Facts
from vault.policy.values import Amount

PAID = Amount(4_000, "EUR")


@pytest.mark.parametrize(
    ("facts", "expected", "saved"),
    [
        (
            {"offer.cost.first_year": Amount(40_000, "EUR"), "contract.price.per_month": PAID},
            Worth(Money(40_000, "EUR"), True, Money(48_000, "EUR")),
            Money(8_000, "EUR"),
        ),
        (
            {"offer.price.per_month": Amount(5_000, "EUR"), "contract.price.per_month": PAID},
            Worth(Money(60_000, "EUR"), True, Money(48_000, "EUR")),
            Money(-12_000, "EUR"),
        ),
        (
            {"offer.price.per_month": Amount(5_000, "CHF"), "contract.price.per_month": PAID},
            Worth(Money(60_000, "CHF"), True, None),
            None,
        ),
        ({"offer.price.per_month": Amount(5_000, "EUR")}, Worth(Money(60_000, "EUR"), True, None), None),
        (
            {"offer.price.total": Amount(5_000, "EUR"), "contract.price.per_month": PAID},
            Worth(Money(5_000, "EUR"), False, None),
            None,
        ),
    ],
)
def test_a_year_is_compared_with_a_year_in_one_currency(facts: Facts, expected: Worth, saved: Money | None) -> None:
    assert worth(facts) == expected
    assert expected.saved == saved


def test_an_offer_that_names_no_price_has_no_worth() -> None:
    assert worth({"contract.price.per_month": PAID}) is None
