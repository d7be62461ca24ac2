"""Offers of 25 facts, the same on every run: as typed facts, as plain numbers, and as a request for Cedar."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from vault.policy.facts import Facts
from vault.policy.values import Amount, Claim, Duration, Number, Value

_TODAY = date(2026, 3, 1)
_CEDAR_TRUTHS = frozenset(
    """me.budget.exceeded terms.exceeds vendor.contacts.over_limit vendor.verified energy offer.renewable
    vendor.known""".split()
)


def offers(count: int) -> list[dict[str, Value | None]]:
    """Of electricity, most of them sound: the rules mostly have to be read to their end."""
    random = Random(7)
    return [_offer(random) for _ in range(count)]


def _offer(random: Random) -> dict[str, Value | None]:
    month, term = random.randrange(3_000, 9_000), random.choice((1, 12, 12, 24, 36))
    rare = lambda: random.randrange(12) == 0  # noqa: E731  # one in twelve
    return {
        "offer.category": "energy.electricity",
        "offer.title": "Strom flex",
        "offer.price.per_month": Amount(month, "EUR"),
        "offer.price.total": Amount(month * term, "EUR"),
        "offer.fees": Amount(random.choice((0, 0, 2_500, 15_000)), "EUR"),
        "offer.bonus": Amount(5_000, "EUR"),
        "offer.discount": Fraction(random.randrange(30), 100),
        "offer.cost.first_year": Amount(month * 12, "EUR"),
        "offer.cost.commitment": Amount(month * term, "EUR"),
        "offer.contract.minimum_term": Duration(term),
        "offer.contract.notice": Duration(random.choice((1, 3, 6))),
        "offer.valid_until": _TODAY + timedelta(days=-5 if rare() else random.randrange(60)),
        "offer.renewable": Claim(True, frozenset({"ok-power"}) if random.randrange(2) else frozenset()),
        "offer.unit_rate": Fraction(random.randrange(2_500, 4_000), 100),
        "offer.price_guarantee": Duration(12),
        "vendor.domain": random.choice(("kraft.example", "licht.example")),
        "vendor.verified": not rare(),
        "vendor.offers_this_week": random.randrange(8),
        "vendor.breaches": 2 if rare() else 0,
        "vendor.contacts.over_limit": rare(),
        "contract.price.per_month": Amount(_paid(random), "EUR"),
        "contract.vendor": "stadtwerk.example",
        "me.budget.exceeded": rare(),
        "terms.result": "exceeds" if rare() else "within",
        "now.date": _TODAY,
    }


def _paid(random: Random) -> Number:
    """A month of today's contract: one in four is paid by the year."""
    return (
        Fraction(random.randrange(60_000, 100_000), 12) if random.randrange(4) == 0 else random.randrange(5_000, 8_000)
    )


def plain(offer: Facts) -> dict[str, int]:
    """The same facts as integers and truths, prices in twelfths of a minor unit so that no month is a fraction."""
    found: dict[str, int] = {"energy": True, "terms.exceeds": offer["terms.result"] == "exceeds"}
    for name, value in offer.items():
        if isinstance(value, Amount):
            found[name] = int(value.minor * 12) if name.endswith("per_month") else int(value.minor)
        elif isinstance(value, Duration):
            found[name] = value.months
        elif isinstance(value, date):
            found[name] = value.toordinal()
        elif isinstance(value, Claim):
            found[name] = bool(value.attested_by)
        elif isinstance(value, int):
            found[name] = value
    found["vendor.known"] = offer["vendor.domain"] == "kraft.example"
    return found


def cedar_request(plain: dict[str, int]) -> dict[str, object]:
    context = {name.replace(".", "_"): bool(value) if name in _CEDAR_TRUTHS else value for name, value in plain.items()}
    return {"principal": 'Vendor::"v"', "action": 'Action::"offer"', "resource": 'Vault::"me"', "context": context}
