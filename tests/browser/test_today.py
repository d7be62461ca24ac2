"""What needs the owner today, and finding one's way by keyboard and by choice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.samples import come_in, fresh, running, served, visiting
from tests.server.conftest import Server
from tests.vault.test_reminding import power

# As many as a glance takes in.
MAX_CARDS = 3
TABS = 16
DID = re.compile(r"your butler accepted \d+, declined \d+ and put \d+ before you")
IS_COVERED = """() => {
  const one = document.activeElement, bar = document.querySelector('.main-nav');
  const isOfPage = one !== document.body && !bar.contains(one);
  return isOfPage && one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
}"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("today")) as server:
        yield server


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_offers_and_vendors_that_wait_are_among_what_needs_one_today(
    chromium: Browser, sample: Server, script: bool
) -> None:
    size = {"width": PHONE, "height": 800}
    with looking(chromium, Watched({sample.url}), java_script_enabled=script, viewport=size) as context:
        page = context.new_page()
        come_in(page, sample)
        cards = page.get_by_role("article")
        assert 1 <= cards.count() <= MAX_CARDS
        expect(page.locator("p.butler")).to_contain_text(DID)
        page.get_by_role("link", name="2 offers wait for your word").click()
        expect(page.get_by_role("link", name="Two calm years", exact=True)).to_be_visible()
        page.go_back()
        page.get_by_text("more that can wait").click()
        page.get_by_role("link", name="2 vendors want to write to you").click()
        expect(page.get_by_role("button", name="Never").first).to_be_visible()


def test_by_keyboard_on_a_phone_nothing_that_has_the_focus_is_under_the_bar(chromium: Browser, sample: Server) -> None:
    size = {"width": PHONE, "height": 800}
    with looking(chromium, Watched({sample.url}), viewport=size, reduced_motion="reduce") as context:
        page = context.new_page()
        come_in(page, sample)
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        for _ in range(TABS):
            page.keyboard.press("Tab")
            assert not page.evaluate(IS_COVERED), page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_vendors_are_narrowed_by_choosing_and_the_address_says_how(
    chromium: Browser, sample: Server, script: bool
) -> None:
    size = {"width": WIDE, "height": 800}
    with looking(chromium, Watched({sample.url}), java_script_enabled=script, viewport=size) as context:
        page = context.new_page()
        come_in(page, sample)
        page.goto(f"{sample.url}/vendors")
        page.get_by_label("Only").select_option("has your details")
        if not script:
            page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("rowheader")).to_have_count(2)
        assert "only=holds" in page.url
        page.goto(f"{sample.url}/vendors?category=energy")
        expect(page.get_by_role("link", name="Brightwire", exact=True)).to_be_visible()


def test_a_vendor_that_is_not_connected_gets_a_letter(chromium: Browser, sample: Server) -> None:
    with looking(chromium, Watched({sample.url})) as context:
        page = context.new_page()
        come_in(page, sample)
        page.goto(f"{sample.url}/vendors?q=netflix")
        page.get_by_role("link", name="Netflix").click()
        page.get_by_role("link", name="The letter to send").click()
        expect(page.get_by_text("give me a copy of it")).to_be_visible()
        expect(page.get_by_text("They have to answer by")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_contract_is_kept_for_this_term_and_the_word_is_taken_back(
    chromium: Browser, tmp_path: Path, script: bool
) -> None:
    """One that renews for a year in some weeks; on the vendor's page it is kept as well."""
    with fresh(tmp_path / "vault") as (vault, made):
        power(vault, started=str(vault.now.date() - timedelta(days=365 - 45)))
    with running(made) as server, visiting(chromium, server, has_script=script) as page:
        card = page.get_by_role("article").filter(has_text="Last day to cancel")
        expect(card).to_have_count(1)
        card.get_by_role("button", name="Keep it this time").click()
        expect(page.get_by_role("status")).to_contain_text("You keep it this time")
        expect(card).to_have_count(0)
        page.get_by_text("1 that you keep for another term").click()
        page.get_by_role("button", name="Undo").click()
        expect(card).to_have_count(1)
        card.get_by_role("link", name="Look or cancel").click()
        expect(page).to_have_url(re.compile("/vendors/ven_"))
        page.get_by_role("button", name="Keep it this time").click()
        expect(page.get_by_role("button", name="Keep it this time")).to_have_count(0)
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
