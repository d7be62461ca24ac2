"""Evaluating a request, plainly: each rule for its kind is read as it stands. `rules` says what a rule means.

Promises: total (any mapping of facts gives an outcome, never an error), pure, and the same as `compiled`. Facts are looked
up when a rule needs them, in the order of the rules, each once; a rule that does not apply is left at the condition that
decides so, and the others are read to their end, so that every reason is complete. A value that does not fit its fact
(`fitting`) is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from vault.policy.conditions import scaled, truth, truth_of_date
from vault.policy.fact import Fact
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.outcome import Outcome, Pending, Reason, Seen
from vault.policy.rules import Condition, NamedList, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import FactType, Value
from vault.policy.verdicts import Kind, State, Truth, Verdict

TODAY = "now.date"
# Looked up once: a member of an enumeration costs as much as a condition.
_ACCEPT, _ASK, _APPLIES, _UNDETERMINED, _TEXT = (
    Verdict.ACCEPT,
    Verdict.ASK,
    State.APPLIES,
    State.UNDETERMINED,
    FactType.TEXT,
)
DATED = frozenset({Operator.WITHIN_LAST, Operator.WITHIN_NEXT})


def evaluate(rules: RuleSet, kind: Kind, facts: Facts, table: Mapping[str, Fact] = TABLE) -> Outcome:
    """The outcome for a request of this kind."""
    known = Observed(facts, table)
    applying: list[Verdict] = []
    open_questions: list[Verdict] = []
    noted: list[Pending] = []
    for rule in rules.rules:
        if kind in rule.kinds and (state := state_of(rule, known)) is not None:
            (applying if state is _APPLIES else open_questions).append(rule.then)
            noted.append((partial(_explained, rule, known.found, table), ()))
    floor = _ASK if any(then is not _ACCEPT for then in open_questions) else _ACCEPT
    return Outcome(max(floor, *(applying or [rules.default(kind)])), noted, not applying)


def _explained(rule: Rule, found: Facts, table: Mapping[str, Fact], nothing: tuple[Value | None, ...]) -> Reason:
    return reason_of(rule, Observed(found, table))


def seen(condition: Condition, facts: Facts, table: Mapping[str, Fact] = TABLE) -> Seen:
    """One condition by itself."""
    return Observed(facts, table).seen(condition)


class Observed:
    """Facts as they are looked up: each once, and only what fits."""

    __slots__ = ("_facts", "_table", "found")

    def __init__(self, facts: Facts, table: Mapping[str, Fact]) -> None:
        self._facts = facts
        self._table = table
        self.found: dict[str, Value | None] = {}

    def value(self, name: str) -> Value | None:
        if name not in self.found:
            self.found[name] = self._look_up(name)
        return self.found[name]

    def _look_up(self, name: str) -> Value | None:
        fact = self._table.get(name)
        if fact is None:
            return None
        try:
            return fitting(fact, self._facts[name])
        except KeyError:
            return None

    def seen(self, condition: Condition) -> Seen:
        return Seen(condition, self.value(condition.fact), self._required(condition), self.truth(condition))

    def truth(self, condition: Condition) -> Truth:
        operator = condition.operator
        observed = self.value(condition.fact)
        required = self._required(condition)
        if operator in DATED:
            return truth_of_date(operator, observed, required, self.value(TODAY))
        fact = self._table.get(condition.fact)
        # A fact that the table lacks has no value, so its type decides nothing.
        return truth(_TEXT if fact is None else fact.type, operator, observed, required)

    def _required(self, condition: Condition) -> Value | None:
        operand = condition.operand
        if type(operand) is OtherFact:
            return scaled(self.value(operand.name), operand.factor)
        return operand.members if type(operand) is NamedList else operand


def state_of(rule: Rule, known: Observed) -> State | None:
    """What the rule says, None where it does not apply."""
    undetermined = False
    for condition in rule.when:
        value = known.truth(condition)
        if value is False:
            return None
        undetermined = undetermined or value is None
    for condition in rule.unless:
        value = known.truth(condition)
        if value is True:
            return None
        undetermined = undetermined or value is None
    return _UNDETERMINED if undetermined else _APPLIES


def reason_of(rule: Rule, known: Observed) -> Reason:
    """A rule that applies or is undetermined, as a reason."""
    state = state_of(rule, known)
    assert state is not None
    when, unless = (tuple([known.seen(one) for one in conditions]) for conditions in (rule.when, rule.unless))
    return Reason(rule, state, when, unless)
