"""What a first visit loads, over the wire: little enough for a phone in a cellar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Watched, looking
from tests.browser.samples import come_in, served
from tests.server.conftest import Server
from web.pages.frame import assets

FIRST_VISIT, SCRIPT, SCRIPT_LINES = 40_000, 10_000, 300


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory, tmp_path_factory.mktemp("weighed")) as server:
        yield server


@pytest.mark.parametrize("path", ["/", "/vendors", "/activity", "/developers/api"])
def test_a_first_visit_loads_no_more_than_40_kb_and_a_second_one_the_page_alone(
    chromium: Browser, sample: Server, path: str
) -> None:
    with looking(chromium, Watched({sample.url})) as context:
        page = context.new_page()
        come_in(page, sample)
        protocol = context.new_cdp_session(page)
        sizes: dict[str, float] = {}

        def count(event: dict[str, Any]) -> None:
            sizes[event["requestId"]] = event["encodedDataLength"]

        protocol.on("Network.loadingFinished", count)
        protocol.send("Network.enable")
        protocol.send("Network.clearBrowserCache")
        page.goto(sample.url + path, wait_until="networkidle")
        assert len(sizes) >= 3, "the page, its style, its script"
        assert sum(sizes.values()) <= FIRST_VISIT
        first = dict(sizes)
        sizes.clear()
        page.goto(sample.url + path, wait_until="networkidle")
        assert sum(sizes.values()) < sum(first.values()) - 5_000, "style and script are kept"


def test_the_script_stays_small() -> None:
    written = (Path(assets.__file__).parent / "assets" / "script.js").read_text("utf-8")
    assert len(written.encode()) <= SCRIPT
    assert len(written.splitlines()) <= SCRIPT_LINES
