"""The endpoints in the table of routes: every principal that there is, and what is refused before the vault is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from requests_oauth2client import OAuth2Client

from terms.proof import client_assertion
from tests.server.conftest import Made, Server, Start
from tests.server.vendors import Vendor, vendor
from tests.vault.shops import Shop
from web.oauth import endpoints, metadata, owners
from web.server.routes import Access, Route

GRANTS = [one for one in endpoints.ROUTES if one.path.startswith(metadata.GRANTS_PATH)]
FORMS = [one for one in endpoints.ROUTES if one not in GRANTS]
OWNERS = [one for one in owners.ROUTES if "{" in one.path]


@pytest.fixture
def shop(made: Made, start: Start) -> Iterator[Vendor]:
    with vendor(made) as one:
        one.server = start("--dev", "--requests-per-minute", "100000")
        yield one


def ids(one: object) -> str:
    return f"{one.method} {one.path}" if isinstance(one, Route) else str(one)


def over_before_its_time(shop: Vendor, client: OAuth2Client) -> Any:
    """A token that the client gave back; to the table it is one whose time is up."""
    token = shop.granted(client)
    assert shop.server
    assert client.revoke_access_token(token)
    return token


def test_grants_answer_every_principal_as_their_rows_say(shop: Vendor) -> None:
    server, client = shop.server, shop.client()
    assert server
    token: Any = shop.granted(client)
    path = f"{metadata.GRANTS_PATH}/{token.grant_id}"
    rows = {one.method: one.access for one in GRANTS}
    for method, row in rows.items():
        assert server.client.request(method, path).status_code == row.nobody
        assert server.owner.request(method, path).status_code == row.owner
        assert shop.shown(over_before_its_time(shop, client), path, method).status_code == row.expired
    server.owner.post("/owner/lock")
    for method, row in rows.items():
        assert shop.shown(token, path, method).status_code == row.locked
    secret = (server.home.parent / "secret").read_text()
    server.owner.post("/owner/unlock", json={"secret": secret})
    for method in ("GET", "DELETE"):
        assert shop.shown(token, path, method).status_code == rows[method].granted
    for method, row in rows.items():
        assert shop.shown(token, path, method).status_code == row.revoked


def test_what_anybody_may_read_is_read_with_any_token_and_the_owners_routes_are_found_with_none(shop: Vendor) -> None:
    live: Any = shop.granted(shop.client())
    over: Any = over_before_its_time(shop, shop.client())
    for path, status in (("/v1/terms", 200), ("/owner/requests", 404), ("/owner/state", 404)):
        assert [shop.shown(token, path).status_code for token in (live, over)] == [status, status]


def test_a_grant_of_another_client_is_one_that_does_not_exist(shop: Vendor) -> None:
    token: Any = shop.granted(shop.client())
    answer = shop.shown(token, f"{metadata.GRANTS_PATH}/grant_1")
    assert (answer.status_code, answer.json()["error"]) == (404, "invalid_grant_id")


def test_a_proof_is_for_one_request(shop: Vendor) -> None:
    token: Any = shop.granted(shop.client())
    path = f"{metadata.GRANTS_PATH}/{token.grant_id}"
    sent = shop.shown(token, path).request.headers
    assert shop.server
    again = shop.server.client.get(path, headers=dict(sent) | {"Host": f"127.0.0.1:{shop.server.port}"})
    assert (again.status_code, "invalid_dpop_proof" in again.headers["www-authenticate"]) == (401, True)
    for shown in ({"Authorization": sent["Authorization"]}, {"Authorization": f"Bearer {token.access_token}"}):
        assert shop.server.client.get(path, headers=shown).status_code == 401


@pytest.mark.parametrize("one", FORMS, ids=ids)
def test_a_form_is_read_strictly_and_refused_as_oauth_says_it(one: Route, opened: Server) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for content, headers, error, status in (
        ("", form, "invalid_client", 401),
        ("client_id=a&client_id=a", form, "invalid_request", 400),
        ("client_id=%ff", form, "invalid_request", 400),
        ("{}", {"Content-Type": "application/json"}, "invalid_request", 400),
        ("x=" + "y" * 2_000_000, form, "invalid_request", 413),
        (
            f"client_assertion_type={client_assertion.ASSERTION_TYPE}&client_assertion=x.y.z",
            form,
            "invalid_client",
            401,
        ),
    ):
        answer = opened.client.post(one.path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (status, error), content[:40]
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")


@pytest.mark.parametrize("one", FORMS, ids=ids)
def test_while_the_vault_is_locked_nothing_is_asked_of_it(one: Route, shut: Server) -> None:
    answer = shut.client.request(one.method, one.path)
    assert (answer.status_code, answer.json()["code"]) == (one.access.locked, "locked")


@pytest.mark.parametrize("one", OWNERS, ids=ids)
def test_what_the_owner_answers_nobody_else_finds(one: Route, opened: Server, shut: Server) -> None:
    path = one.path.replace("{id}", "authorization_1")
    assert opened.client.post(path, json={}).status_code == one.access.nobody
    assert shut.owner.post(path, json={}).status_code == one.access.locked
    assert opened.owner.post(path, json={}).json()["code"] in ("not-found", "id")


def test_every_route_with_another_standard_is_asked_here(opened: Server) -> None:
    told = opened.client.get("/openapi.json").json()["paths"]
    assert not [path for path in told if path.startswith("/oauth/")]
    assert {one.path for one in (*FORMS, *GRANTS)} == {one.path for one in endpoints.ROUTES if one.standard}
    assert Access(**dict.fromkeys(Access.__slots__, 200)).is_alike_for_strangers


def test_discovery_says_where_all_of_it_is_and_answers_while_locked(opened: Server, shut: Server) -> None:
    for server in (opened, shut):
        found = server.client.get(metadata.SERVER_PATH).json()
        assert found["issuer"] == server.url
        places = {value for name, value in found.items() if name.endswith("_endpoint")}
        served = {one.path.removesuffix("/{id}") for one in endpoints.ROUTES} | {metadata.AUTHORIZE_PATH}
        assert places == {f"{server.url}{path}" for path in served}
        resource = server.client.get(metadata.RESOURCE_PATH).json()
        assert (resource["resource"], resource["authorization_servers"]) == (server.url, [server.url])


def test_without_dev_a_document_on_this_machine_is_not_fetched(opened: Server) -> None:
    shop = Shop("http://127.0.0.1:9/client.json")
    made = client_assertion.make(
        shop.keys["k1"], "k1", client=shop.url, issuer=opened.url, id="x", now=datetime.now(UTC)
    )
    answer: httpx.Response = opened.client.post(
        metadata.TOKEN_PATH, data={"client_assertion_type": client_assertion.ASSERTION_TYPE, "client_assertion": made}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
