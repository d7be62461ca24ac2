"""What others wrote is text wherever it is shown: one vault full of markup and of signs that break things, and every page of it opened.

Each place where foreign text comes in has its own mark, so that a place that no page shows fails here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PHONE, Watched, looking
from tests.browser.samples import come_in
from tests.browser.test_every_page import pages
from tests.server.conftest import Made, Server, Start
from tests.vault.shops import Shop, active
from tests.vault.traders import Trader, intended
from vault import agreements, granting, meeting, owner, profile
from vault.engaging import messages, records
from vault.engaging.given import Holding, Holdings
from vault.engaging.messages import Written
from vault.granting import Permission
from vault.meeting import Standing
from vault.money import Money
from vault.policy.requests import Introduction
from vault.session import Vault
from vault.store import vendors

# Out of an attribute, out of a text, into a template, into a translation, and Arabic with an override of the direction.
_BREAKS = "\"'><i data-naughty onclick=naughty()><img src=x onerror=naughty()>{{7*7}}{%x%}%(who)s%s\u0645"
# Bodies may be long, have lines, and end what markup leaves open.
_BREAKS_MORE = f"{_BREAKS}\u202eevil --></textarea></title></style><script>naughty()</script>\n{'W' * 300}\n=1+1\n\U0001f469‍\U0001f4bb"
PLACES = (
    "vendor", "contract", "client", "stranger", "intro", "intention", "offer", "description", "subject", "body",
    "profile", "source", "browser",
)  # fmt: skip
# In the vault, and shown by the command line alone; a page that comes to show it is held to the same.
ELSEWHERE = {"source"}
# No element, attribute or address that came from a text, and nothing that runs but what is ours.
_FOREIGN = """() => [
  ...document.querySelectorAll("[data-naughty], [onclick], [onerror], img[src='x'], script:not([src^='/assets/']), style"),
  ...[...document.querySelectorAll("[href], [src], [action], [formaction]")].filter((one) =>
    ["href", "src", "action", "formaction"].some((name) => /^\\s*(javascript|data|vbscript):/i.test(one.getAttribute(name) || ""))),
].map((one) => one.outerHTML.slice(0, 200))"""
_SHOWN = """() => [document.title, document.body.textContent,
  ...[...document.querySelectorAll("input, textarea")].map((one) => one.value)].join("\\n")"""
# Pages alike that are opened, of each kind.
MAX_ALIKE = 4


def naughty(place: str, breaks: str = _BREAKS) -> str:
    assert place in PLACES
    return f"at-{place}{breaks}"


class Naughty(Shop):
    """A client whose document names it so."""

    def __init__(self, url: str, place: str, seed: int) -> None:
        super().__init__(url, seed)
        self.place = place

    def document(self, **changes: object) -> bytes:
        return super().document(**{"client_name": naughty(self.place), **changes})


def fill(vault: Vault) -> None:
    owner.set_owner(vault, ("Alex Example",), "DE")
    profile.put(vault, "pd:Name", [naughty("profile")])
    profile.put(vault, "pd:EmailAddress", ["home@example.org"], label="home")
    number = owner.add_vendor(vault, naughty("vendor"), domains=("power.example",), category="energy.electricity")
    row = vendors.vendor(vault.connection, number)
    assert row is not None
    owner.add_contract(vault, row, Money(6_000, "EUR"), "P1M", title=naughty("contract"))
    deal(vault)
    introduce(vault)


def deal(vault: Vault) -> None:
    """A client with an agreement and a grant offers something for an intention, writes, and says what it holds."""
    shop = Naughty("https://power.example/client.json", "client", 7)
    client = agreements.known_client(vault, shop.document()).id
    one = Trader(vault, shop, client, active(vault, shop))
    meeting.screen(vault, [client], Standing.YES)
    wanted = intended(vault, title=naughty("intention"))
    one.offers(want=wanted, title=naughty("offer"), description=naughty("description", _BREAKS_MORE))
    said = Written("service", naughty("body", _BREAKS_MORE), naughty("subject"))
    messages.receive(vault, client, said, meeting.butler(vault))
    permission = Permission(data=("pd:Name", "pd:EmailAddress"), purposes=("dpv:ServiceProvision",), retention="P30D")
    granting.release(vault, granting.give(vault, one.agreement, permission).row.id)
    held = Holding("pd:EmailAddress", naughty("source"), "dpv:ServiceProvision", vault.now.date())
    records.take_holdings(vault, client, Holdings((held,)))


def introduce(vault: Vault) -> None:
    """One that nobody has let in yet."""
    shop = Naughty("https://stranger.example/client.json", "stranger", 8)
    client = agreements.known_client(vault, shop.document()).id
    said = Introduction(name=naughty("stranger"), intro=naughty("intro", _BREAKS_MORE), category="telecom.mobile")
    meeting.introduce(vault, client, said, meeting.butler(vault))


@pytest.fixture
def server(made: Made, start: Start) -> Server:
    with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
        fill(vault)
    return start("--dev")


@pytest.fixture
def context(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    size, browser = {"width": PHONE, "height": 800}, naughty("browser").encode("ascii", "ignore").decode()
    watched = Watched({server.url})
    with looking(chromium, watched, viewport=size, user_agent=browser) as context:
        context.on("dialog", lambda dialog: watched.seen.append(f"a dialog: {dialog.message}"))
        yield context


def every_page(page: Page, server: Server) -> Iterator[str]:
    """Opens every page that the others lead to, a few of each kind."""
    patterns = [re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path) + "$") for one in pages()]
    waiting = [one.path for one in pages() if "{" not in one.path]
    met, opened = set(waiting), dict.fromkeys(patterns, 0)
    while waiting:
        here = waiting.pop(0)
        if here.endswith((".csv", ".ics", ".json", ".svg")):
            continue
        answer = page.goto(server.url + here)
        assert answer is not None
        assert answer.status == 200, here
        yield here
        for link in page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
            path = link.partition("#")[0].partition("?")[0]
            kind = next((one for one in patterns if one.fullmatch(path)), None)
            if kind and path not in met and opened[kind] < MAX_ALIKE:
                met.add(path)
                opened[kind] += 1
                waiting.append(path)


def test_what_others_wrote_is_text_on_every_page_that_shows_it(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    come_in(page, server)
    found, faults = set(), []
    for here in every_page(page, server):
        faults += [f"{here}: {one}" for one in page.evaluate(_FOREIGN)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{here} is {wide} px too wide")
        shown = page.evaluate(_SHOWN)
        assert "naughty()>49" not in shown  # what a template would make of it; a sum in the log may begin so too
        found |= {place for place in PLACES if naughty(place) in shown or f"at-{place}\"'><i data-naughty" in shown}
    assert faults == []
    missing = set(PLACES) - found - ELSEWHERE
    assert not missing, f"no page shows what came in by {sorted(missing)}"
