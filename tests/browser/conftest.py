"""A real Chromium on a real server. Every test fails on a console error, a violated policy, or a request to another host.

Chromium is the system's (`chromium`, Debian's package), or the one that `FIRSTPARTY_CHROMIUM` names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.server.conftest import PASSPHRASE, Server, made, start, template

__all__ = ["made", "start", "template"]
CHROMIUM = os.environ.get("FIRSTPARTY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WIDE, PHONE = 1280, 390
# What is waited for comes at once, except on a machine that has other work; then it is not late, only slow.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for a file: while it runs there is an event loop in this thread, which other files have their own of."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (`apt-get install chromium`)")
    with sync_playwright() as playwright:
        # No sandbox: tests run in containers that allow none. What is opened is our own server alone.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watched:
    """What must not happen while a browser looks."""

    own: set[str]
    seen: list[str] = field(default_factory=list)
    # Parts of console messages that a test brings about itself, such as a form that is refused.
    expected: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        is_ours = any(part in message.text for part in self.expected)
        if message.type in ("error", "warning") and not is_ours:
            self.seen.append(f"console: {message.text}")

    def request(self, request: Request) -> None:
        if not request.url.startswith((*self.own, "data:")):
            self.seen.append(f"request to {request.url}")


@contextmanager
def looking(browser: Browser, watched: Watched, **options: object) -> Iterator[BrowserContext]:
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.on("console", watched.console)
    context.on("request", watched.request)
    context.on("weberror", lambda error: watched.seen.append(f"script: {error.error}"))
    try:
        yield context
    finally:
        context.close()
    assert watched.seen == []


def logged_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/login")
    page.fill("#passphrase", PASSPHRASE)
    page.click("button.main")
