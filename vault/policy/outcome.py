"""What evaluating a request gives: the verdict and the rules behind it, with what was observed. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from vault.policy.rules import Condition, Rule
from vault.policy.values import Value
from vault.policy.verdicts import State, Truth, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition with the fact's value, the operand's value as it was (a multiple worked out), and the result."""

    condition: Condition
    observed: Value | None
    required: Value | None
    value: Truth


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that applied or was undetermined; `when` and `unless` in the rule's order."""

    rule: Rule
    state: State
    when: tuple[Seen, ...]
    unless: tuple[Seen, ...] = ()

    @property
    def contributes(self) -> Verdict | None:
        """What the rule adds to the verdict; an undetermined accept adds nothing."""
        if self.state is State.APPLIES:
            return self.rule.then
        return None if self.rule.then is Verdict.ACCEPT else Verdict.ASK


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reasons` in the order of the rules; `by_default` when no rule applied."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    by_default: bool
