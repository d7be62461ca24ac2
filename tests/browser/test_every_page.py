"""Every page, in both themes and at two widths: nothing that axe finds, no console error, no violated policy, no other host,
nothing that moves while it loads.

The vault is the sandbox's, whose person has contracts, a profile and an intention. Pages about one thing are found by the links
of the others, so a page that nothing links to fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.samples import come_in, served
from tests.server.conftest import Server
from web.server import application
from web.server.routes import Route

# Pages that this test does not open, and why.
ELSEWHERE = {
    "/enter/{token}": "test_consent opens it",
    "/login": "test_consent opens it; it leads on whoever is logged in",
    "/unlock": "test_consent opens it; it is there only while the vault is locked",
    "/consent/{id}": "test_consent opens it",
    "/oauth/authorize": "it leads on to the consent page",
    "/invite/{code}": "tests of the server open it",
    "/import/{id}": "test_first_run opens it; it is there while files are brought in",
    "/import/{id}/columns/{place}": "test_columns opens it; it is there while a table is explained",
    "/import/{id}/progress": "a stream",
    "/settings/backup/progress": "a stream",
    "/assets/{name}": "no page",
}
# The rules of axe that look at colours; all others look at what is the same in both themes.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
_FOUND = """options => axe.run({resultTypes: ["violations"], ...options}).then(found => found.violations.map(one =>
  `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 100)).join(", ")}`))"""
# A fiftieth of what is on the screen may move by its own height (Layout Instability); nothing of ours does.
MAX_SHIFT = 0.02
WATCHES_SHIFT = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.moved += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# How many pages of one route are opened to find links to others.
MAX_ALIKE = 40


def pages() -> list[Route]:
    found = application.with_description(application.collected())
    return [one for one in found if one.standard == "HTML" and one.method == "GET" and one.path not in ELSEWHERE]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("pages")) as server:
        yield server


@pytest.fixture(scope="module")
def paths(chromium: Browser, sample: Server) -> dict[str, str]:
    """An address of every page, by its route's path: its own, or the first link to one like it."""
    patterns = {one.path: re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path) + "$") for one in pages()}
    found = {path: path for path in patterns if "{" not in path}
    with looking(chromium, Watched({sample.url})) as context:
        page = context.new_page()
        come_in(page, sample)
        waiting, met, opened = list(found.values()), set(found), dict.fromkeys(patterns, 0)
        while waiting and len(found) < len(patterns):
            here = waiting.pop(0)
            if here.endswith((".csv", ".ics", ".json", ".svg")):
                continue
            page.goto(sample.url + here)
            for link in page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
                path = link.partition("#")[0].partition("?")[0]
                fits = [route for route, pattern in patterns.items() if pattern.fullmatch(path)]
                if fits and path not in met and opened[fits[0]] < MAX_ALIKE:
                    met.add(path)
                    opened[fits[0]] += 1
                    found.setdefault(fits[0], path)
                    waiting.append(path)
    return found


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_page_is_sound_in_a_browser(chromium: Browser, sample: Server, paths: dict[str, str], width: int) -> None:
    """In the light theme all rules; then, in the same place, those that the dark one's colours can break."""
    assert sorted(paths) == sorted(one.path for one in pages()), "a page that nothing links to"
    watched, faults = Watched({sample.url}), []
    with looking(chromium, watched, color_scheme="light", viewport={"width": width, "height": 800}) as context:
        context.add_init_script(WATCHES_SHIFT)
        page = context.new_page()
        come_in(page, sample)
        for address in paths.values():
            if address.endswith((".csv", ".ics", ".json", ".svg")):
                continue
            page.emulate_media(color_scheme="light")
            answer = page.goto(sample.url + address)
            assert answer is not None
            assert answer.status == 200, address
            page.evaluate(AXE_SCRIPT)
            faults += [f"{address}, light: {one}" for one in look(page, {})]
            if (moved := page.evaluate("window.moved")) > MAX_SHIFT:
                faults.append(f"{address} moves by {moved:.3f} while it loads")
            page.emulate_media(color_scheme="dark")
            faults += [f"{address}, dark: {one}" for one in look(page, {"runOnly": OF_COLOUR})]
    assert faults == []


def look(page: Page, options: dict[str, object]) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*page.evaluate(_FOUND, options), *([f"{wide} px too wide"] if wide > 0 else [])]
