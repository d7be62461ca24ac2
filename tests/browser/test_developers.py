"""The pages for developers: a letter that was given up is sent again, and a sandbox's clock goes ahead."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Watched, looking
from tests.browser.samples import come_in
from tests.server.conftest import Made, Start
from tests.server.hooked import worlds
from vault.policy.webhook_life import DeliveryState
from vault.store import outbox


@pytest.fixture
def came_in(chromium: Browser) -> Iterator[Page]:
    watched = Watched({"http://127.0.0.1"})
    with looking(chromium, watched, java_script_enabled=False, viewport={"width": PHONE, "height": 800}) as context:
        yield context.new_page()


def test_what_was_given_up_is_sent_again_from_the_log(came_in: Page, made: Made, start: Start) -> None:
    page = came_in
    with worlds(made, start) as world:
        world.put()
        world.until("active")
        world.test()
        first = world.hook.events(1)[0]
        world.server.stop()
        with made.open() as vault, vault.transaction():
            row = next(one for one in outbox.deliveries(vault.connection, tuple(DeliveryState)) if one.id == first.id)
            outbox.put_delivery(vault.connection, msgspec.structs.replace(row, state=DeliveryState.DEAD, status=500))
        server = start("--dev")
        come_in(page, server)
        page.goto(f"{server.url}/developers")
        page.get_by_role("link", name="Webhook log").click()
        expect(page.get_by_role("row", name=row.id)).to_contain_text("given up")
        page.get_by_role("row", name=row.id).get_by_role("button", name="Send again").click()
        expect(page.get_by_role("status")).to_have_text("They will be sent again.")
        assert world.hook.events(2)[1].id == first.id


def test_a_vault_of_ones_own_has_no_clock_to_move(came_in: Page, start: Start) -> None:
    server = start()
    come_in(came_in, server)
    came_in.goto(f"{server.url}/developers")
    expect(came_in.get_by_text("This is a real vault")).to_be_visible()
    token = came_in.locator("input[name=form_token]").first.get_attribute("value")
    answer = came_in.request.post(f"{server.url}/developers/clock", form={"form_token": token or "", "hours": "24"})
    assert answer.status == 404
