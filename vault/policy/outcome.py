"""What evaluating a request gives: the verdict and the rules behind it, with what was observed. Values only."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from vault.policy.rules import Condition, Rule
from vault.policy.values import Value
from vault.policy.verdicts import State, Truth, Verdict


class Seen(Struct, frozen=True):
    """A condition with the fact's value, the operand's value as it was (a multiple worked out), and the result."""

    condition: Condition
    observed: Value | None
    required: Value | None
    value: Truth


class Reason(Struct, frozen=True):
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


# A rule known to be a reason, beside the values it was decided by: the reason is made when somebody reads it.
Pending = tuple[Callable[[tuple[Value | None, ...]], Reason], tuple[Value | None, ...]]


class Outcome(msgspec.Struct, eq=False, gc=False):
    """`verdict`, `reasons` in the order of the rules, and `by_default` when no rule applied. A value, never changed once made.

    Most decisions are counted and not explained: reasons given as a list are pending, and are made when first read.
    """

    verdict: Verdict
    _reasons: tuple[Reason, ...] | list[Pending]
    by_default: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        if isinstance(self._reasons, list):
            self._reasons = tuple([reason(values) for reason, values in self._reasons])
        return self._reasons

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"Outcome(verdict={self.verdict!r}, reasons={self.reasons!r}, by_default={self.by_default!r})"

    def _parts(self) -> tuple[Verdict, tuple[Reason, ...], bool]:
        return self.verdict, self.reasons, self.by_default
