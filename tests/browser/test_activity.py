"""Reading the log: filtered by the address, gone through, verified and taken along."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDE, Watched, logged_in, looking
from tests.server.conftest import Made, Start
from vault import owner

NAUGHTY = "<b>%(who)s</b>"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_owner_finds_what_was_done_with_one_vendor_verifies_and_downloads_it(
    chromium: Browser, made: Made, start: Start, script: bool
) -> None:
    with made.open() as vault:
        for number in range(60):
            owner.add_vendor(vault, f"Shop {chr(97 + number % 26)}{chr(97 + number // 26)}")
        owner.add_vendor(vault, NAUGHTY)
    server = start()
    watched = Watched({server.url})
    with looking(chromium, watched, java_script_enabled=script, viewport={"width": WIDE, "height": 800}) as context:
        page = context.new_page()
        logged_in(page, server)
        page.goto(f"{server.url}/activity")
        expect(page.get_by_text(f"You added {NAUGHTY}")).to_be_visible()
        page.get_by_role("link", name="Older").click()
        expect(page.get_by_text("The vault was made")).to_be_visible()
        page.get_by_label("Vendor").select_option("Shop ha")
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile("vendor=ven_"))
        expect(page.locator(".log li")).to_have_count(1)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download what is shown").click()
        leaves = json.loads(waiting.value.path().read_text())["leaves"]
        assert [one["event"] for one in leaves] == ["vendor.added"]
        page.get_by_role("link", name="Verify the log").click()
        expect(page.get_by_role("heading", name="The log is whole")).to_be_visible()
