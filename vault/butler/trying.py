"""A draft of rules tried on what was decided before: which verdicts would be others, and why.

Each request counts once, with its last decision and the facts as they were known then, so the world of today plays no part.
A fact that was not known then is unknown to the draft as well. The built-in checks stand before the draft as before all rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vault import ids
from vault.butler import stored_json
from vault.butler.recorded import Recorded
from vault.policy.deciding import RuleBook
from vault.policy.explaining import reasons_json
from vault.policy.outcome import Outcome, Reason
from vault.policy.rules import RuleSet
from vault.policy.verdicts import Kind
from vault.policy.writing import JsonValue
from vault.store import decisions as store
from vault.store.connection import Connection

# Flips beyond are counted, not listed: nobody reads a thousand.
MAX_FLIPS = 1_000


class Flip(msgspec.Struct, frozen=True):
    """A request whose verdict changes; `because` are the sentences of the rules behind the new one."""

    decision: str
    kind: str
    sender: str
    at: str
    before: str
    after: str
    because: tuple[str, ...]
    reasons: list[JsonValue]


class Trial(msgspec.Struct, frozen=True):
    """`verdicts` counts the draft's by word; `flipped` counts changes as `accept → refuse`."""

    requests: int
    verdicts: dict[str, int]
    flipped: dict[str, int]
    flips: tuple[Flip, ...]
    rules_sha256: str


def tried(connection: Connection, draft: RuleSet, *, since: str = "") -> Trial:
    """The draft on every request decided since then (RFC 3339), newest first."""
    book = RuleBook(draft)
    verdicts: dict[str, int] = {}
    flipped: dict[str, int] = {}
    flips: list[Flip] = []
    count = 0
    for past in _past(connection, since):
        count += 1
        outcome = book.judge(Kind(past.kind), Recorded(stored_json.fields(past.facts)))
        before, after = past.verdict, str(outcome.verdict)
        verdicts[after] = verdicts.get(after, 0) + 1
        if before != after:
            change = f"{before} → {after}"
            flipped[change] = flipped.get(change, 0) + 1
            if len(flips) < MAX_FLIPS:
                flips.append(_flip(past, after, outcome))
    return Trial(count, verdicts, flipped, tuple(flips), book.sha256)


def _past(connection: Connection, since: str) -> Iterator[store.PastRow]:
    """The last decision of each request."""
    seen: set[int] = set()
    for past in store.past(connection, since=since):
        if past.request not in seen:
            seen.add(past.request)
            yield past


def _flip(past: store.PastRow, after: str, outcome: Outcome) -> Flip:
    behind = [reason for reason in outcome.reasons if _is_behind(reason, outcome)]
    return Flip(
        decision=ids.text("decision", past.id),
        kind=past.kind,
        sender=past.sender,
        at=past.at,
        before=past.verdict,
        after=after,
        because=tuple(reason.rule.because or reason.rule.id for reason in behind) or ("no rule applies",),
        reasons=reasons_json(outcome.reasons),
    )


def _is_behind(reason: Reason, outcome: Outcome) -> bool:
    return reason.contributes is outcome.verdict
