"""Messages, rights and feedback over the wire, with an independent OAuth client against a real server process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.conftest import Made, started
from tests.server.vendors import Vendor, vendor
from vault import meeting
from vault.meeting import Standing
from vault.store import agreements as agreement_store


@pytest.fixture(scope="module")
def shop(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendor]:
    """A shop that may write, and a server for all tests of this file."""
    home = tmp_path_factory.mktemp("written") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    with vendor(made) as one:
        with made.open() as vault:
            client = agreement_store.client_by_url(vault.connection, one.shop.url)
            assert client
            meeting.screen(vault, [client.id], Standing.YES)
        one.server = started(made, "--dev", "--requests-per-minute", "100000", secret=made.recovery_key)
        yield one
        one.server.stop()


@pytest.fixture(scope="module")
def token(shop: Vendor) -> Any:
    return shop.identified()


def sent(shop: Vendor, token: Any, **changes: Any) -> Any:
    letter = {"kind": "service", "subject": "Your order", "body": "It is on its way."} | changes
    return shop.shown(token, "/v1/messages", "POST", json=letter)


def test_a_message_is_judged_in_the_same_request_and_both_sides_read_the_thread(shop: Vendor, token: Any) -> None:
    first = sent(shop, token)
    assert first.status_code == 201, first.text
    made = first.json()
    assert (made["state"], made["answer"]) == ("in the digest", {"verdict": "ask", "codes": []})
    again = sent(shop, token, subject="", body="It has arrived.", thread=made["thread"]).json()
    read = shop.shown(token, f"/v1/messages?thread={made['thread']}").json()
    assert [one["id"] for one in read["messages"]] == [made["id"], again["id"]]
    assert {one["subject"] for one in read["messages"]} == {"Your order"}
    after = shop.shown(token, f"/v1/messages?after={read['next']}").json()
    assert after == {"messages": [], "next": again["id"]}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"thread": "thr_0000000000000"}, 404, "not-found"),
        ({"thread": "x"}, 404, "not-found"),
        ({"body": "a\x1b[2J"}, 422, "document"),
        ({"subject": "two\nlines"}, 422, "document"),
        ({"subject": ""}, 422, "document"),
        ({"body": "   "}, 422, "document"),
        ({"body": "a" * 20_001}, 422, "document"),
        ({"kind": "gossip"}, 422, "document"),
        ({"kind": "price-change"}, 422, "document"),
        ({"renewal": {"contract": "A", "price": {"minor": 1, "currency": "EUR", "period": "P1M"}}}, 422, "document"),
        ({"mood": "good"}, 422, "unknown-field"),
    ],
)
def test_what_is_no_message_is_refused(
    shop: Vendor, token: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = sent(shop, token, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_the_query_is_read_strictly(shop: Vendor, token: Any) -> None:
    for query, status in (("limit=0", 400), ("limit=101", 400), ("after=x", 400), ("thread=x", 404), ("a=b", 400)):
        assert shop.shown(token, f"/v1/messages?{query}").status_code == status, query
