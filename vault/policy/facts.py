"""The facts that rules may speak of: one table, the only one.

A fact more is a row more. A row says what the fact is and how it is found (`find`, from a `World`); documentation, JSON
Schema, `firstparty facts` and the nearest-name hints of error messages are all made from the table. Fields of a market
category (a unit rate, an excess) are rows too, made from the category file.

`influence` says whose word the value is: a fact under a vendor's influence may be made up, and is what a counter-offer
may ask to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vault.policy.values import FactType, Value


class Influence(StrEnum):
    """VENDOR: what it offers or declares, and may change. DERIVED: reckoned from what it says, but not chosen freely.
    NOBODY: what the vault has seen or the calendar says. OWNER: what the owner has or set."""

    VENDOR = "vendor"
    DERIVED = "derived"
    NOBODY = "nobody"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Fact:
    """`unit` is for people (`per month`); `choices` are the values of a choice; `least` is a bound that always holds."""

    name: str
    type: FactType
    unit: str
    meaning: str
    source: str
    influence: Influence
    choices: tuple[str, ...] = ()
    least: int | None = None


# What evaluation is given: a value by name, None where it is not known.
Facts = Mapping[str, Value | None]
