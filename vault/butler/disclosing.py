"""What of a decision a vendor is told. The owner chooses: the verdict alone, a code of the reasons, or a counter-offer too.

Whoever sends many near-equal offers learns a limit by halving: each verdict is a bit. So a vendor gets one answer on one
matter within the pause that the owner sets. A matter is an intention, or all of a kind that nobody asked for; a vendor is
who has the domain. What comes later within the pause is judged, ranked and kept like everything else, but answered by
`received`, the first counter again, and the time from which there is a new answer. Only who takes up that counter is told
so at once, since that says nothing new.

For what shows by itself (whether a vendor may write, is given data, has an agreement) the verdict is always told.

Never told: which rule of the owner decided, and whether it was a budget or an hour. A counter that was reckoned from what the
owner pays today is told only where the owner allows it. `docs/butler.md` reckons what can be learned in a day.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from vault import periods
from vault.butler import stored_json
from vault.butler.decisions import Decision, facts_of
from vault.butler.settings import Settings
from vault.policy.facts import TABLE, Facts
from vault.policy.values import bounds
from vault.policy.verdicts import Kind
from vault.policy.writing import JsonValue, from_json
from vault.session import Vault
from vault.store import decisions as store
from vault.store.decisions import AnsweredRow

Answer = Literal["accept", "ask", "refuse", "received"]
RECEIVED: Final = "received"
# Offers do not show by themselves what became of them.
_SILENT: Final = frozenset({Kind.OFFER, Kind.PROMOTION})
# Built-in checks that every vendor knows to exist and that say nothing of this owner.
_PUBLIC: Final = frozenset(
    {
        "terms-exceeded",
        "terms-unclear",
        "grant-exceeded",
        "signature-invalid",
        "unsigned",
        "sender-unverified",
        "too-many-contacts",
        "too-many-offers",
        "too-many-offers-unasked",
        "too-many-for-intention",
    }
)
_OWNER_RULE: Final = "owner-rule"

# The domain, the kind of request and the intention, if there is one.
Matter = tuple[str, str, str | None]


class Told(msgspec.Struct, frozen=True):
    """The vendor's copy. `counter` answers the request of `counter_to`; `next_answer` is when a new answer is possible, where
    this one was withheld (RFC 3339)."""

    verdict: str
    codes: tuple[str, ...] = ()
    counter: list[JsonValue] = []
    counter_to: str | None = None
    next_answer: str | None = None


def told(
    vault: Vault, made: Decision, settings: Settings, answered: MutableMapping[Matter, AnsweredRow] | None = None
) -> Told:
    """What the vendor gets to know of a decision, now. `answered` is what was answered last on each matter, as far as that is
    known of earlier decisions."""
    if made.overrides:  # by hand: it says nothing of the rules
        return Told(made.verdict)
    first = _first(vault, made, settings, {} if answered is None else answered)
    counter = _counter(first, settings) if settings.disclosure == "counter" else []
    if first.id == made.id:
        return _answered(made, counter, settings)
    if made.request.kind in _SILENT and not (made.verdict == "accept" and _takes_up(counter, facts_of(vault, made))):
        return Told(RECEIVED, (), counter, first.sha256 if counter else None, _due(first.at, settings))
    return Told(made.verdict)


def _answered(made: Decision, counter: list[JsonValue], settings: Settings) -> Told:
    if settings.disclosure == "none" or made.verdict == "accept":
        return Told(made.verdict)
    codes = tuple(sorted({_code(str(reason["rule"])) for reason in made.reasons if isinstance(reason, dict)}))
    return Told(made.verdict, codes, counter, made.request.sha256 if counter else None)


def _code(rule: str) -> str:
    code = rule.removeprefix("builtin/")
    return code if rule.startswith("builtin/") and code in _PUBLIC else _OWNER_RULE


def _first(vault: Vault, made: Decision, settings: Settings, known: MutableMapping[Matter, AnsweredRow]) -> AnsweredRow:
    """The decision that was answered: each pause begins with the first request after the one before."""
    matter = made.request.domain, made.request.kind, _intent(made.request.body)
    answered = known.get(matter)
    if answered is not None and answered.id > made.id:
        answered = None
    while found := _next(vault, made, settings, matter, answered):
        answered = found
        if found.id < made.id:  # what is written now may yet be taken back
            known[matter] = found
    assert answered is not None  # the decision itself is the last of them
    return answered


def _next(
    vault: Vault, made: Decision, settings: Settings, matter: Matter, before: AnsweredRow | None
) -> AnsweredRow | None:
    """The first decision once the pause after one is over, up to that which was made."""
    since, after = (_due(before.at, settings), before.id) if before else ("", 0)
    if since > made.at:
        return None
    domain, kind, intent = matter
    return store.first_decided(vault.connection, domain, kind, intent, since=since, after=after, until=made.id)


def _due(at: str, settings: Settings) -> str:
    return f"{periods.add(date.fromisoformat(at[:10]), settings.counter_pause)}{at[10:]}"


class _Matter(msgspec.Struct, frozen=True):
    intent: str | None = None


_matter = msgspec.json.Decoder(_Matter).decode


def _intent(body: str) -> str | None:
    return _matter(body).intent


def _counter(answered: AnsweredRow, settings: Settings) -> list[JsonValue]:
    """Without those that were reckoned from the owner's own figures, unless the owner allows it."""
    found = stored_json.array(answered.counters)
    return [_public(one) for one in found if isinstance(one, dict) and (settings.reveal_paid or not one["reveals"])]


def _public(counter: dict[str, JsonValue]) -> JsonValue:
    return {name: counter[name] for name in ("change", "bounds", "text")}


def _takes_up(counters: Sequence[JsonValue], facts: Facts) -> bool:
    """Whether the facts are what one of the counters asks for, or better."""
    return any(isinstance(one, dict) and _meets(one, facts) for one in counters)


def _meets(counter: dict[str, JsonValue], facts: Facts) -> bool:
    change, bounds = counter["change"], counter["bounds"]
    assert isinstance(change, dict)
    assert isinstance(bounds, dict)
    return all(_is_met(name, json, str(bounds[name]), facts) for name, json in change.items())


def _is_met(name: str, json: JsonValue, bound: str, facts: Facts) -> bool:
    asked, offered = from_json(TABLE[name], json), facts.get(name)
    if asked is None or offered is None or asked == offered:
        return asked is not None and asked == offered
    least, most = bounds(offered, asked)
    return most <= 0 if bound == "at most" else bound == "at least" and least >= 0
