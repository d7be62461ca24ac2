"""Agreements over the wire: proffered, answered and countered, and the record that both sides fetch is one to the byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from requests_oauth2client.exceptions import AccessDenied, EndpointError

from terms import signing
from terms.agreement import HISTORY_FORMAT
from terms.lifecycle import State
from terms.proof import jcs
from terms.proof.verifier import replayed_as_named
from terms.record import Kind
from tests.server.conftest import Made, Server, started
from tests.server.test_introduction import command
from tests.server.vendors import EMAIL, Vendor, vendor
from tests.vault.shops import Shop
from vault.policy.authorization_details import TYPE

PATH = "/v1/agreements"


@pytest.fixture(scope="module")
def home(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = template._replace(home=tmp_path_factory.mktemp("agreements") / "vault")
    shutil.copytree(template.home, made.home)
    return made


@pytest.fixture(scope="module")
def shop(home: Made) -> Iterator[Vendor]:
    """A vendor that has one agreement already; the tests of this file make others with it, each on other terms."""
    with vendor(home) as one:
        one.server = started(home, "--dev", "--requests-per-minute", "100000", secret=home.recovery_key)
        yield one
        one.server.stop()


@pytest.fixture
def api(shop: Vendor) -> Api:
    return Api(shop)


class Api:
    """The vendor's program: it keeps its own history of each agreement, of what it was answered."""

    def __init__(self, one: Vendor) -> None:
        self.shop, self._vendor, self._token = one.shop, one, one.identified()

    def get(self, path: str = PATH) -> Any:
        return self._vendor.shown(self._token, path)

    def post(self, path: str, body: object, key: str | None = None) -> Any:
        return self._vendor.shown(self._token, path, "POST", json=body, key=key)

    def asks(self, terms: str, replaces: str | None = None) -> Any:
        return self.post(PATH, {"terms": terms, "replaces": replaces})

    def takes(self, answer: Any) -> str:
        """Keep what an answer has beyond what is held, each entry verified."""
        found = json.loads(answer.content)
        for entry in found["entries"]:
            raw = jcs.canonical(entry)
            held = self.shop.histories.get(found["id"])
            if held is None or raw not in [one.raw for one in held.entries]:
                self.shop.takes(raw, datetime.now(UTC), found["id"] if held else "")
        return str(found["id"])

    def enters(self, id: str, raw: bytes) -> Any:
        return self.post(f"{PATH}/{id}/entries", {"entry": json.loads(raw)})


def owner(shop: Vendor) -> Any:
    assert isinstance(shop.server, Server)
    return shop.server.owner


def test_an_agreement_is_proffered_accepted_and_confirmed_and_both_hold_the_same_bytes(
    shop: Vendor, api: Api, home: Made
) -> None:
    answer = api.asks("SD-BASE-DP")
    assert (answer.status_code, answer.json()["state"], answer.json()["history"]) == (201, "proffered", HISTORY_FORMAT)
    id = api.takes(answer)
    assert answer.headers["location"] == f"{PATH}/{id}"
    accepted = api.enters(id, shop.shop.accepts(id, datetime.now(UTC)))
    assert (accepted.status_code, accepted.json()["state"], len(accepted.json()["entries"])) == (200, "active", 3)
    api.takes(accepted)
    fetched = api.get(f"{PATH}/{id}")
    exported = command(home, "agreement", "export", id, "--as", "history", json_out=False).encode()
    # The entries stand in the answer as they were signed, so that they can be cut out of it.
    assert fetched.content.count(exported.partition(b'"entries":')[2].partition(b',"format"')[0]) == 1
    record = jcs.canonical({"entries": fetched.json()["entries"], "format": fetched.json()["history"]})
    assert record == exported == shop.shop.histories[id].encoded()
    history = replayed_as_named(map(jcs.canonical, fetched.json()["entries"]), shop.shop.history_of_keys())
    assert (history.state, history.record is not None) == (State.ACTIVE, True)
    assert history.agreement.terms.hash == fetched.json()["terms"]["hash"]


def test_asking_again_is_answered_with_what_is_there(api: Api) -> None:
    first = api.asks("SD-BASE-DP")
    again = api.asks("SD-BASE-DP")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["id"] == again.json()["id"]
    one = api.post(PATH, {"terms": "SD-BASE-A"}, key="same")
    two = api.post(PATH, {"terms": "SD-BASE-A"}, key="same")
    assert (one.status_code, two.status_code, one.content == two.content) == (202, 202, True)


