"""The three verdicts and the three values of a condition.

`refuse > ask > accept`: of all that apply, the strictest wins, in whatever order they come. Conditions are true, false or
unknown (None) and combine as in Kleene's strong logic: what is not known is never taken for either.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

Truth = bool | None


class Verdict(IntEnum):
    """Ordered by strictness; `str()` and `of` give and read the word."""

    ACCEPT = 0
    ASK = 1
    REFUSE = 2

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Verdict | None:
        return next((verdict for verdict in cls if str(verdict) == word), None)


class Kind(StrEnum):
    """What a vendor can ask. A promotion is an unsigned offer, out of mail for example."""

    FIRST_CONTACT = "first-contact"
    TERMS = "terms"
    DATA_REQUEST = "data-request"
    OFFER = "offer"
    PROMOTION = "promotion"
    MESSAGE = "message"
    RENEWAL = "renewal"
    PRICE_CHANGE = "price-change"


class State(StrEnum):
    """What a rule says of a request. A rule that does not apply is not among the reasons."""

    APPLIES = "applies"
    UNDETERMINED = "undetermined"


def every(values: Iterable[Truth]) -> Truth:
    """True if all are, false if any is, else unknown."""
    known: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            known = None
    return known


def some(values: Iterable[Truth]) -> Truth:
    """True if any is, false if all are, else unknown."""
    known: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            known = None
    return known


def negated(value: Truth) -> Truth:
    return None if value is None else not value
