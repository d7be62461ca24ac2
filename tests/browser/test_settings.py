"""Settings in a browser, with reminders that really go out: to a mail server and to an HTTP server on this machine."""

from __future__ import annotations

import re
import socket
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import sleep

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched, logged_in, looking
from tests.browser.pictures import read_picture
from tests.server.conftest import PASSPHRASE, Made, Server, Start
from tests.server.receiving import PATIENCE_SECONDS
from tests.vault.test_reminding import code_at, power
from vault import archive, backup
from vault.reminding import Wishes, keeping
from vault.session import Vault


class Mailbox:
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "554 no, and the password is hunter2hunter2"
        self.mails.append(message_from_bytes(bytes(envelope.content or b""), policy=default))
        return "250 kept"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"mailto://127.0.0.1:{port}?from=vault@example.org&to=me@example.org&mode=insecure"
    controller.stop()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_test_goes_the_real_way_and_its_error_is_told_without_the_secret(
    chromium: Browser, made: Made, start: Start, mailbox: tuple[Mailbox, str], script: bool
) -> None:
    box, url = mailbox
    server = start("--dev")
    with looking(chromium, Watched({server.url}, expected=["422"]), java_script_enabled=script) as context:
        page = context.new_page()
        logged_in(page, server)
        page.goto(f"{server.url}/settings/reminders")
        _add(page, "bogus://hunter2hunter2", "Wrong")
        expect(page.get_by_role("alert")).to_contain_text("o service has an address like this")
        _add(page, url.replace("127.0.0.1", "me:hunter2hunter2@127.0.0.1"), "Mail")
        page.get_by_role("button", name=re.compile("Send a test ?: Mail")).click()
        expect(page.get_by_role("status")).to_contain_text("could not be sent")
        _add(page, url, "Post")
        page.get_by_role("button", name=re.compile("Send a test ?: Post")).click()
        expect(page.get_by_role("status")).to_contain_text("The test was sent")
        assert "hunter2" not in page.content()
        assert [one["subject"] for one in box.mails] == ["Firstparty: a test"]
        page.goto(f"{server.url}/settings/system")
        expect(page.get_by_role("row", name=re.compile("127.0.0.1"))).to_contain_text("reminders to you")
        page.goto(f"{server.url}/settings/reminders")
        page.get_by_role("button", name=re.compile("Remove ?: Post")).click()
        expect(page.get_by_role("heading", name="Post")).to_have_count(0)
    assert "hunter2" not in server.log


def _add(page: Page, url: str, label: str) -> None:
    if not page.locator("#url").is_visible():
        page.get_by_text("Add a place").click()
    page.fill("#url", url)
    page.fill("#label", label)
    page.get_by_role("button", name="Add", exact=True).click()


def test_what_was_missed_while_the_server_was_off_is_sent_once_and_says_late(
    made: Made, start: Start, mailbox: tuple[Mailbox, str]
) -> None:
    box, url = mailbox
    with made.open() as vault:  # months ago
        keeping.add_channel(vault, url, "E-Mail")
        keeping.put_wishes(vault, Wishes(quiet=None))  # the test runs at any hour
        power(vault, started=str(datetime.now(UTC).date() - timedelta(days=365 - 40)))
    for _ in range(2):  # the second start finds that it was told
        server = start("--dev")
        for _ in range(PATIENCE_SECONDS * 4):
            if box.mails:
                break
            sleep(0.25)
        server.stop()
        assert len(box.mails) == 1
    (mail,) = box.mails
    assert re.fullmatch(r"Power: last day to cancel in (7|8|9|10|11) days", mail["subject"])
    text = mail.get_content() if not mail.is_multipart() else str(mail)  # type: ignore[attr-defined]
    assert "[late]" in text


def test_the_second_step_is_set_up_by_its_picture_and_asked_after_the_passphrase(
    chromium: Browser, made: Made, start: Start
) -> None:
    server = start("--dev")
    with looking(chromium, Watched({server.url}, expected=["403", "422"])) as context:
        page = context.new_page()
        logged_in(page, server)
        page.goto(f"{server.url}/settings/second-step")
        page.get_by_role("button", name="Set it up").click()
        secret = str(re.search("secret=([A-Z2-7]+)", read_picture(page))[1])  # type: ignore[index]
        assert secret == page.locator(".secret").inner_text().replace(" ", "")
        page.fill("#code", "000000")
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Turn it on").click()
        expect(page.get_by_role("alert")).to_contain_text("not the code")
        used = _code(server, secret)
        page.fill("#code", used)
        page.fill("#passphrase", PASSPHRASE)
        page.get_by_role("button", name="Turn it on").click()
        expect(page.get_by_role("status")).to_contain_text("a code is asked")
        context.clear_cookies()
        logged_in(page, server)
        page.fill("#code", used)  # used already, to confirm
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(".why")).to_contain_text("was used already")
        page.goto(f"{server.url}/settings")
        expect(page.locator("#passphrase")).to_be_visible()  # the passphrase alone opened nothing
        page.fill("#passphrase", PASSPHRASE)
        page.click("button.main")
        page.fill("#code", _code(server, secret, 1))
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1, name="Settings")).to_be_visible()
        context.clear_cookies()
        page.goto(f"{server.url}/login")
        page.fill("#passphrase", made.recovery_key)
        page.click("button.main")
        page.goto(f"{server.url}/settings/second-step")
        page.fill("#passphrase", "not the passphrase of this vault")
        page.get_by_role("button", name="Do not ask for it any more").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.fill("#passphrase", made.recovery_key)
        page.get_by_role("button", name="Do not ask for it any more").click()
        expect(page.get_by_role("button", name="Set it up")).to_be_visible()


