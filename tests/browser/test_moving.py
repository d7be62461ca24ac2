"""From page to page without a new document: right about the history, the focus, files, doors, and whatever does not go as planned.

A mark on `window` tells whether the document is the same one still. What a test holds up stands for a slow answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import WIDE, Watched, looking
from tests.browser.samples import come_in, served
from tests.browser.test_every_page import look
from tests.server.conftest import Server

# As many as make a leak of one listener or one page each seen above what a browser keeps for a while.
_ROUNDS = 12
# What is compared of a page that was moved to and of one that was loaded: all but the focus that moving gives.
_WHOLE = r"""() => {
  const body = document.body.cloneNode(true);
  for (const one of body.querySelectorAll("h1[tabindex]")) one.removeAttribute("tabindex");
  const { lang, dataset: { theme } } = document.documentElement;
  return [document.title, lang, theme ?? "", document.body.cloneNode().outerHTML, body.innerHTML.replaceAll(/\s+/g, " ")];
}"""
_HEARD = "const Own = EventSource; EventSource = class extends Own { constructor(...all) { super(...all); window.heard = this; } };"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("moving")) as server:
        yield server


class Moving:
    """A page of the owner, at the vendors, in a document that is marked."""

    def __init__(self, server: Server, context: BrowserContext, watched: Watched) -> None:
        self.server, self.context, self.watched = server, context, watched
        self.page = context.new_page()
        come_in(self.page, server)
        self.opens("/vendors")

    def opens(self, path: str) -> None:
        self.page.goto(self.server.url + path)
        self.page.evaluate("window.mark = true")

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)

    def shows(self, heading: str, path: str, *, is_same: bool = True) -> None:
        """The page of this heading at this address, in the document that was marked or in another."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(self.page).to_have_url(self.server.url + path)
        assert bool(self.page.evaluate("window.mark")) is is_same

    def holds(self, path: str) -> list[Route]:
        """What is asked for at this address waits, until the test answers it by `continue_`."""
        held: list[Route] = []
        self.page.route(self.server.url + path, lambda route: held.append(route))
        return held


@contextmanager
def at_vendors(browser: Browser, server: Server, script: str = "") -> Iterator[Moving]:
    watched = Watched({server.url})
    with looking(browser, watched, viewport={"width": WIDE, "height": 800}, color_scheme="light") as context:
        if script:
            context.add_init_script(script)
        yield Moving(server, context, watched)


@pytest.fixture
def moving(chromium: Browser, sample: Server) -> Iterator[Moving]:
    with at_vendors(chromium, sample) as one:
        yield one


