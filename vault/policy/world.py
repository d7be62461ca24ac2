"""What the facts of one request are found in: the request, the moment, and what the vault knows.

Everything is looked up when a fact first needs it and then kept: a `World` is made for one decision and thrown away. It
raises nothing for what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from terms.comparison import Comparison, compare
from terms.effective import compare_all
from terms.lazy import lazy
from terms.practice import Practice
from terms.roster import agreement
from vault.policy import figures, offer_reading
from vault.policy.figures import Figure
from vault.policy.known import Agreed, Contracts, Held, Known, NothingKnown, Vendor, Wanted
from vault.policy.offers import Offer
from vault.policy.requests import FirstContact, Message, OfferMade, PriceChange, Renewal, Request
from vault.policy.values import Claim, Number, Value
from vault.policy.writing import plain
from vault.relationships.domains import registrable

_NOTHING = NothingKnown()


@dataclass(frozen=True)
class World:
    """`now` is aware, in the owner's time zone."""

    request: Request
    now: datetime
    known: Known = field(default=_NOTHING)

    @lazy
    def today(self) -> date:
        return self.now.date()

    @lazy
    def offer(self) -> Offer | None:
        return self.request.offer

    @lazy
    def domain(self) -> str:
        """The registrable domain of the vendor's address; empty where nobody can register it."""
        return registrable(self.request.vendor)

    @lazy
    def vendor(self) -> Vendor | None:
        return self.known.vendor()

    @lazy
    def contracts(self) -> Contracts | None:
        found = self.known.contracts()
        return found if found is None or isinstance(found, Contracts) else Contracts(found)

    @lazy
    def wanted(self) -> Wanted | None:
        """The intention that an offer answers."""
        asked = self.request.asked
        return self.known.wanted(asked.intent) if isinstance(asked, OfferMade) and asked.intent else None

    @lazy
    def contract(self) -> Held | None:
        """The contract of mine that this is about: the one named, else the only one in the offer's category."""
        named = self._named_contract()
        if named is not None:
            return next((one for one in self.contracts or () if one.id == named and self._may_name(one)), None)
        found = self.contracts_in(self.offer.category) if self.offer else None
        return found[0] if found and len(found) == 1 else None

    def held_with_vendor(self, held: Held) -> bool | None:
        """Whether a contract is one with the vendor who asks; None where one of the two has no domain."""
        if not held.vendor or not self.vendor_domain:
            return None
        return held.vendor == self.vendor_domain or bool(self.vendor and held.vendor in self.vendor.also)

    def _may_name(self, held: Held) -> bool:
        """A vendor names contracts that I have with it; an intention of mine names any."""
        return isinstance(self.request.asked, OfferMade) or self.held_with_vendor(held) is not False

    @property
    def vendor_domain(self) -> str:
        """The domain that the vault knows the vendor by, else that of its address."""
        return self.vendor.domain if self.vendor else self.domain

    @lazy
    def replaced(self) -> Held | None:
        """The contract that ends when this is accepted; None where none surely does."""
        return self.contract if self._named_contract() is not None else None

    @property
    def category(self) -> str | None:
        """What the request is about."""
        asked = self.request.asked
        if isinstance(asked, FirstContact):
            return asked.first_contact.category
        if isinstance(asked, Renewal | PriceChange):
            return (self.contract.category or None) if self.contract else None
        return self.offer.category if self.offer else None

    def contracts_in(self, category: str | None) -> Contracts | None:
        """The contracts of a category and of those under it; None where that cannot be told."""
        return None if category is None or self.contracts is None else self.contracts.under(category)

    @lazy
    def use(self) -> Mapping[str, Number]:
        """What I use a year, by meter register: as the intention says, else as the contract that this is about shows."""
        if self.wanted and self.wanted.intention.use:
            return {name: plain(Fraction(number)) for name, number in self.wanted.intention.use.items()}
        return self.contract.use if self.contract else {}

    @lazy
    def per_month(self) -> Figure | None:
        return figures.per_month(self.offer, self.use) if self.offer else None

    @lazy
    def first_year(self) -> Figure | None:
        return figures.first_year(self.offer, self.use) if self.offer else None

    @lazy
    def commitment(self) -> Figure | None:
        return figures.commitment(self.offer, self.use) if self.offer else None

    @lazy
    def practice(self) -> Practice | None:
        return self.request.practice

    @lazy
    def agreed(self) -> Agreed | None:
        return self.known.agreed()

    @lazy
    def compared(self) -> Comparison | None:
        """The declared practice against the agreement in force, else against those that I accept."""
        if self.practice is None or self.agreed is None:
            return None
        if self.agreed.in_force:
            return compare(self.practice, agreement(self.agreed.in_force), self.agreed.effective.additions)
        return compare_all(self.practice, self.agreed.effective).best

    @lazy
    def attested(self) -> Mapping[str, frozenset[str]]:
        """Who vouches for what, with a proof that holds."""
        found: dict[str, frozenset[str]] = {}
        for one in self.offer.attestations if self.offer else ():
            if self.known.proven(one):
                found[one.claim] = found.get(one.claim, frozenset()) | {one.issuer}
        return found

    @lazy
    def stated(self) -> Mapping[str, Value]:
        """What the offer says in the fields of its category, by their names, before anything is known to be otherwise."""
        return offer_reading.field_values(self.offer) if self.offer else {}

    def field(self, name: str) -> Value | None:
        """A field of the offer's category. One that I know otherwise is unknown: the quote is not for me."""
        value = self.stated.get(name)
        if isinstance(value, Claim):
            return Claim(value.value, self.attested.get(name, frozenset())) if value.value else value
        return value if value is None or self.known.mine(name) in (None, value) else None

    def in_thread(self) -> bool | None:
        asked = self.request.asked
        if not isinstance(asked, Message):
            return None
        return asked.message.thread is not None and self.known.wrote_in(asked.message.thread)

    def _named_contract(self) -> str | None:
        asked = self.request.asked
        if isinstance(asked, Renewal):
            return asked.renewal.contract
        if isinstance(asked, PriceChange):
            return asked.price_change.contract
        return self.wanted.intention.replaces if self.wanted else None
