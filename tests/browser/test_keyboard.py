"""Without a pointer: every way is gone with Tab, Enter, Space and the arrows alone, and where one is can always be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser import journeys, samples
from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.server.conftest import Made, Server, Start
from web.demo import write_sample

# More than the longest page of the journeys has of things to stop at.
MAX_STEPS = 200
# What holds the focus: whether it is seen at all, and marked as being where one is.
_SEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const said = one.outerHTML.slice(0, 120);
  const box = [...one.getClientRects()].find(box => box.width > 0 && box.height > 0);
  if (!box) return `${said}: has no place`;
  const between = (low, value, high) => Math.min(Math.max(value, low), high);
  const x = between(0, box.left + box.width / 2, innerWidth - 1), y = between(0, box.top + box.height / 2, innerHeight - 1);
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return `${said}: is out of sight`;
  const top = document.elementFromPoint(x, y);
  if (!top || !(one.contains(top) || top.contains(one))) return `${said}: is covered by ${top && top.outerHTML.slice(0, 80)}`;
  const style = getComputedStyle(one), behind = getComputedStyle(document.body).backgroundColor;
  const isMarked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    && ![behind, 'rgba(0, 0, 0, 0)'].includes(style.outlineColor);
  return isMarked ? '' : `${said}: does not show that one is there (${style.outline})`;
}"""


class Keyboard:
    """Goes from one place to the next with Tab, as many times as it takes; nothing is clicked or filled in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []
        # The browser is told to hand over what it would choose from as long as somebody listens. Told only when it is wanted, it
        # may hear of it after the key.
        page.on("filechooser", lambda _: None)

    def follows(self, one: Locator) -> None:
        self.reaches(one)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def chooses(self, field: Locator, files: list[str]) -> None:
        self.reaches(field)
        with self.page.expect_file_chooser() as waiting:
            self.page.keyboard.press("Space")
        waiting.value.set_files(files)  # the system's own window, which is not ours

    def reaches(self, one: Locator) -> None:
        one.first.wait_for(state="visible")
        for _ in range(MAX_STEPS):
            if one.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
            if seen := self.page.evaluate(_SEEN):
                self.unseen.append(f"{self.page.url}: {seen}")
        raise AssertionError(f"{one} cannot be reached on {self.page.url}")


def going(browser: Browser, server: Server, width: int) -> Iterator[Keyboard]:
    size = {"width": width, "height": 800}
    # What is scrolled to is there at once, so that it can be looked at.
    with looking(browser, Watched({server.url}), viewport=size, reduced_motion="reduce") as context:
        one = Keyboard(context.new_page())
        yield one
        assert one.unseen == []


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Server]:
    with samples.served(tmp_path_factory, tmp_path) as server:
        yield server


@pytest.fixture(params=[WIDE, PHONE])
def keyboard(request: pytest.FixtureRequest, chromium: Browser, sample: Server) -> Iterator[Keyboard]:
    yield from going(chromium, sample, request.param)


def test_a_first_run_leads_from_a_file_to_what_is_confirmed(
    chromium: Browser, made: Made, start: Start, tmp_path: Path
) -> None:
    files = [str(path) for path in write_sample(tmp_path / "brought", until=datetime.now(UTC).date())]
    server = start()
    for one in going(chromium, server, WIDE):
        journeys.brings_files_in(one, server, files)
    with journeys.closed(server) as vault:
        journeys.holds_what_was_brought(vault)


def test_an_offer_is_decided_otherwise(keyboard: Keyboard, sample: Server) -> None:
    journeys.decides_an_offer(keyboard, sample)
    with journeys.closed(sample) as vault:
        journeys.has_the_owners_word(vault)


def test_a_share_is_stopped(keyboard: Keyboard, sample: Server) -> None:
    journeys.stops_a_share(keyboard, sample)
    with journeys.closed(sample) as vault:
        assert journeys.live_grants(vault) == set()


def test_one_gets_past_the_navigation_at_once(keyboard: Keyboard, sample: Server) -> None:
    page = keyboard.page
    journeys.comes_in(keyboard, sample)
    page.goto(f"{sample.url}/vendors")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null"), "what comes next is of the content"
