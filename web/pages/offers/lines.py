"""An offer as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vault.butler import decisions
from vault.butler.market import Offered
from vault.butler.market_rows import counted_as
from vault.butler.worth import Worth, worth
from vault.policy.facts import Facts
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import vendors as vendor_store
from web.pages.frame import rule_words
from web.pages.frame.rule_words import Because
from web.pages.frame.wording import mark

TERMS: Final = {
    "within": mark("within your terms"),
    "exceeds": mark("asks for more than your terms allow"),
    "unknown": mark("does not say enough to tell"),
    "none asked": mark("asks for none of your details"),
}


@dataclass(frozen=True, slots=True)
class Line:
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


def line(vault: Vault, offered: Offered) -> Line:
    facts = decisions.facts_of(vault, offered.decision)
    practice = offered.request.practice
    return Line(
        offered=offered,
        facts=facts,
        vendor=vendor_name(vault, offered.request.vendor, offered.decision.request.vendor),
        worth=worth(facts),
        terms=TERMS.get(str(facts.get("terms.result")), ""),
        data=tuple(practice.data or ()) if practice else (),
        why=rule_words.why(offered.decision),
    )


def vendor_name(vault: Vault, address: str, vendor: int | None) -> str:
    """As the owner has it, else as its client calls itself, else its domain."""
    row = vendor_store.vendor(vault.connection, vendor) if vendor is not None else None
    client = agreement_store.client_by_url(vault.connection, address)
    return (row.name if row else "") or (client.name if client else "") or counted_as(address)
