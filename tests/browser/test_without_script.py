"""Without JavaScript: from a file to a relationship, an offer decided, a share stopped; each ends in the vault as it does with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser import journeys, samples
from tests.browser.conftest import PHONE, Watched, looking
from tests.server.conftest import Made, Server, Start
from web.demo import write_sample


class Pointer:
    def __init__(self, page: Page) -> None:
        self.page = page

    def follows(self, one: Locator) -> None:
        one.click()

    def chooses(self, field: Locator, files: list[str]) -> None:
        field.set_input_files(files)


@contextmanager
def pointing(browser: Browser, server: Server) -> Iterator[Pointer]:
    size = {"width": PHONE, "height": 800}
    with looking(browser, Watched({server.url}), java_script_enabled=False, viewport=size) as context:
        yield Pointer(context.new_page())


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Server]:
    with samples.served(tmp_path_factory, tmp_path) as server:
        yield server


def test_a_first_run_leads_from_a_file_to_what_is_confirmed(
    chromium: Browser, made: Made, start: Start, tmp_path: Path
) -> None:
    files = [str(path) for path in write_sample(tmp_path / "brought", until=datetime.now(UTC).date())]
    server = start()
    with pointing(chromium, server) as one:
        journeys.brings_files_in(one, server, files)
    with journeys.closed(server) as vault:
        journeys.holds_what_was_brought(vault)


def test_an_offer_is_decided_otherwise(chromium: Browser, sample: Server) -> None:
    with pointing(chromium, sample) as one:
        journeys.decides_an_offer(one, sample)
    with journeys.closed(sample) as vault:
        journeys.has_the_owners_word(vault)


def test_a_share_is_stopped(chromium: Browser, sample: Server) -> None:
    with pointing(chromium, sample) as one:
        journeys.stops_a_share(one, sample)
    with journeys.closed(sample) as vault:
        assert journeys.live_grants(vault) == set()
