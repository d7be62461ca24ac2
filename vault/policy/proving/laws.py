"""What holds of facts whatever a vendor does: all that the proofs take for granted besides each fact's type and `least`.

Everything else is taken as independent: a proof holds for monthly and yearly prices that no single offer could have
together. That only makes fewer things provable, never something false proven.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.policy.rules import Condition, Operator, OtherFact
from vault.policy.verdicts import Kind

# The clock is there at every decision.
ALWAYS_KNOWN = frozenset({"now.date", "now.time", "now.weekday"})
# Of these the operand says nothing.
KNOWING = frozenset({Operator.IS_KNOWN, Operator.IS_UNKNOWN})
# The kinds of request that can have a fact of a family. An assertion that names no kinds is about those that can have
# all the facts of its conditions; in others the conditions could not be true.
_KINDS = {
    "offer": frozenset({Kind.OFFER, Kind.PROMOTION}),
    "intent": frozenset({Kind.OFFER, Kind.PROMOTION}),
    "data": frozenset({Kind.DATA_REQUEST, Kind.OFFER, Kind.PROMOTION}),
    "terms": frozenset({Kind.FIRST_CONTACT, Kind.TERMS, Kind.DATA_REQUEST, Kind.OFFER, Kind.PROMOTION}),
    "change": frozenset({Kind.RENEWAL, Kind.PRICE_CHANGE}),
    "message": frozenset({Kind.MESSAGE}),
}
# Those whose acceptance is a step towards paying.
COMMITTING = frozenset({Kind.OFFER})


def kinds_of(facts: Iterable[str]) -> frozenset[Kind]:
    """The kinds whose requests can have all these facts; every kind where none can."""
    kinds = frozenset(Kind)
    for fact in facts:
        kinds &= _KINDS.get(fact.partition(".")[0], frozenset(Kind))
    return kinds or frozenset(Kind)


def facts_of(condition: Condition) -> frozenset[str]:
    """The facts that a condition looks at, but for today."""
    if isinstance(condition.operand, OtherFact) and condition.operator not in KNOWING:
        return frozenset({condition.fact, condition.operand.name})
    return frozenset({condition.fact})
