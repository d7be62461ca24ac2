"""Every route × every principal, generated from the table and asked over the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server import asking
from tests.server.asking import Ask, World
from tests.server.conftest import PASSPHRASE, Made, Start
from web.server import application, routes
from web.server.openapi import PATH, route
from web.server.principals import ForbiddenError, Kind, Principal, UnauthenticatedError
from web.server.routes import NOT_YET, Access, Route, RouteError

ROUTES = (*application.collected(), route(application.collected()))
# These change the server for those who may call them, so they are asked of one of their own.
CHANGING = ("/owner/lock", "/owner/unlock", "/unlock", "/lock")
# In these a client says who it is in the form; `test_oauth_table` asks them.
FORMS = ("/oauth/par", "/oauth/bc-authorize", "/oauth/token", "/oauth/revoke")
ASKED = [one for one in ROUTES if one.path not in (*CHANGING, *FORMS)]


def ids(found: object) -> str:
    return f"{found.method} {found.path}" if isinstance(found, Route) else str(found)


@pytest.fixture(scope="module")
def world(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with asking.world(template, tmp_path_factory.mktemp("table")) as found:
        yield found


def answered(world: World, principal: str, method: str, one: Ask) -> Any:
    """The answer that a principal gets: over the network, and the owner over the local socket."""
    if principal in world.tokens:
        return world.vendor.shown(
            world.tokens[principal], one.path, method, json=one.body, form=one.form, headers=one.headers
        )
    client = world.server.owner if principal == "owner" else world.server.client
    client.cookies.clear()  # what a page of before gave is not shown again: nobody is in a session here
    headers = one.headers | ({"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {})
    return client.request(method, one.path, headers=headers, json=one.body, data=one.form)


def check(answer: Any, expected: int, *place: str) -> None:
    assert answer.status_code == expected, (*place, answer.text)
    if expected >= 400 and not answer.headers["content-type"].startswith("text/html"):
        assert answer.headers["content-type"] in ("application/problem+json", "application/json"), place
        assert answer.json().get("status", expected) == expected


@pytest.mark.parametrize("one", ASKED, ids=ids)
def test_every_route_answers_every_principal_as_its_row_says(one: Route, world: World) -> None:
    """What succeeds is asked anew for each principal; those who are refused ask as one does for whom it succeeds."""
    prepared = asking.ask(world, one)
    refused = [name for name in Access.__slots__ if name != "locked" and getattr(one.access, name) >= 400]
    for principal in refused:
        check(answered(world, principal, one.method, prepared), getattr(one.access, principal), principal)
    for principal in Access.__slots__:
        if principal != "locked" and principal not in refused:
            fresh = asking.ask(world, one)
            check(answered(world, principal, one.method, fresh), getattr(one.access, principal), principal)


def test_every_route_answers_as_its_row_says_while_the_vault_is_locked(world: World) -> None:
    """Asked by whoever may call it, of the objects that there were."""
    prepared = [(one, asking.ask(world, one)) for one in ASKED]
    secret = (world.server.home.parent / "secret").read_text()
    assert world.server.owner.post("/owner/lock").status_code == 200
    try:
        for one, ask in prepared:
            caller = next(name for name in ("nobody", "granted", "owner") if getattr(one.access, name) < 400)
            check(answered(world, caller, one.method, ask), one.access.locked or 0, ids(one))
    finally:
        assert world.server.owner.post("/owner/unlock", json={"secret": secret}).status_code == 200


def test_no_recipe_is_for_a_route_that_there_is_not() -> None:
    assert asking.RECIPES.keys() <= {ids(one) for one in ROUTES}


@pytest.mark.parametrize("one", ROUTES, ids=ids)
def test_columns_without_an_answer_are_those_whose_principals_cannot_be_yet(one: Route) -> None:
    for column in Access.__slots__:
        assert getattr(one.access, column) is not None or NOT_YET[column], column


def test_routes_that_change_the_server_answer_the_owner_as_their_rows_say(made: Made, start: Start) -> None:
    rows = {(one.method, one.path): one.access for one in ROUTES if one.path in CHANGING}
    secret = {"secret": made.recovery_key}
    server = start()
    post = server.owner.post
    assert post("/owner/unlock", json=secret).status_code == rows["POST", "/owner/unlock"].owner
    assert server.client.get("/unlock").status_code == rows["GET", "/unlock"].nobody
    for path in ("/unlock", "/lock"):
        assert server.client.post(path, data={}).status_code == rows["POST", path].nobody
    assert post("/owner/lock").status_code == rows["POST", "/owner/lock"].owner
    for path in ("/owner/lock", "/owner/unlock"):
        assert server.client.post(path).status_code == rows["POST", path].nobody
    assert post("/owner/lock").status_code == rows["POST", "/owner/lock"].locked
    assert server.client.get("/unlock").status_code == rows["GET", "/unlock"].locked
    given = {"passphrase": PASSPHRASE, "next": "/"}
    assert server.client.post("/lock", data={}).status_code == rows["POST", "/lock"].locked
    assert server.client.post("/unlock", data=given).status_code == rows["POST", "/unlock"].locked
    post("/owner/lock")
    assert post("/owner/unlock", json=secret).status_code == rows["POST", "/owner/unlock"].locked
    assert len(rows) == len(CHANGING) + 1


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
    for path in ("/schema", "/schema/openapi.json", "/redoc", "/static", "/favicon.ico"):
        assert opened.client.get(path).status_code == 404
    described = json.loads(opened.client.get(PATH).content)["paths"]
    assert set(described) == {one.path for one in ROUTES if one.is_public}
