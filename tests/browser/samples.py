"""Servers for tests of pages: on a vault of the sandbox that has been lived in, made once with a copy for each, or on a new vault; and
a page of the owner, who is logged in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.server.conftest import PASSPHRASE, Made, Server, started
from vault import keyring, owner, profile, trading
from vault.butler import market
from vault.session import Vault
from web.sandbox import dealings, making


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
    with running(Made(folder / making.HOME, secret), "--dev") as server:
        yield server


@contextmanager
def running(made: Made, *options: str) -> Iterator[Server]:
    """A server on a closed vault."""
    server = started(made, "--requests-per-minute", "100000", *options, secret=made.recovery_key)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def fresh(home: Path) -> Iterator[tuple[Vault, Made]]:
    """A new vault of today, open in the block, and what a server is started on afterwards."""
    secret = keyring.new_recovery_key()
    with Vault.create(home, PASSPHRASE, secret, now=datetime.now(UTC)) as vault:
        yield vault, Made(home, secret)


def deal(vault: Vault, **wanted: object) -> None:
    """A person with an address who wants electricity, published, and what vendors offer and hold."""
    owner.set_owner(vault, ("Alex Example",), "DE")
    profile.put(vault, "pd:PhysicalAddress", ["Musterstraße 1", "12345 Musterstadt"])
    said = {"title": "Electricity", "category": "energy.electricity", **wanted}
    trading.publish(vault, market.add_intention(vault, json.dumps(said).encode()).row.id)
    dealings.add(vault)


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


def lived_in(*, scope: Literal["function", "module"]) -> object:
    """The fixture `server`: on a copy of the lived-in vault for each test, or for all of a file."""

    @pytest.fixture(scope=scope)
    def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
        with served(tmp_path_factory, tmp_path_factory.mktemp("lived-in-copy")) as server:
            yield server

    return server


def owners_page(path: str = "/") -> object:
    """The fixture `page`: the owner's, at a path of `server`, on a wide screen with the script and on a phone without."""

    @pytest.fixture(params=[True, False], ids=["script", "no script"])
    def page(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Page]:
        with visiting(chromium, server, has_script=request.param) as page:
            page.goto(f"{server.url}{path}")
            yield page

    return page
