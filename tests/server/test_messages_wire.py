"""Messages, rights and feedback over the wire, with an independent OAuth client against a real server process."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from tests.server.conftest import Made, started
from tests.server.vendors import Vendor, vendor
from vault import meeting
from vault.engaging import feedback, rights, threads
from vault.engaging.addressees import Addressee
from vault.meeting import Standing
from vault.policy.rights_life import Right
from vault.session import Vault
from vault.store import agreements as agreement_store
from web.server.routes import Route
from web.vendors import feedback as feedback_routes
from web.vendors import messages
from web.vendors import rights as rights_routes


class Served(NamedTuple):
    """One server, a shop that may write, another one that has been turned away, and what the person asked of the shop."""

    shop: Vendor
    other: Vendor
    access: str
    erasure: str
    others: str


@pytest.fixture(scope="module")
def served(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("written") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    with vendor(made) as shop, vendor(made) as other:
        with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
            rows = [agreement_store.client_by_url(vault.connection, one.shop.url) for one in (shop, other)]
            one, two = (Addressee(None, (row,)) for row in rows if row)
            meeting.screen(vault, [one.clients[0].id], Standing.YES)
            meeting.screen(vault, [two.clients[0].id], Standing.NEVER)
            threads.write(vault, two.clients[0].id, "For the other alone.", subject="Other")
            asked = [rights.ask(vault, one, right, "Please.").id for right in (Right.ACCESS, Right.ERASURE)]
            others = rights.ask(vault, two, Right.ACCESS, "Of the other.").id
            said = feedback.Said(4, "Good.", feedback.Contact(("mail",), ("phone",), "18:00-20:00"))
            feedback.give(vault, one, said, share=True)
            feedback.give(vault, one, feedback.Said(1, "For myself."))
        shop.server = other.server = started(made, "--dev", "--requests-per-minute", "100000", secret=made.recovery_key)
        yield Served(shop, other, asked[0], asked[1], others)
        shop.server.stop()


@pytest.fixture(scope="module")
def shop(served: Served) -> Vendor:
    return served.shop


@pytest.fixture(scope="module")
def token(shop: Vendor) -> Any:
    return shop.identified()


@pytest.fixture(scope="module")
def others_token(served: Served) -> Any:
    return served.other.identified()


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


def test_the_same_message_under_the_same_key_is_sent_once(shop: Vendor, token: Any) -> None:
    letter, key = {"kind": "service", "subject": "Once", "body": "Only once."}, uuid.uuid4().hex
    first, again = (shop.shown(token, "/v1/messages", "POST", json=letter, key=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    read = shop.shown(token, f"/v1/messages?thread={first.json()['thread']}").json()["messages"]
    assert len(read) == 1


def test_who_was_turned_away_cannot_write_and_still_reads_what_is_its_own(served: Served, others_token: Any) -> None:
    answer = sent(served.other, others_token)
    assert (answer.status_code, answer.json()["code"]) == (403, "turned-away")
    read = served.other.shown(others_token, "/v1/messages").json()["messages"]
    assert [(one["from"], one["body"]) for one in read] == [("person", "For the other alone.")]


def test_a_right_is_read_and_answered_with_its_data(served: Served, token: Any) -> None:
    shop = served.shop
    listed = shop.shown(token, "/v1/rights").json()
    assert [(one["id"], one["right"], one["state"]) for one in listed["requests"]] == [
        (served.access, "access", "open"),
        (served.erasure, "erasure", "open"),
    ]
    path = f"/v1/rights/{served.access}"
    assert shop.shown(token, path).json() == listed["requests"][0]
    for body, status, code in (
        ({"state": "refused"}, 422, "document"),
        ({"state": "fulfilled", "data": {"x": 1.5}}, 422, "not-whole"),
        ({"state": "fulfilled", "data": {"x": "a" * 300_000}}, 413, "too-large"),
        ({"state": "lost"}, 422, "document"),
        ({"state": "fulfilled", "mood": "good"}, 422, "unknown-field"),
    ):
        answer = shop.shown(token, f"{path}/answer", "POST", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    data = {"orders": [{"number": "A-17", "minor": 4990}], "nested": {"a": [None, True, "x"]}}
    done = shop.shown(token, f"{path}/answer", "POST", json={"state": "fulfilled", "note": "All.", "data": data})
    assert (done.status_code, done.json()["state"]) == (200, "fulfilled")
    again = shop.shown(token, f"{path}/answer", "POST", json={"state": "acknowledged"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-event")
    open_ = shop.shown(token, "/v1/rights?state=open").json()["requests"]
    assert [one["id"] for one in open_] == [served.erasure]
    assert shop.shown(token, "/v1/rights?state=extended").status_code == 400


def test_rights_come_in_pages(served: Served, token: Any) -> None:
    first = served.shop.shown(token, "/v1/rights?limit=1").json()
    second = served.shop.shown(token, f"/v1/rights?limit=1&after={first['next']}").json()
    assert [one["id"] for one in first["requests"] + second["requests"]] == [served.access, served.erasure]
    assert second["next"] is None


def test_only_shared_feedback_is_read_and_only_by_whom_it_is_shared_with(
    served: Served, token: Any, others_token: Any
) -> None:
    (told,) = served.shop.shown(token, "/v1/feedback").json()["feedback"]
    assert (told["satisfaction"], told["note"]) == (4, "Good.")
    assert told["contact"] == {"channels": ["mail"], "avoid": ["phone"], "times": "18:00-20:00"}
    assert served.other.shown(others_token, "/v1/feedback").json() == {"feedback": [], "next": None}


def test_what_belongs_to_another_client_is_answered_like_what_never_was(
    served: Served, token: Any, others_token: Any
) -> None:
    thread = sent(served.shop, token).json()["thread"]
    pairs = [
        (f"/v1/messages?thread={thread}", "/v1/messages?thread=thr_0000000000000"),
        (f"/v1/rights/{served.access}", "/v1/rights/rgt_0000000000000"),
        (f"/v1/rights/{served.access}", "/v1/rights/x"),
    ]
    for real, invented in pairs:
        found, none = (served.other.shown(others_token, path) for path in (real, invented))
        assert (found.status_code, found.json()) == (none.status_code, none.json()) == (404, none.json())
    answer = served.other.shown(others_token, f"/v1/rights/{served.access}/answer", "POST", json={"state": "fulfilled"})
    assert answer.status_code == 404
    everything = "".join(
        served.other.shown(others_token, path).text for path in ("/v1/messages", "/v1/rights", "/v1/feedback")
    )
    assert served.access not in everything
    assert thread not in everything
    assert served.others in everything


ROUTES = [*messages.ROUTES, *rights_routes.ROUTES, *feedback_routes.ROUTES]


@pytest.mark.parametrize("one", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_every_principal_with_a_token_is_answered_as_its_row_says(served: Served, token: Any, one: Route) -> None:
    shop, path = served.shop, one.path.replace("{id}", served.erasure)
    body = {"/v1/messages": {"kind": "service", "subject": "A", "body": "B"}}.get(one.path, {"state": "acknowledged"})
    found = shop.shown(token, path, one.method, json=body if one.method == "POST" else None)
    assert found.status_code == one.access.vendor, found.text
    over: Any = shop.identified()
    assert shop.client().revoke_access_token(over)
    for status in (one.access.expired, one.access.revoked):
        gone = shop.shown(over, path, one.method, json=body if one.method == "POST" else None)
        assert gone.status_code == status
