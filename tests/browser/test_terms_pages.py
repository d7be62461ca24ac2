"""The terms that one offers: read, changed, undone, with an exception; and what a vendor answered, verified, declined, ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from terms.proof import bundle, verifier
from tests.browser.conftest import PHONE, WIDE, Watched, looking
from tests.browser.samples import come_in, deal, fresh, running
from tests.server.conftest import Server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with fresh(tmp_path_factory.mktemp("terms") / "vault") as (vault, made):
        deal(vault)
    with running(made) as server:
        yield server


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_terms_are_changed_for_all_and_for_some_and_the_last_change_is_undone(
    chromium: Browser, served: Server, script: bool
) -> None:
    watched = Watched({served.url}, expected=["422"])
    with looking(chromium, watched, java_script_enabled=script, viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, served)
        page.goto(f"{served.url}/terms/choose")
        page.get_by_label("They keep what they got no longer than").select_option("P30D" if script else "P1Y")
        page.get_by_label("Between which hours").fill("never")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.get_by_label("Between which hours").input_value() == "never"
        assert page.get_by_label("They keep what they got").input_value() == ("P30D" if script else "P1Y")
        page.get_by_label("Between which hours").fill("")
        page.get_by_label("Marketing", exact=True).check()
        page.get_by_label("Service only, with portability").first.check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Service only, with portability")).to_be_visible()
        expect(page.get_by_text(f"Data kept at most {'30 days' if script else '1 year'}")).to_be_visible()
        page.goto(f"{served.url}/terms/choose?category=entertainment")
        page.get_by_label("An agreement runs no longer than").select_option("P7D" if script else "P6M")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text(f"Agreements run at most {'7 days' if script else '6 months'}")).to_be_visible()
        page.get_by_role("link", name="Earlier versions").click()
        page.get_by_role("button", name="Undo the last change").click()
        expect(page.get_by_role("status")).to_contain_text("Undone")
        page.get_by_role("link", name="Your terms").click()
        expect(
            page.get_by_text("None: the same holds for everybody.") if script else page.locator("#main")
        ).to_be_visible()
        page.goto(f"{served.url}/terms/choose?category=entertainment")
        page.get_by_role("button", name="No exception any more").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")


def test_what_a_vendor_answered_is_declined_and_what_is_agreed_is_verified_taken_along_and_ended(
    chromium: Browser, served: Server
) -> None:
    watched = Watched({served.url}, expected=["409"])
    with looking(chromium, watched, viewport={"width": WIDE, "height": 800}) as context:
        page = context.new_page()
        come_in(page, served)
        page.goto(f"{served.url}/terms")
        page.get_by_role("link", name="Distant Grid").click()
        expect(
            page.get_by_text("“Service, analytics, tracking and profiling” is not acceptable to you", exact=False)
        ).to_be_visible()
        page.get_by_label("Why").fill("too much")
        page.get_by_role("button", name="Decline their terms").click()
        expect(page.get_by_text("You declined")).to_be_visible()
        expect(page.get_by_text("too much")).to_be_visible()
        page.goto(f"{served.url}/terms")
        page.get_by_role("link", name="Brightwire").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download with all proofs").click()
        assert verifier.verify(bundle.read(waiting.value.path().read_bytes())).ok
        page.get_by_role("link", name="Verify it").click()
        expect(page.get_by_role("heading", name="Nothing failed")).to_be_visible()
        page.go_back()
        late = context.new_page()
        late.goto(page.url)
        page.get_by_role("button", name="End the agreement").click()
        expect(page.get_by_text("You ended it")).to_be_visible()
        late.get_by_role("button", name="End the agreement").click()
        expect(late.get_by_role("alert")).to_contain_text("nothing was changed")
        expect(late.get_by_text("You ended it")).to_be_visible()
