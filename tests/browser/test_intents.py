"""What one wants: question by question, checked, seen as vendors see it, published; then offers side by side, and one taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.samples import come_in, deal, fresh, running, visiting
from tests.server.conftest import Server
from vault import ids, owner, profile
from vault.money import Money
from vault.store import vendors as vendor_store

NAUGHTY = '<img src=x onerror="alert(1)"> a phone %(who)s {{ 1 }}'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A vault with a published intention and two offers for it."""
    with fresh(tmp_path_factory.mktemp("intents") / "vault") as (vault, made):
        deal(vault, data=["pd:PhysicalAddress"], terms="SD-BASE")
        profile.put(vault, "pd:EmailAddress", ["me@example.org"])
    with running(made) as server:
        yield server


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_one_wants_is_asked_checked_shown_as_vendors_see_it_and_published(
    chromium: Browser, served: Server, script: bool
) -> None:
    watched = Watched({served.url}, expected=["422"])
    with looking(chromium, watched, java_script_enabled=script, viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, served)
        page.goto(f"{served.url}/intents/new")
        page.get_by_label("Search for the kind of thing").fill("mobil")
        page.get_by_role("button", name="Search").click()
        page.get_by_label("Mobile").check()
        page.get_by_label("In a few words").fill(NAUGHTY)
        page.get_by_role("button", name="Continue").click()
        requirements(page)
        page.get_by_role("group", name="price a month").get_by_label("roughly").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Email address").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("The most that you").fill("lots")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("1200.00")
        assert page.get_by_label("The most that you").input_value() == "lots"
        page.get_by_label("The most that you").fill("333")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("at most 333.00 EUR (never told)".replace(" EUR", "\u00a0EUR"))).to_be_visible()
        page.get_by_role("link", name="See exactly").click()
        expect(page).to_have_url(re.compile("/seen$"))
        seen = page.locator("#main").inner_text()
        assert NAUGHTY in seen
        assert "20 EUR – 50 EUR" in seen
        assert "333" not in re.sub("[0-9a-f]{64}", "", page.content())  # but for a form's token, which is by chance
        assert "25 EUR" not in seen
        page.go_back()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("status")).to_contain_text("Published")
        page.get_by_role("button", name="Take no more offers").click()
        page.get_by_role("button", name="Take offers again").click()
        page.get_by_role("button", name="Give it up").click()
        expect(page.get_by_text("Given up", exact=True)).to_be_visible()


def requirements(page: Page) -> None:
    """One that does not read, one by the fields, one as a condition, taken out again."""
    page.get_by_label("How much or which").fill("cheap")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.get_by_label("How much or which").input_value() == "cheap"
    page.get_by_label("How much or which").fill("25 EUR")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("at most 25 EUR")).to_be_visible()
    page.get_by_text("Write it as a condition instead").click()
    page.get_by_label("Condition").fill("offer.contract.notice <= 1 month")
    page.get_by_label("It would be nice").check()
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#asked li")).to_have_count(2)
    page.get_by_role("button", name=re.compile("Remove.*notice")).click()
    expect(page.locator("#asked li")).to_have_count(1)
    page.get_by_role("button", name="Continue").click()


def test_on_a_phone_offers_stand_below_one_another_and_stay_a_table(chromium: Browser, served: Server) -> None:
    with looking(chromium, Watched({served.url}), viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, served)
        page.goto(f"{served.url}/intents")
        page.locator("#answered + ul a").click()
        region = page.get_by_role("region", name="Offers side by side")
        assert region.evaluate("one => one.scrollWidth <= one.clientWidth")
        first, second = (region.get_by_role("row").nth(place) for place in (1, 2))
        expect(first.get_by_role("rowheader")).to_contain_text("Night and day")
        expect(first.get_by_role("cell", name="888.00 EUR")).to_be_visible()
        expect(region.get_by_role("columnheader", name="Costs")).to_have_count(1)
        top, after = first.bounding_box(), second.bounding_box()
        assert top is not None
        assert after is not None
        assert after["y"] >= top["y"] + top["height"]


def test_offers_are_compared_and_one_is_taken_with_the_real_values_shown_before(
    chromium: Browser, served: Server
) -> None:
    watched = Watched({served.url}, expected=["409"])
    with looking(chromium, watched, viewport={"width": WIDE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, served)
        page.goto(f"{served.url}/intents")
        page.locator("#answered + ul a").click()
        table = page.get_by_role("region", name="Offers side by side")
        expect(table.get_by_text("888.00 EUR", exact=True)).to_be_visible()
        expect(table.get_by_text("stays within yours")).to_have_count(2)
        late = context.new_page()
        late.goto(page.url)
        page.get_by_role("link", name=re.compile("Take this one.*Night and day")).click()
        expect(page.get_by_text("Musterstraße 1, 12345 Musterstadt")).to_be_visible()
        assert "me@example.org" not in page.content()
        page.get_by_role("button", name="Take it").click()
        expect(page.get_by_role("status")).to_contain_text("Taken")
        late.get_by_role("button", name="Give it up").click()
        expect(late.get_by_role("alert")).to_contain_text("nothing was changed")
        expect(late.get_by_role("heading", name="You took an offer")).to_be_visible()
        page.get_by_role("link", name="What it gets to see for this").click()
        expect(page.get_by_role("heading", name="What Calm Current read")).to_be_visible()


def test_a_contract_is_put_up_for_something_better_with_what_is_known_of_it(chromium: Browser, tmp_path: Path) -> None:
    """The draft is thrown away again."""
    with fresh(tmp_path / "vault") as (vault, made):
        number = owner.add_vendor(vault, "Stadtwerke", category="energy.electricity")
        row = next(one for one in vendor_store.vendors(vault.connection) if one.id == number)
        owner.add_contract(vault, row, Money(6_000, "EUR"), "P1M", title="Power")
    with running(made) as server, visiting(chromium, server, has_script=True) as page:
        page.goto(f"{server.url}/vendors/{ids.text('vendor', number)}")
        page.get_by_role("link", name="Let others offer something better").click()
        expect(page.get_by_label("Electricity")).to_be_checked()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("below 60 EUR")).to_be_visible()
        page.get_by_role("link", name="Power").click()
        page.get_by_role("button", name="Throw the draft away").click()
        expect(page.get_by_role("status")).to_contain_text("thrown away")
        page.get_by_role("button", name="Write a new one from it").click()
        expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
