"""What a first visit weighs on the wire, and how much pages move while they load, at the widths of a desk and of a phone.

The weight is what Chromium counted of every answer, header fields included (`encodedDataLength` of its network protocol), with
nothing in its cache. The shift is the sum of `layout-shift` entries (Layout Instability) until the page has been still for a while.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.measuring import Figure
from benchmarks.pages.browser import PHONE, WIDE, fresh
from benchmarks.pages.served import MAIN_PAGES, Served
from web.pages.frame import assets

WEIGHT, SCRIPT, SHIFT = 40_000, 10_000, 0.02
_STILL_MS = 300
_COUNTED = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.moved += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def figures(browser: Browser, server: Served) -> list[Figure]:
    weights = {path: weight(browser, server, path) for path in MAIN_PAGES}
    heaviest = max(weights, key=lambda path: weights[path])
    # Where the script is needed nothing else of ours is: its content is what is counted, before it is compressed.
    script = len((Path(assets.__file__).parent / "assets" / "script.js").read_bytes())
    shifts = {(path, width): shift(browser, server, path, width) for path in MAIN_PAGES for width in (WIDE, PHONE)}
    worst = max(shifts, key=lambda one: shifts[one])
    return [
        _weight("first visit, `/`, everything over the wire", weights["/"]),
        _weight(f"first visit, the heaviest page (`{heaviest}`)", weights[heaviest]),
        Figure("the script, not compressed", f"{script / 1000:.1f} KB", f"≤ {SCRIPT // 1000} KB", script <= SCRIPT),
        Figure(
            f"layout shift, the worst of {len(shifts)} (`{worst[0]}`, {worst[1]} px)",
            f"{shifts[worst]:.4f}",
            f"≤ {SHIFT}",
            shifts[worst] <= SHIFT,
        ),
    ]


def _weight(name: str, size: int) -> Figure:
    return Figure(name, f"{size / 1000:.1f} KB", f"≤ {WEIGHT // 1000} KB", size <= WEIGHT)


def weight(browser: Browser, server: Served, path: str) -> int:
    with fresh(browser, server) as context:
        page, counted = context.new_page(), list[int]()
        protocol = context.new_cdp_session(page)
        protocol.on("Network.loadingFinished", lambda event: counted.append(_length(event)))
        protocol.send("Network.enable")
        _opened(page, server, path)
        return sum(counted)


def _length(event: dict[str, Any]) -> int:
    return int(event["encodedDataLength"])


def shift(browser: Browser, server: Served, path: str, width: int) -> float:
    with fresh(browser, server, width=width) as context:
        page = _counting(context)
        _opened(page, server, path)
        return float(page.evaluate("window.moved"))


def _counting(context: BrowserContext) -> Page:
    context.add_init_script(_COUNTED)
    return context.new_page()


def _opened(page: Page, server: Served, path: str) -> None:
    answer = page.goto(f"{server.url}{path}", wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status if answer else 'nothing'}")
    page.wait_for_timeout(_STILL_MS)
