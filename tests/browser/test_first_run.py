"""A new vault in a browser: from a file to the relationships in it, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.server.conftest import Made, Server, Start
from web.demo import write_sample

MAX_CLICKS = 4
NAUGHTY = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture
def server(made: Made, start: Start) -> Server:
    return start()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("brought")
    return [str(path) for path in write_sample(folder, until=datetime.now(UTC).date())]


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Page]:
    watched = Watched({server.url}, expected=["422", "403"])
    size = {"width": WIDE if request.param else PHONE, "height": 800}
    with looking(chromium, watched, java_script_enabled=request.param, viewport=size) as context:
        page = context.new_page()
        page.goto(server.owner.post("/owner/login").json()["url"])
        page.get_by_role("button", name="Come in").click()
        yield page


def kept(server: Server) -> list[Path]:
    """The files that a browser brought and that still lie in the vault's folder."""
    return [path for path in (server.home / "incoming").rglob("*") if path.is_file()]


def test_files_lead_to_relationships_in_few_clicks_and_are_taken_back_with_one(
    page: Page, server: Server, files: list[str]
) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to your vault")
    clicks = 1
    page.get_by_role("link", name="Import files").click()
    clicks += 1  # choosing them
    page.get_by_label("Drop files here").set_input_files(files)
    clicks += 1
    page.get_by_role("button", name="Look at them").click()
    row = page.get_by_role("row", name="PayPal_Download.CSV")
    expect(row).to_contain_text("good")
    expect(row).to_contain_text("134")
    assert kept(server) == [], "files are deleted as soon as they are read"
    clicks += 1
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("relationships found")
    assert clicks <= MAX_CLICKS
    expect(page.get_by_role("link", name="Netflix")).to_contain_text("every month")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("status")).to_have_text("Undone.")
    page.goto(f"{server.url}/vendors")
    expect(page.get_by_role("link", name="Netflix")).to_have_count(0)


def test_sample_data_is_marked_on_every_page_and_removed_with_one_click(page: Page, server: Server) -> None:
    page.get_by_role("button", name="Try sample data").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("relationships found")
    page.goto(f"{server.url}/review")
    expect(page.get_by_text("This is sample data")).to_be_visible()
    page.get_by_role("button", name="No", exact=True).or_(
        page.get_by_role("button", name="I do not know")
    ).first.click()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status")).to_have_text("Undone.")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("This is sample data")).to_have_count(0)
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to your vault")


def test_what_cannot_be_read_is_said_of_each_file_and_its_name_is_text(
    page: Page, server: Server, tmp_path: Path, files: list[str]
) -> None:
    page.goto(f"{server.url}/import")
    page.get_by_role("button", name="Look at them").click()
    expect(page.get_by_role("alert")).to_have_text("Choose at least one file.")
    wrong = tmp_path / NAUGHTY
    wrong.write_text("nothing that a bank would give")
    page.get_by_label("Drop files here").set_input_files([str(wrong), files[0]])
    page.get_by_role("button", name="Look at them").click()
    expect(page.get_by_role("row", name=NAUGHTY)).to_contain_text("cannot be read")
    expect(page.get_by_role("row", name=Path(files[0]).name)).to_contain_text("good")
    page.get_by_role("button", name="Throw them away").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing was brought in")


def test_a_form_that_is_not_of_this_session_leaves_no_file(page: Page, server: Server, files: list[str]) -> None:
    content = Path(files[0]).read_bytes()
    upload = {"name": "a.xml", "mimeType": "text/xml", "buffer": content}
    answer = page.request.post(f"{server.url}/import", multipart={"form_token": "another", "files": upload})
    assert answer.status == 403
    answer = page.request.post(f"{server.url}/import", multipart={"files": upload})
    assert answer.status == 403
    assert kept(server) == []
    page.goto(f"{server.url}/imports")
    expect(page.get_by_text("Nothing was imported yet.")).to_be_visible()
