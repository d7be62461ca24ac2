"""Offers: who waits to be let in, then what is shown, held and declined, each with why. `one` has the whole of one offer."""

from __future__ import annotations

from typing import Final

from vault.butler import market
from vault.butler.market import NotFoundError
from vault.session import Vault
from web.pages.frame import rule_words
from web.pages.frame.guard import Visit, guarded
from web.pages.offers import one, screener
from web.pages.offers.lines import Line, line
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "offers/page.html"
PER_PAGE: Final = 50
_QUERY: Final = {"show": "shown, held or declined", "page": "which page", "decided": "the offer decided last"}


def _shown(vault: Vault, visit: Visit) -> Answer:
    counts = market.count_by_verdict(vault)
    first = next((name for name, (verdict, _) in one.TABS.items() if counts[verdict]), "shown")
    tab = visit.asked.query.get("show", first)
    tab = tab if tab in one.TABS else first
    verdict = one.TABS[tab][0]
    pages = max(1, -(-counts[verdict] // PER_PAGE))
    written = visit.asked.query.get("page", "1")
    number = min(max(int(written), 1), pages) if written.isdecimal() and len(written) < len(str(2**31)) else 1
    found = market.offers_of_verdict(vault, verdict, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return visit.shows(
        _TEMPLATE,
        tabs=[(name, words, counts[of]) for name, (of, words) in one.TABS.items()],
        tab=tab,
        last=_last(vault, visit),
        buttons=one.WORDS,
        rule_words=rule_words,
        lines=[line(vault, offered) for offered in found],
        number=number,
        pages=pages,
        knocking=screener.knocking(vault),
        answered=screener.answered(vault),
        words=screener.WORDS,
        says=screener.SAYS,
        looks=rule_words.LOOKS,
        effects=rule_words.EFFECTS,
    )


def _last(vault: Vault, visit: Visit) -> Line | None:
    """The offer that was decided in the list a moment ago, to undo it there."""
    asked = visit.asked.query.get("decided", "")
    try:
        found = line(vault, one.named(vault, asked)) if asked else None
    except NotFoundError:
        return None
    return found if found and found.is_undoable else None


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/offers", _shown, "What vendors offer", query=_QUERY),
    guarded("POST", "/offers/screener", screener.screen, "Let a vendor in, or not"),
    guarded("GET", "/offers/{id}", one.shown, "One offer, and why it was decided so"),
    guarded("POST", "/offers/{id}", one.decide, "Decide an offer"),
    guarded("POST", "/offers/{id}/undo", one.undo, "Take the last word on an offer back"),
)
