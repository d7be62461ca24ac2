"""An intention: what the owner wants to buy, what an offer must and should have, and how much of that is told.

    read(raw) -> Intention      or DocumentError, which names the place and the nearest valid name

Requirements are conditions of the rule language, kept as text; `language` reads them. What a vendor sees of an intention
is decided by `reveal`, requirement by requirement: nothing, a range, or all of it. The budget is never told.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from terms import dpv
from terms.refusals import quoted
from terms.roster import OffRosterError, find
from vault.policy.offer_reading import check_category
from vault.policy.offers import Money
from vault.policy.strict import Body, Decimal, DocumentError, Title, convert, parse

Level = Literal["must", "should"]
Reveal = Literal["none", "range", "full"]
# Under which name vendors see it: one of its own for each vendor, one for this intention, or the owner's.
Pseudonym = Literal["per-vendor", "per-intention", "own-name"]

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


class Intention(Struct, frozen=True, forbid_unknown_fields=True):
    """`terms` is the agreement that an offer has to come under, `data` what may be asked for (DPV terms), `budget` the most
    to be committed to, `closes` the last day, `replaces` a contract of mine, `use` what I use a year by meter register."""

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


def read(raw: bytes) -> Intention:
    """The intention of a JSON text."""
    return of_json(parse(raw, "an intention"))


def of_json(json: object) -> Intention:
    """The intention of a JSON value that `strict.parse` or `jcs.parse` gave."""
    if not isinstance(json, dict):
        raise DocumentError("an intention is an object", hint='write {"title": "…", "category": "…"}')
    intention = convert(json, Intention, "an intention")
    check_category(intention.category, "category")
    _check_terms(intention.terms)
    for index, term in enumerate(intention.data):
        if dpv.personal_data().known(term) is None:
            raise DocumentError(
                f"`data[{index}]` cannot be {quoted(term)}, which is no personal data of DPV {dpv.VERSION}",
                hint="write it like `pd:EmailAddress`",
            )
    if any(isinstance(number, int) and number < 0 for number in intention.use.values()):
        raise DocumentError("`use` is never negative")
    return intention


def _check_terms(id: str | None) -> None:
    try:
        _ = id is None or find(id)
    except OffRosterError as error:
        raise DocumentError(f"`terms`: {error.sentence}", hint=error.hint, code=error.code) from None
