"""Every route × every principal, generated from the table and asked over the wire."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.server.conftest import Made, Start
from web.server import application, routes
from web.server.openapi import PATH, route
from web.server.principals import ForbiddenError, Kind, Principal, UnauthenticatedError
from web.server.routes import NOT_YET, Access, Route, RouteError

ROUTES = (*application.collected(), route(application.collected()))
# Who can be asked as today: over the network, and over the owner's socket.
PRINCIPALS = ("nobody", "owner", "locked")
# These change the server for those who may call them, so they are asked of one of their own.
CHANGING = ("/owner/lock", "/owner/unlock")
# These are asked about an object of a real client; `test_oauth_table` asks them as every principal.
ELSEWHERE = ("/oauth/", "/owner/requests/")
ROWS = [
    (one, principal)
    for one in ROUTES
    for principal in PRINCIPALS
    if (principal == "nobody" or one.path not in CHANGING) and not one.path.startswith(ELSEWHERE)
]


def ids(found: object) -> str:
    return f"{found.method} {found.path}" if isinstance(found, Route) else str(found)


def asked(client: httpx.Client, one: Route) -> httpx.Response:
    path = re.sub(r"\{\w+\}", "x", one.path)
    headers = {"Idempotency-Key": "table"} if one.method == "POST" else {}
    return client.request(one.method, path, headers=headers)


@pytest.mark.parametrize(("one", "principal"), ROWS, ids=ids)
def test_every_route_answers_every_principal_as_its_row_says(
    one: Route, principal: str, request: pytest.FixtureRequest
) -> None:
    expected = getattr(one.access, principal)
    server = request.getfixturevalue("shut" if principal == "locked" else "opened")
    is_owners = principal == "owner" or (principal == "locked" and one.access.nobody in (401, 403, 404))
    answer = asked(server.owner if is_owners else server.client, one)
    assert answer.status_code == expected, answer.text
    if expected >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == expected


@pytest.mark.parametrize("one", ROUTES, ids=ids)
def test_columns_without_an_answer_are_those_whose_principals_cannot_be_yet(one: Route) -> None:
    for column in Access.__slots__:
        assert getattr(one.access, column) is not None or NOT_YET[column], column


def test_routes_that_change_the_server_answer_the_owner_as_their_rows_say(made: Made, start: Start) -> None:
    rows = {one.path: one.access for one in ROUTES if one.path in CHANGING}
    body = {"/owner/unlock": {"secret": made.recovery_key}}
    server = start()
    for path in ("/owner/unlock", "/owner/lock"):
        assert server.owner.post(path, json=body.get(path)).status_code == rows[path].owner
    for path in ("/owner/lock", "/owner/unlock"):
        assert server.owner.post(path, json=body.get(path)).status_code == rows[path].locked
    assert len(rows) == len(CHANGING)


@pytest.mark.parametrize("one", [one for one in ROUTES if one.access.nobody >= 400], ids=ids)
def test_credentials_of_a_kind_that_is_not_taken_open_nothing(one: Route, opened: Any) -> None:
    for shown in ("Bearer x", "DPoP x", "Basic b3duZXI6", "x", ""):
        answer = opened.client.request(one.method, one.path, headers={"Authorization": shown})
        assert answer.status_code in (401, 404), (shown, answer.text)


def test_no_request_can_say_that_it_is_the_owners(opened: Any) -> None:
    """The door is where a connection came in, not what it says."""
    for headers in ({"firstparty.door": "owner"}, {"X-Forwarded-For": "owner"}, {"Host": "localhost"}):
        given = {"Host": f"localhost:{opened.port}"} | headers
        assert opened.client.get("/owner/state", headers=given).status_code in (400, 404)


def test_a_route_without_its_row_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Route("GET", "/x", ROUTES[0].handler, summary="no access")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Access(nobody=200, owner=200)  # type: ignore[call-arg]


def test_once_a_principal_can_be_no_row_may_leave_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "NOT_YET", {})
    with pytest.raises(RouteError, match="`vendor`"):
        Access(nobody=200, owner=200, locked=200)


def test_a_vendor_is_refused_or_not_by_whether_its_token_stands_for_a_grant() -> None:
    needs_grant = Access(nobody=401, owner=200, locked=503, vendor=403, granted=200, expired=401, revoked=401)
    one = Route("GET", "/x", ROUTES[0].handler, needs_grant, "needs a grant")
    one.refuse_unless_open_to(Principal(Kind.VENDOR, "https://shop.example/client", "grant"))
    with pytest.raises(ForbiddenError):
        one.refuse_unless_open_to(Principal(Kind.VENDOR, "https://shop.example/client"))
    with pytest.raises(UnauthenticatedError):
        one.refuse_unless_open_to(Principal(Kind.NOBODY))


def test_a_route_that_is_there_twice_fails_the_start() -> None:
    with pytest.raises(RouteError, match="twice"):
        routes.table((*ROUTES, ROUTES[0]))


def test_a_post_under_v1_without_a_key_to_repeat_it_by_cannot_be_made() -> None:
    with pytest.raises(RouteError, match="effects"):
        Route("POST", "/v1/x", ROUTES[0].handler, ROUTES[0].access, "no key")


def test_the_application_has_no_route_beside_the_table(opened: Any) -> None:
    """What the framework would add by itself (documentation pages, schemas) is not there."""
    for path in ("/schema", "/schema/openapi.json", "/docs", "/redoc", "/static", "/", "/favicon.ico"):
        assert opened.client.get(path).status_code == 404
    described = json.loads(opened.client.get(PATH).content)["paths"]
    assert set(described) == {one.path for one in ROUTES if one.is_public}
