"""An offer as its pages show it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from vault.butler import decisions
from vault.butler.market import Offered, OfferState
from vault.butler.worth import Worth, worth
from vault.policy.facts import Facts
from vault.session import Vault
from web.pages.frame import rule_words, senders
from web.pages.frame.rule_words import Because
from web.pages.frame.wording import mark

TERMS: Final = {
    "within": mark("within your terms"),
    "exceeds": mark("asks for more than your terms allow"),
    "unknown": mark("does not say enough to tell"),
    "none asked": mark("asks for none of your details"),
}


# What became of one that stands no more.
STATES: Final = {
    OfferState.WITHDRAWN: mark("taken back by the vendor"),
    OfferState.AWARDED: mark("you took it"),
    OfferState.TOLD_NO: mark("was told no"),
}
# The reason of an override that only takes back the one before.
TAKEN_BACK: Final = "taken back"


class Line(Struct, frozen=True):
    """`terms` is how it stands to the owner's terms, in our words; `data` are the details that it wants (DPV terms)."""

    offered: Offered
    facts: Facts
    vendor: str
    worth: Worth | None
    terms: str
    data: tuple[str, ...]
    why: tuple[Because, ...]

    @property
    def title(self) -> str:
        return (self.offered.request.offer.title if self.offered.request.offer else "") or self.vendor

    @property
    def state(self) -> str:
        return STATES.get(OfferState(self.offered.row.state), "")

    @property
    def is_undoable(self) -> bool:
        overrides = self.offered.decision.overrides
        return bool(overrides) and overrides[-1].because != TAKEN_BACK


def line(vault: Vault, offered: Offered) -> Line:
    facts = decisions.facts_of(vault, offered.decision)
    practice = offered.request.practice
    return Line(
        offered=offered,
        facts=facts,
        vendor=senders.name_of(vault, offered.request.vendor, offered.decision.request.vendor),
        worth=worth(facts),
        terms=TERMS.get(str(facts.get("terms.result")), ""),
        data=tuple(practice.data or ()) if practice else (),
        why=rule_words.why(offered.decision),
    )
