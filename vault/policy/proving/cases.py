"""When a request gets a verdict, as clauses over conditions.

The verdict is the strictest of what applies, of what the undetermined contribute and, where nothing applies, of the
default (`rules`). Read backwards, each verdict comes about in one of a few ways; a *case* is one of them, as a conjunction
of clauses, and a clause is a disjunction of `this condition is one of these truths`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vault.policy.rules import Condition, Rule
from vault.policy.verdicts import Verdict

# The three truths as bits, so that several are one number.
TRUE, FALSE, UNKNOWN = 1, 2, 4
ANY = TRUE | FALSE | UNKNOWN

Clause = tuple[tuple[Condition, int], ...]
Case = list[Clause]


def applies(rule: Rule) -> Case:
    return [*(((c, TRUE),) for c in rule.when), *(((c, FALSE),) for c in rule.unless)]


def fails(rule: Rule) -> Clause:
    """The rule does not apply and is not undetermined."""
    return (*((c, FALSE) for c in rule.when), *((c, TRUE) for c in rule.unless))


def does_not_apply(rule: Rule) -> Clause:
    """It may be undetermined."""
    return (*((c, FALSE | UNKNOWN) for c in rule.when), *((c, TRUE | UNKNOWN) for c in rule.unless))


def undetermined(rule: Rule) -> Case:
    return [
        *(((c, TRUE | UNKNOWN),) for c in rule.when),
        *(((c, FALSE | UNKNOWN),) for c in rule.unless),
        tuple((c, UNKNOWN) for c in (*rule.when, *rule.unless)),
    ]


def cases(rules: Sequence[Rule], default: Verdict, verdict: Verdict) -> Iterator[Case]:
    """Every way in which these rules, all for one kind, give the verdict."""
    yield from {Verdict.ACCEPT: accepted, Verdict.ASK: asked, Verdict.REFUSE: refused}[verdict](rules, default)


def accepted(rules: Sequence[Rule], default: Verdict) -> Iterator[Case]:
    nothing_stricter = [fails(rule) for rule in rules if rule.then is not Verdict.ACCEPT]
    for rule in rules:
        if rule.then is Verdict.ACCEPT:
            yield applies(rule) + nothing_stricter
    if default is Verdict.ACCEPT:
        yield nothing_stricter + [does_not_apply(rule) for rule in rules if rule.then is Verdict.ACCEPT]


def asked(rules: Sequence[Rule], default: Verdict) -> Iterator[Case]:
    no_refusal = [does_not_apply(rule) for rule in rules if rule.then is Verdict.REFUSE]
    for rule in rules:
        if rule.then is Verdict.ASK:
            yield applies(rule) + no_refusal
    if default is Verdict.ASK:
        yield [does_not_apply(rule) for rule in rules]
    for rule in rules:
        if rule.then is not Verdict.ACCEPT:
            yield from (undetermined(rule) + no_refusal + more for more in _held_off(rules, default))


def _held_off(rules: Sequence[Rule], default: Verdict) -> Iterator[Case]:
    """What keeps a default of refuse away: an accept rule that applies. (An ask rule that does is a case before.)"""
    if default is not Verdict.REFUSE:
        yield []
        return
    yield from (applies(rule) for rule in rules if rule.then is Verdict.ACCEPT)


def refused(rules: Sequence[Rule], default: Verdict) -> Iterator[Case]:
    for rule in rules:
        if rule.then is Verdict.REFUSE:
            yield applies(rule)
    if default is Verdict.REFUSE:
        yield [does_not_apply(rule) for rule in rules]
