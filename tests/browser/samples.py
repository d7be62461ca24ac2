"""A server on a vault of the sandbox that has been lived in, for tests that change it: made once, a copy for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.server.conftest import Made, Server, started
from web.sandbox import making


def _made(factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder with the vault, and the secret that opens it; made when it is first asked for in a run."""
    folder = factory.getbasetemp() / "lived-in"
    if not (folder / making.SECRET).exists():
        folder.mkdir(exist_ok=True)
        (folder / making.SECRET).write_text(making.make(folder, now=datetime.now(UTC), lived_in=True))
    return folder, (folder / making.SECRET).read_text()


@contextmanager
def served(factory: pytest.TempPathFactory, folder: Path) -> Iterator[Server]:
    sample, secret = _made(factory)
    shutil.copytree(sample / making.HOME, folder / making.HOME, ignore=shutil.ignore_patterns("*.lock", "*.sock"))
    copy = Made(folder / making.HOME, secret)
    server = started(copy, "--dev", "--requests-per-minute", "100000", secret=secret)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def visiting(chromium: Browser, server: Server, *, has_script: bool) -> Iterator[Page]:
    """A page of the owner, who is logged in: on a wide screen with the script, on a phone without."""
    watched = Watched({server.url}, expected=["422"])
    size = {"width": WIDE if has_script else PHONE, "height": 800}
    with looking(chromium, watched, java_script_enabled=has_script, viewport=size) as context:
        page = context.new_page()
        come_in(page, server)
        yield page


def come_in(page: Page, server: Server) -> None:
    page.goto(server.owner.post("/owner/login").json()["url"])
    page.get_by_role("button", name="Come in").click()
