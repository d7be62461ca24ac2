"""A server on a vault of the sandbox that has been lived in, for tests that change it: made once, a copy for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from tests.server.conftest import Made, Server, started
from web.sandbox import making


def made(folder: Path) -> str:
    """The secret that opens it."""
    return making.make(folder, now=datetime.now(UTC), lived_in=True)


@contextmanager
def served(sample: Path, secret: str, folder: Path) -> Iterator[tuple[Server, Made]]:
    shutil.copytree(sample / making.HOME, folder / making.HOME, ignore=shutil.ignore_patterns("*.lock", "*.sock"))
    copy = Made(folder / making.HOME, secret)
    server = started(copy, "--dev", "--requests-per-minute", "100000", secret=secret)
    try:
        yield server, copy
    finally:
        server.stop()


def come_in(page: Page, server: Server) -> None:
    page.goto(server.owner.post("/owner/login").json()["url"])
    page.get_by_role("button", name="Come in").click()
