"""What has passed between the sandbox's person and three invented vendors of electricity, so that every page has something to show.

One has agreed, reads an address, says what it holds and was asked to erase; one has agreed and made its offer; one answered the
person's terms with others. Both offers are for the intention that the sandbox's person has published. Each vendor signs with a key
that is made here and forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms import signing
from terms.proof import keys, offer_signature
from terms.proof.jcs import JsonValue
from terms.signing import Signer
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

_ISSUER: Final = "https://vault.example"
_ANSWER_WITHIN: Final = timedelta(days=14)
_LASTS: Final = timedelta(days=365)
_KEY: Final = "k1"
_PRACTICE: Final[dict[str, JsonValue]] = {
    "purposes": ["dpv:ServiceProvision"], "data": ["pd:PhysicalAddress"], "recipients": [], "retention": "P30D",
    "ai_training": False, "anonymised": False, "portability": True, "transfers": [],
}  # fmt: skip


@dataclass
class _Vendor:
    """A client with its key."""

    name: str
    domain: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def url(self) -> str:
        return f"https://{self.domain}/client.json"

    @property
    def document(self) -> bytes:
        public = keys.registered(f"{self.url}#{_KEY}", self.key.public_key().public_bytes_raw())
        said = {"client_id": self.url, "client_name": self.name, "jwks": {"keys": [keys.jwk_of(public)]}, "scope": "x"}
        return json.dumps(said).encode()

    @property
    def signer(self) -> Signer:
        return Signer(f"{self.url}#{_KEY}", self.key.sign)


def add(vault: Vault) -> None:
    """To a vault with an intention that is published."""
    bright, calm, distant = (
        _Vendor("Brightwire", "brightwire.example"),
        _Vendor("Calm Current", "calm-current.example"),
        _Vendor("Distant Grid", "distant-grid.example"),
    )
    for one in (bright, calm, distant):
        number = owner.add_vendor(vault, one.name, domains=(one.domain,), category="energy.electricity")
        client = agreements.known_client(vault, one.document)
        linking.link(vault, client.id, number)
        meeting.screen(vault, [client.id], meeting.Standing.YES)
    agreed = _agree(vault, bright)
    _agree(vault, calm)
    _counter(vault, distant, "SD-BASE-ATP")
    _shares(vault, bright, agreed)
    (wanted,) = [one for one in market.wants(vault) if trading.is_published(vault, one.row.id)]
    _offers(vault, bright, wanted, "Steady electricity", 7_900, minimum_term="P12M", renewable=True)
    _offers(vault, calm, wanted, "Night and day", 7_400, minimum_term="P1M", renewable=False)
    _asks(vault, bright)


def _agree(vault: Vault, one: _Vendor) -> str:
    id = _proffer(vault, one)
    agreements.receive(vault, signing.accepted(agreements.held(vault, id).history, one.signer, at=vault.now))
    agreements.confirm(vault, id)
    return id


def _proffer(vault: Vault, one: _Vendor) -> str:
    client = store.client_by_url(vault.connection, one.url)
    assert client is not None  # it was made known
    return agreements.proffer(vault, client, "SD-BASE", vault.now + _ANSWER_WITHIN, vault.now + _LASTS, None).agreement


def _counter(vault: Vault, one: _Vendor, terms: str) -> None:
    history = agreements.held(vault, _proffer(vault, one)).history
    offer = history.agreement
    raw = signing.countered(
        history,
        agreements.present_roster()[terms],
        one.signer,
        at=vault.now,
        answer_by=offer.answer_by,
        valid_until=offer.valid_until,
    )
    agreements.receive(vault, raw)


def _shares(vault: Vault, one: _Vendor, agreement: str) -> None:
    """It was granted an address, read it, and says that it holds another thing besides."""
    needed = Permission(
        data=("pd:PhysicalAddress", "pd:EmailAddress"), purposes=("dpv:ServiceProvision",), retention="P30D"
    )
    grant = granting.give(vault, agreement, needed)
    granting.release(vault, grant.row.id)
    client = _client(vault, one)
    said = [
        Holding(name, "the owner's vault", "dpv:ServiceProvision", vault.now.date())
        for name in ("pd:PhysicalAddress", "pd:TelephoneNumber")
    ]
    records.take_holdings(vault, client, Holdings(tuple(said)))


def _client(vault: Vault, one: _Vendor) -> int:
    found = store.client_by_url(vault.connection, one.url)
    assert found is not None
    return found.id


def _offers(
    vault: Vault, one: _Vendor, wanted: Want, title: str, minor: int, *, minimum_term: str, renewable: bool
) -> None:
    client = _client(vault, one)
    said: dict[str, JsonValue] = {
        "title": title, "category": "energy.electricity", "binding": True, "practice": dict(_PRACTICE),
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "contract": {"minimum_term": minimum_term, "notice": "P1M"}, "fields": {"renewable": renewable},
    }  # fmt: skip
    name = pairwise.name(vault, client, "intention", wanted.row.id)
    text = offer_signature.make(said, one.key, _KEY, client=one.url, issuer=_ISSUER, now=vault.now, intent=name)
    known = access.registration(one.document).keys
    trading.take(
        vault,
        Butler(vault, now=vault.now),
        client,
        offer_signature.verify(text, known, client=one.url, issuer=_ISSUER),
    )


def _asks(vault: Vault, one: _Vendor) -> None:
    client = store.client(vault.connection, _client(vault, one))
    row = vendors.vendor(vault.connection, client.vendor) if client.vendor is not None else None
    assert row is not None  # it was linked
    rights.ask(vault, addressees.of_vendor(vault, row), Right.ERASURE)
