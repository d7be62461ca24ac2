"""What reads well and does something else: bare claims, months against days, several currencies, odd defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from terms.phrases import Phrase, phrase
from vault.policy.checking.findings import Finding, Severity, found
from vault.policy.conditions import truth
from vault.policy.fact import Fact
from vault.policy.rules import Condition, Operator, Place, Rule, RuleSet
from vault.policy.values import Amount, Duration, FactType, days_between
from vault.policy.verdicts import Verdict

# Facts that vendors state in days, as laws and privacy notices do, while they are shorter than a year.
GIVEN_IN_DAYS: Final = frozenset({"data.retention"})
_YEAR: Final = 12


def conditions(rule: Rule) -> tuple[Condition, ...]:
    return (*rule.when, *rule.unless)


def bare_claims(rule: Rule, table: Mapping[str, Fact]) -> Iterator[Finding]:
    """What only a vendor says of itself must not be what makes the verdict milder."""
    trusting = rule.when if rule.then is Verdict.ACCEPT else rule.unless
    attested = {c.fact for c in trusting if c.operator is Operator.ATTESTED_BY}
    for c in trusting:
        said = (c.operator, c.operand) in ((Operator.IS, True), (Operator.IS_NOT, False))
        if said and c.fact not in attested and c.fact in table and table[c.fact].type is FactType.CLAIM:
            sentence = phrase("rule `%(rule)s` trusts `%(text)s`, which every vendor can claim of itself", text=c.text)
            hint = phrase("write `%(fact)s attested by` and a list of those whose word you take", fact=c.fact)
            yield found(Severity.WARNING, "bare-claim", rule, sentence, hint)


def mixed_currencies(rule: Rule) -> Iterator[Finding]:
    """Amounts of different currencies do not compare, so that conditions on both are hardly ever true together."""
    named = sorted({c.operand.currency for c in conditions(rule) if isinstance(c.operand, Amount)})
    if len(named) > 1:
        form = phrase("rule `%(rule)s` has amounts in %(currencies)s, which are never compared with one another")
        sentence = form.of(currencies=_listed(named))
        yield found(Severity.WARNING, "currencies", rule, sentence, phrase("write a rule for each currency"))


def _listed(names: list[str]) -> Phrase:
    """`EUR and USD and CHF`"""
    first, *rest = names
    listed = Phrase("%(one)s", {"one": first})
    for one in rest:
        listed = phrase("%(listed)s and %(one)s", listed=listed, one=one)
    return listed


def overlapping_durations(rule: Rule, rules: RuleSet) -> Iterator[Finding]:
    """Months against what is given in days: where the lengths overlap, the condition is unknown."""
    in_days = _in_days(rules)
    for c in conditions(rule):
        if not isinstance(c.operand, Duration) or not c.operand.months:
            continue
        unknown = any(truth(FactType.DURATION, c.operator, days, c.operand) is None for days in in_days.get(c.fact, ()))
        if unknown or (c.fact in GIVEN_IN_DAYS and c.operand.months < _YEAR):
            form = phrase(
                "rule `%(rule)s` has `%(text)s`, which is unknown of a duration in days that is about as long"
            )
            hint = phrase("write %(days)s days instead of months", days=_in_its_place(c.operator, c.operand))
            yield found(Severity.WARNING, "overlapping-durations", rule, form.of(text=c.text), hint)


def _in_its_place(operator: Operator, months: Duration) -> int:
    """Days with which an order says the same of every number of months, and is certain of every number of days."""
    shortest, longest = days_between(months.months)
    return months.days + (shortest if operator in (Operator.LESS, Operator.AT_LEAST) else longest)


def _in_days(rules: RuleSet) -> dict[str, list[Duration]]:
    """The durations in days by the fact that they are compared with."""
    found: dict[str, list[Duration]] = {}
    for rule in rules.rules:
        for c in conditions(rule):
            if isinstance(c.operand, Duration) and not c.operand.months:
                found.setdefault(c.fact, []).append(c.operand)
    return found


def defaults(rules: RuleSet) -> Iterator[Finding]:
    """What happens where no rule applies must not be to accept."""
    for kind, verdict in rules.defaults.items():
        if verdict is Verdict.ACCEPT:
            form = phrase("the default for `%(kind)s` is accept, so that whatever no rule speaks of is accepted")
            sentence = form.of(kind=kind)
            hint = phrase("write ask or refuse, and a rule for what is to be accepted")
            yield Finding(Severity.ERROR, "default-accepts", "", Place(), sentence, hint)
