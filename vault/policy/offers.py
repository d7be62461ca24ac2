"""An offer as a vendor makes it: what it is, what it costs, how it binds, what is promised with it.

Promises
* Money is whole minor units, rates are decimals in texts, durations ISO 8601; one currency for the whole offer.
* What a category adds (a unit rate, an excess) stands in `fields` and is checked against the category file.
* A value of this type is well formed. It is not true: whoever wrote it may have made it up. Text in it is text.

`offer_reading` checks what the types here cannot say; what follows from an offer (the price a month, the commitment) is
`figures`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from terms.practice import Practice
from vault.policy.strict import MAX_ENTRIES, MAX_TITLE, Body, Currency, Decimal, Iso, Minor, Title, Url
from vault.policy.values import Amount

# More than any shop has of a thing that a household buys.
MAX_QUANTITY = 1_000_000
# A hundred years, of which no offer speaks.
MAX_DAYS = 36_525
MAX_MONTHS = 1_200


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """Never negative: what goes the other way is a bonus or a discount."""

    minor: Minor
    currency: Currency

    @property
    def amount(self) -> Amount:
        return Amount(self.minor, self.currency)


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing of the offer; `price` is that of all `quantity` together."""

    title: Title
    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)] = 1
    price: Money | None = None


class FirstPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """Another price at first, per the same period, for as long as `lasts`."""

    minor: Minor
    lasts: Iso


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """`period` is how often it is paid; without one it is paid once. An `estimate` is an instalment that is settled by
    what was used: it is no cost of its own."""

    minor: Minor
    currency: Currency
    period: Iso | None = None
    estimate: bool = False
    first: FirstPrice | None = None


class Contract(Struct, frozen=True, forbid_unknown_fields=True):
    """`minimum_term` P0D: none. Without a `renewal_term` it runs on after the minimum term until notice is given."""

    minimum_term: Iso | None = None
    renewal_term: Iso | None = None
    notice: Iso | None = None


class Fee(Struct, frozen=True, forbid_unknown_fields=True):
    """Paid once: for delivery, connection, processing."""

    title: Title
    minor: Minor
    currency: Currency


class Bonus(Struct, frozen=True, forbid_unknown_fields=True):
    """What I get back. With a `condition` (in words) it is uncertain; `after` is how long after the start it is paid."""

    title: Title
    minor: Minor
    currency: Currency
    condition: Body | None = None
    after: Iso | None = None


class Discount(Struct, frozen=True, forbid_unknown_fields=True):
    """`list_price` is what the price is compared with, per the same period; `minimum_order` what has to be bought."""

    code: Title | None = None
    percent: Decimal | None = None
    list_price: Money | None = None
    minimum_order: Money | None = None


class Returns(Struct, frozen=True, forbid_unknown_fields=True):
    days: Annotated[int, Meta(ge=0, le=MAX_DAYS)]


class Warranty(Struct, frozen=True, forbid_unknown_fields=True):
    months: Annotated[int, Meta(ge=0, le=MAX_MONTHS)]


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    by: date | None = None


class Attestation(Struct, frozen=True, forbid_unknown_fields=True):
    """`issuer` vouches for `claim`: the name of a claim of the category (`renewable`) or a standard. Without a `proof`
    that the vault can check it counts for nothing."""

    issuer: Title
    claim: Title
    proof: Body | None = None


class Offer(Struct, frozen=True, forbid_unknown_fields=True):
    """See `docs/offers.md` for every field. `currency` need only be said where there is a rate and no amount; `reference` is the vendor's own; `carbon_kg` what it states for the whole."""

    title: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    category: str | None = None
    description: Body | None = None
    lines: Annotated[tuple[Line, ...], Meta(max_length=MAX_ENTRIES)] = ()
    currency: Currency | None = None
    price: Price | None = None
    total: Money | None = None
    contract: Contract | None = None
    fees: Annotated[tuple[Fee, ...], Meta(max_length=MAX_ENTRIES)] = ()
    bonuses: Annotated[tuple[Bonus, ...], Meta(max_length=MAX_ENTRIES)] = ()
    discount: Discount | None = None
    returns: Returns | None = None
    warranty: Warranty | None = None
    delivery: Delivery | None = None
    carbon_kg: Decimal | None = None
    attestations: Annotated[tuple[Attestation, ...], Meta(max_length=MAX_ENTRIES)] = ()
    practice: dict[str, object] | None = None
    fields: dict[str, object] = {}
    valid_until: date | None = None
    binding: bool = False
    reference: Title | None = None
    url: Url | None = None

    @property
    def declared(self) -> Practice | None:
        """What the vendor says it does with my data."""
        return None if self.practice is None else Practice.from_json(self.practice)
