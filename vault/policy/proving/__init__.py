"""Questions about every request there can be: `prove` an assertion, and how high a fact can go (`supremum`).

A proof holds for every value of every fact that the rules and the assertion name, unknown included, whatever its
neighbours are; a counterexample has been judged by the evaluator itself; and what the search cannot decide, it says.
`docs/proofs.md` has the arithmetic in plain words.
"""

from __future__ import annotations

from vault.policy.proving.answers import Answer, Assertion, Counterexample, Mode, Proven, Undecided
from vault.policy.proving.limits import Highest, Supremum, Unlimited, most_committed, supremum
from vault.policy.proving.proof import prove
from vault.policy.proving.reading import AssertionTextError, read_assertion

__all__ = [
    "Answer",
    "Assertion",
    "AssertionTextError",
    "Counterexample",
    "Highest",
    "Mode",
    "Proven",
    "Supremum",
    "Undecided",
    "Unlimited",
    "most_committed",
    "prove",
    "read_assertion",
    "supremum",
]
