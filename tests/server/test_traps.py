"""The framework's traps and a secret in every place of a request, on the real routes of vendors."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.server import asking
from tests.server.asking import World
from tests.server.conftest import Made
from web.server import application, bodies
from web.server.routes import Route

ROUTES = application.collected()
WITH_BODY = [one for one in ROUTES if one.path.startswith("/v1/") and one.body is not None]
CANARY = "c4n4ry-8f14e45fceea167a"


@pytest.fixture(scope="module")
def world(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with asking.world(template, tmp_path_factory.mktemp("trapped")) as found:
        yield found


def ids(found: object) -> str:
    return f"{found.method} {found.path}" if isinstance(found, Route) else str(found)


def sent(
    world: World, route: Route, content: bytes | str, media_type: str = "application/json", **more: str
) -> requests.Response:
    path = "/".join("x" if part.startswith("{") else part for part in route.path.split("/"))
    url = f"{world.server.url}{path}"
    headers = {
        **world.vendor.headers(world.tokens["granted"], route.method, url),
        "Content-Type": media_type,
        "Idempotency-Key": uuid.uuid4().hex,
        **more,
    }
    return requests.request(route.method, url, data=content, headers=headers, timeout=60)


def twice(route: Route) -> str:
    """The example with its first name twice, or any name where it has none."""
    import msgspec

    body = json.loads(msgspec.json.encode(route.body_example))
    name, value = next(iter(body.items()), ("x", 1))
    return f"{{{json.dumps(name)}:{json.dumps(value)}," + json.dumps(body | {name: value})[1:]


@pytest.mark.parametrize("one", WITH_BODY, ids=ids)
def test_no_route_of_vendors_reads_a_body_otherwise_than_it_is(one: Route, world: World) -> None:
    deep = b'{"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    for content, status, code in (
        (deep, 400, "too-deep"),
        (b'{"x":"\xff\xfe"}', 400, "not-json"),
        (b'{"x":"\\ud800"}', 400, "lone-surrogate"),
        (b'{"x":NaN}', 400, "not-a-number"),
        (b"[]", 422, "document"),
        (twice(one), 400, "duplicate-key"),
        (b'{"no-such-field":1}', 422, None),
        (b'{"x":"' + b"y" * bodies.MAX_BYTES + b'"}', 413, "too-large"),
    ):
        answer = sent(world, one, content)
        assert answer.status_code in (status, 429), (content[:40], answer.text)
        if answer.status_code == status and code:
            assert answer.json()["code"] == code, (content[:40], answer.text)
        assert answer.status_code != 500


@pytest.mark.parametrize("one", WITH_BODY, ids=ids)
def test_no_route_of_vendors_takes_what_a_foreign_page_can_send(one: Route, world: World) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = sent(world, one, twice(one), media_type)
        assert answer.status_code in (415, 429), (media_type, answer.text)


def test_a_number_in_quotes_is_no_number(world: World) -> None:
    (route,) = [one for one in WITH_BODY if one.path == "/v1/relationship/invoices"]
    body: Any = {"number": "1", "issued": "2026-01-01", "total": {"minor": "100", "currency": "EUR"}, "contract": None}
    answer = sent(world, route, json.dumps(body))
    assert (answer.status_code, answer.json()["code"]) == (422, "document")


def test_a_secret_in_any_place_of_a_request_is_in_no_log_no_error_and_no_figure(world: World) -> None:
    shown = {
        "Authorization": f"DPoP {CANARY}",
        "DPoP": CANARY,
        "Cookie": f"a={CANARY}",
        "User-Agent": CANARY,
        "Referer": f"http://{CANARY}.example/",
        "X-Forwarded-For": CANARY,
        "If-None-Match": f'"{CANARY}"',
        "X-Anything": CANARY,
        "Idempotency-Key": CANARY,
    }
    server, answers = world.server, list[str]()
    for one in ROUTES:
        path = "/".join(CANARY if part.startswith("{") else part for part in one.path.split("/"))
        for headers in (shown, {}):
            for body in (json.dumps({CANARY: CANARY}), f"{CANARY}={CANARY}"):
                answer = requests.request(
                    one.method, f"{server.url}{path}?{CANARY}={CANARY}", data=body, headers=headers, timeout=60,
                    allow_redirects=False,
                )  # fmt: skip
                if one.standard != "HTML":  # a page may lead back to the address that was asked for
                    answers.append(answer.text)
    for one in WITH_BODY:
        answers.append(sent(world, one, json.dumps({"secret": CANARY, "offer": CANARY}), **{"X-Secret": CANARY}).text)
        answers.append(sent(world, one, CANARY).text)
    for form in ({"client_id": CANARY, "client_assertion": CANARY}, {"client_assertion": f"{CANARY}.x.y"}):
        answers.append(requests.post(f"{server.url}/oauth/token", data=form, timeout=60).text)
    server.owner.post("/owner/unlock", json={"secret": CANARY})
    server.raw(f"GET /{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n".encode())
    server.raw(f"{CANARY}\r\n\r\n".encode())
    assert [text for text in answers if CANARY in text] == []
    assert CANARY not in server.owner.get("/metrics").text
    assert CANARY not in server.log
    assert world.tokens["granted"].access_token not in server.log
