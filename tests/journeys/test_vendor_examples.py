"""The examples for vendors run as they are, each a process of its own, against a sandbox's real server."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.sandboxes import (
    PATIENCE_SECONDS,
    ROOT,
    Sandbox,
    environment,
    eventually,
    example,
    line_of,
    running,
    sandbox,
)

FIRST_OFFER = str(ROOT / "examples" / "first_offer.py")
SUPPLIER = str(ROOT / "examples" / "energy_supplier.py")
SHOP = str(ROOT / "examples" / "shop")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as one:
        yield one


@pytest.fixture
def person(served: Sandbox) -> Sandbox:
    """The sandbox, as it was made."""
    served.firstparty("sandbox", "reset", "--home", str(served.home))
    return served


def test_the_first_offer_is_decided_with_what_would_be_accepted(person: Sandbox, tmp_path: Path) -> None:
    done = example([FIRST_OFFER, person.url], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "introduced: yes" in done.stdout
    assert "agreed: active" in done.stdout
    assert "refuse" in done.stdout
    assert "at most 85 EUR per month" in done.stdout


def test_the_first_offer_is_decided_after_days_too_and_with_the_same_keys(person: Sandbox, tmp_path: Path) -> None:
    assert example([FIRST_OFFER, person.url], tmp_path).returncode == 0
    person.firstparty("sandbox", "clock", "+8d", "--home", str(person.home))
    again = example([FIRST_OFFER, person.url], tmp_path)
    assert again.returncode == 0, again.stderr
    assert "agreed: active" in again.stdout
    assert "refuse" in again.stdout


def test_the_supplier_betters_its_offer_is_awarded_reads_the_address_and_puts_the_contract_in_place(
    person: Sandbox, tmp_path: Path
) -> None:
    log = tmp_path / "supplier.log"
    with running([sys.executable, "-u", SUPPLIER, person.url], tmp_path, environment(tmp_path), "supplier") as process:
        told = [line_of(process, log) for _ in range(5)]
        assert "3200 kWh" in told[2]
        assert told[3] == "offered 8900 cent a month: refuse\n"
        assert told[4] == "they would take 8500, so offered 8450: accept\n"
        person.firstparty("intent", "award", "last", "last", "--yes")
        rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, log.read_text()
    assert "with pd:PhysicalAddress" in rest
    assert "Musterstraße 1, 12345 Musterstadt, DE" in rest
    assert "pd:EmailAddress" not in rest
    assert rest.splitlines()[-1].endswith(": recorded")
    (record,) = person.firstparty("records")["records"]
    assert (record["kind"], record["said"]["title"]) == ("contract", "Example Energy Switch 12")
    assert record["said"]["price"]["minor"] == 8450


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[httpx.Client]:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-u", SHOP, "--port", str(port)]
    with running(words, tmp_path, environment(tmp_path), "shop") as process:
        line_of(process, tmp_path / "shop.log")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS, trust_env=False) as browser:
            eventually(lambda: _is_up(browser))
            yield browser


def _is_up(browser: httpx.Client) -> bool:
    try:
        return browser.get("/").status_code == 200
    except httpx.HTTPError:
        return False


FORM = {"content-type": "application/x-www-form-urlencoded"}


def logged_in(browser: httpx.Client, person: Sandbox) -> None:
    """The customer's browser, let in by a link that works once."""
    link = person.firstparty("login")["url"]
    assert browser.get(link).status_code == 200
    assert browser.post(link, headers={**FORM, "origin": person.url}).status_code == 303


def asked(shop: httpx.Client, person: Sandbox) -> tuple[str, str]:
    """From the button to the vault's page of consent: its address and what is on it."""
    assert "Connect your vault" in shop.get("/").text
    sent = shop.post("/connect", data={"vault": person.url})
    assert sent.status_code == 303, sent.text
    shown = shop.get(sent.headers["location"])
    url = str(httpx.URL(sent.headers["location"]).join(shown.headers["location"]))
    return url, shop.get(url).text


def connected(shop: httpx.Client, person: Sandbox, answer: str = "allow") -> httpx.Response:
    """The same browser all the way: click, consent page, and what the shop says when it comes back."""
    logged_in(shop, person)
    url, page = asked(shop, person)
    assert "alex@example.com" in page
    assert "Musterstraße 1" in page
    token = re.findall(r'name="form_token" value="(\w+)"', page)[-1]
    given = {f"give:{category}": "yes" for category in ("pd:EmailAddress", "pd:PhysicalAddress")}
    said = {"form_token": token, "answer": answer, "lasts": "365", **given}
    back = shop.post(url, data=said, headers={"origin": person.url})
    assert back.status_code == 303, back.text
    return shop.get(back.headers["location"])


def test_the_shops_button_leads_from_a_click_to_consent_to_a_grant_and_it_keeps_up_with_the_customer(
    shop: httpx.Client, person: Sandbox
) -> None:
    assert connected(shop, person).headers["location"] == "/account"
    assert "Musterstraße 1" in shop.get("/account").text

    assert shop.post("/order").status_code == 303
    assert "Desk lamp" in shop.get("/account").text

    person.firstparty(
        "profile", "set", "pd:PhysicalAddress", "Neue Gasse 2", "54321 Musterdorf", "DE", "--label", "home"
    )
    eventually(lambda: "Neue Gasse 2" in shop.get("/account").text)

    kinds = {record["kind"] for record in person.firstparty("records")["records"]}
    assert kinds == {"invoice", "holdings"}
    asked = person.firstparty("rights", "ask", "Example Shop", "access")["id"]
    answer = eventually(lambda: answered(person, asked))
    assert answer["data"]["address"] == ["Neue Gasse 2", "54321 Musterdorf", "DE"]
    assert [order["title"] for order in answer["data"]["orders"]] == ["Desk lamp"]

    grant = person.firstparty("grants")["grants"][0]["id"]
    person.firstparty("grant", "revoke", grant)
    eventually(lambda: "disconnected" in shop.get("/account").text)


def test_the_shop_hears_a_no_and_has_nothing(shop: httpx.Client, person: Sandbox) -> None:
    back = connected(shop, person, "decline")
    assert back.status_code == 200
    assert "alert" in back.text
    assert "Musterstraße" not in shop.get("/account").text
    assert not person.firstparty("grants")["grants"]


def answered(person: Sandbox, asked: str) -> Any:
    """The answer to a request for a right, with its data, once it is there."""
    if person.firstparty("rights", "show", asked)["state"] != "fulfilled":
        return None
    person.firstparty("rights", "show", asked, "--data", "answer.json")
    return {"data": json.loads((person.shell.cwd / "answer.json").read_text())}


def test_a_form_of_another_site_connects_nothing(shop: httpx.Client, person: Sandbox) -> None:
    answer = shop.post("/connect", data={"vault": person.url}, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_an_address_that_is_no_vault_is_said_so_on_the_page(shop: httpx.Client) -> None:
    answer = shop.post("/connect", data={"vault": "ftp://<b>"})
    assert "is not the address of a vault" in answer.text
    assert "<b>" not in answer.text
