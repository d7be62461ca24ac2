"""An attempt through the guard, and the question whose address it is, against a server on the loopback address."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.outbound import Outbound, OutboundError
from connectors.webhooks import (
    Challenge,
    Message,
    Verdict,
    WebhookRefused,
    answer_to,
    answers,
    challenge,
    challenge_in,
    read_public_key,
    thin_body,
    verified,
    written_answer,
    written_public_key,
)
from connectors.webhooks.delivery import Attempt, attempted, owned
from tests.connectors.outbound.serving import Answer, Server, response, says, says_for_ever, serving

NOW = datetime(2026, 3, 31, 18, 5, 9, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
PUBLIC = read_public_key(written_public_key(KEY.public_key().public_bytes_raw()))
CLIENT = "https://shop.example/client.json"
MESSAGE = Message("msg_1", NOW, thin_body("grant.revoked", NOW, "grant_1"))
JSON = ("Content-Type: application/json",)


def received(server: Server) -> Message:
    head, _, body = server.requests[-1].partition(b"\r\n\r\n")
    sent = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return verified(sent, body, [PUBLIC], now=NOW)


def attempt(answer: Answer) -> tuple[Attempt, Server]:
    async def deliver() -> tuple[Attempt, Server]:
        async with serving(answer) as server:
            return await attempted(Outbound(development=True), server.url, MESSAGE, [KEY.sign], now=NOW), server

    return asyncio.run(deliver())


def test_what_arrives_verifies() -> None:
    came_of_it, server = attempt(says(response()))
    assert came_of_it == Attempt(Verdict.DELIVERED, 200)
    assert received(server) == MESSAGE
    assert (server.header("content-type"), server.header("sec-gpc")) == (["application/json"], ["1"])


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        ("204 No Content", "X: y", Attempt(Verdict.DELIVERED, 204)),
        ("302 Found", "Location: http://127.0.0.1:9/", Attempt(Verdict.AGAIN, 302)),
        ("410 Gone", "X: y", Attempt(Verdict.GONE, 410)),
        ("429 Slow", "Retry-After: 90", Attempt(Verdict.THROTTLED, 429, wait=timedelta(seconds=90))),
    ],
)
def test_a_status_is_a_value(status: str, header: str, expected: Attempt) -> None:
    assert attempt(says(response(status=status, headers=(header,))))[0] == expected


def test_an_endless_acknowledgement_is_left_unread() -> None:
    assert attempt(says_for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000))[0].verdict is Verdict.DELIVERED


def test_no_answer_is_a_value_too() -> None:
    assert attempt(says(b"nonsense\r\n\r\n"))[0] == Attempt(Verdict.AGAIN, code="bad-answer")
    refused = asyncio.run(attempted(Outbound(), "http://127.0.0.1/", MESSAGE, [KEY.sign], now=NOW))
    assert refused == Attempt(Verdict.AGAIN, code="bad-url")


def asked_at(url: str) -> tuple[Challenge, Message]:
    asked = challenge(CLIENT, url, bytes(range(32)), NOW)
    return asked, Message("msg_2", NOW, asked.body)


def ask(answer: Answer, path: str = "", *, now: datetime = NOW) -> bool:
    async def deliver() -> bool:
        async with serving(answer) as server:
            asked, message = asked_at(server.url + path)
            return await owned(Outbound(development=True), asked, message, [KEY.sign], now=now)

    return asyncio.run(deliver())


async def vendor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client: str = CLIENT) -> None:
    """Answers as the vendor's server would, for the address that was asked."""
    host, port = writer.get_extra_info("sockname")
    asked = challenge(CLIENT, "", bytes(range(32)), NOW)
    writer.write(response(written_answer(client, f"http://{host}:{port}/", asked.value), headers=JSON))


async def other_vendor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await vendor(reader, writer, client="https://other.example/client.json")


def test_the_vendors_server_proves_that_the_address_is_its_own() -> None:
    assert ask(vendor)


def test_in_time_only() -> None:
    assert ask(vendor, now=NOW + timedelta(minutes=10))
    assert not ask(vendor, now=NOW + timedelta(minutes=10, seconds=1))
    assert not ask(vendor, now=NOW - timedelta(seconds=1))


def test_a_server_that_expects_another_client_or_address_does_not() -> None:
    assert not ask(other_vendor)
    assert not ask(vendor, "other")


ASKED = challenge(CLIENT, "https://shop.example/hook", bytes(range(32)), NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        ASKED.body,
        ASKED.value.encode(),
        json.dumps({"challenge": ASKED.value}).encode(),
        json.dumps({"answer": ASKED.value}).encode(),
        json.dumps({"answer": None}).encode(),
        json.dumps({"answer": "\ud800"}).encode(),
        json.dumps([answer_to(CLIENT, ASKED.url, ASKED.value)]).encode(),
        b'{"answer":"x",' + written_answer(CLIENT, ASKED.url, ASKED.value)[1:],
        written_answer(CLIENT, ASKED.url, ASKED.value) + b" " * 1024,
        written_answer(CLIENT, ASKED.url + "/", ASKED.value),
    ],
)
def test_an_echo_or_anything_else_is_no_answer(body: bytes) -> None:
    assert answers(ASKED, written_answer(CLIENT, ASKED.url, ASKED.value), NOW)
    assert not answers(ASKED, body, NOW)
    assert not answers(replace(ASKED, value="x" * 43), written_answer(CLIENT, ASKED.url, ASKED.value), NOW)


@pytest.mark.parametrize(
    ("status", "headers"), [("202 OK", JSON), ("200 OK", ("Content-Type: text/html",)), ("200 OK", ())]
)
def test_a_right_answer_in_a_wrong_response_does_not_count(status: str, headers: tuple[str, ...]) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("sockname")
        body = written_answer(CLIENT, f"http://{host}:{port}/", ASKED.value)
        writer.write(response(body, status=status, headers=headers))

    assert not ask(answer)


def test_an_address_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(OutboundError):
        ask(says(b""))


def test_the_challenge_is_found_in_its_message_and_in_no_other() -> None:
    assert challenge_in(ASKED.body) == ASKED.value
    assert challenge_in(MESSAGE.body) is None
    for body in (b"", b"[", b'{"type":"webhook.challenge"}', b'{"data":{"challenge":1},"type":"webhook.challenge"}'):
        with pytest.raises(WebhookRefused):
            challenge_in(body)


def test_the_answer_is_fixed_for_all_implementations() -> None:
    # The same as: printf 'firstparty-webhook-challenge-1\\n<client>\\n<url>\\n<challenge>' | openssl dgst -sha256 -binary
    assert answer_to(CLIENT, "https://shop.example/hook", ASKED.value) == "qAVOE1AoS3Jn1E-0V1GCemmYt-yol0ho9iKa6-jJk8U"
