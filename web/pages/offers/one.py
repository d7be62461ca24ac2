"""One offer: in full, why it was decided so, what would be accepted instead, what its vendor was told, and the owner's own word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from terms.phrases import phrase
from vault import ids
from vault.butler import decisions, disclosing, market, settings
from vault.butler.market import NotFoundError, Offered
from vault.policy.facts import TABLE, Facts
from vault.policy.offers import Offer
from vault.policy.values import Amount
from vault.policy.verdicts import Verdict
from vault.session import Vault
from web.pages.frame import rule_words
from web.pages.frame.fact_words import worded
from web.pages.frame.guard import Visit
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.pages.offers.lines import TAKEN_BACK, line
from web.server.answers import Answer

_TEMPLATE: Final = "offers/one.html"
# The owner's three words, as buttons.
WORDS: Final = {"accept": mark("Accept"), "ask": mark("Decide later"), "refuse": mark("Decline")}
# The tabs of the list, in its address.
TABS: Final = {
    "shown": (Verdict.ACCEPT, mark("Shown")),
    "held": (Verdict.ASK, mark("Held for you")),
    "declined": (Verdict.REFUSE, mark("Declined")),
}
_BY_HAND: Final = "decided by hand"
# Said elsewhere on the page, or of no use to look at.
_ELSEWHERE: Final = frozenset(
    f"offer.{name}" for name in ("title", "currency", "expired", "category", "price.period", "contract.bound_for")
)


def shown(vault: Vault, visit: Visit) -> Answer:
    offered = _offered(vault, visit)
    made, one = offered.decision, line(vault, offered)
    wanted = market.want(vault, offered.row.intention) if offered.row.intention else None
    return visit.shows(
        _TEMPLATE,
        line=one,
        made=made,
        decision=ids.text("decision", made.id),
        figures=_figures(one.facts),
        offer=offered.request.offer,
        safe_url=_safe(offered.request.offer),
        practice=offered.request.practice,
        sent=json.dumps(offered.request.json, indent=2, ensure_ascii=False),
        because=rule_words.behind(made),
        changes=rule_words.changes(made.counters, one.facts),
        told=disclosing.told(vault, made, settings.present(vault.connection)),
        told_changes=rule_words.changes,
        wanted=wanted,
        buttons=WORDS,
        rule_words=rule_words,
    )


def _offered(vault: Vault, visit: Visit) -> Offered:
    return named(vault, visit.parameters["id"])


def named(vault: Vault, id: str) -> Offered:
    parsed = ids.parse(id)
    if parsed is None or parsed[0] != "request":
        raise NotFoundError(phrase("there is no such offer"), hint=phrase("look at the list of offers"))
    return market.offer(vault, parsed[1])


def _figures(facts: Facts) -> list[tuple[str, str]]:
    """What it says and what follows from that, in the order of the facts."""
    return list(_each(facts))


def _each(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, fact in TABLE.items():
        found = facts.get(name) if name.startswith("offer.") and name not in _ELSEWHERE else None
        if found is not None and not (isinstance(found, Amount) and found.minor == 0):
            yield rule_words.subject(name), worded(found, fact)


def _safe(offer: Offer | None) -> str:
    """Where it says to go, if a browser may."""
    return offer.url if offer and offer.url and offer.url.startswith("https://") else ""


def decide(vault: Vault, visit: Visit) -> Answer:
    offered, word = _offered(vault, visit), Verdict.of(visit.form.get("verdict", ""))
    said = visit.form.get("because", "").strip()[: decisions.MAX_BECAUSE] or _BY_HAND
    if word is not None and str(word) != offered.decision.verdict:
        decisions.override(vault, offered.decision.id, word, said)
    return _back(visit, offered, "decided")


def undo(vault: Vault, visit: Visit) -> Answer:
    offered = _offered(vault, visit)
    made = offered.decision
    back = decisions.verdict_before(made)
    if made.overrides and str(back) != made.verdict:
        decisions.override(vault, made.id, back, TAKEN_BACK)
    return _back(visit, offered, "undone")


def _back(visit: Visit, offered: Offered, said: str) -> Answer:
    """To the list that it was decided in, which offers to undo it, or to its own page."""
    tab = visit.form.get("show", "")
    if tab not in TABS:
        return goes_to(f"/offers/{offered.name}?said={said}")
    return goes_to(
        f"/offers?show={tab}&decided={offered.name}" if said == "decided" else f"/offers?show={tab}&said={said}"
    )
