"""The owner's rules in a browser: on and off, as a form and as text, checked as typed, tried before they hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import samples
from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.test_offers import opened
from tests.server.conftest import Server

CHEAP, DEAR = "cheap enough, and no long lock-in", "dearer than I want"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Server]:
    with samples.served(tmp_path_factory, tmp_path) as server:
        yield server


def test_a_rule_is_switched_off_and_on_again_and_all_is_paused(chromium: Browser, server: Server) -> None:
    size = {"width": PHONE, "height": 800}
    with looking(chromium, Watched({server.url}), java_script_enabled=False, viewport=size) as context:
        page = opened(context.new_page(), server, "/butler")
        rule = page.locator("article").filter(has_text=CHEAP)
        expect(rule.get_by_role("link", name="applied 2 times in 30 days")).to_be_visible()
        rule.get_by_role("button", name="Switch off").click()
        expect(rule).to_contain_text("off")
        page.get_by_role("button", name="Undo the last change").click()
        expect(rule.get_by_role("button", name="Switch off")).to_be_visible()
        rule.get_by_role("link", name="applied 2 times").click()
        expect(page.locator("article")).to_have_count(2)
        page.goto(f"{server.url}/butler")
        page.get_by_role("button", name="Pause all").click()
        expect(page.get_by_text("Paused.", exact=True)).to_be_visible()
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("button", name="Pause all")).to_be_visible()


def test_text_is_checked_as_it_is_typed_and_tried_before_it_holds(chromium: Browser, server: Server) -> None:
    watched = Watched({server.url}, expected=["422"])
    with looking(chromium, watched, viewport={"width": WIDE, "height": 800}) as context:
        page = opened(context.new_page(), server, "/butler/rules?view=text")
        text = page.get_by_label("Rules")
        before = text.input_value()
        findings = page.locator("#findings")
        text.fill(before.replace("offer.price.per_month > 85 EUR", "offer.price.per_moth > 85 EUR"))
        expect(findings).to_contain_text("Did you mean `offer.price.per_month`?")
        expect(findings).to_contain_text(f"line {before[: before.index('per_month > 85')].count(chr(10)) + 1}")
        expect(text).to_be_focused()
        page.get_by_role("button", name="See what would change").last.click()
        expect(page.get_by_role("alert")).to_contain_text("do not read yet")
        text.fill(before.replace("> 85 EUR", "> 100 EUR"))
        expect(findings).to_contain_text("nothing is wrong")
        page.get_by_role("button", name="See what would change").last.click()
        flip = page.locator("tr").filter(has_text="eager-energy.example")
        expect(flip).to_contain_text("no rule applies")
        page.get_by_role("button", name="Back to the editor").click()
        expect(text).to_have_value(before.replace("> 85 EUR", "> 100 EUR"))
        page.goto(f"{server.url}/butler/rules?view=text")
        expect(text).to_have_value(before)


def test_a_form_changes_one_rule_and_no_other_letter(chromium: Browser, server: Server) -> None:
    watched = Watched({server.url}, expected=["422"])
    size = {"width": WIDE, "height": 800}
    with looking(chromium, watched, java_script_enabled=False, viewport=size) as context:
        page = opened(context.new_page(), server, "/butler/rules?view=text")
        before = page.get_by_label("Rules").input_value()
        page.get_by_role("button", name="As a form").click()
        page.locator("article", has_text=DEAR).get_by_role("button", name="Edit").click()
        page.locator("[name=w1-value]").fill("much")
        page.get_by_role("button", name="See what would change").last.click()
        expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#w1-fact")
        expect(page.locator("[name=w1-value]")).to_have_value("much")
        page.locator("[name=w1-value]").fill("100 EUR")
        page.get_by_role("button", name="See what would change").last.click()
        page.get_by_role("button", name="Back to the editor").click()
        page.get_by_role("button", name="As text").click()
        after = page.get_by_label("Rules").input_value()
        start = before.index('[[rule]]\nid = "sandbox/dear-electricity"')
        assert after[:start] == before[:start]
        assert after[start:].rstrip("\n") == before[start:].replace("> 85 EUR", "> 100 EUR").rstrip("\n")
        page.get_by_role("button", name="As a form").click()
        page.locator("article", has_text=DEAR).get_by_role("button", name="Edit").click()
        page.get_by_role("button", name="See what would change").last.click()
        page.get_by_role("button", name="Install these rules").click()
        expect(page.get_by_text("Version 2 holds")).to_be_visible()


def test_settings_that_do_not_read_stay_as_typed_and_those_that_do_are_kept(chromium: Browser, server: Server) -> None:
    with looking(chromium, Watched({server.url}, expected=["422"])) as context:
        page = opened(context.new_page(), server, "/butler/settings")
        budgets = page.get_by_label("Budgets, one a line")
        budgets.fill("much")
        page.get_by_label("Country you live in").fill("DE")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#budget")
        expect(budgets).to_have_value("much")
        budgets.fill("energy: 120 EUR per month\ndeal: 1200 EUR")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        expect(budgets).to_have_value("Energy: 120 EUR per month\ndeal: 1200 EUR")
        expect(page.get_by_label("Country you live in")).to_have_value("DE")
