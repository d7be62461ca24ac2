"""One vendor in a browser: found, cancelled and uncancelled, asked for a copy; and sharing stopped in few clicks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.samples import come_in, served
from tests.server.conftest import Server


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("vendor")) as server:
        yield server


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_vendor_is_found_by_a_part_of_its_name(chromium: Browser, sample: Server, script: bool) -> None:
    with looking(chromium, Watched({sample.url}), java_script_enabled=script) as context:
        page = context.new_page()
        come_in(page, sample)
        page.goto(f"{sample.url}/vendors")
        search = page.get_by_role("searchbox")
        search.press_sequentially("micros")
        if not script:
            page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("rowheader")).to_have_count(1)
        if script:
            expect(search).to_be_focused()
            expect(page).to_have_url(
                re.compile("q=micros&category=&stage=&only=$")
            )  # the last key, not only the first that finds it


def test_a_contract_is_cancelled_with_a_letter_and_the_note_of_it_is_taken_back(
    chromium: Browser, sample: Server
) -> None:
    with looking(chromium, Watched({sample.url}), viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, sample)
        page.goto(f"{sample.url}/vendors?q=microsoft")
        page.get_by_role("link", name="Microsoft").click()
        expect(page.get_by_text("Last day to cancel").first).to_be_visible()
        page.get_by_role("link", name="Prepare the cancellation letter").click()
        expect(page.get_by_text("I cancel this contract with effect from")).to_be_visible()
        mail = page.get_by_role("link", name="Open as a mail").get_attribute("href")
        assert mail is not None
        assert mail.startswith("mailto:")
        page.go_back()
        page.get_by_text("I cancelled it already").click()
        page.get_by_role("button", name="Note it").click()
        expect(page.get_by_text("You cancelled it on")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("You cancelled it on")).to_have_count(0)


def test_a_copy_is_asked_for_and_the_day_of_the_answer_noted(chromium: Browser, sample: Server) -> None:
    with looking(chromium, Watched({sample.url})) as context:
        page = context.new_page()
        come_in(page, sample)
        page.goto(f"{sample.url}/vendors?q=netflix")
        page.get_by_role("link", name="Netflix").click()
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("on record")
        expect(page.locator("#ask").locator("xpath=..")).to_contain_text("due by")


def test_sharing_stops_in_fewer_clicks_than_it_took_and_the_reading_stays_on_record(
    chromium: Browser, sample: Server
) -> None:
    with looking(chromium, Watched({sample.url}), viewport={"width": WIDE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, sample)
        page.get_by_role("link", name="Sharing").click()
        buttons = page.get_by_role("button", name="Stop sharing")
        expect(buttons.first).to_be_visible()
        before = buttons.count()
        buttons.first.click()
        expect(page.get_by_role("status")).to_contain_text("stays on record")
        assert page.get_by_role("button", name="Stop sharing").count() == before - 1
        expect(page.get_by_role("heading", name="What has ended")).to_be_visible()
