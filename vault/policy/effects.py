"""What a verdict does: one table, kind and verdict to effect. Nothing else decides about effects.

Nothing here commits the owner's money: an accepted offer is eligible or shown, never bought.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vault.policy.verdicts import Kind, Verdict


class Effect(StrEnum):
    """In words that people and programs both see."""

    MAY_WRITE = "may write"
    SCREENED = "waits to be let in"
    TURNED_AWAY = "may not write"
    AGREED = "agreed"
    GRANTED = "granted"
    ELIGIBLE = "eligible"
    SHOWN = "shown"
    IN_DIGEST = "in the digest"
    FILED = "filed away"
    DELIVERED = "delivered"
    OWNER_ASKED = "asks you"
    REFUSED = "refused"
    RUNS_ON = "runs on"
    QUESTIONED = "to be questioned"
    TO_BE_CANCELLED = "consider cancelling"


_ROWS: dict[Kind, tuple[Effect, Effect, Effect]] = {
    # accept, ask, refuse
    Kind.FIRST_CONTACT: (Effect.MAY_WRITE, Effect.SCREENED, Effect.TURNED_AWAY),
    Kind.TERMS: (Effect.AGREED, Effect.OWNER_ASKED, Effect.REFUSED),
    # The grant is exactly what was asked and the agreement allows, never more.
    Kind.DATA_REQUEST: (Effect.GRANTED, Effect.OWNER_ASKED, Effect.REFUSED),
    # For an intention: it takes part, and the intention is awarded once, by rank or by the owner.
    Kind.OFFER: (Effect.ELIGIBLE, Effect.OWNER_ASKED, Effect.REFUSED),
    Kind.PROMOTION: (Effect.SHOWN, Effect.IN_DIGEST, Effect.FILED),
    Kind.MESSAGE: (Effect.DELIVERED, Effect.IN_DIGEST, Effect.FILED),
    Kind.RENEWAL: (Effect.RUNS_ON, Effect.QUESTIONED, Effect.TO_BE_CANCELLED),
    Kind.PRICE_CHANGE: (Effect.RUNS_ON, Effect.QUESTIONED, Effect.TO_BE_CANCELLED),
}
TABLE: Final = MappingProxyType({(kind, verdict): row[verdict] for kind, row in _ROWS.items() for verdict in Verdict})
# What reaches the owner's eyes today.
SHOWN: Final = frozenset(
    {
        Effect.SHOWN,
        Effect.DELIVERED,
        Effect.ELIGIBLE,
        Effect.OWNER_ASKED,
        Effect.SCREENED,
        Effect.QUESTIONED,
        Effect.TO_BE_CANCELLED,
    }
)


def effect(kind: Kind, verdict: Verdict, *, wanted: bool = True) -> Effect:
    """What becomes of a request. An offer that nobody asked for (not `wanted`) is treated as a promotion is."""
    return TABLE[Kind.PROMOTION if kind is Kind.OFFER and not wanted else kind, verdict]
