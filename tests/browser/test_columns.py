"""A bank's table that nobody knows, explained in a browser: once, and known from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import samples
from tests.server.conftest import Made, Server, Start

TABLE = "When;Whom;How much;<b>Note</b>\n01/02/2026;Stream & Co;12.50;x\n03/04/2026;Stream & Co;12.50;y\n"


@pytest.fixture
def server(made: Made, start: Start) -> Server:
    return start()


page = samples.owners_page()


def bring(page: Page, server: Server, *files: Path) -> None:
    page.goto(f"{server.url}/import")
    page.get_by_label("Drop files here").set_input_files([str(one) for one in files])
    page.get_by_role("button", name="Look at them").click()


def test_a_table_is_explained_column_by_column_and_its_bank_is_known_from_then_on(
    page: Page, server: Server, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("january.csv", "february.csv", "later.csv")]
    for one, day in zip(files, ("05", "06", "07"), strict=True):
        one.write_text(TABLE.replace("01/02", f"{day}/02"))
    bring(page, server, *files[:2])
    page.get_by_role("link", name="Say what its columns are").first.click()
    expect(page.get_by_text("Which column has the day, and which the amount?")).to_be_visible()
    expect(page.get_by_role("columnheader", name="<b>Note</b>")).to_be_visible()
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_label("Day", exact=True).select_option(label="When – 05/02/2026")
    page.get_by_label("Amount", exact=True).select_option(label="How much – 12.50")
    page.get_by_label("Who was paid, or paid").select_option(label="Whom – Stream & Co")
    page.get_by_label("or one currency for all").fill("EUR")
    page.get_by_text("How it is written").click()
    page.get_by_label("What you paid").select_option(label="has none, and what you got back has one")
    page.get_by_role("button", name="Read it so").click()
    for name in ("january.csv", "february.csv"):
        expect(page.get_by_role("row", name=name)).to_contain_text("good")
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("found")

    bring(page, server, files[2])
    expect(page.get_by_role("row", name="later.csv")).to_contain_text("good")
    assert not list((server.home / "incoming").rglob("*.csv")), "files are deleted as soon as they are read"


def test_what_still_cannot_be_told_is_asked_for_with_the_choices_kept(
    page: Page, server: Server, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text(TABLE.replace("01/02", "05/02").replace(";", ","))
    bring(page, server, odd)
    page.get_by_role("link", name="Say what its columns are").click()
    page.get_by_label("Day", exact=True).select_option(label="When – 05/02/2026")
    page.get_by_label("Amount", exact=True).select_option(label="How much – 12.50")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("alert")).to_contain_text("In which currency are its amounts?")
    expect(page.get_by_label("Day", exact=True)).to_have_value("1")
    page.get_by_label("or one currency for all").fill("x1")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("alert")).to_contain_text("three letters")
    page.get_by_label("or one currency for all").fill("cad")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("alert")).to_contain_text("Does the day come first")
    page.get_by_label("How days are written").select_option(label="day, month, year")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("row", name="odd.csv")).to_contain_text("good")


def test_what_was_told_of_a_table_that_did_not_read_is_not_remembered(
    page: Page, server: Server, tmp_path: Path
) -> None:
    good, odd = tmp_path / "good.csv", tmp_path / "odd.csv"
    good.write_text("Date,Description,Amount,Currency\n2026-01-02,Shop,-1.00,EUR\n")
    odd.write_text(TABLE.replace(";", ","))
    bring(page, server, good, odd)
    page.get_by_role("link", name="Say what its columns are").click()
    page.get_by_label("Day", exact=True).select_option(label="When – 01/02/2026")
    page.get_by_label("Amount", exact=True).select_option(label="How much – 12.50")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("alert")).to_contain_text("In which currency")
    page.get_by_role("link", name="What the files are").click()
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("found")
    bring(page, server, odd)
    page.get_by_role("link", name="Say what its columns are").click()
    expect(page.get_by_text("Which column has the day, and which the amount?")).to_be_visible()
