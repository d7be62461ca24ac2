"""An intention: what the owner wants to buy, what an offer must and should have, and how much of that is told.

    read(raw) -> Intention      or DocumentError, which names the place and the nearest valid name

Requirements are conditions of the rule language, kept as text; `language` reads them. What a vendor sees of an intention
is decided by `reveal`, requirement by requirement: nothing, a range, or all of it. The budget is never told.

Who sees an intention that is published is its `audience`. A vendor that has shown who it is sees it where any of what the
audience names fits it:

* `vendors`: the registrable domain of its client document is that of one of these;
* `category`: what it sells, as the vault knows it or as it introduced itself, is the intention's category, or stands above or
  under it in the tree;
* `agreement`: an agreement binds with it that protects at least as much as `terms`; where no `terms` are named, any that binds.

Without an audience it is `{"agreement": true}`. A vendor that the owner sent away sees nothing, whatever the audience says.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from terms import dpv
from terms.phrases import phrase
from terms.refusals import quoted
from terms.roster import OffRosterError, find
from vault.policy.offer_reading import check_category
from vault.policy.offers import Money
from vault.policy.strict import Body, Decimal, DocumentError, Title, convert, parse
from vault.relationships.domains import registrable

Level = Literal["must", "should"]
Reveal = Literal["none", "range", "full"]
# Under which name vendors see it: one of its own for each vendor, one for this intention, or the owner's.
Pseudonym = Literal["per-vendor", "per-intention", "own-name"]

# Which offer is proposed to the owner when it closes: the first in the order, or none.
Proposes = Literal["first", "none"]

# More than anybody weighs against each other; a list of wishes is read by a person.
MAX_REQUIREMENTS = 100
MAX_WEIGHT = 100
# The longest condition of the rule language that is still read by somebody.
MAX_CONDITION = 2_000
# Enough to better an offer twice; more would be probing for the limit.
OFFERS_PER_VENDOR = 3
MAX_OFFERS_PER_VENDOR = 1_000


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """A must that is false puts an offer out; a should counts its `weight` in the ranking."""

    level: Level
    condition: Annotated[str, Meta(min_length=1, max_length=MAX_CONDITION)]
    reveal: Reveal = "none"
    weight: Annotated[int, Meta(ge=1, le=MAX_WEIGHT)] = 1


class Audience(Struct, frozen=True, forbid_unknown_fields=True):
    """Who sees it, see the head of this module. `vendors` are domains or addresses; any of the three is enough."""

    vendors: Annotated[tuple[Title, ...], Meta(max_length=MAX_REQUIREMENTS)] = ()
    category: bool = False
    agreement: bool = False


class Intention(Struct, frozen=True, forbid_unknown_fields=True):
    """`terms` is the agreement that an offer has to come under, `data` what may be asked for (DPV terms), `budget` the most
    to be committed to, `closes` the last day, `replaces` a contract of mine, `use` what I use a year by meter register
    (told as far as `reveal_use`)."""

    title: Title
    category: str
    requirements: Annotated[tuple[Requirement, ...], Meta(max_length=MAX_REQUIREMENTS)] = ()
    note: Body | None = None
    terms: Title | None = None
    data: Annotated[tuple[Title, ...], Meta(max_length=MAX_REQUIREMENTS)] = ()
    budget: Money | None = None
    closes: date | None = None
    replaces: Title | None = None
    use: dict[Title, int | Decimal] = {}
    pseudonym: Pseudonym = "per-vendor"
    max_offers_per_vendor: Annotated[int, Meta(ge=1, le=MAX_OFFERS_PER_VENDOR)] = OFFERS_PER_VENDOR
    audience: Audience = Audience(agreement=True)
    reveal_use: Reveal = "none"
    proposes: Proposes = "first"


def read(raw: bytes) -> Intention:
    """The intention of a JSON text."""
    return of_json(parse(raw, "an intention"))


def of_json(json: object) -> Intention:
    """The intention of a JSON value that `strict.parse` or `jcs.parse` gave."""
    if not isinstance(json, dict):
        raise DocumentError(phrase("an intention is an object"), hint=phrase('write {"title": "…", "category": "…"}'))
    intention = convert(json, Intention, "an intention")
    check_category(intention.category, "category")
    _check_terms(intention.terms)
    _check_audience(intention.audience)
    for index, term in enumerate(intention.data):
        if dpv.personal_data().known(term) is None:
            raise DocumentError(
                phrase(
                    "`data[%(index)s]` cannot be %(term)s, which is no personal data of DPV %(version)s",
                    index=index,
                    term=quoted(term),
                    version=dpv.VERSION,
                ),
                hint=phrase("write it like `pd:EmailAddress`"),
            )
    if any(isinstance(number, int) and number < 0 for number in intention.use.values()):
        raise DocumentError(phrase("`use` is never negative"))
    return intention


def _check_terms(id: str | None) -> None:
    try:
        _ = id is None or find(id)
    except OffRosterError as error:
        raise DocumentError(
            phrase("`terms`: %(sentence)s", sentence=error.sentence), hint=error.hint, code=error.code
        ) from None


def _check_audience(audience: Audience) -> None:
    if not (audience.vendors or audience.category or audience.agreement):
        raise DocumentError(
            phrase("`audience` lets nobody in"), hint=phrase('write {"agreement": true}, or keep it to yourself')
        )
    for index, vendor in enumerate(audience.vendors):
        if not registrable(vendor):
            raise DocumentError(
                phrase(
                    "`audience.vendors[%(index)s]` cannot be %(vendor)s, which is no domain",
                    index=index,
                    vendor=quoted(vendor),
                ),
                hint=phrase("write it like example.com"),
            )
