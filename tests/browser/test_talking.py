"""Talking with vendors in a browser: threads, disputes, what the owner thinks, and an invitation that a camera can read."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import samples
from tests.browser.pictures import read_picture
from tests.server.conftest import Server

NAUGHTY = "<img src=x onerror=alert(1)> & „so“\nsecond line"


server = samples.lived_in(scope="function")
page = samples.owners_page("/vendors")


def test_what_is_written_to_a_connected_vendor_stands_in_its_thread_as_text(page: Page, server: Server) -> None:
    page.get_by_role("link", name="Brightwire").first.click()
    page.get_by_role("link", name="Write to them").click()
    page.get_by_label("Subject").fill("<b>A bill</b>")
    page.get_by_label("Your message").fill(NAUGHTY)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("Written.")
    thread = page.get_by_role("article", name="<b>A bill</b>")
    expect(thread).to_contain_text("<img src=x onerror=alert(1)>")
    thread.get_by_role("link", name="Answer").click()
    page.get_by_label("Your answer").fill(" ")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your answer").fill("And another thing")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("And another thing")).to_be_visible()
    page.goto(f"{server.url}/messages")
    expect(page.get_by_role("link", name="<b>A bill</b>")).to_contain_text("Brightwire")
    page.goto(f"{server.url}/vendors")
    page.get_by_role("link", name="Brightwire").first.click()
    page.get_by_role("link", name="Write to them").click()
    page.get_by_label("4", exact=True).check()
    page.get_by_label("In your own words").fill("Kind and quick")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("4 of 5 · kept for yourself")).to_be_visible()


def test_what_a_vendor_gave_is_disputed_and_agreed_to(page: Page) -> None:
    page.get_by_role("link", name="Brightwire").first.click()
    page.get_by_role("link", name="Write to them").click()
    page.get_by_text("This is wrong").first.click()
    page.get_by_label("What is wrong").first.fill("That was never agreed")
    page.get_by_role("button", name="Dispute it").first.click()
    expect(page.get_by_role("status")).to_have_text("Disputed. They are told why.")
    expect(page.get_by_text("you said: That was never agreed")).to_be_visible()
    page.get_by_role("button", name="It is right after all").click()
    expect(page.get_by_text("you said: That was never agreed")).to_have_count(0)


def test_a_vendor_that_is_not_connected_is_invited_by_a_link_and_a_picture_that_say_the_same(
    page: Page, server: Server
) -> None:
    page.get_by_role("link", name="Netflix").first.click()
    page.get_by_role("link", name="Write to them").click()
    page.get_by_role("button", name="Make an invitation").click()
    link = page.get_by_text(f"{server.url}/invite/").inner_text()
    expect(page.get_by_role("img", name="Picture of the link")).to_be_visible()
    assert read_picture(page) == link
