"""Offers that the sandbox's person may look at: one that the rules refuse, one that they leave open, one that nobody asked for, and
two vendors who have not been let in, each with an offer that waits with it."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from connectors.kit import credentials
from connectors.kit.credentials import Credentials
from terms import signing
from terms.proof import offer_signature
from terms.proof.jcs import JsonValue
from vault import access, agreements, meeting, owner, pairwise, trading
from vault.butler import market
from vault.butler.decisions import Butler
from vault.butler.market import Want
from vault.meeting import Standing, linking
from vault.policy.deciding import RuleBook
from vault.policy.requests import Introduction
from vault.policy.rules import RuleSet
from vault.session import Vault

_ISSUER: Final = "https://vault.example"
_ANSWER_WITHIN: Final = timedelta(days=14)
_LASTS: Final = timedelta(days=365)
_ELECTRICITY, _HOME, _INTERNET, _NEWS = (
    "energy.electricity", "insurance.home", "telecom.internet", "entertainment.news",
)  # fmt: skip

# Some write more than anybody reads.
_MORE: Final = {
    _NEWS: "For forty years our readers have begun their day with us. Our editors choose from three hundred sources what matters to "
    "you, our reporters are where it happens, and on Saturdays there is the long read with the coffee. We would tell you of single "
    "issues, of half a year at a time, and of the whole archive since our first day, which is yours while you read with us."
}


def add(vault: Vault) -> None:
    """To a vault with an intention that is published."""
    (wanted,) = [one for one in market.wants(vault) if trading.is_published(vault, one.row.id)]
    with tempfile.TemporaryDirectory() as folder:
        names = ("Eager-Energy", "Frost-Field", "Homely-Insurance", "Harbour-Fibre", "Ink-Paper")
        eager, frost, homely, harbour, ink = (_made(vault, Path(folder), name) for name in names)
    for one, category in ((eager, _ELECTRICITY), (frost, _ELECTRICITY), (homely, _HOME)):
        _let_in(vault, one, category)
    for one in (eager, frost):
        _agree(vault, one)
    _offers(vault, eager, _monthly("Power without end", 9_900, _ELECTRICITY, "P12M"), wanted)
    _offers(vault, frost, _monthly("Two calm years", 7_650, _ELECTRICITY, "P24M"), wanted)
    _offers(vault, homely, _monthly("Everything in the flat, insured", 890, _HOME, "P12M"))
    for one, category in ((harbour, _INTERNET), (ink, _NEWS)):
        _introduces_itself(vault, one, category)
        _offers(vault, one, _monthly("First three months free", 2_490, category, "P1M"))


def _made(vault: Vault, folder: Path, name: str) -> Credentials:
    domain = f"{name.lower()}.example"
    url = f"https://{domain}/client.json"
    return credentials.made(folder / domain, url, name=name.replace("-", " "), now=vault.now)


def _known(vault: Vault, one: Credentials) -> int:
    return agreements.known_client(vault, one.document).id


def _let_in(vault: Vault, one: Credentials, category: str) -> None:
    client = agreements.known_client(vault, one.document)
    domain = client.url.split("/")[2]
    linking.link(vault, client.id, owner.add_vendor(vault, client.name, domains=(domain,), category=category))
    meeting.screen(vault, [client.id], Standing.YES)


def _agree(vault: Vault, one: Credentials) -> None:
    """To the terms that the intention asks for; without them a vendor does not see it."""
    client = agreements.known_client(vault, one.document)
    made = agreements.proffer(vault, client, "SD-BASE", vault.now + _ANSWER_WITHIN, vault.now + _LASTS, None)
    history = agreements.held(vault, made.agreement).history
    agreements.receive(vault, signing.accepted(history, one.signer, at=vault.now))
    agreements.confirm(vault, made.agreement)


def _monthly(title: str, minor: int, category: str, minimum_term: str) -> dict[str, JsonValue]:
    practice: dict[str, JsonValue] = {
        "purposes": ["dpv:ServiceProvision"], "data": ["pd:PhysicalAddress", "pd:EmailAddress"], "recipients": [],
        "retention": "P30D", "ai_training": False, "anonymised": False, "portability": True, "transfers": [],
    }  # fmt: skip
    return {
        "title": title, "category": category, "binding": True, "practice": practice,
        "description": "One price for everything. Sign up today and we take care of the rest.",
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "contract": {"minimum_term": minimum_term, "notice": "P1M"},
    }  # fmt: skip


def _offers(vault: Vault, one: Credentials, said: dict[str, JsonValue], wanted: Want | None = None) -> None:
    client = _known(vault, one)
    name = pairwise.name(vault, client, "intention", wanted.row.id) if wanted else None
    text = one.offer(said, _ISSUER, now=vault.now, intent=name)
    keys = access.registration(one.document).keys
    signed = offer_signature.verify(text, keys, client=one.client_id, issuer=_ISSUER)
    trading.take(vault, Butler(vault, now=vault.now), client, signed)


def _introduces_itself(vault: Vault, one: Credentials, category: str) -> None:
    """Judged by no rules, since those of the sandbox let in whoever comes: so it waits."""
    client = agreements.known_client(vault, one.document)
    intro = f"We are {client.name} and would like to send you an offer now and then. {_MORE.get(category, '')}".strip()
    no_rules = Butler(vault, now=vault.now, rules=RuleBook(RuleSet(())))
    meeting.introduce(vault, client.id, Introduction(name=client.name, intro=intro, category=category), no_rules)
