"""The language of the pages: complete, and the one that was chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watched, looking
from tests.server.conftest import Made, Start
from vault import preferences
from vault.money import Money
from vault.preferences import Preferences
from web.pages.frame import language, translating, wording
from web.pages.frame.language import LANGUAGES, SOURCE, preferred, speaking

_PLACE = re.compile(r"%\((\w+)\)s")
OTHERS = sorted(set(LANGUAGES) - {SOURCE})


@pytest.mark.parametrize("name", OTHERS)
def test_every_message_has_a_translation(name: str) -> None:
    assert list(translating.missing(name)) == [], (
        "bring it up to date with `python -m web.pages.frame.language extract`"
    )


@pytest.mark.parametrize("name", OTHERS)
def test_a_translation_says_the_same_things(name: str) -> None:
    for message in translating.catalogue(name):
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            forms = (message.string,) if isinstance(message.string, str) else message.string
            if not any(forms):
                continue  # the test above says so
            wanted = set(_PLACE.findall(ids[-1]))
            assert set(_PLACE.findall(forms[-1])) == wanted, ids
            assert all(set(_PLACE.findall(one)) <= wanted | {"num"} for one in forms), ids


@pytest.mark.parametrize(
    ("asked", "chosen", "found"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "", "de"),
        ("en-GB,de;q=0.5", "", "en"),
        ("fr, de;q=0.3", "", "de"),
        ("de;q=0, en", "", "en"),
        ("de;q=oops", "", "en"),
        ("", "", "en"),
        ("en", "de", "de"),
        ("de", "xx", "de"),
    ],
)
def test_the_owners_choice_comes_before_what_the_browser_asks_for(asked: str, chosen: str, found: str) -> None:
    assert preferred(asked, chosen) == found


def test_days_and_money_are_said_as_the_language_says_them() -> None:
    with speaking("de"):
        assert wording.day("2026-03-03") == "3. März 2026"
        assert wording.money(Money(-123_450, "EUR")) == "\u22121.234,50\u00a0EUR"
        assert wording.every("P3M") == "alle 3 Monate"
        assert language.ngettext("%(n)s payment", "%(n)s payments", 2, n=2) == "2 Zahlungen"
    assert wording.day("2026-03-03") == "3 March 2026"
    assert wording.money(Money(123_450, "EUR")) == "1,234.50\u00a0EUR"


def test_a_page_is_in_the_browsers_language_until_the_owner_chooses(
    chromium: Browser, made: Made, start: Start
) -> None:
    server = start()
    with looking(chromium, Watched({server.url}), locale="de-DE") as context:
        page = context.new_page()
        page.goto(f"{server.url}/login")
        expect(page.get_by_role("heading")).to_have_text("Anmelden")
        page.goto(server.owner.post("/owner/login").json()["url"])
        page.get_by_role("button", name="Eintreten").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Willkommen in deinem Tresor")
        assert page.locator("html").get_attribute("lang") == "de"
    server.stop()
    with made.open() as vault:
        preferences.put(vault, Preferences(language="en"))
    server = start()
    with looking(chromium, Watched({server.url}), locale="de-DE") as context:
        page = context.new_page()
        page.goto(server.owner.post("/owner/login").json()["url"])
        page.get_by_role("button", name="Eintreten").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to your vault")
        assert page.locator("html").get_attribute("lang") == "en"
