"""The system's Chromium, driven by Playwright, and let in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.pages.served import Served

PROGRAM = os.environ.get("FIRSTPARTY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WIDE, PHONE, HEIGHT = 1280, 390, 800


@contextmanager
def running() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # No sandbox: this may run in a container that allows none. What is opened is our own server alone.
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def fresh(browser: Browser, server: Served, *, width: int = WIDE) -> Iterator[BrowserContext]:
    """One that has nothing but the cookie: no file of the pages was loaded before."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT})
    name, value = server.cookie
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    try:
        yield context
    finally:
        context.close()
