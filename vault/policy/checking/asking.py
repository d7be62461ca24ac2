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
        self._table = table
        self._space = self._made(conditions)

    def is_impossible(self, case: Sequence[Clause]) -> bool:
        """Whether surely no values fulfil the case; what cannot be decided is taken as possible."""
        # Where the whole is beyond the solver, a question about a part may not be.
        space = self._space or self._made([condition for clause in case for condition, _ in clause])
        if space is None:
            return False
        try:
            return next(solutions(space, case, Budget(MAX_STEPS)), None) is None
        except Beyond:
            return False

    def _made(self, conditions: Sequence[Condition]) -> Space | None:
        try:
            return Space(conditions, self._table)
        except Beyond:
            return None
