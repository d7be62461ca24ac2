"""From a vendor's page to the owner's answer and back, in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from requests_oauth2client import OAuth2Client

from tests.browser.conftest import PHONE as NARROW
from tests.browser.conftest import WIDE, Watched, looking
from tests.server.conftest import PASSPHRASE, Made, Start
from tests.server.vendors import EMAIL, PHONE, REDIRECT, Vendor, vendor
from vault import profile

NAUGHTY = "<b onmouseover=alert(1)>\"'><script>alert(2)</script>"


@pytest.fixture
def shop(made: Made, start: Start) -> Iterator[Vendor]:
    with vendor(made) as one:
        with made.open() as opened:
            profile.put(opened, PHONE, ["+49 30 123456"], label="mobile")
            profile.put(opened, "pd:Name", [NAUGHTY])
        one.server = start("--dev")
        yield one


class Back:
    """The vendor's page that the browser comes back to; no server is behind it."""

    url = ""

    def __call__(self, route: Route) -> None:
        self.url = route.request.url
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>back</title><p>back")


def pushed(shop: Vendor, client: OAuth2Client, *datatypes: str) -> tuple[Any, str]:
    details = [{**shop.details[0], "datatypes": list(datatypes)}]
    request = client.authorization_request(scope=None, authorization_details=json.dumps(details))
    return request, str(client.pushed_authorization_request(request).uri)


def logs_in(page: Page) -> None:
    page.fill("#passphrase", PASSPHRASE)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_owner_sees_the_real_values_chooses_and_goes_back_with_a_code(
    chromium: Browser, shop: Vendor, script: bool
) -> None:
    assert shop.server
    client, back, watched = shop.client(), Back(), Watched({shop.server.url, REDIRECT})
    request, address = pushed(shop, client, EMAIL, PHONE)
    with looking(chromium, watched, java_script_enabled=script, viewport={"width": NARROW, "height": 800}) as context:
        page = context.new_page()
        page.route(f"{REDIRECT}**", back)
        page.goto(address)
        logs_in(page)
        expect(page.get_by_role("heading")).to_contain_text("Shop asks to see")
        expect(page.get_by_text("home@example.org")).to_be_visible()
        assert page.locator("input:checked").count() == 0
        watched.expected.append("422")
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_role("alert")).to_contain_text("Choose at least one")
        page.get_by_label("Email address").check()
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(f"{REDIRECT}**")
    token: Any = client.authorization_code(request.validate_callback(back.url), dpop=True)
    assert [one["datatypes"] for one in token.as_dict()["authorization_details"]] == [[EMAIL]]


def test_allow_and_decline_look_alike_and_declining_tells_the_vendor_no(chromium: Browser, shop: Vendor) -> None:
    assert shop.server
    client, back, watched = shop.client(), Back(), Watched({shop.server.url, REDIRECT})
    _, address = pushed(shop, client, EMAIL)
    with looking(chromium, watched, viewport={"width": WIDE, "height": 800}) as context:
        page = context.new_page()
        page.route(f"{REDIRECT}**", back)
        page.goto(address)
        logs_in(page)
        looks = [
            page.get_by_role("button", name=name).evaluate(
                "one => { const s = getComputedStyle(one), r = one.getBoundingClientRect();"
                " return [s.color, s.backgroundColor, s.borderColor, s.fontSize, s.fontWeight,"
                " Math.round(r.width), Math.round(r.height), Math.round(r.top)] }"
            )
            for name in ("Allow", "Decline")
        ]
        assert looks[0] == looks[1]
        page.get_by_role("button", name="Decline").click()
        page.wait_for_url(f"{REDIRECT}**")
    assert parse_qs(urlsplit(back.url).query)["error"] == ["access_denied"]


def test_what_others_wrote_is_text(chromium: Browser, shop: Vendor) -> None:
    assert shop.server
    client, watched = shop.client(), Watched({shop.server.url})
    _, address = pushed(shop, client, "pd:Name")
    with looking(chromium, watched) as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: watched.seen.append(f"a dialog: {dialog.message}"))
        page.goto(address)
        logs_in(page)
        expect(page.get_by_text(NAUGHTY)).to_be_visible()


def test_a_form_from_elsewhere_or_without_the_sessions_token_changes_nothing(chromium: Browser, shop: Vendor) -> None:
    assert shop.server
    client, watched = shop.client(), Watched({shop.server.url})
    _, address = pushed(shop, client, EMAIL)
    with looking(chromium, watched) as context:
        page = context.new_page()
        page.goto(address)
        logs_in(page)
        here = page.url
        for headers, token in (
            ({"Sec-Fetch-Site": "cross-site"}, page.locator("input[name=form_token]").input_value()),
            ({"Sec-Fetch-Site": "same-origin"}, "0" * 64),
            ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, "0" * 64),
        ):
            answer = context.request.post(here, form={"form_token": token, "answer": "allow"}, headers=headers)
            assert answer.status == 403
        assert [one["id"] for one in shop.server.owner.get("/owner/requests").json()["requests"]]


def test_a_one_time_link_logs_in_once_and_logging_out_ends_it(chromium: Browser, shop: Vendor) -> None:
    assert shop.server
    watched = Watched({shop.server.url}, expected=["403", "404"])
    link = shop.server.owner.post("/owner/login").json()["url"]
    _, address = pushed(shop, shop.client(), EMAIL)
    with looking(chromium, watched) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Come in").click()
        page.goto(address)
        expect(page.get_by_role("heading")).to_contain_text("Shop asks to see")
    with looking(chromium, watched) as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Come in").click()
        expect(page.get_by_role("heading")).to_contain_text("used up")


def test_a_locked_vault_is_unlocked_in_the_browser_which_logs_in(chromium: Browser, shop: Vendor) -> None:
    assert shop.server
    _, address = pushed(shop, shop.client(), EMAIL)
    shop.server.owner.post("/owner/lock")
    watched = Watched({shop.server.url})
    with looking(chromium, watched) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("heading")).to_contain_text("locked")
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_role("heading")).to_contain_text("Shop asks to see")
