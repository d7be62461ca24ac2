"""A butler for tests: rules that are easily seen through, and offers by price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.vault.conftest import NOW
from tests.vault.worlds import monthly
from vault.butler import market, rulebook
from vault.butler.decisions import Butler
from vault.butler.market import Offered, Want
from vault.policy.requests import Request, of_json
from vault.session import Vault

VENDOR = "https://power.example/about"
# Cheap is accepted, dear is refused, and between them the owner is asked.
RULES = """
[[rule]]
id = "cheap"
for = ["offer"]
when = ["offer.price.per_month <= 30 EUR"]
then = "accept"
because = "cheap enough"

[[rule]]
id = "dear"
for = ["offer"]
when = ["offer.price.per_month > 60 EUR"]
then = "refuse"
because = "too dear"
"""
INTENTION: Mapping[str, Any] = {
    "title": "A phone plan",
    "category": "telecom.mobile",
    "requirements": [
        {"level": "must", "condition": "offer.contract.minimum_term <= 12 months"},
        {"level": "should", "condition": "offer.returns.days >= 14", "weight": 2},
    ],
    "max_offers_per_vendor": 1000,
}


def butler(vault: Vault, rules: str | None = RULES, *, now: datetime = NOW) -> Butler:
    if rules is not None:
        rulebook.install(vault, rules, "rules.toml")
    vault.now = now
    return Butler(vault, now=now)


def asked(minor: int, *, vendor: str = VENDOR, intent: str | None = None, **offer: object) -> Request:
    found: dict[str, Any] = {"kind": "offer", "vendor": vendor, "offer": monthly(minor, **offer)}
    return of_json(found if intent is None else {**found, "intent": intent})


def add(made: Butler, minor: int, **more: Any) -> Offered:
    return market.add_offer(made, asked(minor, **more), source="file")


def intend(vault: Vault, **more: object) -> Want:
    import json

    return market.add_intention(vault, json.dumps({**INTENTION, **more}).encode())
