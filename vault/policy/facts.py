"""The facts that rules may speak of: one table, the only one.

A fact more is a row more, in one of `families`. A row says what the fact is and how it is found (`find`, from a `World`);
documentation, JSON Schema, `firstparty facts` and the nearest-name hints of error messages are all made from the table.
Fields of a market category (a unit rate, an excess) are rows too, made from the category file.

`influence` says whose word the value is: a fact under a vendor's influence may be made up, and is what a counter-offer
may ask to change.
"""

from __future__ import annotations

from collections.abc import Mapping

from vault.policy.fact import Fact, Influence
from vault.policy.families import ROWS
from vault.policy.values import Value

__all__ = ["TABLE", "Fact", "Facts", "Influence"]

# Every fact by name, in the order of the families.
TABLE: Mapping[str, Fact] = {row.name: row for row in ROWS}

# What evaluation is given: a value by name, None where it is not known.
Facts = Mapping[str, Value | None]
