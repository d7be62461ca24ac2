"""Where one's data is: what needs doing is asked for from the page, and is then their turn."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.samples import deal, fresh, running, visiting
from vault import granting, owner
from vault.engaging import addressees, rights
from vault.policy.rights_life import Right
from vault.store import vendors


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_needs_doing_comes_first_and_is_asked_for_from_there(
    chromium: Browser, tmp_path: Path, script: bool
) -> None:
    with fresh(tmp_path / "vault") as (vault, made):
        deal(vault)
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
    with running(made) as server, visiting(chromium, server, has_script=script) as page:
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
