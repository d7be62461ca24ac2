"""What is asserted of a rule-set, and the three answers that there are to it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from vault.policy.outcome import Outcome
from vault.policy.rules import Condition
from vault.policy.values import Value
from vault.policy.verdicts import Kind, Verdict


class Mode(StrEnum):
    NEVER = "never"
    ALWAYS = "always"


class Assertion(Struct, frozen=True):
    """`never accept when …`: of all requests of these kinds for which every condition is true, none gets the verdict;
    with `always`, each does. No kinds means those that can have the facts named (`laws.kinds_of`)."""

    mode: Mode
    verdict: Verdict
    when: tuple[Condition, ...] = ()
    kinds: frozenset[Kind] = frozenset()

    @property
    def broken_by(self) -> tuple[Verdict, ...]:
        """The verdicts of a counterexample, the mildest first."""
        return tuple(verdict for verdict in Verdict if (verdict is self.verdict) is (self.mode is Mode.NEVER))

    @property
    def text(self) -> str:
        kinds = f" for {', '.join(sorted(self.kinds))}" if self.kinds else ""
        when = f" when {' and '.join(condition.text for condition in self.when)}" if self.when else ""
        return f"{self.mode} {self.verdict}{kinds}{when}"


class Proven(Struct, frozen=True):
    """No request breaks the assertion."""

    steps: int


class Counterexample(Struct, frozen=True):
    """A request that does: the facts that matter (one left out is unknown), and what evaluation says of them."""

    kind: Kind
    facts: Mapping[str, Value]
    outcome: Outcome


class Undecided(Struct, frozen=True):
    """Neither was found; `why` says what the search cannot decide, as a sentence."""

    why: str


Answer = Proven | Counterexample | Undecided


class Beyond(Exception):
    """Inside the search only: these conditions cannot be decided; the text says why. Never leaves the package."""
