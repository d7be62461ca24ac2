"""`kill -9` at random moments between an effect and its delivery: what was acknowledged is delivered, once or more under one
id, and nothing else is."""

from __future__ import annotations

import random
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import sleep
from typing import Any

import httpx
import pytest
import requests
from requests_oauth2client import BackChannelAuthenticationError, OAuth2Client
from requests_oauth2client.exceptions import OAuth2Error

from tests.server.conftest import Made, Server, started
from tests.server.hooked import HOOK, World
from tests.server.receiving import PATIENCE_SECONDS, receiver
from tests.server.trading import Side
from tests.server.vendors import EMAIL, Vendor, vendor
from vault import granting, ids, meeting, profile
from vault.meeting import Standing
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit

CUTS = 20
SEED = 20260331
# From the start of a server to its end: within it some ten effects, each with its delivery.
LONGEST_LIFE_SECONDS = 0.35
# After which cuts the person changes their address.
CHANGES = (7, 14)
# A client may write fifty messages in a day.
MOST_LETTERS = 40


@dataclass
class Effects:
    """What was asked of the vault. `grants`, `tested`, `offers` and `letters` were acknowledged by it; `pending` are the requests
    that were not, by their keys."""

    world: World
    client: OAuth2Client
    chance: random.Random
    grants: list[str] = field(default_factory=list)
    tested: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    pending: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    side: Side = field(init=False)

    def __post_init__(self) -> None:
        self.side = Side(self.world.vendor, self.world.token)

    def until_cut(self, *, begins_with_a_grant: bool) -> None:
        # What the library makes of an answer that was cut off, or of a server that ends, is an error of its own.
        with suppress(requests.RequestException, httpx.HTTPError, OSError, OAuth2Error):
            if begins_with_a_grant:
                self.approve()
            while True:
                self.chance.choice((self.test, self.test, self.offer, self.write, self.approve))()

    def test(self) -> None:
        self.post(f"{HOOK}/test", {})

    def offer(self) -> None:
        self.post("/v1/offers", {"offer": self.side.signed()})

    def write(self) -> None:
        if len(self.letters) < MOST_LETTERS:
            self.post("/v1/messages", {"kind": "service", "subject": "Your order", "body": "It is on its way."})

    def post(self, path: str, body: dict[str, Any], key: str = "") -> None:
        key = key or uuid.uuid4().hex
        self.pending[key] = (path, body)
        answer = self.side.post(path, body, key)
        assert answer.status_code in (201, 202), answer.text
        del self.pending[key]
        if path == "/v1/offers":
            self.offers.append(answer.json()["id"])
        elif path == "/v1/messages":
            self.letters.append(answer.json()["id"])
        else:
            self.tested.append(key)

    def approve(self) -> None:
        with suppress(BackChannelAuthenticationError):  # as many wait by now as may, and are approved
            self.world.vendor.asked(self.client)
        owner = self.world.server.owner
        for one in owner.get("/owner/requests").json()["requests"]:
            answer = owner.post(f"/owner/requests/{one['id']}/approve", json={})
            assert answer.status_code == 200, answer.text
            self.grants.append(answer.json()["grant"])

    def again(self) -> None:
        """Ask again, under their keys, for what was not acknowledged."""
        for key, (path, body) in [*self.pending.items()]:
            self.post(path, body, key)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def world(made: Made) -> Iterator[tuple[World, Effects]]:
    with vendor(made) as one, receiver(one.shop.url) as hook:
        let_in(made, one)
        one.server = serving(made, port := free_port())
        client = one.client()
        found = World(one, hook, one.identified(client))
        found.put()
        found.until("active")
        assert port == one.server.port
        yield found, Effects(found, client, random.Random(SEED))
        one.server.stop()


def let_in(made: Made, one: Vendor) -> None:
    with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
        client = agreement_store.client_by_url(vault.connection, one.shop.url)
        assert client
        meeting.screen(vault, [client.id], Standing.YES)


def serving(made: Made, port: int) -> Server:
    return started(made, "--dev", "--requests-per-minute", "1000000", "--port", str(port), secret=made.recovery_key)


def cut(world: World, effects: Effects, *, number: int) -> None:
    """One life of a server, ended in the middle of its work. Every other one is ended after it gave a grant, however busy the
    machine is; the others at any moment."""
    has_time, before = number % 2 == 1, len(effects.grants)
    working = threading.Thread(target=effects.until_cut, kwargs={"begins_with_a_grant": has_time})
    working.start()
    while has_time and working.is_alive() and len(effects.grants) == before:
        sleep(0.01)
    sleep(effects.chance.uniform(0.02, LONGEST_LIFE_SECONDS))
    world.server.process.kill()
    world.server.process.wait()
    working.join()


def changed(made: Made, value: str) -> list[str]:
    """The person changes their address while nothing is served; gives the grants that are told."""
    with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
        profile.put(vault, EMAIL, [value], label="home")
        return [one.id for one in granting.listed(vault.connection, vault.now) if one.is_live]


def test_what_was_acknowledged_is_delivered_whenever_the_power_fails(made: Made, world: tuple[World, Effects]) -> None:
    one, effects = world
    before = listed(one, "events")  # from before there was a webhook: in the feed alone
    told: list[str] = []
    for number in range(CUTS):
        cut(one, effects, number=number)
        if number in CHANGES:
            told += changed(made, f"home{number}@example.org")
        one.vendor.server = serving(made, one.server.port)
    effects.again()
    feed = listed(one, "events")
    registered = feed[len(before) :]
    first_came = first_arrivals(one, len(registered))

    assert [each["id"] for each in registered] == first_came, "each was delivered, in order, and nothing else was"
    bodies = {(message.id, message.body) for message in one.hook.received}
    assert len(bodies) == len(first_came), "under one id there is one body"
    assert sum(each["type"] == "webhook.tested" for each in registered) == len(effects.tested)
    given = [each["data"]["id"] for each in registered if each["type"] == "grant.given"]
    assert set(effects.grants) <= set(given)
    assert len(effects.grants) > CUTS / 4, "the cuts left time for some"
    assert sorted(each["data"]["id"] for each in registered if each["type"] == "profile.changed") == sorted(told)
    assert told
    # Each offer and message that was acknowledged is there, once, and none that was not.
    assert sorted(each["id"] for each in listed(one, "offers")) == sorted(effects.offers)
    assert sorted(each["id"] for each in listed(one, "messages")) == sorted(effects.letters)
    one.server.stop()
    with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
        numbers = {ids.number_of("grant", id) for id in given}
        assert numbers == {each.row.id for each in granting.listed(vault.connection, vault.now)}
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def listed(one: World, name: str) -> list[dict[str, Any]]:
    """All of a list, page by page."""
    found: list[dict[str, Any]] = []
    after = ""
    while page := one.vendor.shown(one.token, f"/v1/{name}?limit=100{after}").json():
        found += page[name]
        if not page[name] or not page["next"]:
            return found
        after = f"&after={page['next']}"
    return found


def first_arrivals(one: World, count: int) -> list[str]:
    """The ids in the order in which they first came, once nothing more comes."""
    arrived: list[str] = []
    for _ in range(PATIENCE_SECONDS * 2):
        before = len(one.hook.received)
        sleep(0.5)
        arrived = [*dict.fromkeys(message.id for message in one.hook.received)]
        if len(arrived) >= count and len(one.hook.received) == before:
            return arrived
    return arrived