def _code(server: Server, secret: str, steps: int = 0) -> str:
    """By the server's clock."""
    return code_at(parsedate_to_datetime(server.client.get("/health").headers["date"]), secret, steps)


def test_looks_keys_and_other_browsers_are_the_owners_to_set(chromium: Browser, made: Made, start: Start) -> None:
    server = start("--dev")
    with looking(chromium, Watched({server.url})) as other, looking(chromium, Watched({server.url})) as context:
        elsewhere, page = other.new_page(), context.new_page()
        logged_in(elsewhere, server)
        logged_in(page, server)
        page.goto(f"{server.url}/settings")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.get_by_label("dark").check()
        page.get_by_label("12.99 €").check()
        page.get_by_label("Your time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
        expect(page.get_by_label("Your time zone")).to_have_value("Asia/Tokyo")
        page.keyboard.press("?")
        page.wait_for_url("**/settings/keys")
        page.get_by_role("button", name="Turn them off").click()
        expect(page.get_by_role("button", name="Turn them on")).to_be_visible()
        page.keyboard.press("g")
        page.keyboard.press("v")
        page.keyboard.press("?")
        page.get_by_role("link", name="Sharing").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sharing")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Keyboard")
        page.goto(f"{server.url}/settings/sessions")
        page.get_by_role("button", name="Log out everywhere else").click()
        expect(page.locator(".sessions li")).to_have_count(1)
        elsewhere.goto(f"{server.url}/settings")
        expect(elsewhere.locator("#passphrase")).to_be_visible()


def test_everything_is_taken_along_only_with_the_passphrase(
    chromium: Browser, made: Made, start: Start, tmp_path: Path
) -> None:
    """A backup opens again with the passphrase; an export is one."""
    server, again = start("--dev"), tmp_path / "again"
    with looking(chromium, Watched({server.url}, expected=["422"])) as context:
        page = context.new_page()
        logged_in(page, server)
        page.goto(f"{server.url}/settings/export")
        page.fill("#passphrase", "wrong")
        page.get_by_role("button", name="Download").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.fill("#passphrase", PASSPHRASE)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert re.fullmatch(r"firstparty-backup-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
        with zipfile.ZipFile(download.value.path()) as packed:
            packed.extractall(again)
        with Vault.open(again, PASSPHRASE, now=datetime.now(UTC), by="test") as vault:
            assert backup.last(vault)
        page.get_by_role("radio", name="An export").check()
        page.fill("#passphrase", PASSPHRASE)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert re.fullmatch(r"firstparty-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
        assert archive.is_archive(str(download.value.path()))
        page.goto(f"{server.url}/settings/system")
        expect(page.get_by_text("none was made yet")).to_have_count(0)
    assert not list(made.home.glob(".export-*"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_backup_is_tried_before_it_is_needed(
    chromium: Browser, made: Made, start: Start, tmp_path: Path, script: bool
) -> None:
    """From the reminder to the file and what it holds; what is no backup is told with the reason, and leaves nothing behind."""
    server, copy = start("--dev"), tmp_path / "copy.zip"
    with looking(chromium, Watched({server.url}, expected=["422"]), java_script_enabled=script) as context:
        page = context.new_page()
        logged_in(page, server)
        page.goto(f"{server.url}/settings/system")
        expect(page.get_by_text("There is no backup yet")).to_be_visible()
        page.get_by_role("link", name="Backup and export").click()
        page.fill("#passphrase", PASSPHRASE)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        copy.write_bytes(download.value.path().read_bytes())
        page.get_by_role("link", name="Try a backup").click()
        expect(page.get_by_text("The last backup was never tried")).to_be_visible()
        cut = tmp_path / "cut.zip"
        cut.write_bytes(copy.read_bytes()[:-1000])
        for path, secret, says in (
            (cut, PASSPHRASE, "This is not a backup, or not all of it"),
            (copy, "not the passphrase of this vault", "That does not open this backup"),
        ):
            _try(page, path, secret)
            expect(page.get_by_role("alert")).to_contain_text(says)
            expect(page.get_by_role("heading", name="It can be put back")).to_have_count(0)
        _try(page, copy, made.recovery_key)
        expect(page.get_by_role("status")).to_contain_text("The backup was tried")
        expect(page.get_by_role("heading", name="It can be put back")).to_be_visible()
        expect(page.get_by_text("with the recovery key")).to_be_visible()
        page.goto(f"{server.url}/settings/system")
        expect(page.get_by_text("whole, with the vault as of")).to_be_visible()
        expect(page.get_by_text("never tried")).to_have_count(0)
        page.goto(f"{server.url}/activity")
        expect(page.get_by_text("A backup was tried")).to_have_count(1)
    assert not list(made.home.glob(".drill-*"))


def _try(page: Page, path: Path, secret: str) -> None:
    page.fill("#passphrase", secret)
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Try it").click()
