"""Questions to the solver about single rules: can this be? One space serves all questions about a rule-set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from vault.policy.fact import Fact
from vault.policy.proving.answers import Beyond
from vault.policy.proving.cases import Clause
from vault.policy.proving.proof import solutions
from vault.policy.proving.search import Budget
from vault.policy.proving.space import Space
from vault.policy.rules import Condition

# Steps of one question; checking asks some thousands, and an answer that takes longer is not worth waiting for.
MAX_STEPS: Final = 2_000


class Asking:
    def __init__(self, conditions: Sequence[Condition], table: Mapping[str, Fact]) -> None:
        self._space = Space(conditions, table)

    def is_impossible(self, case: Sequence[Clause]) -> bool:
        """Whether surely no values fulfil the case; what cannot be decided is taken as possible."""
        try:
            return next(solutions(self._space, case, Budget(MAX_STEPS)), None) is None
        except Beyond:
            return False
