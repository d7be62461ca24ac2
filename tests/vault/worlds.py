"""Worlds for tests: a request, a moment, and what is said to be known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vault.policy import requests
from vault.policy.gathering import Gathered, gathered
from vault.policy.known import Agreed, Budget, Granted, Held, NothingKnown, QuietHours, Signature, Vendor, Wanted
from vault.policy.offers import Attestation, Offer
from vault.policy.requests import Request
from vault.policy.values import Amount, Value
from vault.policy.world import World

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VENDOR = "https://power.example/about"


def eur(minor: int) -> Amount:
    return Amount(minor, "EUR")


def money(minor: int, currency: str = "EUR") -> dict[str, object]:
    return {"minor": minor, "currency": currency}


def monthly(minor: int = 3000, **rest: object) -> dict[str, Any]:
    """An offer of a mobile contract with a monthly price and a month's minimum term."""
    contract = {"minimum_term": "P1M", "notice": "P1M"}
    price = {**money(minor), "period": "P1M"}
    return {
        "title": "Plan",
        "category": "telecom.mobile",
        "price": price,
        "contract": contract,
        "binding": True,
        **rest,
    }


def request(kind: str = "offer", **asked: object) -> Request:
    return requests.read(json.dumps({"kind": kind, "vendor": VENDOR, **asked}).encode())


def offer(made: Mapping[str, object]) -> Offer:
    found = request(offer=made).offer
    assert found is not None
    return found


class Vault(NothingKnown):
    """Knows what it is given."""

    def __init__(self, **known: Any) -> None:
        self.given = known
        self.asked: list[str] = []

    def _get(self, name: str, otherwise: Any) -> Any:
        self.asked.append(name)
        return self.given.get(name, otherwise)

    def signature(self) -> Signature:
        return self._get("signature", "missing")  # type: ignore[no-any-return]

    def vendor(self) -> Vendor | None:
        return self._get("vendor", None)  # type: ignore[no-any-return]

    def agreed(self) -> Agreed | None:
        return self._get("agreed", super().agreed())  # type: ignore[no-any-return]

    def contracts(self) -> Sequence[Held] | None:
        return self._get("contracts", ())  # type: ignore[no-any-return]

    def budgets(self) -> Sequence[Budget]:
        return self._get("budgets", ())  # type: ignore[no-any-return]

    def quiet_hours(self) -> Sequence[QuietHours]:
        return self._get("quiet_hours", ())  # type: ignore[no-any-return]

    def wanted(self, intent: str) -> Wanted | None:
        return self._get("wanted", {}).get(intent)  # type: ignore[no-any-return]

    def grant(self, id: str) -> Granted | None:
        return self._get("grants", {}).get(id)  # type: ignore[no-any-return]

    def country(self) -> str | None:
        return self._get("country", None)  # type: ignore[no-any-return]

    def mine(self, field: str) -> Value | None:
        return self._get("mine", {}).get(field)  # type: ignore[no-any-return]

    def proven(self, attestation: Attestation) -> bool:
        return attestation.proof in self._get("proofs", ())

    def wrote_in(self, thread: str) -> bool:
        return thread in self._get("threads", ())


def facts(asked: Request, now: datetime = NOON, **known: Any) -> Gathered:
    return gathered(World(asked, now, Vault(**known)))


PRACTICE = {
    "purposes": ["dpv:ServiceProvision"],
    "data": ["pd:EmailAddress"],
    "recipients": [],
    "retention": "P30D",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
}
RATE = {**money(1200), "period": "P1M"}
ONE_OF_EACH = [
    request(offer=monthly()),
    request("promotion", offer={"title": "Sale"}),
    request("first-contact", first_contact={"name": "Power", "category": "energy"}),
    request("terms", terms={"countered": "SD-BASE-A"}),
    request("data-request", data_request={"practice": PRACTICE, "agreement": "SD-BASE"}),
    request("message", message={"body": "Hello"}),
    request("renewal", renewal={"contract": "k1", "price": RATE, "from": "2027-01-01", "term": "P1Y"}),
    request("price-change", price_change={"contract": "k1", "new": RATE, "effective": "2027-01-01"}),
]
HELD = Held("k1", "power.example", "Power", "energy.electricity", eur(1000), use={"use": 3000})
