"""A vendor's invoices beside the bank, in a browser: paid, open, and charged otherwise; and the owner's word on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.samples import served, visiting
from tests.server.conftest import Server


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("invoices")) as server:
        yield server


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Page]:
    with visiting(chromium, server, has_script=request.param) as page:
        page.goto(server.url)
        yield page


def test_a_charge_that_is_not_as_invoiced_is_seen_today_judged_and_disputed(page: Page, server: Server) -> None:
    card = page.get_by_role("article").filter(has_text="Brightwire")
    expect(card).to_contain_text("Charged 84.00 EUR on")
    card.get_by_role("link", name="Look at it").click()
    bank = page.locator(".facts")
    expect(bank).to_contain_text("5.00 EUR more than invoiced")
    page.get_by_role("button", name="This charge is for something else").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(bank).to_contain_text("no payment found; it was due on")
    here = page.url.split("?")[0]
    page.goto(f"{server.url}/review")
    expect(page.get_by_text("is not the invoice of a charge that you named").first).to_be_visible()
    page.goto(here)
    page.get_by_text("Say which charge is for it").click()
    page.get_by_role("radio", name="84.00 EUR").check()
    page.get_by_role("button", name="It belongs to this charge").click()
    expect(bank).to_contain_text("You said that this charge is for it")
    page.goto(server.url)
    expect(page.get_by_text("Charged 84.00 EUR on")).to_have_count(0)  # the owner has seen it
    page.goto(here)
    page.get_by_role("button", name="Undo").click()
    expect(bank).to_contain_text("5.00 EUR more than invoiced")
    page.get_by_text("The invoice is wrong").click()
    page.get_by_label("What is wrong").fill("We had agreed on 79")
    page.get_by_role("button", name="Dispute it").click()
    expect(page.get_by_role("status")).to_contain_text("Disputed")
    page.goto(here)
    expect(bank).to_contain_text("you said: We had agreed on 79")
    page.goto(f"{server.url}/vendors?q=brightwire")
    page.get_by_role("link", name="Brightwire", exact=True).click()
    invoices = page.get_by_role("region", name="Invoices")
    for words in ("not paid yet, due on", "disputed", "paid on"):
        expect(invoices).to_contain_text(words)
    page.goto(f"{page.url.split('?')[0]}/invoices?before=nothing")
    expect(page.locator(".items li")).to_have_count(3)


def test_an_invoice_of_another_vendor_and_a_charge_that_is_none_are_refused(page: Page, server: Server) -> None:
    page.get_by_role("article").filter(has_text="Brightwire").get_by_role("link", name="Look at it").click()
    page.wait_for_url("**/invoices/*")
    here = page.url
    page.goto(f"{server.url}/vendors?q=calm")
    page.get_by_role("link", name="Calm Current", exact=True).click()
    page.wait_for_url("**/vendors/*")
    answer = page.request.get(f"{page.url.split('?')[0]}/invoices/{here.rsplit('/', 1)[1]}")
    assert answer.status == 404
    page.goto(here)
    page.get_by_text("Another charge is for it").click()
    page.locator("input[type=radio]").first.evaluate("one => (one.value = 'chg_38g6pajcyva67')")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="It belongs to this charge").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no such charge")