def test_a_list_is_read_in_pages_and_only_the_clients_own(api: Api, shop: Vendor) -> None:
    whole = api.get(f"{PATH}?limit=100").json()
    assert whole["next"] is None
    ids, after = [], ""
    while after is not None:
        page = api.get(f"{PATH}?limit=1" + (f"&after={after}" if after else "")).json()
        ids += [one["id"] for one in page["agreements"]]
        after = page["next"]
    assert ids == [one["id"] for one in whole["agreements"]]
    assert shop.agreement in ids
    for query in ("limit=0", "limit=101", "limit=x", "after=agr_other", "other=1"):
        answer = api.get(f"{PATH}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "query")


def test_what_the_owner_is_asked_about_is_in_the_requests_and_can_be_approved(shop: Vendor, api: Api) -> None:
    answer = api.asks("SD-BASE-AT")
    assert (answer.status_code, answer.json()["state"], answer.json()["id"]) == (202, "waiting", None)
    waiting = owner(shop).get("/owner/requests").json()["requests"]
    (one,) = [each for each in waiting if each["kind"] == "terms" and each["asks"]["terms"] == "SD-BASE-AT"]
    assert (one["client"], one["asks"]["agreement"]) == (shop.shop.url, None)
    partly = owner(shop).post(f"/owner/requests/{one['id']}/approve", json={"only": [EMAIL]})
    assert partly.status_code == 422
    assert owner(shop).post(f"/owner/requests/{one['id']}/approve", json={}).status_code == 200
    found = api.asks("SD-BASE-AT")
    assert (found.status_code, found.json()["state"]) == (200, "proffered")
    events = api.get("/v1/events").json()["events"]
    assert found.json()["id"] in [each["data"]["id"] for each in events if each["type"] == "agreement.changed"]


def test_what_the_owner_denies_is_refused(shop: Vendor, api: Api) -> None:
    assert api.asks("SD-BASE-ATP").status_code == 202
    waiting = owner(shop).get("/owner/requests").json()["requests"]
    (one,) = [each for each in waiting if each["asks"].get("terms") == "SD-BASE-ATP"]
    assert owner(shop).post(f"/owner/requests/{one['id']}/deny", json={"because": "no"}).status_code == 200
    answer = api.asks("SD-BASE-ATP")
    assert (answer.status_code, answer.json()["code"]) == (403, "terms-refused")


def test_a_counter_offer_waits_for_the_owner_and_is_refused_with_the_reason(shop: Vendor, api: Api) -> None:
    id = api.takes(api.asks("SD-BASE-DP", shop.agreement))
    countered = api.enters(id, shop.shop.counters(id, "SD-BASE-A", datetime.now(UTC)))
    assert (countered.status_code, countered.json()["state"]) == (200, "counter-offered")
    waiting = owner(shop).get("/owner/requests").json()["requests"]
    (one,) = [each for each in waiting if each["asks"].get("agreement") == id]
    owner(shop).post(f"/owner/requests/{one['id']}/deny", json={"because": "not like this"})
    fetched = api.get(f"{PATH}/{id}")
    api.takes(fetched)
    assert (fetched.json()["state"], shop.shop.histories[id].state) == ("refused", State.REFUSED)


def test_what_does_not_verify_is_refused_by_its_code_and_on_record(shop: Vendor, api: Api) -> None:
    id = api.takes(api.asks("SD-BASE-DP", shop.agreement))
    forger = Shop(shop.shop.url, seed=99)
    raw = signing.accepted(shop.shop.histories[id], forger.signer, at=datetime.now(UTC))
    answer = api.enters(id, raw)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-signature")
    fetched = api.get(f"{PATH}/{id}").json()
    assert (fetched["state"], len(fetched["entries"])) == ("proffered", 2)
    api.takes(api.get(f"{PATH}/{id}"))
    assert shop.shop.histories[id].last.kind is Kind.FAILED
    accepted = shop.shop.accepts(id, datetime.now(UTC))
    elsewhere = api.enters(shop.agreement, accepted)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "wrong-agreement")
    assert api.get(f"{PATH}/{id}").json()["state"] == "proffered"
    assert len(api.get(f"{PATH}/{shop.agreement}").json()["entries"]) == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "document"),
        ({"entry": []}, 422, "document"),
        ({"entry": {}, "more": 1}, 422, "unknown-field"),
        ({"entry": {}}, 422, ""),
        ({"entry": {"body": {"agreement": 1}, "signatures": "x"}}, 422, ""),
    ],
)
def test_what_is_no_entry_is_refused(api: Api, shop: Vendor, body: object, status: int, code: str) -> None:
    answer = api.post(f"{PATH}/{shop.agreement}/entries", body)
    assert answer.status_code == status
    assert answer.json()["code"] == (code or answer.json()["code"]) != "internal"


def test_terms_and_agreements_that_are_not_there_are_refused(api: Api, shop: Vendor) -> None:
    for body, status, code in (
        ({"terms": "SD-NONE"}, 422, "off-roster"),
        ({"terms": "SD-BASE", "replaces": "agr_none"}, 404, "not-found"),
        ({"terms": ""}, 422, "document"),
    ):
        answer = api.post(PATH, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    for answer in (api.get(f"{PATH}/agr_none"), api.post(f"{PATH}/agr_none/entries", {"entry": {}})):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_access_is_given_only_under_an_agreement_that_lives_and_no_further_than_it_goes(shop: Vendor, api: Api) -> None:
    client = shop.client()
    (details,) = shop.details
    assert details["type"] == TYPE
    too_much = {**details, "purpose": "dpv:Marketing", "ai_training": True}
    with pytest.raises(AccessDenied) as caught:
        client.ciba(shop.asked(client, details=[too_much]))
    assert caught.value.description == "terms-exceeded"
    token = shop.granted(client)
    grant = token.as_dict()["grant_id"]
    assert shop.shown(token, f"/oauth/grants/{grant}").json()["state"] == "active"
    ended = signing.event(
        _held(api, shop), Kind.TERMINATED, shop.shop.signer, at=datetime.now(UTC), details={"reason": ""}
    )
    assert api.enters(shop.agreement, ended).json()["state"] == "terminated"
    assert shop.shown(token, f"/oauth/grants/{grant}").status_code == 401
    with pytest.raises(EndpointError) as over:
        shop.asked(client)
    assert "binds now" in str(over.value.description)


def _held(api: Api, shop: Vendor) -> Any:
    api.takes(api.get(f"{PATH}/{shop.agreement}"))
    return shop.shop.histories[shop.agreement]
