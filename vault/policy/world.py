"""What the facts of a request are found in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a fact may look at."""
