"""What the types of an offer cannot say: a category of the tree and its fields, one currency, durations that make sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from types import UnionType
from typing import Final

import msgspec

from terms.nearest import hint
from terms.practice import Practice
from terms.refusals import quoted
from terms.shapes import ShapeError
from vault import categories
from vault.policy.category_fields import BY_FIELD
from vault.policy.offers import Money, Offer, Price
from vault.policy.strict import Count, Decimal, DocumentError, Iso, Texts, Title, at, refuse_unknown
from vault.policy.values import Duration, FactType, Value
from vault.policy.writing import from_json, read_iso_duration

# How a field of each type is written, and what to say where it is not.
FORMS: Final[Mapping[FactType, tuple[type | UnionType, str]]] = {
    FactType.INTEGER: (Count, "a whole number such as 2"),
    FactType.NUMBER: (Count | Decimal, 'a whole number, or a decimal as a text such as "28.905"'),
    FactType.MONEY: (Money, 'an amount such as {"minor": 990, "currency": "EUR"}'),
    FactType.DURATION: (Iso, "a duration such as P12M"),
    FactType.TRUTH: (bool, "true or false"),
    # A claim counts as attested only by what `attestations` proves.
    FactType.CLAIM: (bool, "true or false"),
    FactType.TEXT: (Title, "a short text"),
    FactType.CHOICE: (str, "one of its words"),
    FactType.TEXTS: (Texts, "a list of short texts"),
}


def check(offer: Offer, place: str) -> Offer:
    """The offer itself, or `DocumentError`."""
    check_category(offer.category, f"{place}.category")
    _check_currencies(offer, place)
    field_values(offer, place)
    if offer.price:
        _check_price(offer.price, f"{place}.price")
    if offer.discount and Fraction(offer.discount.percent or 0) > 100:
        raise DocumentError(f"`{place}.discount.percent` is at most 100")
    check_practice(offer.practice, f"{place}.practice")
    return offer


def check_category(id: str | None, place: str) -> None:
    if id is not None and categories.category(id) is None:
        raise DocumentError(
            f"`{place}` cannot be {quoted(id)}, which is no category",
            hint=hint(id[:40], categories.tree(), "docs/categories.md lists the categories"),
            code="unknown-category",
        )


def check_practice(practice: Mapping[str, object] | None, place: str) -> None:
    try:
        _ = practice is None or Practice.from_json(practice)
    except ShapeError as error:
        raise DocumentError(f"`{place}`: {error.sentence}", hint=error.hint) from None


def field_values(offer: Offer, place: str = "offer") -> dict[str, Value]:
    """The values of the category's fields by name, without what attests them."""
    if offer.fields and offer.category is None:
        raise DocumentError(f"`{place}.fields` needs `{place}.category`", hint="say what is offered")
    known = categories.fields(offer.category or "")
    found = {}
    for name, json in offer.fields.items():
        if name not in known:
            refuse_unknown(name, known, at(place, "fields"))
        found[name] = _field_value(name, json, place)
    return found


# Offers say the same few; none is longer than the pattern of `Iso` lets it be.
@lru_cache(maxsize=1024)
def duration(text: Iso | None) -> Duration | None:
    return None if text is None else read_iso_duration(text)


def _field_value(name: str, json: object, place: str) -> Value:
    row = BY_FIELD[name]
    form, example = FORMS[row.type]
    value = from_json(row, json) if _fits(json, form) else None
    if value is None:
        written = f"one of: {', '.join(row.choices)}" if row.choices else example
        raise DocumentError(f"`{at(at(place, 'fields'), name)}` does not fit", hint=f"write {written}")
    return value


def _fits(json: object, form: type | UnionType) -> bool:
    try:
        msgspec.convert(json, form)
    except msgspec.ValidationError:
        return False
    return True


def check_period(text: str | None, place: str) -> None:
    """Refuses a period in which nothing recurs, or that no calendar divides a year by."""
    every = duration(text)
    if every and not every.months and not every.days:
        raise DocumentError(f"`{place}` is no time at all", hint="leave it out, or write P1M")
    if every and every.months and every.days:
        raise DocumentError(f"`{place}` mixes months and days", hint="write one of them")


def _check_price(price: Price, place: str) -> None:
    check_period(price.period, f"{place}.period")
    if price.first:
        check_period(price.first.lasts, f"{place}.first.lasts")
        if price.period is None:
            raise DocumentError(f"`{place}.first` needs `{place}.period`", hint="say how often the price is paid")


def _check_currencies(offer: Offer, place: str) -> None:
    amounts = list(_amounts(offer, place))
    for where, currency in amounts:
        if currency != amounts[0][1]:
            raise DocumentError(
                f"`{where}` is in {quoted(currency)} and `{amounts[0][0]}` in {quoted(amounts[0][1])}",
                hint="an offer has one currency",
                code="two-currencies",
            )


def currency_of(offer: Offer) -> str | None:
    """The one currency of the offer; None where it has no amount and names none."""
    if offer.price:
        return offer.price.currency
    return next((currency for _, currency in _amounts(offer, "")), None)


def _amounts(offer: Offer, place: str) -> Iterator[tuple[str, str]]:
    """Where an amount stands, and in which currency it is."""
    if offer.currency:
        yield f"{place}.currency", offer.currency
    if offer.price:
        yield f"{place}.price", offer.price.currency
    if offer.total:
        yield f"{place}.total", offer.total.currency
    yield from ((f"{place}.fees[{index}]", fee.currency) for index, fee in enumerate(offer.fees))
    yield from ((f"{place}.bonuses[{index}]", bonus.currency) for index, bonus in enumerate(offer.bonuses))
    for index, line in enumerate(offer.lines):
        yield from _money(line.price, f"{place}.lines[{index}].price")
    if offer.discount:
        yield from _money(offer.discount.list_price, f"{place}.discount.list_price")
        yield from _money(offer.discount.minimum_order, f"{place}.discount.minimum_order")
    for name, json in offer.fields.items():
        if isinstance(json, dict) and isinstance(json.get("currency"), str):
            yield at(f"{place}.fields", name), json["currency"]


def _money(money: Money | None, place: str) -> Iterator[tuple[str, str]]:
    if money:
        yield place, money.currency
