"""Numbers, money, durations, dates and times of day as rules write them, and back. Exact in both directions.

A number has a decimal point and no separators: `1200`, `49.90`. A comma is refused, since `1,200` is twelve hundred to
some and one and a fifth to others. What has no finite decimal is a fraction: `1/3`. Money ends with a currency and may name
a period where the fact is a price per period: `600 EUR per year` for a monthly price is exactly a twelfth of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from terms.phrases import Phrase, phrase
from terms.refusals import quoted
from vault.money import exponent
from vault.policy.fact import Fact
from vault.policy.language.currencies import CURRENCIES, SIGNS
from vault.policy.language.errors import Fault
from vault.policy.language.limits import MAX_DIGITS, MAX_DURATION, MAX_FRACTION
from vault.policy.language.spelling import meant
from vault.policy.values import Amount, Duration, FactType, Number, Value
from vault.policy.writing import (
    clock,
    duration_words,
    finite_places,
    fixed,
    plain,
    read_clock,
    read_date,
    read_iso_duration,
)

_NUMBER = re.compile(
    rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{1,{MAX_DIGITS}}})?|-?[0-9]{{1,{MAX_FRACTION}}}/[0-9]{{1,{MAX_FRACTION}}}"
)
_MONEY = re.compile(r"(-?[0-9][0-9.,/'_\s]*?)\s*([^\W\d_]{3})(?:\s*(?:per|/|a|an|each)\s*(\w+))?")
_SIGNED = re.compile(r"([^\w\s]|kr|zł|Kč)?\s*(-?[0-9][0-9.,'_]*)\s*([^\w\s]|kr|zł|Kč)?")
_PART = re.compile(r"([0-9]{1,9})\s*([a-zA-Z]+)")
_DAY = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})")
_DURATION_UNITS: Final[Mapping[str, tuple[int, int]]] = {
    "year": (12, 0), "quarter": (3, 0), "month": (1, 0), "week": (0, 7), "day": (0, 1)
}  # fmt: skip
_LENGTHS: Final = phrase("write it like `%(months)s`, `%(days)s`, `%(year)s` or `P30D`").of(
    months="12 months", days="30 days", year="1 year"
)
_UNITS: Final = phrase("use days, weeks, months, years")
# Only what is exact: no month has a fixed number of weeks.
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


def read_quantity(fact: Fact, text: str) -> Value:
    """The value that `text` gives to `fact`; a `Fault` that says what to write otherwise."""
    return _READ[fact.type](fact, text)


def quantity(fact: Fact, value: Value) -> str:
    """The one form in which a rule writes `value`; `read_quantity` gives it back."""
    if isinstance(value, Amount):
        return _money_text(fact, value)
    if isinstance(value, Duration):
        return duration_words(value)
    if isinstance(value, date):
        return value.isoformat()
    if fact.type is FactType.TIME and isinstance(value, int):
        return clock(value)
    number = Fraction(value) if isinstance(value, int | Fraction) else Fraction(0)
    return number_text(number) + ("%" if fact.unit == "percent" else "")


def read_number(text: str) -> Number:
    if _NUMBER.fullmatch(text):
        _, _, below = text.partition("/")
        if below and int(below) == 0:
            raise Fault(phrase("%(text)s divides by zero", text=quoted(text)))
        return plain(Fraction(text))
    raise Fault(phrase("%(text)s is not a number", text=quoted(text)), _number_hint(text))


def number_text(number: Number) -> str:
    places = finite_places(Fraction(number))
    if places is None or places > MAX_DIGITS:
        return f"{number.numerator}/{number.denominator}"
    return fixed(Fraction(number), places)


def _number_hint(text: str) -> Phrase:
    bare = re.sub(r"[\s'_]", "", text)
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", bare):
        if bare.count(",") > 1 or "." in bare:
            return phrase("write `%(number)s`: a comma can be read two ways", number=bare.replace(",", ""))
        form = phrase("write `%(number)s` or `%(other)s`: a comma can be read two ways")
        return form.of(number=bare.replace(",", ""), other=bare.replace(",", "."))
    if re.fullmatch(r"-?[0-9]+,[0-9]+", bare):
        return phrase("write `%(number)s`", number=bare.replace(",", "."))
    if bare != text and _NUMBER.fullmatch(bare):
        return phrase("write `%(number)s`, without separators", number=bare)
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+", bare):
        return phrase("write all of its digits")
    if re.fullmatch(r"[0-9./-]{16,}", bare):
        return phrase("at most %(most)s digits stand before and behind the point", most=MAX_DIGITS)
    return phrase("write digits with a point, such as `%(one)s` or `%(other)s`", one="12", other="0.5")


def _integer(fact: Fact, text: str) -> Value:
    number = _with_unit(fact, text)
    if not isinstance(number, int):
        raise Fault(phrase("%(text)s is not a whole number, and `%(name)s` counts", text=quoted(text), name=fact.name))
    return number


def _number(fact: Fact, text: str) -> Value:
    return _with_unit(fact, text)


def _with_unit(fact: Fact, text: str) -> Number:
    """A number, with the fact's own unit behind it or without."""
    if text.endswith("%") and fact.unit.startswith("percent"):
        return read_number(text[:-1].rstrip())
    if text.endswith("%"):
        raise Fault(
            phrase("%(text)s is a percentage, and `%(name)s` is not", text=quoted(text), name=fact.name),
            _unit_hint(fact),
        )
    match = re.fullmatch(r"(-?[0-9][0-9.,/_']*)\s*([^\s0-9.,/_'].*)", text)
    if match and fact.unit and match[2] in (fact.unit, fact.unit.removesuffix("s")):
        return read_number(match[1])
    if match and _NUMBER.fullmatch(match[1]) and not re.match(r"[eE][+-]?[0-9]", match[2]):
        raise Fault(
            phrase("%(match)s is not the unit of `%(name)s`", match=quoted(match[2]), name=fact.name), _unit_hint(fact)
        )
    return read_number(text)


