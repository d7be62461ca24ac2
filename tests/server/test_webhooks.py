"""Webhooks over the wire: proven, signed so that nothing of ours is needed to check it, tried again, and never sent elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from time import sleep
from typing import Any

import pytest

from tests.server.conftest import Made, Start, started
from tests.server.hooked import HOOK, World, another, worlds
from tests.server.receiving import PATIENCE_SECONDS
from tests.server.test_running import command
from tests.server.vendors import vendor


@pytest.fixture
def world(made: Made, start: Start) -> Iterator[World]:
    with worlds(made, start) as found:
        yield found


def test_a_proven_address_is_sent_what_happens_signed_for_anybody_to_check(world: World) -> None:
    registered = world.put()
    assert registered["state"] == "unproven"
    world.until("active")
    (asked,) = world.hook.asked
    assert asked.verifies(registered["public_key"])
    client = world.vendor.client()
    grant = world.vendor.granted(client).as_dict()["grant_id"]
    (given,) = world.hook.events(1)
    assert given.verifies(registered["public_key"])
    assert (given.event["type"], given.event["data"], given.headers["sec-gpc"]) == ("grant.given", {"id": grant}, "1")
    assert set(given.event) == {"type", "timestamp", "data"}
    # What its server took, its feed shows under the same id.
    feed = world.vendor.shown(world.token, "/v1/events").json()["events"]
    assert [one["type"] for one in feed if one["id"] == given.id] == ["grant.given"]

    rotated = world.vendor.shown(world.token, f"{HOOK}/rotate", "POST", json={}).json()
    assert rotated["previous_key"] == registered["public_key"] != rotated["public_key"]
    world.test()
    (_, tested) = world.hook.events(2)
    assert tested.verifies(rotated["public_key"], registered["public_key"])

    assert world.vendor.shown(world.token, HOOK, "DELETE").status_code == 204
    assert world.vendor.shown(world.token, HOOK).status_code == 404
    refused = world.vendor.shown(world.token, f"{HOOK}/test", "POST", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "no-webhook")
    assert "home@example.org" not in world.server.log


def test_what_fails_is_tried_again_under_its_id_and_a_redirect_is_a_failure(world: World) -> None:
    replies = iter([(302, {"Location": world.hook.url("/elsewhere")}), (500, {})])
    world.hook.reply = lambda message: next(replies, (204, {}))
    world.put()
    world.until("active")
    world.test()
    first, second = world.hook.events(2)
    assert (first.id, first.body) == (second.id, second.body)
    assert world.until("failing")
    assert {one.path for one in world.hook.received} == {"/hook"}
    (waiting,) = told(world, "outbox")["deliveries"]
    assert (waiting["id"], waiting["problem"], waiting["attempts"]) == (first.id, "status 500", 2)


def told(world: World, *words: str) -> Any:
    secret = (world.server.home.parent / "secret").read_text()
    done = command(Made(world.server.home, secret), *words, "--json", secret=secret)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_who_says_gone_is_sent_no_more(world: World) -> None:
    world.hook.reply = lambda message: (410, {})
    world.put()
    world.until("active")
    world.test()
    assert world.until("off")["problem"] == "gone"
    (one,) = told(world, "outbox")["webhooks"]
    assert (one["state"], one["problem"]) == ("off", "gone")
    # Registering again asks again.
    world.hook.reply = lambda message: (204, {})
    world.put()
    world.until("active")
    assert len(world.hook.asked) == 2


def test_an_address_that_expects_somebody_else_is_sent_nothing(world: World) -> None:
    world.hook.is_foreign = True
    world.put()
    for _ in range(PATIENCE_SECONDS * 20):
        if (said := world.vendor.shown(world.token, HOOK).json())["problem"]:
            break
        sleep(0.05)
    assert (said["state"], said["problem"]) == ("unproven", "wrong-answer")
    world.test()
    sleep(0.3)
    assert world.hook.received == []


def test_the_owner_switches_a_vendor_off(world: World) -> None:
    world.put()
    world.until("active")
    assert told(world, "outbox", "off", "shop")["state"] == "off"
    assert world.until("off")["problem"] == "owner"
    assert world.vendor.shown(world.token, f"{HOOK}/test", "POST", json={}).status_code == 409


def test_slow_and_dead_endpoints_delay_nobody_else(made: Made, start: Start) -> None:
    """Three endpoints that take four seconds, or until the other has all of its own, for each of three events."""
    held = threading.Event()
    with worlds(made, start) as world, ExitStack() as stack:
        world.put()
        world.until("active")
        slow = [another(stack, world.server, seed) for seed in range(20, 23)]
        for one in slow:
            one.put()
            one.until("active")
            one.hook.reply = lambda message: after(held)
        for one in slow:
            for _ in range(3):
                one.test()
        sleep(0.2)
        for _ in range(5):
            world.test()
        came = world.hook.events(5)
        assert not any(one.hook.received for one in slow), "the others were still waiting for their answers"
        held.set()
        assert len({one.id for one in came}) == 5
        for one in slow:
            assert [message.id for message in one.hook.events(3)] == _feed(one)


def test_many_clients_of_one_slow_server_delay_nobody_else(made: Made, start: Start) -> None:
    held = threading.Event()
    with worlds(made, start) as world, ExitStack() as stack:
        world.put()
        world.until("active")
        many = [another(stack, world.server, seed) for seed in range(20, 29)]
        slow = many[0].hook
        # Longer than the vault waits: what is tried again meanwhile waits as well.
        slow.reply = lambda message: after(held, PATIENCE_SECONDS)
        for number, one in enumerate(many):
            slow.others[f"/{number}"] = one.vendor.shop.url
            shown = one.vendor.shown(one.token, HOOK, "PUT", json={"url": slow.url(f"/{number}")})
            assert shown.status_code == 202
        for one in many:
            one.until("active")
        for one in many:
            one.test()
        sleep(0.2)
        world.test()
        world.hook.events(1)
        assert not slow.received, "they were still waiting for their answers"
        held.set()
        assert len({message.path for message in slow.events(9)}) == 9


def after(held: threading.Event, seconds: float = 4) -> tuple[int, dict[str, str]]:
    held.wait(seconds)
    return 204, {}


def _feed(world: World) -> list[str]:
    return [one["id"] for one in world.vendor.shown(world.token, "/v1/events").json()["events"]]


# --- what is never asked --------------------------------------------------------------------------------------------

PRIVATE = [
    "http://127.0.0.1/hook",
    "https://127.0.0.1/hook",
    "https://127.1/hook",
    "https://2130706433/hook",
    "https://0x7f.1/hook",
    "https://0177.0.0.1/hook",
    "https://[::1]/hook",
    "https://[::ffff:127.0.0.1]/hook",
    "https://[64:ff9b::7f00:1]/hook",
    "https://１２７.0.0.1/hook",
    "https://localhost/hook",
    "https://printer.local/hook",
    "https://169.254.169.254/latest",
    "https://10.0.0.1/hook",
    "https://user@shop.example/hook",
    "https://shop.example:22/hook",
    "https://shop.example/hook#x",
    "ftp://shop.example/hook",
]


def test_addresses_that_are_not_public_are_refused_in_every_notation(template: Made, made: Made) -> None:
    """The server runs for development, so that the client can have its token; then its guard is as in use."""
    with vendor(made) as one:
        program = (
            "from web.server import serving\n"
            "settings = serving.Settings\n"
            "import web.vendors.webhooks as webhooks, connectors.outbound as outbound\n"
            "webhooks.target = lambda url, development: outbound.target(url)\n"
            "from web.cli import main; main()"
        )
        one.server = started(made, "--dev", secret=made.recovery_key, program=program)
        try:
            token = one.identified()
            for url in PRIVATE:
                answer = one.shown(token, HOOK, "PUT", json={"url": url})
                assert answer.status_code == 422, (url, answer.text)
                assert answer.json()["code"] in ("bad-url", "forbidden-port"), url
                assert answer.json()["detail"], url
                assert "127" not in answer.json()["detail"]
            assert one.shown(token, HOOK).status_code == 404
        finally:
            one.server.stop()


def test_types_that_there_are_not_and_fields_that_are_not_known_are_refused(world: World) -> None:
    for body in ({"events": ["no.such"]}, {"events": []}, {"secret": "x"}):
        answer = world.vendor.shown(world.token, HOOK, "PUT", json={"url": world.hook.url()} | body)
        assert answer.status_code == 422, answer.text
