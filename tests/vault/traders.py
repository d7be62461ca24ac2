"""Vendors that trade with a vault, for tests: clients with keys, signed offers, and the steps of the wire without the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from terms.proof import offer_signature
from tests.vault.butlers import INTENTION, RULES
from tests.vault.conftest import NOW
from tests.vault.shops import Shop, active, introduced
from tests.vault.worlds import monthly
from vault import meeting, pairwise, trading
from vault.access import registration
from vault.butler import market, rulebook
from vault.butler.decisions import Butler
from vault.butler.market import Want
from vault.meeting import Standing
from vault.session import Vault
from vault.store import events
from vault.store.trading import SignedRow
from vault.trading import Shown

ISSUER = "https://vault.example"
DATA = ["pd:EmailAddress", "pd:TelephoneNumber"]
PRACTICE: Mapping[str, Any] = {
    "purposes": ["dpv:ServiceProvision"],
    "data": ["pd:EmailAddress", "pd:BirthDate"],
    "recipients": [],
    "retention": "P30D",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
    "transfers": [],
}


@dataclass
class Trader:
    """One client. `offered` counts, so that no two offers are the same bytes."""

    vault: Vault
    shop: Shop
    number: int
    agreement: str = ""
    offered: int = field(default=0)

    def sees(self, want: Want) -> bool:
        who = trading.viewer(self.vault, self.number)
        return trading.sees(who, want.intention)

    def name_of(self, want: Want) -> str:
        return pairwise.name(self.vault, self.number, "intention", want.row.id)

    def signed(self, minor: int = 2500, *, intent: str | None = None, **offer: Any) -> str:
        self.offered += 1
        said = {**monthly(minor), "reference": str(self.offered), **offer}
        private = self.shop.keys[self.shop.current]
        return offer_signature.make(
            said, private, self.shop.current, client=self.shop.url, issuer=ISSUER, now=self.vault.now, intent=intent
        )

    def brings(self, text: str) -> SignedRow:
        keys = registration(self.shop.document()).keys
        found = offer_signature.verify(text, keys, client=self.shop.url, issuer=ISSUER)
        known = trading.known(self.vault, self.number, offer_signature.digest(text))
        if known:
            return known
        return trading.take(self.vault, Butler(self.vault, now=self.vault.now), self.number, found).row

    def offers(self, minor: int = 2500, *, want: Want | None = None, **offer: Any) -> SignedRow:
        return self.brings(self.signed(minor, intent=self.name_of(want) if want else None, **offer))

    def shown(self, row: SignedRow) -> Shown:
        return trading.shown(self.vault, trading.own(self.vault, self.number, self.id_of(row)))

    def id_of(self, row: SignedRow) -> str:
        from vault import ids

        return ids.text("request", row.request)

    def withdraws(self, row: SignedRow) -> SignedRow:
        return trading.withdraw(self.vault, self.number, self.id_of(row))

    @property
    def events(self) -> list[tuple[str, str]]:
        """(type, subject), oldest first."""
        return [(str(one.type), one.subject) for one in events.after(self.vault.connection, self.number, 0, 1000)]

    @property
    def types(self) -> list[str]:
        return [type for type, _ in self.events if type.startswith(("intent.", "offer."))]


def trader(
    vault: Vault, name: str = "power", *, terms: str | None = "SD-BASE", seed: int = 7, word: Standing | None = None
) -> Trader:
    """A client, with an agreement unless `terms` is None."""
    shop = Shop(f"https://{name}.example/client.json", seed)
    agreement = active(vault, shop, terms) if terms else ""
    one = Trader(vault, shop, introduced(vault, shop).id, agreement)
    if word is not None:
        meeting.screen(vault, [one.number], word)
    return one


def intended(vault: Vault, *, publish: bool = True, draft: bool = False, **more: object) -> Want:
    body = json.dumps({**INTENTION, **more}).encode()
    want = market.add_intention(vault, body, draft=draft or publish)
    return trading.publish(vault, want.row.id) if publish else want


def with_rules(vault: Vault, rules: str = RULES) -> Vault:
    rulebook.install(vault, rules, "rules.toml")
    vault.now = NOW
    return vault


MINUTE = timedelta(minutes=1)
