"""A vendor of tests with a webhook server, at a server of the vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import sleep
from typing import Any, NamedTuple

from requests_oauth2client import DPoPToken

from tests.server.conftest import Made, Server, Start
from tests.server.receiving import PATIENCE_SECONDS, Receiver, receiver
from tests.server.vendors import Vendor, documents, vendor
from tests.vault.shops import Shop

HOOK = "/v1/webhook"


class World(NamedTuple):
    vendor: Vendor
    hook: Receiver
    token: DPoPToken

    @property
    def server(self) -> Server:
        assert self.vendor.server
        return self.vendor.server

    def put(self, path: str = "/hook", **more: Any) -> Any:
        answer = self.vendor.shown(self.token, HOOK, "PUT", json={"url": self.hook.url(path)} | more)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def test(self) -> None:
        assert self.vendor.shown(self.token, f"{HOOK}/test", "POST", json={}).status_code == 202

    def until(self, state: str) -> Any:
        for _ in range(PATIENCE_SECONDS * 20):
            found = self.vendor.shown(self.token, HOOK).json()
            if found["state"] == state:
                return found
            sleep(0.05)
        raise AssertionError(found)


@contextmanager
def worlds(made: Made, start: Start) -> Iterator[World]:
    with vendor(made) as one, receiver(one.shop.url) as hook:
        one.server = start("--dev", "--requests-per-minute", "1000000")
        yield World(one, hook, one.identified())


def another(stack: ExitStack, server: Server, seed: int) -> World:
    """One more client of the same server."""
    url, served = stack.enter_context(documents())
    shop = Shop(url, seed=seed)
    served[0] = shop.document(redirect_uris=["http://127.0.0.1/back"])
    other = Vendor(shop, "", server)
    return World(other, stack.enter_context(receiver(url)), other.identified())
