"""What an offer comes to, exactly, with the arithmetic as lines for people: a month, in the first year, at the most.

Promises
* Exact: sums of fractions of minor units; nothing is rounded but what a line shows.
* A figure that hangs on something not known is unknown, and its line says on what. Nothing is assumed to be nothing.
* Where an offer contradicts itself the higher figure counts.

Rules
* A price without a period is paid once. An `estimate` is settled by what was used, so that rates at my use count instead;
  an estimate without rates tells nothing.
* `per_month` is the regular price: no fee, no bonus, no first price. It is what compares with a contract that one has.
* `first_year`: a year of regular prices at my use, fees in. Certain bonuses of that year and, if the offer binds the
  vendor, a lower first price are out. It is what one expects to pay.
* `commitment`: the most that accepting leads to for somebody who gives notice on the first day: every period that begins
  before one can leave (`spans.leaving_after`), fees in, rates at my use. A lower first price counts only if the offer
  binds; a higher one always. Bonuses that hang on a condition, or come later than one could have left, are not taken off.
  It is unknown where anything recurs and no minimum term is stated: not stated is not none; and where a contract renews
  itself and no notice is stated. A price that the vendor may raise later is a request of its own (`price-change`).
* A bonus is certain if it has no condition and the offer binds the vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from msgspec import Struct

from vault import categories
from vault.money import exponent
from vault.policy.offer_reading import currency_of, duration, field_values
from vault.policy.offers import Offer
from vault.policy.spans import begun, completed, covers, leaving_after, most_days, per_year
from vault.policy.values import Amount, Duration, Number
from vault.policy.writing import decimals, duration_words, finite_places, plain

_YEAR = Duration(months=12)


Words = Callable[[], str]


class Figure(Struct, frozen=True):
    """`amount` is None where it is not known. Most figures are compared and not explained: words are put together when read."""

    amount: Amount | None
    _words: tuple[Words, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The last says the sum, or what is missing."""
        return tuple(say() for say in self._words)


class _Recurring(NamedTuple):
    """Charged once in each `every`; without that by use, and then `minor` is what a year of it costs."""

    what: Words
    minor: Number
    every: Duration | None


class _Part(NamedTuple):
    minor: Number
    line: Words


class _NotKnown(Exception):
    """What a figure hangs on is not known; never leaves this module."""


def per_month(offer: Offer, use: Mapping[str, Number]) -> Figure:
    """The regular price a month."""
    return _figure(offer, "a month", lambda: _over_a_month(offer, use))


def total(offer: Offer) -> Amount | None:
    """The price of one period, or of the purchase: the highest of what is stated as that."""
    currency = currency_of(offer)
    stated = _stated(offer)
    return Amount(max(stated), currency) if stated and currency else None


def first_year(offer: Offer, use: Mapping[str, Number]) -> Figure:
    """What the first year is expected to cost."""
    return _figure(offer, "the first year", lambda: _over_a_year(offer, use))


def commitment(offer: Offer, use: Mapping[str, Number]) -> Figure:
    """The most that accepting leads to. Never less than nothing, nor than a total that the offer states."""
    found = _figure(offer, "at the most", lambda: _over_the_bond(offer, use))
    least = max([0, *_stated(offer, in_all=True)])
    if found.amount is None or found.amount.minor >= least:
        return found
    amount = Amount(least, found.amount.currency)
    words = (*found._words[:-1], lambda: f"at the most: {_money(least, offer)}, which the offer states")
    return Figure(amount, words)


def bound_for(offer: Offer) -> Duration | None:
    """How long one is bound who gives notice on the first day; None where that is not known."""
    try:
        return _bound(offer)
    except _NotKnown:
        return None


def certain_bonuses(offer: Offer) -> int:
    """The minor units of all bonuses that hang on no condition."""
    return sum(bonus.minor for bonus in offer.bonuses if bonus.condition is None)


def discount(offer: Offer) -> Number | None:
    """Percent off: the price against the list price, else what the offer states."""
    given = offer.discount
    if given is None:
        return None
    if given.list_price and offer.price and given.list_price.minor:
        off = given.list_price.minor - offer.price.minor
        return plain(max(Fraction(0), Fraction(100 * off, given.list_price.minor)))
    return None if given.percent is None else plain(Fraction(given.percent))


def _figure(offer: Offer, label: str, parts: Callable[[], Iterator[_Part]]) -> Figure:
    try:
        found = list(parts())
        currency = currency_of(offer)
        if not found:
            raise _NotKnown("no price is stated")
        if currency is None:
            raise _NotKnown("no currency is stated")
    except _NotKnown as missing:
        said = f"{label}: not known, because {missing}"
        return Figure(None, (lambda: said,))
    exact = plain(sum(part.minor for part in found))
    return Figure(Amount(exact, currency), (*(part.line for part in found), lambda: f"{label}: {_money(exact, offer)}"))


def _over_a_month(offer: Offer, use: Mapping[str, Number]) -> Iterator[_Part]:
    for one in _recurring(offer, use):
        times = per_year(one.every, part=12) if one.every else Fraction(1, 12)
        yield _times(one, times, offer)


def _over_a_year(offer: Offer, use: Mapping[str, Number]) -> Iterator[_Part]:
    for one in _recurring(offer, use):
        yield _times(one, per_year(one.every) if one.every else 1, offer)
    if (every := _period(offer)) is not None:
        yield from _first_price(offer, every, per_year(every))
    yield from _once(offer, _YEAR)


def _over_the_bond(offer: Offer, use: Mapping[str, Number]) -> Iterator[_Part]:
    recurring = list(_recurring(offer, use))
    bond = _bound(offer) if recurring else Duration()
    for one in recurring:
        yield _times(one, begun(bond, one.every) if one.every else _years(bond), offer)
    if (every := _period(offer)) is not None:
        yield from _first_price(offer, every, begun(bond, every))
    yield from _once(offer, bond)


