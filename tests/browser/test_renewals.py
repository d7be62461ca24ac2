"""Dates as a list, a month and a calendar link, whose file an independent parser reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import vobject
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Watched, logged_in, looking
from tests.server.conftest import Made, Server, Start
from tests.vault.test_reminding import power
from vault import owner
from vault.overview import Contract, Overview
from vault.session import Vault

# A name as a bank statement may bring it: a line of its own, an event of its own, and every separator of the format.
HOSTILE = "Power; by, night:\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nATTACH:https://evil.example\\n\\"


@pytest.fixture
def world(made: Made, start: Start) -> tuple[Server, date]:
    """A server, and the last day to cancel one contract."""
    today = datetime.now(UTC).date()
    with made.open() as vault:
        power(vault, started=str(today - timedelta(days=300)))
        row = Overview(vault.connection, today).vendors[0]
        number = owner.add_contract(vault, row, owner.price_of("9", "EUR"), "P1M", title="Other")
        with vault.transaction():
            vault.connection.execute("UPDATE contract SET title = ? WHERE id = ?", (HOSTILE, number))
        for name, text in (("started", str(today - timedelta(days=250))), ("minimum", "P1Y"), ("notice", "P1M")):
            owner.set_fact(vault, _contract(vault, HOSTILE, today), name, text)
        found = _contract(vault, "Power", today).deadline("cancel_by")
    assert found
    return start("--dev"), found.on


def _contract(vault: Vault, title: str, today: date) -> Contract:
    return next(one for one in Overview(vault.connection, today).contracts if one.row.title == title)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_calendar_link_is_made_read_by_another_parser_replaced_and_turned_off(
    chromium: Browser, world: tuple[Server, date], script: bool
) -> None:
    shown, _ = world
    with looking(chromium, Watched({shown.url}), java_script_enabled=script) as context:
        page = context.new_page()
        logged_in(page, shown)
        page.goto(f"{shown.url}/renewals")
        page.get_by_role("button", name="Make a calendar link").click()
        first = page.get_by_label("Your secret address").input_value()
        read = httpx.get(first, trust_env=False)
        _check_file(read)
        assert httpx.get(first, headers={"If-None-Match": read.headers["etag"]}, trust_env=False).status_code == 304
        page.get_by_role("button", name="Replace it").click()
        second = page.get_by_label("Your secret address").input_value()
        assert [httpx.get(one, trust_env=False).status_code for one in (first, second)] == [404, 200]
        shown.owner.post("/owner/lock")
        assert httpx.get(second, trust_env=False).status_code == 503
        shown.owner.post("/owner/unlock", json={"secret": (shown.home.parent / "secret").read_text()})
        page.get_by_role("button", name="Turn it off").click()
        expect(page.get_by_role("button", name="Make a calendar link")).to_be_visible()
        assert httpx.get(second, trust_env=False).status_code == 404
    assert first.rpartition("/")[2].removesuffix(".ics") not in shown.log


def _check_file(read: httpx.Response) -> None:
    """One event for each date, with alarms on the last days to cancel; names of others stay in their property."""
    assert read.headers["content-type"].startswith("text/calendar")
    events = vobject.readOne(read.content.decode()).vevent_list
    assert len({one.uid.value for one in events}) == len(events)
    last_days = [one for one in events if one.summary.value.startswith("Last day to cancel")]
    assert "Last day to cancel: Power" in [one.summary.value for one in last_days]
    for one in last_days:
        assert sorted(alarm.trigger.value for alarm in one.valarm_list) == [
            timedelta(hours=9) - timedelta(days=days) for days in (14, 3)
        ]
        assert {alarm.action.value for alarm in one.valarm_list} == {"DISPLAY"}
        assert "attach" not in one.contents
        assert all("attach" not in alarm.contents for alarm in one.valarm_list)
    hostile = [one for one in last_days if "by, night" in one.summary.value]
    assert len(hostile) == 1
    assert "END:VEVENT" in hostile[0].summary.value  # as text, on its line


def test_the_month_is_turned_by_links_on_a_phone_and_a_date_leads_to_its_vendor(
    chromium: Browser, world: tuple[Server, date]
) -> None:
    shown, on = world
    viewport = {"width": PHONE, "height": 800}
    with looking(chromium, Watched({shown.url}), java_script_enabled=False, viewport=viewport) as context:
        page = context.new_page()
        logged_in(page, shown)
        today = datetime.now(UTC).date()
        page.goto(f"{shown.url}/renewals")
        expect(page.get_by_role("heading", level=2, name=f"{today:%B %Y}")).to_be_visible()
        for _ in range((on.year - today.year) * 12 + on.month - today.month):
            page.get_by_role("link", name="Later").click()
        expect(page.get_by_role("heading", level=2, name=f"{on:%B %Y}")).to_be_visible()
        assert f"month={on:%Y-%m}" in page.url
        page.locator("table.month").get_by_role("link", name=f"last day to cancel, {on.day} {on:%B %Y}").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("City Power")
        for address in ("/renewals?month=9999-99", "/renewals?month=<b>&kind=x"):
            page.goto(f"{shown.url}{address}")
            expect(page.get_by_role("heading", level=2, name=f"{today:%B %Y}")).to_be_visible()
