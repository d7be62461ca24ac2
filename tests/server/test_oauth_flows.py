"""Every flow, by an independent client against a real server: what it gets, and what it does not get any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
from requests_oauth2client import (
    AccessDenied,
    AuthorizationPending,
    InvalidClient,
    InvalidGrant,
    OAuth2Client,
    SlowDown,
)

from tests.server.conftest import Made, Start
from tests.server.test_running import command
from tests.server.vendors import EMAIL, REDIRECT, Vendor, vendor


@pytest.fixture
def shop(made: Made, start: Start) -> Iterator[Vendor]:
    with vendor(made) as one:
        one.server = start("--dev", "--requests-per-minute", "100000")
        yield one


@pytest.fixture
def client(shop: Vendor) -> OAuth2Client:
    return shop.client()


def url_of(shop: Vendor, path: str) -> str:
    assert shop.server
    return f"{shop.server.url}{path}"


def owner(shop: Vendor) -> httpx.Client:
    assert shop.server
    return shop.server.owner


def waiting(shop: Vendor) -> list[dict[str, Any]]:
    found = owner(shop).get("/owner/requests").json()["requests"]
    assert isinstance(found, list)
    return found


def test_without_the_customer_the_owner_approves_and_the_client_reads_its_grant(
    shop: Vendor, client: OAuth2Client
) -> None:
    asked = shop.asked(client, binding_message="order 17")
    (one,) = waiting(shop)
    assert (one["kind"], one["vendor"], one["client"], one["verdict"]) == (
        "data-request", "Shop", shop.shop.url, "ask",
    )  # fmt: skip
    assert one["asks"]["values"] == [
        {"category": EMAIL, "label": "home", "value": "home@example.org", "withheld": False}
    ]
    assert one["asks"]["message"] == "order 17"
    answer = owner(shop).post(f"/owner/requests/{one['id']}/approve", json={"only": [EMAIL]}).json()
    token: Any = client.ciba(asked)
    assert (token.grant_id, token.expires_in <= 300) == (answer["grant"], True)
    found = requests.get(url_of(shop, f"/oauth/grants/{token.grant_id}"), auth=token, timeout=60)
    assert found.status_code == 200, found.text
    assert found.json()["authorization_details"] == shop.details
    assert waiting(shop) == []


def test_until_the_owner_answers_the_client_is_told_to_wait_and_not_to_hurry(
    shop: Vendor, client: OAuth2Client
) -> None:
    asked = shop.asked(client)
    with pytest.raises(AuthorizationPending):
        client.ciba(asked)
    with pytest.raises(SlowDown):
        client.ciba(asked)


def test_what_the_owner_denies_the_client_is_told_with_the_reason(shop: Vendor, client: OAuth2Client) -> None:
    asked = shop.asked(client)
    (one,) = waiting(shop)
    assert owner(shop).post(f"/owner/requests/{one['id']}/deny", json={"because": "not now"}).status_code == 200
    with pytest.raises(AccessDenied) as refused:
        client.ciba(asked)
    assert refused.value.description == "not now"
    again = owner(shop).post(f"/owner/requests/{one['id']}/approve", json={})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-event")


def test_with_the_customer_a_pushed_request_becomes_a_code_and_tokens(shop: Vendor, client: OAuth2Client) -> None:
    request = client.authorization_request(scope=None, authorization_details=_json(shop))
    pushed = client.pushed_authorization_request(request)
    page = requests.get(pushed.uri, timeout=60)  # leads on to where the owner logs in
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "home@example.org" not in page.text
    again = requests.get(pushed.uri, timeout=60)
    assert (again.status_code, "invalid_request_uri" in again.text) == (400, True)
    (one,) = waiting(shop)
    assert (one["id"] in page.url, one["returns_to"]) == (True, REDIRECT)
    back = owner(shop).post(f"/owner/requests/{one['id']}/approve", json={}).json()["redirect"]
    assert back.startswith(f"{REDIRECT}?")
    token: Any = client.authorization_code(request.validate_callback(back), dpop=True)
    assert token.grant_id
    refreshed: Any = client.refresh_token(token)
    assert refreshed.access_token != token.access_token
    with pytest.raises(InvalidGrant):  # the second use revokes what came of the first
        client.authorization_code(parse_qs(urlsplit(back).query)["code"][0], dpop=True)
    assert shop.shown(refreshed, f"/oauth/grants/{token.grant_id}").status_code == 401


def test_what_is_revoked_is_over_with_the_next_request(shop: Vendor, client: OAuth2Client) -> None:
    for given_back in ("access", "refresh", "grant"):
        token: Any = shop.granted(client)
        grant = url_of(shop, f"/oauth/grants/{token.grant_id}")
        assert requests.get(grant, auth=token, timeout=60).status_code == 200
        if given_back == "access":
            assert client.revoke_access_token(token)
        elif given_back == "refresh":
            assert client.revoke_refresh_token(token)
        else:
            assert requests.delete(grant, auth=token, timeout=60).status_code == 204
        refused = shop.shown(token, f"/oauth/grants/{token.grant_id}")
        assert refused.status_code == 401, given_back
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
        assert "/.well-known/oauth-protected-resource" in refused.headers["www-authenticate"]
        if given_back != "access":
            with pytest.raises(InvalidGrant):
                client.refresh_token(token)


def _word(shop: Vendor, made: Made, word: str) -> None:
    done = command(made, "vendor", "screen", shop.shop.url, word)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("word", ["not-now", "never"])
def test_who_is_turned_away_asks_for_nothing_by_either_way_and_keeps_what_it_has(
    shop: Vendor, client: OAuth2Client, made: Made, word: str
) -> None:
    token: Any = shop.granted(client)
    request = client.authorization_request(scope=None, authorization_details=_json(shop))
    _word(shop, made, word)
    with pytest.raises(AccessDenied):
        client.pushed_authorization_request(request)
    with pytest.raises(AccessDenied) as refused:
        shop.asked(client)
    assert refused.value.description.startswith("the person does not take this from you")
    assert waiting(shop) == []
    assert shop.shown(token, f"/v1/profile?categories={EMAIL}").status_code == 200
    assert shop.shown(shop.identified(client), "/v1/introduction").json()["standing"] == word
    _word(shop, made, "yes")
    assert client.pushed_authorization_request(request).uri
    assert shop.asked(client)


def test_who_was_never_let_in_may_ask_for_data_under_an_agreement_and_the_owner_sees_it(
    shop: Vendor, client: OAuth2Client
) -> None:
    token = shop.identified(client)
    assert shop.shown(token, "/v1/introduction").json()["standing"] == "new"
    shop.asked(client)
    assert [one["kind"] for one in waiting(shop)] == ["data-request"]
    # Terms that the owner's choice does not take by itself are left to the owner too, before any introduction.
    other = shop.shown(token, "/v1/agreements", "POST", json={"terms": "SD-BASE-A"})
    assert (other.status_code, other.json()["state"]) == (202, "waiting")
    assert sorted(one["kind"] for one in waiting(shop)) == ["data-request", "terms"]


def test_a_client_that_signs_for_another_audience_is_not_let_in(shop: Vendor) -> None:
    with pytest.raises(InvalidClient):
        shop.asked(shop.client(aud=url_of(shop, "/oauth/token")))


def test_a_key_that_is_not_in_the_clients_document_opens_nothing(shop: Vendor, client: OAuth2Client) -> None:
    shop.asked(client)
    shop.shop.add_key("k2", 8)
    with pytest.raises(InvalidClient):
        shop.asked(shop.client())


def _json(shop: Vendor) -> str:
    return json.dumps(shop.details)
