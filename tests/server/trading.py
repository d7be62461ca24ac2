"""Two vendors with documents of their own at one served vault, and offers that they sign."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from requests_oauth2client import DPoPToken

from terms.proof import offer_signature
from tests.server.conftest import Made, Server, Start, started
from tests.server.vendors import Vendor, vendor
from tests.vault.butlers import INTENTION, RULES
from tests.vault.traders import DATA
from tests.vault.worlds import monthly
from vault import trading
from vault.butler import market, rulebook
from vault.session import Vault


@dataclass
class Side:
    """A vendor at the wire, with its token."""

    vendor: Vendor
    token: DPoPToken
    offered: int = 0

    @property
    def url(self) -> str:
        return self.vendor.shop.url

    def get(self, path: str) -> requests.Response:
        return self.vendor.shown(self.token, path)

    def post(self, path: str, body: object, key: str | None = None) -> requests.Response:
        return self.vendor.shown(self.token, path, "POST", json=body, key=key)

    def signed(self, minor: int = 2500, *, intent: str | None = None, **offer: Any) -> str:
        self.offered += 1
        assert self.vendor.server
        shop = self.vendor.shop
        said = {**monthly(minor), "reference": f"{self.url}-{self.offered}", **offer}
        return offer_signature.make(
            said,
            shop.keys[shop.current],
            shop.current,
            client=self.url,
            issuer=self.vendor.server.url,
            now=datetime.now(UTC),
            intent=intent,
        )

    def brings(self, text: str, intent: str | None = None, key: str | None = None) -> requests.Response:
        path = f"/v1/intents/{intent}/offers" if intent else "/v1/offers"
        return self.post(path, {"offer": text}, key)

    def offers(self, minor: int = 2500, *, intent: str | None = None, **offer: Any) -> dict[str, Any]:
        answer = self.brings(self.signed(minor, intent=intent, **offer), intent)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    @property
    def intents(self) -> list[dict[str, Any]]:
        return list(self.get("/v1/intents").json()["intents"])


@dataclass
class Market:
    made: Made
    server: Server
    one: Side
    other: Side
    want: int


def opened(made: Made) -> Vault:
    return Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test")


def published(vault: Vault, **more: object) -> int:
    body = json.dumps({**INTENTION, "data": DATA, **more}).encode()
    want = market.add_intention(vault, body, draft=True)
    trading.publish(vault, want.row.id)
    return want.row.id


@contextmanager
def trading_with(made: Made, start: Start) -> Iterator[Market]:
    """A server with rules, one published intention, and two vendors whose agreements bind."""
    with ExitStack() as stack:
        vendors = [stack.enter_context(vendor(made)) for _ in range(2)]
        with opened(made) as vault:
            rulebook.install(vault, RULES, "rules.toml")
            want = published(vault)
        server = start("--dev")
        sides = []
        for one in vendors:
            one.server = server
            sides.append(Side(one, one.identified()))
        yield Market(made, server, *sides, want)


@contextmanager
def shared(template: Made, folder: Path) -> Iterator[Market]:
    """The same for a whole file of tests."""
    shutil.copytree(template.home, folder / "vault")
    made, running = template._replace(home=folder / "vault"), list[Server]()

    def start(*words: str, **_: Any) -> Server:
        running.append(started(made, *words, secret=made.recovery_key))
        return running[-1]

    with trading_with(made, start) as found:
        yield found
    for server in running:
        server.stop()
