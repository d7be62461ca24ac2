"""`Idempotency-Key`: a request sent twice has its effect once, whatever happened in between."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.server import probes
from tests.server.conftest import Made, Server, Start


@pytest.fixture
def server(start: Start) -> Server:
    return start("--requests-per-minute", "1000000", program=probes.PROGRAM)


def post(server: Server, key: str | None, text: str, count: int = 0, **headers: str) -> Any:
    named = headers if key is None else {"Idempotency-Key": key, **headers}
    return server.client.post("/v1/notes", json={"text": text, "count": count}, headers=named)


def notes(server: Server) -> list[str]:
    found: list[str] = server.client.get("/v1/notes").json()
    return found


def test_the_same_request_twice_has_one_effect_and_the_same_answer(server: Server) -> None:
    first, second = post(server, "k1", "a"), post(server, "k1", "a")
    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert notes(server) == ["a"]


def test_a_key_in_quotes_is_the_same_key(server: Server) -> None:
    post(server, "k1", "a")
    assert "idempotent-replayed" in post(server, '"k1"', "a").headers


def test_the_key_of_another_request_is_refused(server: Server) -> None:
    post(server, "k1", "a")
    for other in (post(server, "k1", "b"), post(server, "k1", "a", 1)):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    assert notes(server) == ["a"]


@pytest.mark.parametrize("key", [None, "", '""', "x" * 256, "a\tb", "a b", 'a"'])
def test_a_request_without_a_sound_key_has_no_effect(server: Server, key: str | None) -> None:
    answer = post(server, key, "a")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key")
    assert notes(server) == []


def test_two_keys_are_no_key(server: Server) -> None:
    answer = server.client.post(
        "/v1/notes", json={"text": "a"}, headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    )
    assert answer.json()["code"] == "idempotency-key"


def test_a_refusal_is_answered_again_and_what_it_recorded_stays(server: Server, made: Made) -> None:
    first, second = post(server, "k1", "refused"), post(server, "k1", "refused")
    assert (first.status_code, first.json()["code"]) == (422, "off-roster")
    assert (second.content, second.headers["content-type"]) == (first.content, "application/problem+json")
    assert second.headers["idempotent-replayed"] == "true"
    server.stop()
    with made.open() as vault:
        asked = vault.connection.execute("SELECT count(*) FROM audit_leaf WHERE event = 'note.asked'").fetchone()
    assert asked == (1,)


def test_what_broke_has_no_effect_and_may_be_tried_again(server: Server, made: Made) -> None:
    for _ in range(2):
        broken = post(server, "k1", "broken")
        assert (broken.status_code, "idempotent-replayed" in broken.headers) == (500, False)
    assert notes(server) == []
    server.stop()
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM idempotent_answer").fetchone() == (0,)
        assert not vault.connection.execute("SELECT 1 FROM audit_leaf WHERE event LIKE 'note%'").fetchall()


def test_answers_outlive_the_server_and_being_locked(server: Server, start: Start) -> None:
    first = post(server, "k1", "a")
    server.stop()
    again = start(program=probes.PROGRAM)
    again.owner.post("/owner/lock")
    assert post(again, "k1", "a").status_code == 503
    secret = (again.home.parent / "secret").read_text()
    again.owner.post("/owner/unlock", json={"secret": secret})
    assert post(again, "k1", "a").content == first.content
    assert notes(again) == ["a"]


def test_keys_of_one_principal_are_not_anothers(server: Server) -> None:
    post(server, "k1", "a")
    mine = server.owner.post("/v1/notes", json={"text": "b"}, headers={"Idempotency-Key": "k1"})
    assert mine.status_code == 201
    assert notes(server) == ["a", "b"]


def test_of_many_at_once_under_one_key_one_has_its_effect(server: Server) -> None:
    answers: list[Any] = []
    together = [threading.Thread(target=lambda: answers.append(post(server, "k1", "a"))) for _ in range(12)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert notes(server) == ["a"]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency-in-flight"}


def test_a_key_that_has_expired_is_a_new_one(server: Server, made: Made, start: Start) -> None:
    post(server, "k1", "a")
    server.stop()
    with made.open() as vault, vault.transaction():
        vault.connection.execute("UPDATE idempotent_answer SET expires_at = '2026-01-01T00:00:00Z'")
    again = start(program=probes.PROGRAM)
    assert "idempotent-replayed" not in post(again, "k1", "b").headers
    assert notes(again) == ["a", "b"]
    again.stop()
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM idempotent_answer").fetchone() == (1,)
