"""The JSON of `firstparty decisions`, `decision`, `butler`, `offers`, `offer`, `intents` and `intent`; `docs/butler.md` has it
in words. Fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vault import ids
from vault.butler import settings
from vault.butler.decisions import Decision, Replay
from vault.butler.disclosing import Told
from vault.butler.market import Offered, Want
from vault.butler.rulebook import Version
from vault.butler.running import Round
from vault.policy.explaining import seen_json
from vault.policy.facts import TABLE, Facts
from vault.policy.ranking import Cost, Place, cost_of
from vault.policy.writing import JsonValue, to_json

Shape = dict[str, object]


def decision(made: Decision) -> Shape:
    """As `decide --json` has it, with when, of whom and what the owner said."""
    return {
        "id": ids.text("decision", made.id),
        "at": made.at,
        "kind": made.request.kind,
        "vendor": made.request.sender,
        "source": made.request.source,
        "verdict": made.verdict,
        "effect": made.effect,
        "decided": made.decided,
        "by_default": made.by_default,
        "reasons": made.reasons,
        "counter": made.counters,
        "request_sha256": made.request.sha256,
        "rules_sha256": made.rules,
        "overrides": [
            {"at": one.at, "verdict": one.verdict, "effect": one.effect, "because": one.because}
            for one in made.overrides
        ],
    }


def whole_decision(made: Decision) -> Shape:
    return {**decision(made), "request": msgspec.json.decode(made.request.body)}


def told(one: Told) -> Shape:
    return {
        "verdict": one.verdict,
        "codes": list(one.codes),
        "counter": one.counter,
        "counter_to": one.counter_to,
        "next_answer": one.next_answer,
    }


def replayed(made: Decision, one: Replay) -> Shape:
    return {
        "id": ids.text("decision", made.id),
        "same": one.same,
        "verdict": one.verdict,
        "decided": made.decided,
        "reasons": one.reasons,
    }


def told_to_owner(found: Round) -> Shape:
    return {
        "read": found.read,
        "shown": len(found.told),
        "closed": found.closed,
        "told": [
            {
                "decision": ids.text("decision", one.decision.id),
                "kind": one.decision.request.kind,
                "effect": one.decision.effect,
                "sentence": one.sentence,
                "cancel_by": one.cancel_by.isoformat() if one.cancel_by else None,
                "stake": {"minor": one.stake.minor, "currency": one.stake.currency} if one.stake else None,
            }
            for one in found.told
        ],
    }


def state(written: Mapping[str, tuple[str, ...]], rules: Version | None) -> Shape:
    """The settings, each as it was written and null where it was never put."""
    return {
        "settings": {name: list(written[name]) if name in written else None for name in (*settings.NAMES, *written)},
        "rules": {"version": rules.number, "installed": rules.at, "rules_sha256": rules.sha256} if rules else None,
    }


def offer(one: Offered, facts: Facts) -> Shape:
    """One line of a list. `cost` is of the first year, else in total, else per month."""
    made, offered, cost = one.decision, one.request.offer, cost_of(facts)
    valid = offered.valid_until if offered else None
    return {
        "id": one.name,
        "decision": ids.text("decision", made.id),
        "vendor": made.request.sender,
        "title": offered.title if offered else "",
        "category": offered.category if offered else None,
        "intent": ids.text("intention", one.row.intention) if one.row.intention else None,
        "state": one.row.state,
        "verdict": made.verdict,
        "effect": made.effect,
        "cost": _cost(cost),
        "valid_until": valid.isoformat() if valid else None,
        "received": made.request.received_at,
    }


def intention(one: Want, standing: int) -> Shape:
    """`offers` counts those that stand."""
    closes = one.intention.closes
    return {
        "id": ids.text("intention", one.row.id),
        "title": one.intention.title,
        "category": one.intention.category,
        "state": str(one.state),
        "closes": closes.isoformat() if closes else None,
        "offers": standing,
        "awarded": ids.text("request", one.row.awarded) if one.row.awarded else None,
        "created": one.row.created_at,
        "changed": one.row.changed_at,
    }


def whole_intention(one: Want, standing: int, places: list[Place]) -> Shape:
    return {
        **intention(one, standing),
        "intention": msgspec.json.decode(one.row.body),
        "ranking": [place(found) for found in places],
    }


def place(one: Place) -> Shape:
    return {
        "offer": one.offer,
        "rank": one.rank or None,
        "why": one.why,
        "score": one.score,
        "cost": _cost(one.cost),
        "musts": [seen_json(seen) for seen in one.musts],
        "wishes": [seen_json(seen) for seen in one.wishes],
    }


def _cost(cost: Cost | None) -> JsonValue:
    if cost is None:
        return None
    amount = to_json(cost.amount, TABLE[cost.fact])
    return {"amount": amount, "of": cost.fact}
