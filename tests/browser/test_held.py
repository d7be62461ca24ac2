"""Where one's data is: what needs doing is asked for from the page, and is then their turn."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Watched, looking
from tests.server.conftest import PASSPHRASE, Made, started
from vault import granting, keyring, owner, profile, trading
from vault.butler import market
from vault.engaging import addressees, rights
from vault.policy.rights_life import Right
from vault.session import Vault
from vault.store import vendors
from web.sandbox import dealings

WANTED = b'{"title": "Electricity", "category": "energy.electricity"}'


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_needs_doing_comes_first_and_is_asked_for_from_there(
    chromium: Browser, tmp_path: Path, script: bool
) -> None:
    secret = keyring.new_recovery_key()
    with Vault.create(tmp_path / "vault", PASSPHRASE, secret, now=datetime.now(UTC)) as vault:
        owner.set_owner(vault, ("Alex Example",), "DE")
        profile.put(vault, "pd:PhysicalAddress", ["Musterstraße 1", "12345 Musterstadt"])
        trading.publish(vault, market.add_intention(vault, WANTED).row.id)
        dealings.add(vault)
        grant = granting.listed(vault.connection, vault.now)[0]
        asked = next(iter(rights.listed(vault)))
        rights.withdraw(vault, asked.row.id)
        granting.revoke(vault, grant.row.id)
        at = vault.now
        # One had to be answered a month ago; the other is fresh, to a vendor that nothing is known to lie with.
        for name, right, day in (
            ("Sunmill Solar", Right.ACCESS, at - timedelta(days=60)),
            ("Later Lamps", Right.OBJECTION, at),
        ):
            owner.add_vendor(vault, name)
            vault.now = day
            row = next(one for one in vendors.vendors(vault.connection) if one.name == name)
            rights.ask(vault, addressees.of_vendor(vault, row), right)
            vault.now = at
    server = started(Made(tmp_path / "vault", secret), secret=secret)
    try:
        with looking(
            chromium, Watched({server.url}), java_script_enabled=script, viewport={"width": PHONE, "height": 800}
        ) as context:
            page = context.new_page()
            page.goto(server.owner.post("/owner/login").json()["url"])
            page.get_by_role("button", name="Come in").click()
            page.goto(f"{server.url}/sharing")
            page.get_by_role("link", name="Where your data is").click()
            expect(page.get_by_role("heading", name="Action needed")).to_be_visible()
            late = page.get_by_role("listitem").filter(has_text="Sunmill Solar")
            expect(late).to_contain_text("a copy of what they have of you")
            expect(late).to_contain_text("you can complain")
            waiting = page.get_by_role("listitem").filter(has_text="Later Lamps")
            expect(waiting).to_contain_text(re.compile("an end to a use of it.*They have to answer by", re.S))
            expect(page.get_by_text("never got it from this vault").first).to_be_visible()
            expect(page.get_by_role("region", name="Kinds of data by vendor")).to_contain_text("was shared")
            page.get_by_role("button", name="Ask them to erase").click()
            expect(page.get_by_role("status")).to_contain_text("Asked")
            page.goto(f"{server.url}/held")
            expect(page.get_by_role("heading", name="Waiting for an answer")).to_be_visible()
            expect(page.get_by_role("button", name="Ask them to erase")).to_have_count(0)
    finally:
        server.stop()
