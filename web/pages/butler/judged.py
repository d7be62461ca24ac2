"""What was decided, of all kinds, each with why; and one decision in full."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct

from terms.phrases import phrase
from vault import ids
from vault.butler import decisions
from vault.butler.decisions import Decision, NoDecisionError
from vault.butler.market_rows import counted_as, request_of
from vault.policy.language.limits import MAX_ID
from vault.policy.requests import FirstContact, Message, PriceChange, Renewal
from vault.policy.verdicts import Kind
from vault.session import Vault
from vault.times import stamp
from web.pages.frame import rule_words
from web.pages.frame.guard import Visit
from web.pages.frame.rule_words import Because
from web.server.answers import Answer

QUERY: Final = {"days": "of the last 7, 30 or 90 days", "rule": "those that a rule applied to"}
DAYS: Final = ("7", "30", "90")
_SHOWN: Final = 200
_OFFERS: Final = (Kind.OFFER, Kind.PROMOTION)


class Line(Struct, frozen=True):
    """`href` leads to the whole of it."""

    made: Decision
    about: str
    sender: str
    href: str
    why: tuple[Because, ...]


def line(vault: Vault, made: Decision) -> Line:
    is_offer = made.request.kind in _OFFERS
    href = f"/offers/{ids.text('request', made.request.id)}" if is_offer else f"/butler/decisions/{_id(made)}"
    return Line(made, _about(vault, made), counted_as(made.request.sender), href, rule_words.why(made))


def _id(made: Decision) -> str:
    return ids.text("decision", made.id)


def _about(vault: Vault, made: Decision) -> str:
    """In its own words, or the contract that the vault knows."""
    request = request_of(made.request.body)
    asked = request.asked
    if request.offer is not None:
        return request.offer.title
    if isinstance(asked, Renewal | PriceChange):
        return str(decisions.facts_of(vault, made).get("contract.title") or "")
    if isinstance(asked, FirstContact):
        return asked.first_contact.name
    return asked.message.subject if isinstance(asked, Message) else ""


def listed(vault: Vault, visit: Visit) -> Answer:
    days, rule = visit.asked.query.get("days", "30"), visit.asked.query.get("rule", "")[:MAX_ID]
    days = days if days in DAYS else "30"
    since = stamp(vault.now - timedelta(days=int(days)))
    found = (
        decisions.by_rule(vault, rule, since=since, limit=_SHOWN)
        if rule
        else decisions.decisions(vault, since=since, limit=_SHOWN)
    )
    return visit.shows(
        "butler/decisions.html",
        lines=[line(vault, one) for one in found],
        days=days,
        choices=DAYS,
        rule=rule,
        most=_SHOWN,
        rule_words=rule_words,
    )


def found(vault: Vault, visit: Visit) -> Decision:
    parsed = ids.parse(visit.parameters["id"])
    if parsed is None or parsed[0] != "decision":
        raise NoDecisionError(phrase("there is no such decision"), hint=phrase("look at what was decided"))
    return decisions.decision(vault, parsed[1])


def one(vault: Vault, visit: Visit) -> Answer:
    made = found(vault, visit)
    sent = json.dumps(msgspec.json.decode(made.request.body), indent=2, ensure_ascii=False)
    return visit.shows(
        "butler/decision.html",
        line=line(vault, made),
        made=made,
        decision=_id(made),
        sent=sent,
        because=rule_words.behind(made),
        changes=rule_words.changes(made.counters, decisions.facts_of(vault, made)),
        is_offer=made.request.kind in _OFFERS,
        rule_words=rule_words,
    )
