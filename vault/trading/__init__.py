"""The vendors' side of the market: what they see of intentions, their signed offers, orders that came of awards.

    seeing       which client sees which intention
    projecting   an intention as one client sees it
    fan_out      the seam by which word of intentions gets to vendors
    publishing   an intention's public life, and what follows when it is over
    taking       signed offers: taken in, judged or held, withdrawn
    showing      an offer as its vendor sees it
    awarding     the award: grant, order, events

Rules
* Deciding is the butler's (`vault.butler.market`), what vendors are told of it `vault.butler.disclosing`'s, and granting is
  `vault.granting`'s. Nothing here judges.
* A client sees what is its own and what an audience lets it see: the rest does not exist. Ids of things that several vendors meet
  are pairwise.
* Each function is one write transaction, or part of the caller's; effect, leaf and events are in it together.
* Time is `vault.now`.
"""

from vault.trading.awarding import award, to_confirm
from vault.trading.fan_out import HERE, FanOut, seers
from vault.trading.projecting import Projection, projected, tells
from vault.trading.publishing import is_published, listed, move, proposed, publish, seen, settle, tell_newcomers
from vault.trading.seeing import Viewer, sees, viewer
from vault.trading.showing import Shown, shown, shown_at_first
from vault.trading.taking import (
    HeldFullError,
    OfferRefusedError,
    Taken,
    held,
    judge_held,
    known,
    own,
    refused_offer,
    take,
    take_out,
    withdraw,
)

__all__ = [
    "HERE",
    "FanOut",
    "HeldFullError",
    "OfferRefusedError",
    "Projection",
    "Shown",
    "Taken",
    "Viewer",
    "award",
    "held",
    "is_published",
    "judge_held",
    "known",
    "listed",
    "move",
    "own",
    "projected",
    "proposed",
    "publish",
    "refused_offer",
    "seen",
    "seers",
    "sees",
    "settle",
    "shown",
    "shown_at_first",
    "take",
    "take_out",
    "tell_newcomers",
    "tells",
    "to_confirm",
    "viewer",
    "withdraw",
]
