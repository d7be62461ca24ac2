"""An intention, what vendors see of it, and its offers side by side, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from vault import categories, profile
from vault.butler.decisions import facts_of
from vault.butler.market import Offered, OfferState, Want
from vault.butler.worth import Worth, worth
from vault.granting.covering import any_covers
from vault.policy import revealing
from vault.policy.category_fields import BY_FIELD
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.intentions import Requirement
from vault.policy.ranking import Place
from vault.policy.revealing import Between, Revealed, Use
from vault.policy.rules import Operator
from vault.policy.values import FactType, Value
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.trading import Projection
from web.pages.frame import rule_values, rule_words, senders
from web.pages.frame.fact_words import named, worded
from web.pages.frame.rule_words import Said
from web.pages.frame.wording import mark, term

STATES: Final[Mapping[str, str]] = {
    "draft": mark("Draft"),
    "open": mark("Open"),
    "answered": mark("Answered"),
    "closed": mark("Closed"),
    "awarded": mark("Awarded"),
    "expired": mark("Expired"),
    "withdrawn": mark("Given up"),
}
# What an offer of any category says and a buyer asks of it.
_COMMON: Final = (
    "offer.price.per_month", "offer.price.total", "offer.cost.first_year", "offer.cost.commitment", "offer.fees",
    "offer.contract.minimum_term", "offer.contract.bound_for", "offer.contract.notice", "offer.contract.renewal_term",
    "offer.returns.days", "offer.warranty.months", "offer.delivery.by", "offer.carbon", "offer.binding",
    "vendor.verified", "vendor.known_since", "vendor.breaches", "terms.result",
)  # fmt: skip
_OPERATORS: Final = (
    Operator.AT_MOST, Operator.AT_LEAST, Operator.LESS, Operator.MORE, Operator.IS, Operator.IS_NOT, Operator.WITHIN,
    Operator.NOT_WITHIN, Operator.CONTAINS, Operator.IS_KNOWN,
)  # fmt: skip
_EXAMPLES: Final[Mapping[FactType, str]] = {
    FactType.MONEY: "20 EUR",
    FactType.DURATION: "12 months",
    FactType.DATE: "2027-01-31",
    FactType.TRUTH: "true",
    FactType.CLAIM: "true",
    FactType.INTEGER: "10",
    FactType.NUMBER: "10",
}


class Choice(Struct, frozen=True):
    """A fact that one may ask for: its name, in words, with an example of what to write, and the list of what may be chosen."""

    name: str
    words: str
    example: str
    list: str


def facts_for(category: str) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Those of this category alone, and those of every offer."""
    own = [BY_FIELD[name].name for name in categories.fields(category) if name in BY_FIELD]
    return tuple(map(_choice, own)), tuple(map(_choice, _COMMON))


def _choice(name: str) -> Choice:
    fact = TABLE[name]
    example = " / ".join(named(one, fact) for one in fact.choices[:3])
    example = example or rule_values.shown(name, Operator.IS, _EXAMPLES.get(fact.type, ""))
    return Choice(name, rule_words.subject(name), example, rule_values.list_of(name))


def operators() -> tuple[tuple[str, str], ...]:
    """As they are written, and in words."""
    return tuple((str(one), rule_words.condition(f"x {one} y").relation) for one in _OPERATORS)


class Asked(Struct, frozen=True):
    """One requirement in words. `roughly` is what a range tells of it."""

    level: str
    said: Said
    reveal: str
    weight: int
    roughly: str


def asked(requirements: Iterable[Requirement]) -> tuple[Asked, ...]:
    return tuple(
        Asked(one.level, rule_words.condition(one.condition), one.reveal, one.weight, _roughly(one))
        for one in requirements
    )


def _roughly(one: Requirement) -> str:
    (told,) = revealing.requirements((msgspec.structs.replace(one, reveal="range"),))
    return told_words(told).value


def told_words(one: Revealed) -> Said:
    """A requirement as far as a vendor is told of it."""
    if one.text is not None:
        return rule_words.condition(one.text)
    about = rule_words.condition(f"{one.fact} {one.operator} ?")
    if one.between is None:
        return msgspec.structs.replace(about, relation="", value="")
    low, high = (rule_words.condition(f"{one.fact} is {end}").value for end in one.between)
    return msgspec.structs.replace(about, value=f"{low} – {high}")


def use_words(use: Mapping[str, Use]) -> tuple[tuple[str, str], ...]:
    return tuple((name, " – ".join(one.between) if isinstance(one, Between) else str(one)) for name, one in use.items())


