"""Three ways through the pages that everybody has to be able to go, whatever they go with, and what is true in the vault after each.

A journey says what it looks for as a person would, by what it is and is called; `Going` is how the person gets there, with
a pointer or with the keyboard alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from tests.server.conftest import Server
from vault import granting
from vault.butler.decisions import Decision, decisions
from vault.overview import Overview
from vault.session import Vault
from vault.store import corrections

DEAR = "Power without end"


class Going(Protocol):
    """How one gets about on a page."""

    page: Page

    def follows(self, one: Locator) -> None:
        """A link or a button that leads on."""

    def chooses(self, field: Locator, files: list[str]) -> None: ...


def comes_in(going: Going, server: Server) -> None:
    going.page.goto(server.owner.post("/owner/login").json()["url"])
    going.follows(going.page.get_by_role("button", name="Come in"))


def brings_files_in(going: Going, server: Server, files: list[str]) -> None:
    """From the link of the first run to relationships, one of which is confirmed."""
    page = going.page
    comes_in(going, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to your vault")
    going.follows(page.get_by_role("link", name="Import files").last)
    going.chooses(page.get_by_label("Drop files here"), files)
    going.follows(page.get_by_role("button", name="Look at them"))
    bring = page.get_by_role("button", name="Bring them in")
    expect(bring).to_be_visible()
    going.follows(bring)
    expect(page.get_by_role("heading", level=1)).to_contain_text("relationships found")
    going.follows(page.get_by_role("link", name="Answer"))
    going.follows(page.get_by_role("button", name="Yes", exact=True).or_(_aside(page)).first)
    expect(page.get_by_role("button", name="Undo").first).to_be_visible()


def _aside(page: Page) -> Locator:
    return page.get_by_role("button", name="I do not know")


def holds_what_was_brought(vault: Vault) -> None:
    found = Overview(vault.connection, vault.now.date())
    assert any(one.row.title == "Netflix" for one in found.contracts)
    said = any(one.row.verdict for one in found.contracts) or corrections.dismissed_questions(vault.connection)
    assert said, "the answer is kept"


def decides_an_offer(going: Going, server: Server) -> None:
    """What the rules declined is accepted."""
    page = going.page
    comes_in(going, server)
    going.follows(page.get_by_role("navigation", name="Main").get_by_role("link", name="Offers").first)
    going.follows(page.get_by_role("link", name="Declined"))
    going.follows(page.get_by_role("link", name=DEAR, exact=True))
    going.follows(page.get_by_role("button", name="Accept"))
    expect(page.get_by_role("status")).to_contain_text("Your word counts")


def of_the_dear_one(vault: Vault) -> Decision:
    (found,) = [one for one in decisions(vault) if DEAR in one.request.body]
    return found


def has_the_owners_word(vault: Vault) -> None:
    found = of_the_dear_one(vault)
    assert (found.decided, found.verdict, len(found.overrides)) == ("refuse", "accept", 1)


def stops_a_share(going: Going, server: Server) -> None:
    page = going.page
    comes_in(going, server)
    going.follows(page.get_by_role("navigation", name="Main").get_by_role("link", name="Sharing").first)
    going.follows(page.get_by_role("button", name="Stop sharing").first)
    expect(page.get_by_role("status")).to_contain_text("stays on record")


def live_grants(vault: Vault) -> set[str]:
    return {one.id for one in granting.listed(vault.connection, vault.now) if one.is_live}


@contextmanager
def closed(server: Server) -> Iterator[Vault]:
    """The vault of the server, which is stopped for it."""
    server.stop()
    secret = (server.home.parent / "secret").read_text().strip()
    with Vault.open(server.home, secret, now=datetime.now(UTC), by="test") as vault:
        yield vault
