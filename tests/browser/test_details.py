"""The owner's details in a browser: said once, changed once, and whoever may read them is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import samples
from tests.server.conftest import Server

NAUGHTY = "<script>alert(1)</script>"


server = samples.lived_in(scope="module")
page = samples.owners_page("/details")


def test_a_new_address_is_said_once_and_whoever_sees_it_is_told(
    page: Page, server: Server, request: pytest.FixtureRequest
) -> None:
    street = f"Neue Straße {len(request.node.name)}"
    page.get_by_role("link", name="physical address").click()
    expect(page.get_by_text("Saving tells Brightwire that it changed")).to_be_visible()
    page.get_by_label("What it is").fill(f"{street}\n54321 Neustadt\nDE")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Kept.")
    expect(page.get_by_text(f"{street}, 54321 Neustadt, DE")).to_be_visible()
    page.get_by_role("link", name="was told and has not read it yet").or_(
        page.get_by_role("link", name="were told and have not read them yet")
    ).click()
    expect(page.get_by_role("region", name="Word of changes").first).to_contain_text("Brightwire")
    page.goto(f"{server.url}/sharing")
    expect(page.get_by_text(f"{street}, 54321 Neustadt, DE")).to_be_visible()


def test_a_detail_is_added_ended_and_forgotten(page: Page, server: Server) -> None:
    page.get_by_role("link", name="Add something else").click()
    page.get_by_label("Of what kind it is").select_option("pd:EmailAddress")
    page.get_by_label("What it is").fill("nobody")
    page.get_by_label("Which of several").fill("Work")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("is no e-mail address")
    expect(page.get_by_label("Which of several")).to_have_value("Work")
    page.get_by_label("What it is").fill(f"{NAUGHTY}@example.org".replace(" ", ""))
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text(f"{NAUGHTY}@example.org")).to_be_visible()
    page.get_by_role("link", name="email address work").click()
    page.get_by_role("button", name="It is not so any more").click()
    expect(page.get_by_text(NAUGHTY)).to_have_count(0)
    page.get_by_role("link", name="Email address · work").click()
    expect(page.get_by_text("Forget it for good")).to_be_visible()
    token = page.locator("[name=form_token]").first.input_value()
    page.request.post(f"{page.url}/erase", form={"form_token": token})
    page.reload()
    expect(page.get_by_text(NAUGHTY)).to_be_visible()  # a form that names nothing makes nothing forgotten
    page.get_by_text("Forget it for good").click()
    page.get_by_role("button", name="Forget all of it").click()
    expect(page.get_by_role("status")).to_have_text("Forgotten for good.")
    expect(page.get_by_role("link", name="Email address · work")).to_have_count(0)