class SeenBy(Struct, frozen=True):
    """What one vendor sees, field by field in words; and the same as it goes over the wire."""

    projection: Projection
    musts: tuple[tuple[str, Said], ...]
    use: tuple[tuple[str, str], ...]
    wire: str


def seen_by(projection: Projection) -> SeenBy:
    return SeenBy(
        projection,
        tuple((one.level, told_words(one)) for one in projection.requirements),
        use_words(projection.use),
        msgspec.json.format(msgspec.json.encode(projection), indent=2).decode(),
    )


# --- offers side by side ------------------------------------------------------------------------------------------------

MARKS: Final[Mapping[str, str]] = {"true": "✓", "false": "✗", "unknown": "?"}


class Cell(Struct, frozen=True):
    """`met` is a key of MARKS, empty where the cell is no condition."""

    words: str
    met: str = ""


class Reason(Struct, frozen=True):
    """Why an offer has its place; the sentence is ours, with its values."""

    sentence: str
    values: Mapping[str, object]


class Column(Struct, frozen=True):
    """One offer."""

    place: Place
    offered: Offered
    title: str
    sender: str
    worth: Worth | None
    why: tuple[Reason, ...]
    commitment: str
    terms: Cell
    data: tuple[str, ...]
    requirements: tuple[Cell, ...]
    may_be_taken: bool


def compared(vault: Vault, want: Want, places: Iterable[tuple[Place, Offered]]) -> tuple[Column, ...]:
    return tuple(_column(vault, want, place, one) for place, one in places)


def _column(vault: Vault, want: Want, place: Place, one: Offered) -> Column:
    facts, offer, practice = facts_of(vault, one.decision), one.request.offer, one.request.practice
    commitment, fits = facts.get("offer.cost.commitment"), str(facts.get("terms.result") or "")
    return Column(
        place,
        one,
        offer.title if offer else "",
        senders.name_of(vault, one.request.vendor, one.decision.request.vendor),
        worth(facts),
        tuple(_why(place, one)),
        worded(commitment, TABLE["offer.cost.commitment"]),
        Cell(_TERMS.get(fits, mark("not known")), _FITS.get(fits, "unknown")),
        tuple(term(name) for name in (practice.data or () if practice else ())),
        _cells(want, place),
        place.rank > 0 and one.row.state == OfferState.STANDS and want.state in ("open", "closed"),
    )


_TERMS: Final[Mapping[str, str]] = {
    "within": mark("stays within yours"),
    "exceeds": mark("asks for more than you allow"),
    "none asked": mark("asks for no details"),
}
_FITS: Final[Mapping[str, str]] = {"within": "true", "exceeds": "false", "none asked": "true"}


def _cells(want: Want, place: Place) -> tuple[Cell, ...]:
    """In the order of the requirements; an offer that is out for another reason has none."""
    musts, wishes = iter(place.musts), iter(place.wishes)
    found = []
    for one in want.intention.requirements:
        seen = next(musts if one.level == "must" else wishes, None)
        if seen is None:
            found.append(Cell("", ""))
            continue
        fact = TABLE[seen.condition.fact]
        met = "unknown" if seen.value is None else str(seen.value).lower()
        found.append(Cell(_observed(seen.observed, fact), met))
    return tuple(found)


def _observed(value: Value | None, fact: Fact) -> str:
    return worded(value, fact)


def _why(place: Place, one: Offered) -> Iterator[Reason]:
    """What puts it there, in the order of what counts."""
    if not place.rank:
        yield _left_out(place, one)
        return
    if any(must.value is None for must in place.musts):
        yield Reason(mark("does not say everything that you require"), {})
    met = sum(wish.value is True for wish in place.wishes)
    if place.wishes:
        yield Reason(mark("%(met)s of %(all)s wishes met"), {"met": met, "all": len(place.wishes)})
    elif place.musts:
        yield Reason(mark("has all that you require"), {})
    if not place.wishes and place.cost is not None and place.rank == 1:
        yield Reason(mark("costs least"), {})


def _left_out(place: Place, one: Offered) -> Reason:
    if place.musts:
        return Reason(mark("lacks something that you require"), {})
    if one.decision.verdict == str(Verdict.REFUSE):
        return Reason(mark("declined by you") if one.decision.overrides else mark("declined by your rules"), {})
    return Reason(mark("it can no longer be accepted"), {})


# --- the owner's values -------------------------------------------------------------------------------------------------


def values(vault: Vault, data: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What the owner's profile has of these categories today."""
    held = profile.attributes(vault.connection, vault.now.date())
    wanted = tuple(data)
    found = []
    for one in held:
        if one.present is not None and any_covers(wanted, one.category):
            value = one.present.value
            found.append((one.category, value if isinstance(value, str) else ", ".join(value)))
    return tuple(found)
