"""A shop with a key of its own, for tests of agreements in the vault: the other side, in the same process."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms import agreement as life
from terms import signing
from terms.agreement import History
from terms.proof import jcs, keys
from terms.record import Kind
from terms.signing import Signer
from vault import agreements
from vault.agreements import ledger
from vault.session import Vault
from vault.store.agreements import ClientRow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
URL = "https://shop.example/client.json"


class Shop:
    """Keeps a history for each agreement, as a vendor would; every step gives the bytes for the person."""

    def __init__(self, url: str = URL, seed: int = 7) -> None:
        self.url, self.histories = url, dict[str, History]()
        self.keys: dict[str, Ed25519PrivateKey] = {}
        self.retired: dict[str, Ed25519PrivateKey] = {}
        self.add_key("k1", seed)

    def add_key(self, name: str, seed: int) -> None:
        self.current = name
        self.keys[name] = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    def retire(self, name: str) -> None:
        self.retired[name] = self.keys.pop(name)

    def history_of_keys(self) -> keys.KeyHistory:
        history = keys.KeyHistory(self.url)
        for name, private in {**self.retired, **self.keys}.items():
            public = keys.registered(f"{self.url}#{name}", private.public_key().public_bytes_raw())
            history = history.added(public, keys.ALWAYS.since)
        return history

    def document(self, **changes: object) -> bytes:
        listed = [
            keys.jwk_of(keys.registered(f"{self.url}#{name}", private.public_key().public_bytes_raw()))
            for name, private in self.keys.items()
        ]
        return json.dumps(
            {"client_id": self.url, "client_name": "Shop", "jwks": {"keys": listed}, "scope": "x"} | changes
        ).encode()

    @property
    def signer(self) -> Signer:
        private = (self.keys | self.retired)[self.current]
        return Signer(f"{self.url}#{self.current}", private.sign)

    def takes(self, raw: bytes, now: datetime, id: str = "") -> str:
        """Receive something of the person's; gives the agreement's id."""
        known = ledger.known(self.history_of_keys())
        if not id:
            history = life.began(raw, known, now=now)
            id = history.agreement.id
        else:
            more = [one.agreement.terms for one in self.histories.values()]
            history = life.received(self.histories[id], raw, ledger.known(self.history_of_keys(), *more), now=now)
        self.histories[id] = history
        return id

    def _own(self, id: str, raw: bytes, now: datetime) -> bytes:
        self.takes(raw, now, id)
        return raw

    def accepts(self, id: str, now: datetime) -> bytes:
        return self._own(id, signing.accepted(self.histories[id], self.signer, at=now), now)

    def counters(self, id: str, terms: str, now: datetime) -> bytes:
        history = self.histories[id]
        offer = history.agreement
        raw = signing.countered(
            history,
            agreements.present_roster()[terms],
            self.signer,
            at=now,
            answer_by=offer.answer_by,
            valid_until=offer.valid_until,
        )
        return self._own(id, raw, now)

    def says(self, id: str, kind: Kind, now: datetime, **details: jcs.JsonValue) -> bytes:
        return self._own(id, signing.event(self.histories[id], kind, self.signer, at=now, details=details), now)


def introduced(vault: Vault, shop: Shop) -> ClientRow:
    return agreements.known_client(vault, shop.document())


def proffered(vault: Vault, shop: Shop, terms: str = "SD-BASE", replaces: str | None = None) -> str:
    """Both sides hold the proffer; gives the agreement's id."""
    client = introduced(vault, shop)
    made = agreements.proffer(vault, client, terms, vault.now + 14 * DAY, vault.now + 365 * DAY, replaces)
    return shop.takes(made.raw, vault.now)


def active(vault: Vault, shop: Shop, terms: str = "SD-BASE", replaces: str | None = None) -> str:
    id = proffered(vault, shop, terms, replaces)
    taken = agreements.receive(vault, shop.accepts(id, vault.now))
    assert taken.refusal is None
    for made in (*taken.made, agreements.confirm(vault, id)):
        shop.takes(made.raw, vault.now, made.agreement)
    return id


def same(vault: Vault, shop: Shop, id: str) -> bool:
    """Whether both hold the same history to the byte."""
    return agreements.held(vault, id).history.encoded() == shop.histories[id].encoded()