def _unit_hint(fact: Fact) -> Phrase:
    example = "20%" if fact.unit.startswith("percent") else f"20 {fact.unit}"
    if not fact.unit:
        return phrase("write a number, such as `20`")
    return phrase("write a number, such as `20` or `%(example)s`", example=example)


def _money(fact: Fact, text: str) -> Value:
    match = _MONEY.fullmatch(text)
    if not match:
        raise Fault(phrase("%(text)s is not an amount of money", text=quoted(text)), _money_hint(text))
    number, currency, period = match.groups()
    if currency not in CURRENCIES:
        known = currency.upper() in CURRENCIES
        code = phrase("write a code of ISO 4217, such as `EUR`")
        hint = phrase("write `%(currency)s`", currency=currency.upper()) if known else code
        raise Fault(phrase("%(currency)s is not a currency", currency=quoted(currency)), hint)
    minor = Fraction(read_number(number.strip())) * 10 ** exponent(currency)
    return Amount(plain(minor * _share(fact, period) if period else minor), currency)


def _money_hint(text: str) -> Phrase:
    match = _SIGNED.fullmatch(text)
    sign = (match[1] or match[3] or "") if match else ""
    if match and sign in SIGNS:
        if not SIGNS[sign]:
            return phrase("say which currency, such as `%(amount)s`", amount=f"{match[2]} USD")
        return phrase("write `%(amount)s`", amount=f"{match[2]} {SIGNS[sign]}")
    if match and not sign:
        return phrase("write `%(amount)s`, or in your currency", amount=f"{match[2]} EUR")
    return phrase("write it like `%(example)s`", example="49.90 EUR")


def _share(fact: Fact, period: str) -> Fraction:
    """What a price per `period` is multiplied by to become one in the fact's own unit."""
    own = fact.unit.removeprefix("per ")
    if period == own:
        return Fraction(1)
    for lengths in (_MONTHS, _DAYS):
        if own in lengths and period in lengths:
            return Fraction(lengths[own], lengths[period])
    if fact.unit.startswith("per "):
        raise Fault(
            phrase("an amount per %(period)s is no exact amount %(unit)s", period=quoted(period), unit=fact.unit),
            phrase("write it %(unit)s", unit=fact.unit),
        )
    raise Fault(
        phrase("`%(name)s` is not a price per %(period)s", name=fact.name, period=quoted(period)),
        phrase("write the amount alone"),
    )


def _money_text(fact: Fact, amount: Amount) -> str:
    """In the currency's decimals or more; where they do not end, per year, and else as a fraction."""
    own = fact.unit.removeprefix("per ")
    value = Fraction(amount.minor) / 10 ** exponent(amount.currency)
    if finite_places(value) is None and own in _MONTHS:
        yearly = value * _MONTHS["year"] / _MONTHS[own]
        if finite_places(yearly) is not None:
            return f"{_decimal(yearly, amount.currency)} {amount.currency} per year"
    return f"{_decimal(value, amount.currency)} {amount.currency}"


def _decimal(value: Fraction, currency: str) -> str:
    places = finite_places(value)
    return fixed(value, max(places, exponent(currency))) if places and places <= MAX_DIGITS else number_text(value)


def _duration(fact: Fact, text: str) -> Value:
    duration = read_iso_duration(text) if text.startswith("P") and "-" not in text else _duration_in_words(text)
    if duration is None or max(duration.months, duration.days) > MAX_DURATION:
        raise Fault(
            phrase("%(text)s is not a duration", text=quoted(text)),
            _LENGTHS,
        )
    return duration


def _duration_in_words(text: str) -> Duration | None:
    rest = re.sub(r"\s+and\s+", " ", text)
    months = days = 0
    parts = _PART.findall(rest)
    if not parts or _PART.sub("", rest).strip():
        return None
    for count, unit in parts:
        # `2 weeks`, but not `2 weekss`.
        per = _DURATION_UNITS.get(unit.lower().removesuffix("s"))
        if per is None:
            raise Fault(
                phrase("%(unit)s is not a unit of time", unit=quoted(unit)),
                meant(unit, _DURATION_UNITS, _UNITS),
            )
        months, days = months + int(count) * per[0], days + int(count) * per[1]
    return Duration(months, days)


def _date(fact: Fact, text: str) -> Value:
    day = read_date(text)
    if day is not None:
        return day
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Fault(phrase("there is no day %(text)s in the calendar", text=quoted(text)))
    hint = phrase("write year, month and day, such as `%(example)s`", example="2026-03-01")
    raise Fault(
        phrase("%(text)s is not a date", text=quoted(text)),
        hint if not _DAY.fullmatch(text) else phrase("%(hint)s: the order is then plain", hint=hint),
    )


def _time(fact: Fact, text: str) -> Value:
    minutes = read_clock(text) if len(text) == 5 else read_clock(f"0{text}")
    if minutes is None:
        raise Fault(
            phrase("%(text)s is not a time of day", text=quoted(text)),
            phrase("write hours and minutes from `00:00` to `23:59`"),
        )
    return minutes


_READ: Final[Mapping[FactType, Callable[[Fact, str], Value]]] = {
    FactType.INTEGER: _integer,
    FactType.NUMBER: _number,
    FactType.MONEY: _money,
    FactType.DURATION: _duration,
    FactType.DATE: _date,
    FactType.TIME: _time,
}
