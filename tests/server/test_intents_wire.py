"""Intentions as vendors get them over the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.server.conftest import Made, Start
from tests.server.trading import Market, opened, published, shared, trading_with


@pytest.fixture(scope="module")
def board(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with shared(template, tmp_path_factory.mktemp("market")) as found:
        yield found


def test_two_vendors_see_one_intention_and_share_no_id(board: Market) -> None:
    (mine,), (theirs,) = board.one.intents, board.other.intents
    assert mine["title"] == theirs["title"] == "A phone plan"
    assert mine["id"] != theirs["id"]
    assert mine["pseudonym"] != theirs["pseudonym"]
    assert mine["offers_left"] == 1000
    assert mine["requirements"] == []
    assert board.one.get(f"/v1/intents/{mine['id']}").json() == mine
    assert board.other.get(f"/v1/intents/{mine['id']}").status_code == 404


def test_an_intention_that_there_is_not_and_one_of_another_form_are_alike(board: Market) -> None:
    (mine,) = board.one.intents
    invented = f"itn_{'0' * 26}"
    answers = [board.one.get(f"/v1/intents/{id}") for id in (invented, "x", "con_0000000000001", mine["id"][:-1])]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'"instance":"[^"]*"', "", answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "after=x", "category=x", "more=1"])
def test_a_query_that_does_not_read_is_refused(board: Market, query: str) -> None:
    assert board.one.get(f"/v1/intents?{query}").status_code == 400


def test_intentions_come_in_pages_and_by_category(board: Market) -> None:
    first = board.one.get("/v1/intents?limit=1").json()
    assert len(first["intents"]) == 1
    assert first["next"] is None
    assert board.one.get(f"/v1/intents?after={first['intents'][0]['id']}").json() == {"intents": [], "next": None}
    assert board.other.get(f"/v1/intents?after={first['intents'][0]['id']}").status_code == 400
    assert board.one.get("/v1/intents?category=energy").json()["intents"] == []
    assert len(board.one.get("/v1/intents?category=telecom").json()["intents"]) == 1


def test_a_vendor_without_what_the_audience_asks_sees_nothing(made: Made, start: Start) -> None:
    with trading_with(made, start) as found:
        found.server.stop()
        with opened(made) as vault:
            published(vault, title="For one", audience={"vendors": ["elsewhere.example"]})
        server = start("--dev")
        found.one.vendor.server = server
        found.one.token = found.one.vendor.identified()
        assert [one["title"] for one in found.one.intents] == ["A phone plan"]
