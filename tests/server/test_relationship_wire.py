"""What a vendor gives its customer, over the wire."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests_oauth2client import DPoPToken

from tests.server.conftest import Made, started
from tests.server.test_profile_wire import assert_proves, command
from tests.server.vendors import Vendor, vendor

CONTRACTS, INVOICES, USAGE = (f"/v1/relationship/{name}" for name in ("contracts", "invoices", "usage"))
POWER = {
    "title": "Power 12",
    "category": "energy.electricity",
    "price": {"minor": 4990, "currency": "EUR", "period": "P1M"},
    "started": "2026-01-01",
    "minimum_term": "P12M",
    "renewal_term": "P1M",
    "notice": "P1M",
    "ends": None,
}
BILL = {
    "number": "2026/0117",
    "issued": "2026-04-01",
    "due": "2026-04-15",
    "total": {"minor": 4990, "currency": "EUR"},
    "contract": None,
    "lines": [{"title": "April", "minor": 4990}],
}


@pytest.fixture(scope="module")
def served(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vendor, DPoPToken]]:
    """A vendor with an agreement and a token of its own, without a grant."""
    home = tmp_path_factory.mktemp("relationship") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    with vendor(made) as one:
        one.server = started(made, "--dev", "--requests-per-minute", "1000000", secret=made.recovery_key)
        try:
            yield one, one.identified()
        finally:
            one.server.stop()


def put(served: tuple[Vendor, DPoPToken], path: str, json: object, **headers: str) -> requests.Response:
    return ask(served, "PUT", path, json, **headers)


def ask(
    served: tuple[Vendor, DPoPToken], method: str, path: str, json: object = None, **headers: str
) -> requests.Response:
    """As `shown`, with more header fields."""
    one, token = served
    sent = requests.request

    def with_headers(method: str, url: str, **more: Any) -> requests.Response:
        more["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
        return sent(method, url, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "request", with_headers)
        return one.shown(token, path, method, json=json)


def test_a_contract_is_put_once_changed_and_read_back(served: tuple[Vendor, DPoPToken]) -> None:
    path = f"{CONTRACTS}/C-1"
    made = put(served, path, POWER)
    assert made.status_code == 201, made.text
    said = made.json()
    assert (said["ref"], said["state"], said["version"], said["contract"]) == ("C-1", "recorded", 1, POWER)
    again = put(served, path, POWER)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, said, made.headers["etag"])
    read = ask(served, "GET", path)
    assert (read.json(), read.headers["etag"]) == (said, made.headers["etag"])
    assert ask(served, "GET", path, If_None_Match=made.headers["etag"]).status_code == 304
    changed = put(served, path, {**POWER, "notice": "P2M"}, If_Match=made.headers["etag"])
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.headers["etag"] != made.headers["etag"]


def test_who_has_missed_a_version_gets_412_and_changes_nothing(served: tuple[Vendor, DPoPToken]) -> None:
    path = f"{CONTRACTS}/C-2"
    assert put(served, path, POWER, If_Match="*").status_code == 412
    old = put(served, path, POWER, If_None_Match="*")
    assert old.status_code == 201
    assert put(served, path, POWER, If_None_Match="*").status_code == 412
    assert put(served, path, {**POWER, "notice": "P2M"}, If_Match=old.headers["etag"]).status_code == 200
    missed = put(served, path, POWER, If_Match=old.headers["etag"])
    assert (missed.status_code, missed.json()["code"]) == (412, "precondition")
    assert ask(served, "GET", path).json()["contract"]["notice"] == "P2M"


def test_what_is_no_contract_is_refused_with_the_place(served: tuple[Vendor, DPoPToken]) -> None:
    for change, status, code in (
        ({"prise": 1}, 422, "unknown-field"),
        ({"price": {"minor": 49.9, "currency": "EUR", "period": "P1M"}}, 422, "not-whole"),
        ({"price": {"minor": 4990, "currency": "EUR", "period": "P1Y6M"}}, 422, "period"),
        ({"category": "energy.electricty"}, 422, "unknown-category"),
        ({"started": "1.1.2026"}, 422, "document"),
        ({"title": "x" * 201}, 422, "document"),
    ):
        answer = put(served, f"{CONTRACTS}/C-3", {**POWER, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code), change
    assert ask(served, "GET", f"{CONTRACTS}/C-3").status_code == 404
    assert put(served, f"{CONTRACTS}/-3", POWER).status_code == 404


def test_lists_come_in_pages_with_a_cursor(served: tuple[Vendor, DPoPToken]) -> None:
    for number in range(3):
        assert put(served, f"{CONTRACTS}/P-{number}", POWER).status_code == 201
    whole = ask(served, "GET", CONTRACTS).json()
    assert whole["next"] is None
    refs, after = [], ""
    while after is not None:
        page = ask(served, "GET", f"{CONTRACTS}?limit=2{after and f'&after={after}'}").json()
        refs += [one["ref"] for one in page["contracts"]]
        after = page["next"]
    assert refs == [one["ref"] for one in whole["contracts"]]
    assert ask(served, "GET", f"{CONTRACTS}?after=x").status_code == 400


def test_an_invoice_has_a_receipt_that_proves_it(served: tuple[Vendor, DPoPToken]) -> None:
    made = ask(served, "POST", INVOICES, BILL)
    assert made.status_code == 201, made.text
    (listed,) = ask(served, "GET", INVOICES).json()["invoices"]
    assert listed == made.json()
    receipt = ask(served, "GET", f"/v1/receipts/{listed['receipt']}").json()
    assert_proves(receipt)
    assert (receipt["leaf"]["event"], receipt["body"]) == ("record.given", None)
    unknown = ask(served, "POST", INVOICES, {**BILL, "number": "2", "contract": "nope"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "usage")


def test_usage_belongs_to_a_contract(served: tuple[Vendor, DPoPToken]) -> None:
    assert put(served, f"{CONTRACTS}/U-1", POWER).status_code == 201
    used = {
        "contract": "U-1",
        "register": "use",
        "unit": "kWh",
        "readings": [{"day": "2026-03-31", "quantity": "251.4"}],
    }
    made = ask(served, "POST", USAGE, used)
    assert (made.status_code, made.json()["usage"]) == (201, used), made.text
    assert ask(served, "POST", USAGE, {**used, "readings": []}).status_code == 422
    assert ask(served, "POST", USAGE, {**used, "readings": used["readings"] * 2}).json()["code"] == "usage"


def test_holdings_are_replaced_whole(served: tuple[Vendor, DPoPToken]) -> None:
    held = {"category": "pd:EmailAddress", "since": "2026-01-01", "source": "grant", "purpose": "dpv:ServiceProvision"}
    first = put(served, "/v1/holdings", {"holdings": [held]})
    assert first.status_code == 200, first.text
    assert first.json()["holdings"] == [{**held, "retention": None}]
    assert put(served, "/v1/holdings", {"holdings": []}).json()["version"] == 2
    assert ask(served, "GET", "/v1/holdings").json()["holdings"] == []
    for change, code in (({"category": "pd:Emal"}, "unknown-category"), ({"purpose": "dpv:X"}, "unknown-purpose")):
        answer = put(served, "/v1/holdings", {"holdings": [{**held, **change}]})
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_owner_disputes_a_record_and_its_vendor_learns_why(served: tuple[Vendor, DPoPToken]) -> None:
    one, _ = served
    assert one.server
    before = put(served, f"{CONTRACTS}/D-1", POWER)
    (record,) = [found for found in command(one.server, "records")["records"] if found["ref"] == "D-1"]
    command(one.server, "records", "dispute", record["id"], "--because", "the notice is two weeks")
    told = ask(served, "GET", f"{CONTRACTS}/D-1")
    assert (told.json()["state"], told.json()["because"]) == ("disputed", "the notice is two weeks")
    assert told.headers["etag"] != before.headers["etag"]
    events = ask(served, "GET", "/v1/events").json()["events"]
    assert ("record.disputed", "contracts/D-1") in [(event["type"], event["data"]["id"]) for event in events]
    command(one.server, "records", "agree", record["id"])
    assert ask(served, "GET", f"{CONTRACTS}/D-1").json()["state"] == "recorded"