def test_a_page_that_is_moved_to_equals_the_page_that_is_loaded(moving: Moving) -> None:
    page, faults = moving.page, list[str]()
    links = page.locator(".main-nav a, .brand a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    paths = list(dict.fromkeys(links))
    assert len(paths) >= 16
    for path in paths:
        moving.opens("/settings/sessions")
        page.locator(f".main-nav a[href='{path}']").first.evaluate(
            "one => one.closest('details')?.setAttribute('open', '')"
        )
        page.locator(f".main-nav a[href='{path}'] >> visible=true").click()
        expect(page).to_have_url(moving.server.url + path)
        assert page.evaluate("window.mark"), path
        page.evaluate(AXE_SCRIPT)
        faults += [f"{path}: {one}" for one in look(page, {})]
        moved = page.evaluate(_WHOLE)
        page.reload()
        assert moved == page.evaluate(_WHOLE), path
    assert faults == []


@pytest.mark.parametrize("goes", ["pointer", "keyboard", "shortcut"])
def test_one_reads_on_at_the_heading_of_the_page_that_came(moving: Moving, goes: str) -> None:
    page = moving.page
    if goes == "pointer":
        moving.link("Offers").click()
    elif goes == "keyboard":
        moving.link("Offers").press("Enter")
    else:
        page.keyboard.press("g")
        page.keyboard.press("o")
    moving.shows("Offers", "/offers")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.title() == "Offers · Firstparty"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "none", (
        "nothing is to be done there"
    )
    expect(moving.link("Offers")).to_have_attribute("aria-current", "page")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "what comes next is of the content"


def test_back_and_forward_lead_to_where_one_was_on_each_page(moving: Moving) -> None:
    page = moving.page
    vendor = page.locator("tbody th a").last
    vendor.scroll_into_view_if_needed()
    _rests(page)
    where, name, href = page.evaluate("scrollY"), vendor.inner_text(), str(vendor.get_attribute("href"))
    assert where > 300
    vendor.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert page.evaluate("scrollY") == 0
    page.go_back()
    moving.shows("Vendors", "/vendors")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.evaluate("scrollY") == where
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert page.evaluate("scrollY") == 0
    page.reload()
    expect(page).to_have_url(moving.server.url + href)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.go_back()
    moving.shows("Vendors", "/vendors", is_same=False)
    assert page.evaluate("scrollY") == where


def _rests(page: Page) -> None:
    """Until nothing scrolls any more: twice the same place, a few frames apart."""
    last = -1
    while last != (last := page.evaluate("scrollY")):
        page.wait_for_timeout(100)


def test_back_over_a_page_that_was_loaded_whole_shows_what_was_there(moving: Moving) -> None:
    page = moving.page
    moving.link("Sharing").click()
    moving.shows("Sharing", "/sharing")
    page.goto(f"{moving.server.url}/developers/api")
    page.go_back()
    moving.shows("Sharing", "/sharing", is_same=False)
    page.evaluate("window.mark = true")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vendors")
    page.go_forward()
    moving.shows("Sharing", "/sharing", is_same=bool(page.evaluate("window.mark")))


def test_a_search_that_was_typed_and_a_form_are_in_the_history_too(moving: Moving) -> None:
    page = moving.page
    page.locator("#q").press_sequentially("netfl")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=netfl"))
    moving.link("Activity").click()
    moving.shows("Activity", "/activity")
    page.locator("main form[method=get] button").click()
    expect(page).to_have_url(re.compile(r"/activity\?"))
    moving.shows("Activity", page.url.removeprefix(moving.server.url))
    page.go_back()
    moving.shows("Activity", "/activity")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vendors")
    expect(page.locator("#q")).to_have_value("netfl")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.evaluate("window.mark")


def test_an_address_with_a_place_leads_to_that_place(moving: Moving) -> None:
    page = moving.page
    moving.opens("/renewals")
    page.get_by_role("link", name="Reminders").first.click()
    expect(page).to_have_url(f"{moving.server.url}/renewals#reminders")
    assert page.evaluate("document.querySelectorAll('h1[tabindex]').length") == 0, "no page was asked for"
    page.locator("main a[href$='#month']").last.click()
    expect(page).to_have_url(re.compile(r"month=.*#month$"))
    expect(page.locator("#month")).to_be_focused()
    assert page.evaluate("window.mark")
    assert 0 <= page.evaluate("document.querySelector('#month').getBoundingClientRect().top") < 100
    page.go_back()
    expect(page).to_have_url(f"{moving.server.url}/renewals#reminders")
    page.go_back()
    moving.shows("Renewals", "/renewals")


def test_files_new_tabs_and_pages_of_another_frame_are_left_to_the_browser(moving: Moving) -> None:
    page = moving.page
    with page.expect_download() as waiting:
        page.locator("a[href^='/vendors.csv']").first.click()
    assert waiting.value.suggested_filename.endswith(".csv")
    moving.shows("Vendors", "/vendors")
    with moving.context.expect_page() as opened:
        moving.link("Offers").click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Offers")
    moving.shows("Vendors", "/vendors")
    moving.opens("/developers")
    page.locator("main a[href='/developers/api']").first.click()
    expect(page).to_have_url(f"{moving.server.url}/developers/api")
    expect(page.locator("body")).to_have_class("reference")
    assert not page.evaluate("window.mark")


def test_what_is_not_there_is_said_as_it_would_have_been(moving: Moving) -> None:
    moving.watched.expected.append("404")
    page = moving.page
    page.locator("tbody th a").first.evaluate("one => one.href = '/vendors/ven_nobody'")
    page.locator("tbody th a").first.click()
    expect(page).to_have_url(f"{moving.server.url}/vendors/ven_nobody")
    expect(page.locator("body.door h1")).to_be_visible()
    page.go_back()
    moving.shows("Vendors", "/vendors", is_same=False)


def test_a_session_that_has_ended_meanwhile_ends_at_the_door(chromium: Browser, sample: Server) -> None:
    with at_vendors(chromium, sample) as moving:
        moving.context.clear_cookies()
        moving.link("Sharing").click()
        expect(moving.page).to_have_url(f"{sample.url}/login?next=/sharing")
        expect(moving.page.locator("#passphrase")).to_be_focused()


def test_of_two_clicks_the_newer_one_counts(moving: Moving) -> None:
    page = moving.page
    held = moving.holds("/offers")
    entries = page.evaluate("history.length")
    moving.link("Offers").click()
    _until(page, held)
    moving.link("Sharing").click()
    moving.shows("Sharing", "/sharing")
    for one in held:
        one.continue_()
    page.wait_for_timeout(300)
    moving.shows("Sharing", "/sharing")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    assert page.evaluate("history.length") == entries + 1


def test_a_form_that_is_sent_after_a_click_counts(moving: Moving) -> None:
    page = moving.page
    held = moving.holds("/offers")
    moving.link("Offers").click()
    _until(page, held)
    page.locator("form[role=search] button[type=submit]").click()
    expect(page).to_have_url(re.compile("only=$"))
    for one in held:
        one.continue_()
    page.wait_for_timeout(300)
    moving.shows("Vendors", page.url.removeprefix(moving.server.url))


def test_an_answer_that_takes_long_is_seen_to_be_waited_for(moving: Moving) -> None:
    page = moving.page
    held = moving.holds("/offers")
    before = page.evaluate("document.querySelector('h1').getBoundingClientRect().top")
    moving.link("Offers").click()
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    assert page.evaluate("getComputedStyle(document.querySelector('main'), '::before').position") == "fixed"
    assert page.evaluate("document.querySelector('h1').getBoundingClientRect().top") == before, "nothing moves"
    moving.shows("Vendors", "/vendors")
    for one in held:
        one.continue_()
    moving.shows("Offers", "/offers")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


def test_an_answer_that_fails_is_asked_for_by_the_browser_itself(moving: Moving) -> None:
    moving.watched.expected.append("ERR_FAILED")
    page = moving.page

    def fails(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.abort()
        else:
            route.continue_()

    page.route("**/offers", fails)
    page.route("**/vendors", fails)
    moving.link("Offers").click()
    moving.shows("Offers", "/offers", is_same=False)
    page.evaluate("window.mark = true")
    moving.link("Sharing").click()
    moving.shows("Sharing", "/sharing")
    page.go_back()
    moving.shows("Offers", "/offers", is_same=False)


def test_an_answer_of_the_page_that_was_left_changes_nothing(moving: Moving) -> None:
    """Neither a search that was under way, nor a form, stops the way to another page or comes after it."""
    page = moving.page
    searches, offers = moving.holds("/vendors?*"), moving.holds("/offers")
    page.locator("#q").press_sequentially("n")
    _until(page, searches)
    moving.link("Offers").click()
    _until(page, offers)
    searches[0].continue_()
    page.wait_for_timeout(300)
    for one in offers:
        one.continue_()
    moving.shows("Offers", "/offers")


def _until(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(20)


def test_a_change_of_looks_or_language_holds_for_the_page_that_comes_next(chromium: Browser, sample: Server) -> None:
    with at_vendors(chromium, sample) as moving:
        page, other = moving.page, moving.context.new_page()
        for label, seen in (("dark", "dark"), ("as the device", "")):
            other.goto(f"{sample.url}/settings")
            other.get_by_label(label).check()
            other.get_by_role("button", name="Save").click()
            expect(other.get_by_role("status")).to_be_visible()
            moving.link("Sharing").click()
            moving.shows("Sharing", "/sharing", is_same=False)
            assert (page.locator("html").get_attribute("data-theme") or "") == seen
            moving.opens("/vendors")
        other.goto(f"{sample.url}/settings")
        other.locator("#language").select_option("de")
        other.get_by_role("button", name="Save").click()
        expect(other.locator("html")).to_have_attribute("lang", "de")
        moving.link("Offers").click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        moving.shows("Angebote", "/offers", is_same=False)
        other.locator("#language").select_option("en")
        other.get_by_role("button", name="Speichern").click()
        expect(other.locator("html")).to_have_attribute("lang", "en")


def test_what_listens_ends_with_its_page(chromium: Browser, sample: Server) -> None:
    with at_vendors(chromium, sample, _HEARD) as moving:
        page = moving.page
        moving.holds("/import/imp_none/progress")

        def listens(route: Route) -> None:
            answer = route.fetch()
            heard = '<div data-stream="/import/imp_none/progress"></div></main>'
            route.fulfill(response=answer, body=answer.text().replace("</main>", heard))

        page.route("**/offers", listens)
        moving.link("Offers").click()
        moving.shows("Offers", "/offers")
        assert page.evaluate("window.heard.readyState") == 0, "it listens"
        moving.link("Sharing").click()
        moving.shows("Sharing", "/sharing")
        assert page.evaluate("window.heard.readyState") == 2, "it is closed"


def test_nothing_is_left_behind_of_pages_that_were_left(moving: Moving) -> None:
    page = moving.page
    protocol = moving.context.new_cdp_session(page)

    def counted() -> tuple[int, int, int]:
        protocol.send("HeapProfiler.collectGarbage")
        found = protocol.send("Memory.getDOMCounters")
        return found["documents"], found["jsEventListeners"], found["nodes"]

    def round() -> None:
        moving.link("Renewals").click()
        moving.shows("Renewals", "/renewals")
        moving.link("Vendors").click()
        moving.shows("Vendors", "/vendors")

    round()
    round()
    documents, listeners, nodes = counted()
    for _ in range(_ROUNDS):
        round()
    after = counted()
    assert after[0] <= documents + 2
    assert after[1] <= listeners + 2
    assert after[2] < nodes * 1.5


def test_the_menu_still_opens_and_closes_after_a_move(moving: Moving) -> None:
    page = moving.page
    moving.link("Offers").click()
    moving.shows("Offers", "/offers")
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_browser_that_cannot_wait_for_an_answer_loads_each_page_whole(chromium: Browser, sample: Server) -> None:
    with at_vendors(chromium, sample, "delete window.NavigationPrecommitController;") as moving:
        page = moving.page
        with page.expect_event("load"):  # before it there is no script to hear the keys
            moving.link("Offers").click()
        moving.shows("Offers", "/offers", is_same=False)
        page.keyboard.press("g")
        page.keyboard.press("v")
        moving.shows("Vendors", "/vendors", is_same=False)
        page.locator("form[role=search] button[type=submit]").click()
        expect(page).to_have_url(re.compile("only=$"))
        page.evaluate("window.mark = true")
        page.go_back()
        moving.shows("Vendors", "/vendors", is_same=False)
