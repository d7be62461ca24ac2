"""What one fact is: a row of the fact table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from vault.policy.values import FactType, Value

if TYPE_CHECKING:
    from vault.policy.world import World


class Influence(StrEnum):
    """VENDOR: what it offers or declares, and may change. DERIVED: reckoned from what it says, but not chosen freely.
    NOBODY: what the vault has seen or the calendar says. OWNER: what the owner has or set."""

    VENDOR = "vendor"
    DERIVED = "derived"
    NOBODY = "nobody"
    OWNER = "owner"


def not_found(world: World) -> Value | None:
    return None


@dataclass(frozen=True, slots=True)
class Fact:
    """`unit` is for people (`per month`); `choices` are the values of a choice; `least` is a bound that always holds, in
    the fact's own unit (minor units for money). `find` gives the value in a world, or None where it is not known."""

    name: str
    type: FactType
    unit: str
    meaning: str
    source: str
    influence: Influence
    choices: tuple[str, ...] = ()
    least: int | None = None
    find: Callable[[World], Value | None] = field(default=not_found, compare=False, repr=False)
