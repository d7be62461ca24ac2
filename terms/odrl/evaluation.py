"""What a policy says about a request: a pure function of policy, request and state of the world.

    evaluate(policy, request, world) -> Report

Rules, for every rule of the policy and everything that is asked:

* A rule is *active* where all its premises are satisfied: assignee, action, target (with its refinements), constraints. It
  is *inactive* where one is not. What neither the request nor the world says is not guessed: then a premise, and with it
  the rule, may be *undetermined*.
* A party, an action, an asset or a value fits a name if it is that name or lies in it, as ODRL's vocabulary (`actions`) and
  the world (`World.part_of`) tell.
* A left operand may have several values (the categories of some data); a constraint has to hold for each of them. With
  `isNoneOf` a value that stands above a listed one may include it, so that the constraint is undetermined.
* `or` and `xone` look at their parts with the same three answers.
* A permission with a duty that is reported as violated is inactive. A duty nobody has reported on is still to come and
  takes nothing away. Obligations are looked at by their constraints on time alone and by what the world reports.

The verdict on what is asked: *deny* if a prohibition is active, *permit* if a permission is active and no prohibition is or
may be, *undetermined* if it hangs on something that is not known, otherwise *deny*: what nothing permits is not permitted.
The policy's conflict strategy may put permissions first (`perm`); with `invalid`, ODRL's default, a conflict voids the
policy and the verdict is undetermined. Each verdict names the rules behind it.

It is total: it raises nothing for any policy of the model, and every loop is over a finite collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from terms.odrl.actions import INCLUDED_IN
from terms.odrl.comparing import JOINS, either, every, holds
from terms.odrl.names import odrl
from terms.odrl.policy import (
    Condition,
    Conflict,
    Joined,
    Operand,
    Policy,
    Rule,
    RuleKind,
    Target,
)
from terms.odrl.report import (
    Activation,
    Attempt,
    Decision,
    DutyState,
    Finding,
    FindingKind,
    Report,
    RuleReport,
    State,
    Verdict,
)

DATE_TIME: Final = odrl("dateTime")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked: somebody wants to do something to something. Empty means not said. `values` are those of
    left operands; one that is missing is not known."""

    uid: str
    action: str = ""
    assignee: str = ""
    target: str = ""
    values: Mapping[str, tuple[Operand, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    uid: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What is known besides: the time, what lies in what (all of it, or step by step), and how duties stand, by rule."""

    now: datetime | None = None
    part_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duties: Mapping[str, DutyState] = field(default_factory=dict)

    def lies_in(self, thing: str, whole: str) -> bool:
        if thing == whole:
            return True
        seen, waiting = {thing}, [thing]
        while waiting:
            at = waiting.pop()
            above = self.part_of.get(at, frozenset()) | INCLUDED_IN.get(at, frozenset())
            if whole in above:
                return True
            waiting.extend(above - seen)
            seen |= above
        return False


def evaluate(policy: Policy, request: Request, world: World) -> Report:
    """The report on every rule for everything that is asked, and the verdicts."""
    rules: list[RuleReport] = []
    decisions: list[Decision] = []
    for asked in request.asked:
        reports = [_rule(rule, asked, world) for rule in policy.rules if rule.kind is not RuleKind.OBLIGATION]
        rules.extend(reports)
        decisions.append(_decision(asked, reports, policy.conflict))
    rules.extend(_obligation(rule, world) for rule in policy.of(RuleKind.OBLIGATION))
    return Report(policy.uid, request.uid, world.now, tuple(rules), tuple(decisions))


def _rule(rule: Rule, asked: Asked, world: World) -> RuleReport:
    findings = tuple(_premises(rule, asked, world))
    duties = tuple(world.duties[duty.uid] for duty in rule.duties if duty.uid in world.duties)
    activation = _ACTIVATION[every(one.state for one in findings)]
    if activation is Activation.ACTIVE and any(duty.violated for duty in duties):
        activation = Activation.INACTIVE
    return RuleReport(rule.kind, rule.uid, asked.uid, Attempt.ATTEMPTED, activation, findings, duties)


def _obligation(rule: Rule, world: World) -> RuleReport:
    findings = tuple(_condition(one, {}, world) for one in rule.constraints)
    state = world.duties.get(rule.uid)
    attempt = state.attempt if state else Attempt.NOT_ATTEMPTED
    activation = _ACTIVATION[every(one.state for one in findings)]
    return RuleReport(rule.kind, rule.uid, "", attempt, activation, findings, (state,) if state else ())


def _premises(rule: Rule, asked: Asked, world: World) -> Iterable[Finding]:
    if rule.target is not None:
        yield _target(rule.target, asked, world)
    if rule.assignee:
        yield Finding(FindingKind.PARTY, _fits(asked.assignee, rule.assignee, world), rule.assignee, asked.assignee)
    if rule.action:
        yield Finding(FindingKind.ACTION, _fits(asked.action, rule.action, world), rule.action, asked.action)
    for one in rule.constraints:
        yield _condition(one, asked.values, world)


def _fits(given: str, named: str, world: World) -> State:
    if not given:
        return State.UNKNOWN
    return State.SATISFIED if world.lies_in(given, named) else State.UNSATISFIED


def _target(target: Target, asked: Asked, world: World) -> Finding:
    parts = tuple(_condition(one, asked.values, world) for one in target.refinements)
    member = either(_fits(asked.target, name, world) for name in (target.uid, target.source) if name)
    state = every([member, *(one.state for one in parts)])
    return Finding(FindingKind.TARGET, state, target.uid, asked.target, parts=parts)


def _condition(condition: Condition, values: Mapping[str, tuple[Operand, ...]], world: World) -> Finding:
    if isinstance(condition, Joined):
        parts = tuple(_condition(part, values, world) for part in condition.parts)
        state = JOINS[condition.join](one.state for one in parts)
        return Finding(FindingKind.CONSTRAINT, state, condition.uid, join=condition.join, parts=parts)
    given = values.get(condition.left)
    if condition.left == DATE_TIME:
        given = None if world.now is None else (world.now,)
    state = State.UNKNOWN if given is None else every(holds(condition, value, world.lies_in) for value in given)
    return Finding(FindingKind.CONSTRAINT, state, condition.uid, constraint=condition, values=given or ())


_ACTIVATION: Final[Mapping[State, Activation]] = {
    State.SATISFIED: Activation.ACTIVE,
    State.UNSATISFIED: Activation.INACTIVE,
    State.UNKNOWN: Activation.UNDETERMINED,
}


# Verdicts


class _Side(StrEnum):
    """How the rules of one kind stand together: one is active, one may be, or none is."""

    ACTIVE = "active"
    OPEN = "open"
    NONE = "none"


def _decision(asked: Asked, reports: list[RuleReport], conflict: Conflict) -> Decision:
    permitted, permissions = _side(reports, RuleKind.PERMISSION)
    prohibited, prohibitions = _side(reports, RuleKind.PROHIBITION)
    if conflict is Conflict.PERMIT:
        return _first(asked, (permitted, permissions, Verdict.PERMIT), (prohibited, prohibitions, Verdict.DENY))
    if conflict is Conflict.INVALID and permitted is not _Side.NONE and prohibited is not _Side.NONE:
        return Decision(asked.uid, Verdict.UNDETERMINED, permissions + prohibitions)
    return _first(asked, (prohibited, prohibitions, Verdict.DENY), (permitted, permissions, Verdict.PERMIT))


_Weighed = tuple[_Side, tuple[str, ...], Verdict]


def _first(asked: Asked, stronger: _Weighed, weaker: _Weighed) -> Decision:
    """The stronger side decides if it is active; if it may be, it leaves open what the other side would decide."""
    if stronger[0] is _Side.ACTIVE:
        return Decision(asked.uid, stronger[2], stronger[1])
    otherwise = Decision(asked.uid, Verdict.DENY)
    if weaker[0] is _Side.ACTIVE:
        otherwise = Decision(asked.uid, weaker[2], weaker[1])
    elif weaker[0] is _Side.OPEN and weaker[2] is Verdict.PERMIT:
        otherwise = Decision(asked.uid, Verdict.UNDETERMINED, weaker[1])
    if stronger[0] is _Side.OPEN and otherwise.verdict is not stronger[2]:
        return Decision(asked.uid, Verdict.UNDETERMINED, (*stronger[1], *otherwise.rules))
    return otherwise


def _side(reports: list[RuleReport], kind: RuleKind) -> tuple[_Side, tuple[str, ...]]:
    for side, activation in ((_Side.ACTIVE, Activation.ACTIVE), (_Side.OPEN, Activation.UNDETERMINED)):
        found = tuple(one.rule for one in reports if one.kind is kind and one.activation is activation)
        if found:
            return side, found
    return _Side.NONE, ()
