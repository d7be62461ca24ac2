"""Offers in a browser: who is let in, why it was decided so, and the owner's own word with its way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from tests.browser import samples
from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.server.conftest import Server
from web.pages.offers import screener

DEAR = "Power without end"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Server]:
    with samples.served(tmp_path_factory, tmp_path) as server:
        yield server


def opened(page: Page, server: Server, path: str) -> Page:
    samples.come_in(page, server)
    page.goto(f"{server.url}{path}")
    return page


@given(st.text(max_size=600) | st.lists(st.sampled_from(["wort", " ", "👩🏽‍🌾", "é", "漢"]), max_size=400).map("".join))
def test_an_introduction_is_cut_where_it_is_long_and_nothing_of_it_is_lost(text: str) -> None:
    first, rest = screener.opening(text)
    assert "".join((first + rest).split()) == "".join(text.split())
    assert not rest or len(first) <= 200
    assert not rest.startswith(("\u200d", "\u0301", "🏽"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_today_to_why_in_two_clicks_then_otherwise_and_back(
    chromium: Browser, server: Server, script: bool
) -> None:
    size = {"width": PHONE, "height": 800}
    with looking(chromium, Watched({server.url}), java_script_enabled=script, viewport=size) as context:
        page = opened(context.new_page(), server, "/")
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Offers").click()
        page.get_by_role("link", name="Declined").click()
        expect(page.get_by_text("dearer than I want")).to_be_visible()
        page.get_by_role("link", name=DEAR, exact=True).click()
        trace = page.locator("table").filter(has_text="price a month is above")
        expect(trace).to_contain_text("99 EUR per month")
        expect(page.get_by_text("price a month at most 85 EUR per month").first).to_be_visible()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_role("status")).to_contain_text("Your word counts")
        expect(page.locator("h1 + p")).to_contain_text("accepted")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1 + p")).to_contain_text("declined")
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_who_is_let_in_has_what_it_sent_judged_and_who_is_not_stays_out(chromium: Browser, server: Server) -> None:
    with looking(chromium, Watched({server.url}), viewport={"width": WIDE, "height": 800}) as context:
        page = opened(context.new_page(), server, "/offers?show=held")
        expect(page.get_by_text("First three months free")).to_have_count(0)
        long = page.get_by_role("article").filter(has_text="Ink Paper")
        expect(long.get_by_text("For forty years")).to_be_visible()
        expect(long.get_by_text("the whole archive")).to_be_hidden()
        long.get_by_text("Read on").click()
        expect(long.get_by_text("the whole archive")).to_be_visible()
        expect(page.get_by_text("Read on")).to_have_count(1)
        for word, name in (("Yes", "Harbour Fibre"), ("Never", "Ink Paper")):
            page.locator("article").filter(has_text=name).get_by_role("button", name=word).click()
            expect(page.get_by_role("status")).to_contain_text("otherwise at any time")
        page.goto(f"{server.url}/offers?show=held")
        expect(page.get_by_role("link", name="First three months free", exact=True)).to_have_count(1)
        page.get_by_text("Whom you let in").click()
        ink = page.locator("li").filter(has_text="Ink Paper")
        expect(ink).to_contain_text("never")
        ink.get_by_role("button", name="Not now").click()
        page.get_by_text("Whom you let in").click()
        expect(page.locator("li").filter(has_text="Ink Paper")).to_contain_text("not now")


def test_a_wrong_decision_becomes_a_rule_after_its_back_test(chromium: Browser, server: Server) -> None:
    size = {"width": WIDE, "height": 800}
    with looking(chromium, Watched({server.url}), java_script_enabled=False, viewport=size) as context:
        page = opened(context.new_page(), server, "/offers?show=declined")
        page.get_by_role("link", name=DEAR, exact=True).click()
        page.get_by_role("link", name="Wrong decision?").click()
        expect(page.get_by_text("the vendor's domain is eager-energy.example").first).to_be_visible()
        flip = page.locator("tr").filter(has_text="eager-energy.example")
        expect(flip.get_by_role("cell")).to_have_text(["declined", "accepted", "as I said"])
        page.get_by_role("link", name="Take it into the editor").click()
        expect(page.get_by_text("nothing holds before you install it")).to_be_visible()
        page.get_by_role("button", name="See what would change").first.click()
        page.get_by_role("button", name="Install these rules").click()
        expect(page.get_by_role("status")).to_contain_text("These rules hold from now on")
        expect(page.get_by_text("except where the vendor's domain is eager-energy.example")).to_be_visible()
        expect(page.locator("article").filter(has_text="as I said")).to_contain_text("at most 1188 EUR")
        page.get_by_role("button", name="Undo the last change").click()
        expect(page.get_by_text("except where")).to_have_count(0)


def test_an_offer_is_decided_in_the_list_by_keyboard_and_taken_back_there(chromium: Browser, server: Server) -> None:
    with looking(chromium, Watched({server.url}), viewport={"width": WIDE, "height": 800}) as context:
        page = opened(context.new_page(), server, "/offers?show=held")
        name = page.locator("article.offer h2").first.inner_text()
        decline = page.locator("article.offer").first.get_by_role("button", name="Decline")
        page.get_by_role("link", name=name, exact=True).focus()
        while not decline.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        said = page.get_by_role("status")
        expect(said).to_contain_text("declined")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
        said.get_by_role("button", name="Undo").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Undone")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(1)
