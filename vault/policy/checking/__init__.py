"""Checking rules before they are installed: what cannot be meant, and what does something else than it seems to.

Every finding is a fact about all requests, found by the search that proves assertions (`proving`); what that search cannot
decide is not reported, so there are no guesses. A finding has its rule and place, and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terms.phrases import phrase
from vault.policy.checking import habits, logic
from vault.policy.checking.asking import Asking
from vault.policy.checking.caps import Caps
from vault.policy.checking.findings import Finding, Severity, found
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.proving.laws import facts_of
from vault.policy.proving.proof import conditions_of
from vault.policy.rules import Rule, RuleSet

__all__ = ["Finding", "Severity", "check"]

_NOTHING_BESIDE = RuleSet(())


def check(rules: RuleSet, table: Mapping[str, Fact] = TABLE, beside: RuleSet = _NOTHING_BESIDE) -> tuple[Finding, ...]:
    """Findings in the order of the rules. `beside` are rules that always stand beside these (the built-in checks): they
    count for what can happen, and nothing is said of them."""
    lacking = [finding for rule in rules.rules for finding in _lacking(rule, table)]
    if lacking:
        return tuple(lacking)
    whole = rules.joined(beside)
    conditions = list(dict.fromkeys(conditions_of(whole.rules)))
    ask, caps = Asking(conditions, table), Caps(whole, conditions, table)
    found = [*habits.defaults(rules)]
    live = []
    for rule in rules.rules:
        dead = logic.never_applying(rule, ask)
        found += [dead] if dead else _of_one(rule, whole, table, ask, caps)
        live += [] if dead or logic.waits_for_a_list(rule) else [rule]
    found += logic.superfluous(live, ask)
    places = {rule.id: at for at, rule in enumerate(rules.rules)}
    return tuple(sorted(found, key=lambda finding: places.get(finding.rule, -1)))


def _of_one(rule: Rule, whole: RuleSet, table: Mapping[str, Fact], ask: Asking, caps: Caps) -> list[Finding]:
    shadow = None if logic.waits_for_a_list(rule) else logic.shadowed(rule, whole, ask)
    return [
        *logic.always_true(rule, ask),
        *([shadow] if shadow else caps.missing(rule)),
        *habits.bare_claims(rule, table),
        *habits.mixed_currencies(rule),
        *habits.overlapping_durations(rule, whole),
    ]


def _lacking(rule: Rule, table: Mapping[str, Fact]) -> Iterator[Finding]:
    for condition in habits.conditions(rule):
        for name in sorted(facts_of(condition) - table.keys()):
            sentence = phrase("rule `%(rule)s` speaks of `%(name)s`, which is no fact", name=name)
            yield found(Severity.ERROR, "no-fact", rule, sentence, phrase("see `firstparty facts` for all of them"))
