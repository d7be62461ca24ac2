"""Evaluating a request, plainly: each rule for its kind is read as it stands. `rules` says what a rule means.

Promises: total (any mapping of facts gives an outcome, never an error), pure, and the same as `compiled`. Facts are looked
up when a rule needs them, in the order of the rules, each once; a rule that does not apply is left at the condition that
decides so, and the others are read to their end, so that every reason is complete. A value that does not fit its fact
(`fitting`) is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from vault.policy.conditions import scaled, truth, truth_of_date
from vault.policy.fact import Fact
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.outcome import Outcome, Reason, Seen
from vault.policy.rules import Condition, NamedList, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import FactType, Value
from vault.policy.verdicts import Kind, State, Verdict

TODAY = "now.date"
DATED = frozenset({Operator.WITHIN_LAST, Operator.WITHIN_NEXT})


def evaluate(rules: RuleSet, kind: Kind, facts: Facts, table: Mapping[str, Fact] = TABLE) -> Outcome:
    """The outcome for a request of this kind."""
    known = Observed(facts, table)
    reasons = [reason for rule in rules.rules if kind in rule.kinds and (reason := reason_of(rule, known)) is not None]
    return outcome_of(tuple(reasons), rules.default(kind))


def outcome_of(reasons: tuple[Reason, ...], default: Verdict) -> Outcome:
    """The strictest of what the reasons contribute, and of the default where no rule applies."""
    by_default = all(reason.state is not State.APPLIES for reason in reasons)
    parts = [verdict for reason in reasons if (verdict := reason.contributes) is not None]
    return Outcome(max([*parts, default] if by_default else parts), reasons, by_default)


def seen(condition: Condition, facts: Facts, table: Mapping[str, Fact] = TABLE) -> Seen:
    """One condition by itself."""
    return Observed(facts, table).seen(condition)


class Observed:
    """Facts as they are looked up: each once, and only what fits."""

    __slots__ = ("_facts", "_found", "_table")

    def __init__(self, facts: Facts, table: Mapping[str, Fact]) -> None:
        self._facts = facts
        self._table = table
        self._found: dict[str, Value | None] = {}

    def value(self, name: str) -> Value | None:
        try:
            return self._found[name]
        except KeyError:
            found = self._found[name] = self._look_up(name)
            return found

    def _look_up(self, name: str) -> Value | None:
        fact = self._table.get(name)
        if fact is None:
            return None
        try:
            return fitting(fact, self._facts[name])
        except KeyError:
            return None

    def seen(self, condition: Condition) -> Seen:
        operator = condition.operator
        observed = self.value(condition.fact)
        required = self._required(condition)
        if operator in DATED:
            return Seen(condition, observed, required, truth_of_date(operator, observed, required, self.value(TODAY)))
        fact = self._table.get(condition.fact)
        # A fact that the table lacks has no value, so its type decides nothing.
        type = FactType.TEXT if fact is None else fact.type
        return Seen(condition, observed, required, truth(type, operator, observed, required))

    def _required(self, condition: Condition) -> Value | None:
        operand = condition.operand
        if isinstance(operand, OtherFact):
            return scaled(self.value(operand.name), operand.factor)
        return operand.members if isinstance(operand, NamedList) else operand


def reason_of(rule: Rule, known: Observed) -> Reason | None:
    """The rule as a reason; None where it does not apply."""
    when: list[Seen] = []
    undetermined = False
    for condition in rule.when:
        one = known.seen(condition)
        if one.value is False:
            return None
        undetermined = undetermined or one.value is None
        when.append(one)
    unless: list[Seen] = []
    for condition in rule.unless:
        one = known.seen(condition)
        if one.value is True:
            return None
        undetermined = undetermined or one.value is None
        unless.append(one)
    return Reason(rule, State.UNDETERMINED if undetermined else State.APPLIES, tuple(when), tuple(unless))
