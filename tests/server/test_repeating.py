"""`Idempotency-Key`: a request sent twice has its effect once, whatever happened in between."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.server import probes
from tests.server.conftest import Made, Server, Start, started
from tests.server.test_opened import serving
from vault.session import Vault
from vault.store import audit
from web.server import answers
from web.server.answers import Answer
from web.server.idempotency import InFlight, InFlightError, Once
from web.server.opened import OpenVault


@pytest.fixture(scope="module")
def shared(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("repeated") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    server = started(made, "--requests-per-minute", "1000000", secret=made.recovery_key, program=probes.PROGRAM)
    yield server
    server.stop()


@pytest.fixture
def server(shared: Server) -> Server:
    return shared


@pytest.fixture
def key() -> str:
    """A key that no other test has; texts begin with it, so that each test finds its own notes."""
    return uuid.uuid4().hex


def post(server: Server, key: str | None, text: str, count: int = 0) -> Any:
    named = {} if key is None else {"Idempotency-Key": key}
    return server.client.post("/v1/notes", json={"text": text, "count": count}, headers=named)


def notes(server: Server, key: str) -> list[str]:
    return [text for text in server.client.get("/v1/notes").json() if text.startswith(key)]


def test_the_same_request_twice_has_one_effect_and_the_same_answer(server: Server, key: str) -> None:
    first, second = post(server, key, key), post(server, key, key)
    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert notes(server, key) == [key]


def test_a_key_in_quotes_is_the_same_key(server: Server, key: str) -> None:
    post(server, key, key)
    assert "idempotent-replayed" in post(server, f'"{key}"', key).headers


def test_the_key_of_another_request_is_refused(server: Server, key: str) -> None:
    post(server, key, key)
    for other in (post(server, key, f"{key} b"), post(server, key, key, 1)):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    assert notes(server, key) == [key]


@pytest.mark.parametrize("unsound", [None, "", '""', "x" * 256, "a\tb", "a b", 'a"'])
def test_a_request_without_a_sound_key_has_no_effect(server: Server, key: str, unsound: str | None) -> None:
    answer = post(server, unsound, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key")
    assert notes(server, key) == []


def test_two_keys_are_no_key(server: Server) -> None:
    two = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    answer = server.client.post("/v1/notes", json={"text": "a"}, headers=two)
    assert answer.json()["code"] == "idempotency-key"


def test_keys_of_one_principal_are_not_anothers(server: Server, key: str) -> None:
    post(server, key, f"{key} a")
    mine = server.owner.post("/v1/notes", json={"text": f"{key} b"}, headers={"Idempotency-Key": key})
    assert mine.status_code == 201
    assert notes(server, key) == [f"{key} a", f"{key} b"]


def test_of_many_at_once_under_one_key_one_has_its_effect(server: Server, key: str) -> None:
    answers: list[Any] = []
    together = [threading.Thread(target=lambda: answers.append(post(server, key, key))) for _ in range(12)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert notes(server, key) == [key]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency-in-flight"}


def leaves(made: Made) -> list[str]:
    with made.open() as vault:
        found = vault.connection.execute("SELECT event FROM audit_leaf WHERE event LIKE 'note.%' ORDER BY n")
        return [row[0] for row in found]


def test_answers_and_refusals_outlive_the_server_what_broke_is_as_if_it_had_not_been(made: Made, start: Start) -> None:
    server = start(program=probes.PROGRAM)
    first, refused = post(server, "k1", "a"), post(server, "k2", "refused")
    assert (refused.status_code, refused.json()["code"]) == (422, "off-roster")
    for _ in range(2):
        broken = post(server, "k3", "broken")
        assert (broken.status_code, "idempotent-replayed" in broken.headers) == (500, False)
    server.stop()
    assert leaves(made) == ["note.asked", "note.kept", "note.asked"]

    again = start(program=probes.PROGRAM)
    again.owner.post("/owner/lock")
    assert post(again, "k1", "a").status_code == 503
    again.owner.post("/owner/unlock", json={"secret": made.recovery_key})
    assert post(again, "k1", "a").content == first.content
    second = post(again, "k2", "refused")
    assert (second.content, second.headers["content-type"]) == (refused.content, "application/problem+json")
    assert second.headers["idempotent-replayed"] == "true"
    again.stop()
    assert leaves(made) == ["note.asked", "note.kept", "note.asked"]


def test_a_key_that_has_expired_is_a_new_one_and_its_row_goes(made: Made, start: Start) -> None:
    server = start(program=probes.PROGRAM)
    post(server, "k1", "a")
    post(server, "k2", "b")
    server.stop()
    with made.open() as vault, vault.transaction():
        vault.connection.execute("UPDATE idempotent_answer SET expires_at = '2026-01-01T00:00:00Z'")
    again = start(program=probes.PROGRAM)
    assert "idempotent-replayed" not in post(again, "k1", "c").headers
    assert again.client.get("/v1/notes").json() == ["a", "b", "c"]
    again.stop()
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM idempotent_answer").fetchone() == (1,)


def test_while_the_first_is_under_way_the_second_is_told_so_and_another_key_is_not(made: Made) -> None:
    in_flight = InFlight()
    gate = threading.Event()

    def effect(vault: Vault) -> Answer:
        gate.wait()
        return answers.json("done")

    async def work(vault: OpenVault) -> tuple[Answer, Answer]:
        first = asyncio.ensure_future(in_flight.once(vault, Once("a", "key", "request"), effect))
        await asyncio.sleep(0)
        with pytest.raises(InFlightError):
            await in_flight.once(vault, Once("a", "key", "request"), effect)
        others = asyncio.ensure_future(in_flight.once(vault, Once("b", "key", "request"), effect))
        gate.set()
        return await first, await others

    assert serving(made, work) == (answers.json("done"), answers.json("done"))


@pytest.mark.parametrize("seed", range(2))
def test_a_server_killed_under_load_has_lost_nothing_that_it_answered(made: Made, start: Start, seed: int) -> None:
    chance = random.Random(seed)
    answered: dict[str, bytes] = {}
    sent: set[str] = set()
    server = start("--requests-per-minute", "1000000", program=probes.PROGRAM)

    def keep_posting(who: int) -> None:
        for number in range(10_000):
            key = f"{who}-{number}"
            sent.add(key)
            try:
                answer = post(server, key, key)
            except httpx.TransportError:
                return
            assert answer.status_code == 201
            answered[key] = answer.content

    posting = [threading.Thread(target=keep_posting, args=(who,)) for who in range(6)]
    for one in posting:
        one.start()
    wanted = chance.randint(20, 120)
    while len(answered) < wanted and any(one.is_alive() for one in posting):
        time.sleep(chance.random() / 200)
    server.stop(signal.SIGKILL)
    for one in posting:
        one.join()

    again = start("--requests-per-minute", "1000000", program=probes.PROGRAM)
    assert len(answered) >= wanted
    for key, body in answered.items():
        replayed = post(again, key, key)
        assert (replayed.content, replayed.headers.get("idempotent-replayed")) == (body, "true")
    found = again.client.get("/v1/notes").json()
    assert len(found) == len(set(found))
    assert answered.keys() <= set(found) <= sent
    again.stop()
    with made.open() as vault:
        assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()
