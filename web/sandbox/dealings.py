"""What has passed between the sandbox's person and three invented vendors of electricity, so that every page has something to show.

One has agreed, reads an address, says what it holds and was asked to erase; one has agreed and made its offer; one answered the
person's terms with others. Both offers are for the intention that the sandbox's person has published. Beside it stands a draft.
Each vendor signs with a key that is made here and forgotten.
"""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from connectors.kit import credentials
from connectors.kit.credentials import Credentials
from terms import signing
from terms.proof import offer_signature
from terms.proof.jcs import JsonValue
from vault import access, agreements, granting, meeting, owner, pairwise, trading
from vault.butler import market
from vault.butler.decisions import Butler
from vault.butler.market import Want
from vault.engaging import addressees, records, rights
from vault.engaging.given import Holding, Holdings
from vault.granting import Permission
from vault.meeting import linking
from vault.policy.rights_life import Right
from vault.session import Vault
from vault.store import agreements as store
from vault.store import vendors
from vault.store.agreements import ClientRow
from web.sandbox import billing

_ISSUER: Final = "https://vault.example"
_CATEGORY: Final = "energy.electricity"
_ANSWER_WITHIN: Final = timedelta(days=14)
_LASTS: Final = timedelta(days=365)
_PRACTICE: Final[dict[str, JsonValue]] = {
    "purposes": ["dpv:ServiceProvision"], "data": ["pd:PhysicalAddress"], "recipients": [], "retention": "P30D",
    "ai_training": False, "anonymised": False, "portability": True, "transfers": [],
}  # fmt: skip
_DRAFT: Final = {
    "title": "A phone plan",
    "category": "telecom.mobile",
    "requirements": [{"level": "must", "condition": "offer.price.per_month <= 20 EUR", "reveal": "range"}],
}


def add(vault: Vault) -> None:
    """To a vault with an intention that is published."""
    with tempfile.TemporaryDirectory() as folder:
        bright, calm, distant = (
            _introduced(vault, Path(folder), name) for name in ("Brightwire", "Calm-Current", "Distant-Grid")
        )
    agreed = _agree(vault, bright)
    _agree(vault, calm)
    _counter(vault, distant, "SD-BASE-ATP")
    _shares(vault, bright, agreed)
    _holds(vault, calm, "pd:EmailAddress")
    (wanted,) = [one for one in market.wants(vault) if trading.is_published(vault, one.row.id)]
    _offers(vault, bright, wanted, _offer("Steady electricity", 7_900, "P12M", renewable=True))
    _offers(vault, calm, wanted, _offer("Night and day", 7_400, "P1M", renewable=False))
    market.add_intention(vault, json.dumps(_DRAFT).encode(), draft=True)
    billing.add(vault, _client(vault, bright).id, _client(vault, bright).name)
    _writes(vault, "Netflix")
    _asks(vault, bright)


def _introduced(vault: Vault, folder: Path, name: str) -> Credentials:
    domain = f"{name.lower()}.example"
    shown = name.replace("-", " ")
    made = credentials.made(folder / domain, f"https://{domain}/client.json", name=shown, now=vault.now)
    number = owner.add_vendor(vault, shown, domains=(domain,), category=_CATEGORY)
    client = agreements.known_client(vault, made.document)
    linking.link(vault, client.id, number)
    meeting.screen(vault, [client.id], meeting.Standing.YES)
    return made


def _client(vault: Vault, one: Credentials) -> ClientRow:
    found = store.client_by_url(vault.connection, one.client_id)
    assert found is not None  # it was introduced
    return found


def _proffer(vault: Vault, one: Credentials) -> str:
    until = vault.now + _LASTS
    return agreements.proffer(vault, _client(vault, one), "SD-BASE", vault.now + _ANSWER_WITHIN, until, None).agreement


def _agree(vault: Vault, one: Credentials) -> str:
    id = _proffer(vault, one)
    agreements.receive(vault, signing.accepted(agreements.held(vault, id).history, one.signer, at=vault.now))
    agreements.confirm(vault, id)
    return id


def _counter(vault: Vault, one: Credentials, terms: str) -> None:
    history = agreements.held(vault, _proffer(vault, one)).history
    offer, others = history.agreement, agreements.present_roster()[terms]
    raw = signing.countered(
        history, others, one.signer, at=vault.now, answer_by=offer.answer_by, valid_until=offer.valid_until
    )
    agreements.receive(vault, raw)


def _shares(vault: Vault, one: Credentials, agreement: str) -> None:
    """It was granted an address, read it, and says that it holds another thing besides."""
    data = ("pd:PhysicalAddress", "pd:EmailAddress")
    needed = Permission(data=data, purposes=("dpv:ServiceProvision",), retention="P30D")
    granting.release(vault, granting.give(vault, agreement, needed).row.id)
    _holds(vault, one, "pd:PhysicalAddress", "pd:TelephoneNumber")


def _holds(vault: Vault, one: Credentials, *categories: str) -> None:
    said = [Holding(name, "the owner's vault", "dpv:ServiceProvision", vault.now.date()) for name in categories]
    records.take_holdings(vault, _client(vault, one).id, Holdings(tuple(said)))


def _offer(title: str, minor: int, minimum_term: str, *, renewable: bool) -> dict[str, JsonValue]:
    return {
        "title": title,
        "category": _CATEGORY,
        "binding": True,
        "practice": dict(_PRACTICE),
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "contract": {"minimum_term": minimum_term, "notice": "P1M"},
        "fields": {"renewable": renewable},
    }


def _offers(vault: Vault, one: Credentials, wanted: Want, offer: dict[str, JsonValue]) -> None:
    client = _client(vault, one).id
    name = pairwise.name(vault, client, "intention", wanted.row.id)
    text = one.offer(offer, _ISSUER, now=vault.now, intent=name)
    keys = access.registration(one.document).keys
    signed = offer_signature.verify(text, keys, client=one.client_id, issuer=_ISSUER)
    trading.take(vault, Butler(vault, now=vault.now), client, signed)


def _asks(vault: Vault, one: Credentials) -> None:
    linked = _client(vault, one).vendor
    row = vendors.vendor(vault.connection, linked) if linked is not None else None
    assert row is not None  # it was linked
    rights.ask(vault, addressees.of_vendor(vault, row), Right.ERASURE)


def _writes(vault: Vault, name: str) -> None:
    """Asks a vendor that is not connected, where the vault knows it: there is a letter for that."""
    for row in vendors.vendors(vault.connection):
        if row.name == name:
            rights.ask(vault, addressees.of_vendor(vault, row), Right.ACCESS)
