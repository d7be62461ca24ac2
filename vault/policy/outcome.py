"""What evaluating a request gives: the verdict and the rules behind it, with what was observed. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


class Deferred(Protocol):
    """A rule known to be a reason, with the values it was decided by; the reason itself is made when somebody reads it."""

    def __call__(self, values: tuple[Value | None, ...], /) -> Reason: ...


# A rule and its values, as compiled rules leave them behind.
Pending = tuple[Deferred, tuple[Value | None, ...]]


class Outcome:
    """`reasons` in the order of the rules; `by_default` when no rule applied. A value: never changed once made.

    Most decisions are counted and not explained, so reasons that are given as pending are made when first read.
    """

    __slots__ = ("_pending", "_reasons", "by_default", "verdict")

    def __init__(
        self, verdict: Verdict, reasons: tuple[Reason, ...] | None, by_default: bool, pending: Sequence[Pending] = ()
    ) -> None:
        self.verdict = verdict
        self.by_default = by_default
        self._reasons = reasons
        self._pending = pending

    @property
    def reasons(self) -> tuple[Reason, ...]:
        if self._reasons is None:
            self._reasons = tuple(reason(values) for reason, values in self._pending)
            self._pending = ()
        return self._reasons

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"Outcome(verdict={self.verdict!r}, reasons={self.reasons!r}, by_default={self.by_default!r})"

    def _parts(self) -> tuple[Verdict, tuple[Reason, ...], bool]:
        return self.verdict, self.reasons, self.by_default
