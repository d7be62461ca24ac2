"""Questions about every request there can be: `prove`, and how high a fact can go (`supremum`, `most_committed`)."""

from __future__ import annotations

from vault.policy.proving.answers import Answer, Assertion, Counterexample, Mode, Proven, Undecided
from vault.policy.proving.proof import prove

__all__ = ["Answer", "Assertion", "Counterexample", "Mode", "Proven", "Undecided", "prove"]
