"""What of a decision a vendor is told. The owner chooses: nothing, a code, or a counter-offer.

Whoever sends many near-equal offers learns a limit by halving. So a vendor gets at most one new counter for the same
intention (or, unasked, at all) within the pause that the owner sets; until then the first one is repeated. A counter that
gives away what the owner pays today is told only where the owner allows it (`docs/butler.md` reckons what can be learned).
"""

from __future__ import annotations

from datetime import date

import msgspec

from vault import periods
from vault.butler import stored_json
from vault.butler.decisions import Decision
from vault.butler.market_rows import request_of
from vault.butler.settings import Settings
from vault.policy.requests import OfferMade
from vault.policy.writing import JsonValue
from vault.session import Vault
from vault.store import decisions as store


class Told(msgspec.Struct, frozen=True):
    """The vendor's copy. `codes` are the kinds of reasons, never the owner's rules; empty where nothing is disclosed."""

    verdict: str
    codes: tuple[str, ...] = ()
    counter: list[JsonValue] = []


def told(vault: Vault, made: Decision, settings: Settings) -> Told:
    """What the vendor gets to know of a decision, now."""
    if settings.disclosure == "none" or made.verdict == "accept":
        return Told(made.verdict)
    codes = tuple(sorted({_code(str(reason["rule"])) for reason in made.reasons if isinstance(reason, dict)}))
    if settings.disclosure == "code":
        return Told(made.verdict, codes)
    return Told(made.verdict, codes, _frozen(vault, made, settings))


def _code(rule: str) -> str:
    """A built-in check is public; the owner's own rules are not told apart."""
    return rule.removeprefix("builtin/") if rule.startswith("builtin/") else "owner-rule"


def _frozen(vault: Vault, made: Decision, settings: Settings) -> list[JsonValue]:
    """The counter that this vendor got first within the pause, else this decision's own."""
    pause = settings.counter_pause
    since = periods.add(date.fromisoformat(made.at[:10]), pause, -1).isoformat()
    matter = _matter(made.request)
    for row in store.counters_to(vault.connection, made.request.sender, since=since, until=made.id):
        if _matter(row.request) == matter:
            found = _public(stored_json.array(row.counters), settings)
            if found:
                return found
    return []


def _matter(request: store.RequestRow) -> tuple[str, str | None]:
    """What a vendor may be probing: one intention, or one kind of request that nobody asked for."""
    asked = request_of(request.body).asked
    return request.kind, asked.intent if isinstance(asked, OfferMade) else None


def _public(counters: list[JsonValue], settings: Settings) -> list[JsonValue]:
    """Without those that were reckoned from the owner's own figures, unless the owner allows it."""
    return [one for one in counters if isinstance(one, dict) and (settings.reveal_paid or not one["reveals"])]
