"""Deciding one request, with nothing stored: the world, the facts, the built-in checks and rules, the counters.

    decided(world, rules, given) -> Decided

The built-in checks are joined to the rules here and nowhere else, so there is no way around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from terms.comparison import Comparison
from vault.policy.builtin import with_builtin
from vault.policy.countering import Counter, counters
from vault.policy.effects import Effect, effect
from vault.policy.facts import Facts
from vault.policy.gathering import Gathered, gathered
from vault.policy.judging import Judge
from vault.policy.language.installed import to_installed
from vault.policy.outcome import Outcome
from vault.policy.rules import RuleSet
from vault.policy.values import Value
from vault.policy.verdicts import Kind, Verdict
from vault.policy.world import World


class Decided(Struct, frozen=True):
    """`compared` is how the practice stands to the owner's terms, where it is not within: the agreement is the answer then.
    `facts` are the request's, every one of which can still be looked up."""

    kind: Kind
    outcome: Outcome
    effect: Effect
    counters: tuple[Counter, ...]
    facts: Gathered
    compared: Comparison | None
    request_sha256: str
    rules_sha256: str


class RuleBook:
    """The owner's rules with the built-in checks before them, ready to decide by."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = with_builtin(rules)
        self.installed = to_installed(self.rules)
        self.sha256 = sha256(self.installed).hexdigest()
        self.judge = Judge(self.rules)

    def decided(self, world: World, given: Mapping[str, Value | None] | None = None) -> Decided:
        request, facts = world.request, gathered(world, given)
        outcome = self.judge(request.kind, facts)
        found = () if outcome.verdict is Verdict.ACCEPT else counters(self.rules, request.kind, facts)
        done = effect(request.kind, outcome.verdict, wanted=is_wanted(request.kind, facts))
        compared = _beyond_terms(world, facts)
        return Decided(request.kind, outcome, done, found, facts, compared, request.sha256, self.sha256)


def _beyond_terms(world: World, facts: Gathered) -> Comparison | None:
    """The comparison behind `terms.result`, where a rule looked at it and the practice is not within."""
    result = facts.seen.get("terms.result")
    if result not in ("exceeds", "unknown") or world.compared is None or world.compared.result != result:
        return None
    return world.compared


def is_wanted(kind: Kind, facts: Facts) -> bool:
    """Whether the owner asked for it: an offer for an intention that is open, and everything that is no offer.

    That the vendor names an intention is not enough: whoever made one up would be heard like somebody who was asked.
    """
    return kind is not Kind.OFFER or facts.get("intent.open") is True
