"""Effects of one who was admitted before: found again in the write of the effect, and never taken for granted."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.server.conftest import Made
from tests.server.test_profile_wire import command
from tests.server.trading import Market, Side, shared


@pytest.fixture(scope="module")
def board(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with shared(template, tmp_path_factory.mktemp("market")) as found:
        yield found


def test_who_was_admitted_before_is_told_what_is_wrong(board: Market) -> None:
    one = board.one
    assert one.brings(one.signed()).status_code == 201
    unread = one.post("/v1/offers", {"offer": "x", "more": 1})
    assert (unread.status_code, unread.json()["code"]) == (422, "unknown-field")
    other_body = one.signed()
    assert one.brings(other_body, key="mine").status_code == 201
    mismatch = one.brings(one.signed(), key="mine")
    assert (mismatch.status_code, mismatch.json()["code"]) == (422, "idempotency-mismatch")
    again = one.brings(other_body, key="mine")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert board.other.brings(board.other.signed(), key="mine").status_code == 201


def test_who_was_admitted_before_and_is_not_any_more_is_told_that_and_nothing_else(board: Market) -> None:
    one = board.one
    assert one.vendor.server
    over = Side(one.vendor, one.vendor.granted(one.vendor.client()), offered=1_000)
    text = over.signed()
    assert over.brings(text, key="before").status_code == 201
    command(one.vendor.server, "grant", "revoke", over.token.as_dict()["grant_id"])
    seen = len(one.get("/v1/offers").json()["offers"])
    refused = [over.brings(text, key="before"), over.post("/v1/offers", {"more": 1}), over.brings(over.signed())]
    assert [answer.status_code for answer in refused] == [401] * 3
    assert all("WWW-Authenticate" in answer.headers for answer in refused)
    assert len(one.get("/v1/offers").json()["offers"]) == seen


def test_one_key_has_one_effect_however_many_bring_it_at_once(board: Market) -> None:
    one = board.one
    text, answers = one.signed(), list[int]()

    def bring() -> None:
        answers.append(one.brings(text, key="at-once").status_code)

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    offers = one.get("/v1/offers").json()["offers"]
    assert len({offer["sha256"] for offer in offers}) == len(offers)