def _recurring(offer: Offer, use: Mapping[str, Number]) -> Iterator[_Recurring]:
    price, values, rates = offer.price, field_values(offer), 0
    if price and price.period and not price.estimate:
        yield _Recurring(lambda: "price", price.minor, duration(price.period))
    for name, field in _fields(offer).items():
        value = values.get(name)
        if field.every and isinstance(value, Amount):
            yield _Recurring(partial(_said, name), value.minor, duration(field.every))
        if field.register and isinstance(value, int | Fraction):
            if field.register not in use:
                raise _NotKnown(f"my use is not known (register `{field.register}`)")
            rates += 1
            used = use[field.register]
            yield _Recurring(partial(_metered, name, used, value, offer), value * used, None)
    if not rates:
        _refuse_unmetered(offer, set(values))


def _refuse_unmetered(offer: Offer, given: set[str]) -> None:
    """An instalment, or a standing charge alone, says nothing of what the use costs."""
    if offer.price and offer.price.estimate:
        raise _NotKnown("the price is an estimate and no rate is stated")
    standing = any(field.every and field.name in given for field in _fields(offer).values())
    if standing and offer.price is None:
        raise _NotKnown("a standing charge is stated and no rate")


def _once(offer: Offer, span: Duration) -> Iterator[_Part]:
    """What is paid or comes back once, within `span` of the start."""
    if (price := _purchase(offer)) is not None:
        yield _Part(price, partial(_line, "price", price, offer))
    for fee in offer.fees:
        yield _Part(fee.minor, partial(_line, fee.title, fee.minor, offer))
    for bonus in offer.bonuses:
        after = duration(bonus.after)
        if offer.binding and bonus.condition is None and (after is None or covers(span, after)):
            yield _Part(-bonus.minor, partial(_line, bonus.title, bonus.minor, offer, sign="-"))


def _purchase(offer: Offer) -> int | None:
    """What is paid once for the thing itself; None where the price recurs."""
    recurs = any(field.every or field.register for field in _given(offer))
    if recurs or (offer.price and (offer.price.period or offer.price.estimate)):
        return None
    contract = offer.contract
    terms = (contract.minimum_term, contract.renewal_term) if contract else ()
    if any(duration(term) not in (None, Duration()) for term in terms):
        raise _NotKnown("a contract is stated and not how often the price is paid")
    return max(_stated(offer), default=None)


def _first_price(offer: Offer, every: Duration, periods: Number) -> Iterator[_Part]:
    """What another price at first changes; a lower one only where the vendor is bound by it."""
    first, price = offer.price and offer.price.first, offer.price
    if not price or not first:
        return
    lasts, change = duration(first.lasts) or Duration(), first.minor - price.minor
    times = min(periods, begun(lasts, every) if change > 0 else completed(lasts, every))
    if times and (change > 0 or offer.binding):
        yield _times(_Recurring(lambda: "first price instead", change, every), times, offer)


def _bound(offer: Offer) -> Duration:
    contract = offer.contract
    minimum = duration(contract.minimum_term) if contract else None
    if contract is None or minimum is None:
        raise _NotKnown("no minimum term is stated")
    renewal, notice = duration(contract.renewal_term), duration(contract.notice)
    if notice is None and renewal not in (None, Duration()):
        raise _NotKnown("it renews itself and no notice is stated")
    return leaving_after(minimum, renewal, notice or Duration())


def _period(offer: Offer) -> Duration | None:
    return duration(offer.price.period) if offer.price and not offer.price.estimate else None


def _given(offer: Offer) -> Iterator[categories.Field]:
    return (field for name, field in _fields(offer).items() if name in offer.fields)


def _fields(offer: Offer) -> Mapping[str, categories.Field]:
    """Those that its category has, where it says anything in them."""
    return categories.fields(offer.category or "") if offer.fields else {}


def _stated(offer: Offer, *, in_all: bool = False) -> list[int]:
    """Every amount that the offer calls a price or a total; with `in_all` those that stand for all of it."""
    lines = [line.price.minor for line in offer.lines if line.price]
    found = [*([sum(lines)] if lines else []), *([offer.total.minor] if offer.total else [])]
    price = offer.price
    if price and not price.estimate and not (in_all and price.period):
        found.append(price.minor)
    return found


def _years(bond: Duration) -> Fraction:
    """The years of use in a bond; days count as those of a short year, so that they are never too few."""
    return Fraction(most_days(bond), 365) if bond.days else Fraction(bond.months, 12)


def _times(one: _Recurring, times: Number, offer: Offer) -> _Part:
    minor = one.minor * times

    def line() -> str:
        every = f" every {duration_words(one.every)}" if one.every else " a year"
        return f"{one.what()}: {_number(times)} × {_money(one.minor, offer)}{every} = {_money(minor, offer)}"

    return _Part(minor, line)


def _line(title: str, minor: int, offer: Offer, sign: str = "") -> str:
    return f"{_one_line(title)}: {sign}{_money(minor, offer)}"


def _metered(name: str, used: Number, rate: Number, offer: Offer) -> str:
    return f"{_said(name)} ({_number(used)} × {_money(rate, offer)})"


def _number(number: Number) -> str:
    """With its decimals where they end, else as a fraction: `1/12`."""
    return str(number) if finite_places(Fraction(number)) is None else decimals(number, 0)


def _money(minor: Number, offer: Offer) -> str:
    currency = currency_of(offer) or ""
    return f"{decimals(plain(minor), exponent(currency))} {currency}"


def _said(name: str) -> str:
    return name.replace("_", " ")


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
