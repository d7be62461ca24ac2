"""From a click or a key to the frame that shows what it led to, on the sandbox's vault.

The clock starts with the event itself (its `timeStamp`, when the browser got it). Where the document stays, it stops in the first
task after the frame that follows the first change of its elements: a part of the page, or, where a link leads to a page of the
same frame, all that the body has, which is replaced in one task, so that the frame shows the page that came. Where another
document comes, it stops with that one's first contentful paint. The request, the answer, and a form's redirect are within. The
first of the two ends when the page is handed to be drawn, the second when it is drawn, which is some milliseconds later. A sign
that one has to wait is an attribute, and no change that counts. The observer is the document's, not the body's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from playwright.sync_api import Browser, Error, Page

from benchmarks.measuring import Figure
from benchmarks.pages.browser import fresh
from benchmarks.pages.served import Served

TARGET_MS = 100
TIMES = 30
_LOOK_MS, _PATIENCE_MS = 10, 20_000
_REST_MS = 150  # as a person looks before the next one; also longer than the script waits from one search to the next
_WATCH = """
if (location.protocol.startsWith("http")) {
  const at = (ms) => performance.timeOrigin + ms;
  const begun = (event) => { if (event.isTrusted) sessionStorage.begun = at(event.timeStamp); };
  const painted = (ms) => {
    if (!sessionStorage.begun) return;
    sessionStorage.took = at(ms) - Number(sessionStorage.begun);
    sessionStorage.removeItem("begun");
  };
  addEventListener("click", begun, true);
  addEventListener("keydown", begun, true);
  new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName("first-contentful-paint")) painted(one.startTime);
  }).observe({ type: "paint", buffered: true });
  new MutationObserver(() => {
    if (document.readyState !== "complete" || !sessionStorage.begun) return;
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => painted(performance.now());
      after.port2.postMessage(0);
    });
  }).observe(document, { childList: true, subtree: true });
}
"""
Doing = Callable[[Page], Iterator[Callable[[], None]]]


class Interaction(NamedTuple):
    """`doing` gives one act after another, without end; each leads to a frame."""

    name: str
    path: str
    doing: Doing


def _search(letters: str) -> Doing:
    def doing(page: Page) -> Iterator[Callable[[], None]]:
        page.focus("input[type=search]")
        while True:
            for letter in letters:
                yield lambda letter=letter: page.keyboard.press(letter)  # type: ignore[misc]
            for _ in letters:
                yield lambda: page.keyboard.press("Backspace")

    return doing


def _links(*paths: str) -> Doing:
    def doing(page: Page) -> Iterator[Callable[[], None]]:
        while True:
            for path in paths:
                yield lambda path=path: page.click(f".main-nav a[href='{path}']:visible")  # type: ignore[misc]

    return doing


def _buttons(*selectors: str) -> Doing:
    """The first that is seen of each, in turns."""

    def doing(page: Page) -> Iterator[Callable[[], None]]:
        while True:
            for selector in selectors:
                yield lambda selector=selector: page.locator(f"{selector} >> visible=true").first.click()  # type: ignore[misc]

    return doing


def _filter(page: Page) -> Iterator[Callable[[], None]]:
    while True:
        for only in ("costs", ""):
            page.select_option("#only", only)
            yield lambda: page.click("form[role=search] button[type=submit]")


def _decide(page: Page) -> Iterator[Callable[[], None]]:
    page.locator("article h2 a").first.click()
    yield from _buttons("button[name=verdict]", "form[action$='/undo'] button")(page)


def _there_and_back(selector: str, back: str) -> Doing:
    return _buttons(selector, f".main-nav a[href='{back}']")


INTERACTIONS = (
    Interaction("search vendors, key by key", "/vendors", _search("micro")),
    Interaction("search what to ask vendors for, key by key", "/intents/new", _search("elect")),
    Interaction("filter vendors", "/vendors", _filter),
    Interaction("decide an offer; undo", "/offers?show=declined", _decide),
    Interaction("turn a rule off; on", "/butler", _buttons("form[action='/butler/switch'] button")),
    Interaction("go from page to page", "/", _links("/vendors", "/offers", "/intents", "/sharing", "/")),
    Interaction("open a vendor; go back to the list", "/vendors", _there_and_back("tbody th a", "/vendors")),
)  # fmt: skip


def figures(browser: Browser, server: Served) -> list[Figure]:
    taken = {one.name: times(browser, server, one) for one in INTERACTIONS}
    found = [_figure(name, each) for name, each in taken.items()]
    return [*found, _figure("all of these", [one for each in taken.values() for one in each])]


def _figure(name: str, taken: list[float]) -> Figure:
    p50, p95 = _quantile(taken, 0.5), _quantile(taken, 0.95)
    return Figure(
        name, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(taken)}", f"p95 ≤ {TARGET_MS} ms", p95 <= TARGET_MS
    )


def _quantile(taken: list[float], part: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(part * len(taken)))]


def times(browser: Browser, server: Served, one: Interaction) -> list[float]:
    """Milliseconds of each act; the first two, which load what is loaded once, are left out."""
    with fresh(browser, server) as context:
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.goto(f"{server.url}{one.path}", wait_until="load")
        acts, taken = one.doing(page), list[float]()
        for _ in range(TIMES + 2):
            act = next(acts)
            page.evaluate("sessionStorage.clear()")
            act()
            taken.append(_took(page, one.name))
            page.wait_for_timeout(_REST_MS)
    return taken[2:]


def _took(page: Page, name: str) -> float:
    # Playwright's own waiting evaluates text in the page, which the pages' policy forbids.
    for _ in range(_PATIENCE_MS // _LOOK_MS):
        with suppress(Error):  # one page goes, another comes
            if found := page.evaluate("document.readyState === 'complete' && Number(sessionStorage.took || 0)"):
                return float(found)
        page.wait_for_timeout(_LOOK_MS)
    raise RuntimeError(f"nothing was painted: {name}")
