"""What a vendor gives its customer about their relationship, as it comes: contracts, invoices, readings of use, holdings.

Types bound every field; what they cannot say is checked on taking (`records`): categories, periods, one day for one reading.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from vault.money import MAX_MINOR
from vault.policy.strict import Currency, Decimal, Iso, Minor, Title

# A customer's or contract number as it is printed; letters, digits and what numbers are written with, since it stands in a path.
REF: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?!\n)$"
Ref = Annotated[str, Meta(pattern=REF, description="the vendor's own number or name for it")]
# More lines than a phone bill with every call; longer ones are documents.
MAX_LINES: Final = 500
# Two years of days, or ten days of quarter hours: what is more is sent in parts.
MAX_READINGS: Final = 1_000
# DPV has some 200 categories of personal data.
MAX_HOLDINGS: Final = 200


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Price(_Given, frozen=True):
    minor: Minor
    currency: Currency
    period: Iso


class Amount(_Given, frozen=True):
    """Negative for a credit note."""

    minor: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR)]
    currency: Currency


class Contract(_Given, frozen=True):
    """`notice` is how long before the end of a term notice must arrive; `ends` the last day of a contract that ends by itself."""

    title: Title
    price: Price
    category: Title | None = None
    started: date | None = None
    minimum_term: Iso | None = None
    renewal_term: Iso | None = None
    notice: Iso | None = None
    ends: date | None = None


class Line(_Given, frozen=True):
    title: Title
    minor: Annotated[int, Meta(ge=-MAX_MINOR, le=MAX_MINOR)]


class Invoice(_Given, frozen=True):
    """`contract` is the ref of a contract that was given."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    issued: date
    total: Amount
    due: date | None = None
    contract: Ref | None = None
    lines: Annotated[tuple[Line, ...], Meta(max_length=MAX_LINES)] = ()


class UsedOn(_Given, frozen=True):
    """What was used up to and with `day`, since the reading before."""

    day: date
    quantity: Decimal


class Usage(_Given, frozen=True):
    contract: Ref
    readings: Annotated[tuple[UsedOn, ...], Meta(min_length=1, max_length=MAX_READINGS)]
    register: Annotated[str, Meta(min_length=1, max_length=40)] = "use"
    unit: Annotated[str, Meta(min_length=1, max_length=20)] = "kWh"


class Holding(_Given, frozen=True):
    """`category` is of the Data Privacy Vocabulary, as `purpose` is; `source` says where it comes from."""

    category: Title
    source: Title
    purpose: Title
    since: date | None = None
    retention: Iso | None = None


class Holdings(_Given, frozen=True):
    holdings: Annotated[tuple[Holding, ...], Meta(max_length=MAX_HOLDINGS)]


Kind = Literal["contract", "invoice", "usage", "holdings"]
