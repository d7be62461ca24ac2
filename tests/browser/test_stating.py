"""What no file says, said in a browser: vendors and contracts by hand, and corrections that can be taken back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import samples
from tests.server.conftest import Server

NAUGHTY = "<b>Club</b> & Söhne"


server = samples.lived_in(scope="function")
page = samples.owners_page("/vendors")


def test_a_vendor_and_its_contract_are_added_by_hand_with_the_last_day_to_cancel(page: Page) -> None:
    page.get_by_role("link", name="Add a vendor").click()
    page.get_by_label("Name").fill(NAUGHTY)
    page.get_by_label("Its site").fill("no site")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("is no site")
    page.get_by_label("Its site").fill("https://club.example.org/join")
    page.get_by_label("What it deals in").select_option("fitness")
    page.get_by_role("button", name="Add it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Add a contract with {NAUGHTY}")
    page.get_by_label("Price").fill("none")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Price").fill("29,90")
    page.get_by_label("It began on").fill("2026-01-15")
    page.get_by_role("button", name="Add it").click()

    page.get_by_label("It is bound at first for").select_option("P2Y")
    page.get_by_label("Does it go on by itself?").select_option("yes")
    page.get_by_label("Then it goes on for").select_option("P1Y")
    page.get_by_label("It is cancelled so long before").select_option("P3M")
    page.get_by_label("The law of this country").fill("Germany")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("is no country")
    expect(page.get_by_label("It is cancelled so long before")).to_have_value("P3M")
    page.get_by_label("The law of this country").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAUGHTY)
    # Notice of three months to the end of two years from 15 January 2026.
    expect(page.get_by_text("14 October 2027").first).to_be_visible()


def test_a_vendor_is_renamed_joined_with_another_and_taken_back(page: Page, server: Server) -> None:
    page.get_by_role("link", name="Netflix").first.click()
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Name").fill("The films")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Under “Relationships to confirm” you can take it back.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The films")
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Which one").select_option(label="Disney+")
    page.get_by_role("button", name="Join them").click()
    page.goto(f"{server.url}/vendors")
    expect(page.get_by_role("link", name="Disney+")).to_have_count(0)
    page.goto(f"{server.url}/review")
    page.get_by_role("listitem").filter(has_text="was joined with another").get_by_role("button", name="Undo").click()
    page.goto(f"{server.url}/vendors")
    expect(page.get_by_role("link", name="Disney+").first).to_be_visible()
