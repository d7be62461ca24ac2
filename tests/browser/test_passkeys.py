"""Passkeys in a browser, by Chromium's virtual authenticator: added, shown in the place of passphrase and code, taken away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import PHONE, Watched, looking
from tests.server.conftest import PASSPHRASE, Made, Server, Start
from tests.vault.test_reminding import code_at
from vault.sessions import second_step
from web import beside

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def named(server: Server) -> str:
    """The server by a name, which passkeys want."""
    return f"http://localhost:{server.port}"


def device(context: BrowserContext, page: Page) -> tuple[CDPSession, str]:
    """A device with a lock, which says yes to whatever it is asked; the id is that of the authenticator in it."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    answer: Any = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, str(answer["authenticatorId"])


def log_in(page: Page, server: Server, url: str) -> None:
    """By a link, as it is opened at that name."""
    link = server.owner.post("/owner/login").json()["url"]
    page.goto(link.replace(server.url, url))
    page.get_by_role("button", name="Come in").click()
    expect(page.locator(".main-nav")).to_be_visible()


def add(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/settings/passkeys")
    page.fill("#name", name)
    page.fill("#passphrase", PASSPHRASE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("status")).to_contain_text("you can log in with it")


def assert_sound(page: Page) -> None:
    """Where `test_every_page` does not come: it asks by an address in digits, at which there are no passkeys."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = [
            (one["id"], [node["html"][:100] for node in one["nodes"]]) for one in Axe().run(page).response["violations"]
        ]
        assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_a_passkey_is_added_logs_in_is_renamed_and_removed(chromium: Browser, made: Made, start: Start) -> None:
    server = start("--dev")
    url = named(server)
    watched = Watched({url}, expected=["403", "422"])
    with looking(chromium, watched, viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        session, authenticator = device(context, page)
        log_in(page, server, url)
        page.goto(f"{url}/settings/passkeys")
        page.fill("#name", "Phone")
        page.fill("#passphrase", "not the passphrase")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#name")).to_have_value("Phone")
        add(page, url, "Phone")
        assert_sound(page)
        held: Any = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
        (key,) = held["credentials"]
        assert key["rpId"] == "localhost"
        assert key["isResidentCredential"]

        context.clear_cookies()
        page.goto(f"{url}/settings/sessions")
        assert page.url.startswith(f"{url}/login")
        assert_sound(page)
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", level=1, name="Logged-in browsers")).to_be_visible()  # where it was going
        expect(page.locator(".sessions")).to_contain_text("with a passkey")

        page.goto(f"{url}/settings/passkeys")
        expect(page.locator(".sessions")).to_contain_text("Last used")
        page.get_by_text("Rename: Phone").click()
        page.get_by_label("Its name").first.fill("Old phone")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Old phone")).to_be_visible()

        # The device would not make a second one: it is named to it.
        page.fill("#name", "Again")
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Make the passkey").wait_for()
        assert_sound(page)
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("The device made none")
        page.get_by_role("button", name="Leave it").click()

        # Somebody whose face the device does not know.
        context.clear_cookies()
        session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
        page.goto(f"{url}/login")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("was not shown")
        session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})

        log_in(page, server, url)
        page.goto(f"{url}/login")  # beside the session: a page that was open before the passkey was removed
        other = context.new_page()
        other.goto(f"{url}/settings/passkeys")
        other.get_by_role("button", name="Remove").click()
        expect(other.get_by_role("status")).to_contain_text("Removed")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("alert").first).to_contain_text("does not know that passkey")
        page.goto(f"{url}/login")
        expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
        other.goto(f"{url}/activity?kind=logins")
        for words in ("added a passkey: Phone", "renamed a passkey to Old phone", "removed: Old phone"):
            expect(other.locator("main")).to_contain_text(words)


def test_two_devices_log_in_each_by_its_own_and_neither_opens_a_locked_vault(
    chromium: Browser, made: Made, start: Start
) -> None:
    server = start("--dev")
    url = named(server)
    with looking(chromium, Watched({url})) as phones, looking(chromium, Watched({url})) as laptops:
        phone, laptop = phones.new_page(), laptops.new_page()
        for context, page, name in ((phones, phone, "Phone"), (laptops, laptop, "Laptop")):
            device(context, page)
            log_in(page, server, url)
            add(page, url, name)
        for context, page in ((phones, phone), (laptops, laptop)):
            context.clear_cookies()
            page.goto(f"{url}/login")
            page.get_by_role("button", name="Use a passkey").click()
            expect(page.locator(".main-nav")).to_be_visible()
        laptop.get_by_text("More").click()
        laptop.get_by_role("button", name="Lock the vault").click()
        expect(laptop.get_by_role("heading", level=1)).to_have_text("The vault is locked")
        expect(laptop.locator("main")).to_contain_text("A passkey does not open it")
        expect(laptop.get_by_role("button", name="Use a passkey")).to_have_count(0)


def test_after_unlocking_a_passkey_is_shown_in_the_place_of_the_code(
    chromium: Browser, made: Made, start: Start
) -> None:
    server = start("--dev")
    url = named(server)
    vault = beside.opened(server.home, by="test", now=None)
    assert vault
    with vault:
        secret = second_step.propose(vault)
        assert second_step.confirm(vault, code_at(vault.now, secret, -1))
    options: dict[str, Any] = {"viewport": {"width": PHONE, "height": 800}}
    with looking(chromium, Watched({url}), **options) as context:
        page = context.new_page()
        session, authenticator = device(context, page)
        log_in(page, server, url)
        add(page, url, "Phone")
        page.goto(url)
        page.get_by_text("More").click()
        page.get_by_role("button", name="Lock the vault").click()
        context.clear_cookies()
        page.goto(f"{url}/settings/sessions")
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Unlock").click()
        expect(page.locator("#code")).to_be_focused()
        assert_sound(page)
        verified = {"authenticatorId": authenticator, "isUserVerified": False}
        session.send("WebAuthn.setUserVerified", verified)  # somebody whom the device does not know
        page.get_by_role("button", name="Use a passkey instead").click()
        expect(page.get_by_role("alert")).to_contain_text("was not shown")
        session.send("WebAuthn.setUserVerified", {**verified, "isUserVerified": True})
        page.get_by_role("button", name="Use a passkey instead").click()
        expect(page.get_by_role("heading", level=1, name="Logged-in browsers")).to_be_visible()
        expect(page.locator(".sessions")).to_contain_text("with a passkey")
    with looking(chromium, Watched({url}), java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{url}/login")
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Use a passkey instead")).to_be_hidden()
        page.fill("#code", code_at(datetime.now(UTC), secret))
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(".main-nav")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_where_there_can_be_none_the_page_says_why_and_what_to_do(
    chromium: Browser, made: Made, start: Start, script: bool
) -> None:
    server = start("--dev")
    url = named(server)
    with looking(chromium, Watched({url, server.url}), java_script_enabled=script) as context:
        page = context.new_page()
        log_in(page, server, server.url)
        page.goto(f"{server.url}/settings/passkeys")  # by its address in digits
        expect(page.locator("main")).to_contain_text("A passkey belongs to one name")
        page.get_by_role("link", name=url).click()
        page.wait_for_url(f"{url}/login?**")
        log_in(page, server, url)
        page.goto(f"{url}/settings/passkeys")
        expect(page.locator("#passphrase")).to_be_visible(visible=script)
        expect(page.get_by_text("This browser can make none")).to_be_visible(visible=not script)
