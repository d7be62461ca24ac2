"""Values of facts as JSON and as text.

`from_json` and `to_json` are inverse: money is `{"minor", "currency"}`, a duration ISO 8601 (`P1M`, `P1Y`, `P30D`), a date
ISO 8601, a time of day `22:00`, a set a list, a claim `{"value", "attested_by"}` or bare true or false. Numbers are read
exactly: an integer, a JSON number or a decimal in a text; what has no finite decimal is a fraction in a text (`2500/3`).
What does not fit the fact is None, unknown: never an error, and never bent until it fits.

`shown` is for people and may round; it says `about` where it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from vault.money import exponent, is_currency
from vault.policy.fact import Fact
from vault.policy.values import Amount, Claim, Duration, FactType, Number, Value

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

# Beyond any household's figures; keeps exact arithmetic cheap (an exponent of a million digits is eleven letters).
MAX_DIGITS: Final = 40
# Names of firms and of terms stay under 200; a longer text cannot be compared with anything a rule says.
MAX_TEXT: Final = 2_000
# DPV has fewer terms of a kind; a longer set only costs time.
MAX_MEMBERS: Final = 1_000
# Ten thousand years: the calendar ends before.
MAX_UNITS: Final = 120_000

_NUMBER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{1,{MAX_DIGITS}}}|/[0-9]{{1,{MAX_DIGITS}}})?", re.ASCII)
_DURATION = re.compile(r"P(?:(-?\d{1,6})Y)?(?:(-?\d{1,6})M)?(?:(-?\d{1,6})W)?(?:(-?\d{1,6})D)?", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


# Values of these types are JSON as they are; most facts have one.
PLAIN: Final = frozenset((bool, str, type(None)))


def from_json(fact: Fact, json: object) -> Value | None:
    """The value of `fact` that `json` gives; None where it gives none."""
    return _READ[fact.type](fact, json)


def to_json(value: Value | None, fact: Fact | None = None) -> JsonValue:
    """What `from_json` reads as `value` again. A time of day needs its fact: without it, minutes are a number."""
    if type(value) is int and fact is not None and fact.type is FactType.TIME:
        return clock(value)
    write = _WRITTEN.get(type(value))
    return value if write is None else write(value)  # type: ignore[return-value]  # what is left is JSON already


def exact(json: object) -> Number | None:
    """The number that a JSON number or a text states, with nothing lost; None for anything else."""
    if isinstance(json, bool):
        return None
    if isinstance(json, int):
        return json if abs(json) < 10**MAX_DIGITS else None
    if isinstance(json, Fraction):
        return plain(json)
    if isinstance(json, float):
        # The shortest decimal that reads as this float is what the file said, up to fifteen digits.
        json = Decimal(repr(json))
    if isinstance(json, Decimal):
        fits = json.is_finite() and len(json.as_tuple().digits) <= MAX_DIGITS and abs(json.adjusted()) <= MAX_DIGITS
        return plain(Fraction(json)) if fits else None
    if not isinstance(json, str) or not _NUMBER.fullmatch(json):
        return None
    _, _, below = json.partition("/")
    return None if below and int(below) == 0 else plain(Fraction(json))


def plain(number: Number) -> Number:
    """An integer where it is one."""
    return number.numerator if number.denominator == 1 else number


def iso_duration(value: Duration) -> str:
    months = f"{value.months}M" if value.months else ""
    return f"P{months}{value.days}D" if value.days or not months else f"P{months}"


def read_iso_duration(text: str) -> Duration | None:
    """Any units in their order, years and weeks made months and days; None where it is none, or absurdly long."""
    match = _DURATION.fullmatch(text)
    if not match or match.lastindex is None:
        return None
    years, months, weeks, days = (int(count or 0) for count in match.groups())
    duration = Duration(12 * years + months, 7 * weeks + days)
    return duration if max(abs(duration.months), abs(duration.days)) <= MAX_UNITS else None


def read_clock(text: str) -> int | None:
    """Minutes since midnight of a time such as `22:00`."""
    match = _TIME.fullmatch(text)
    return 60 * int(match[1]) + int(match[2]) if match else None


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def shown(value: Value | None, fact: Fact) -> str:
    """A value for people, with the fact's unit."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if fact.type is FactType.TIME and isinstance(value, int):
        return clock(value)
    if isinstance(value, Amount):
        return _with_unit(f"{decimals(value.minor, exponent(value.currency))} {value.currency}", fact.unit)
    if isinstance(value, int | Fraction):
        return _with_unit(decimals(value, 0), fact.unit)
    if isinstance(value, Duration):
        return duration_words(value)
    if isinstance(value, Claim):
        return _shown_claim(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return str(value)


def decimals(number: Number, shift: int) -> str:
    """`number` with the point moved `shift` places to the left: exact, or `about` so much where it has no finite decimal."""
    scaled = Fraction(number) / 10**shift
    places = finite_places(scaled)
    return f"about {fixed(scaled, max(shift, 2))}" if places is None else fixed(scaled, places and max(shift, places))


def finite_places(number: Fraction) -> int | None:
    """How many decimals `number` has; None where they do not end."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def fixed(number: Fraction, places: int) -> str:
    """With exactly so many decimals, rounded half to even."""
    units = round(number * 10**places)
    whole, part = divmod(abs(units), 10**places)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{part:0{places}}" if places else f"{sign}{whole}"


def duration_words(value: Duration) -> str:
    """`12 months`, `5 years`, `1 month 3 days`: months up to two years, as contracts say it, then whole years."""
    months, days = value.months, value.days
    years = months % 12 == 0 and abs(months) > 24
    parts = [(months // 12, "year") if years else (months, "month"), (days, "day")]
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words) or "0 days"


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


def _shown_claim(value: Claim) -> str:
    said = "true" if value.value else "false"
    return (
        f"{said}, attested by {', '.join(sorted(value.attested_by))}" if value.attested_by else f"{said}, only claimed"
    )


def _number(number: Number) -> int | str:
    number = plain(number)
    return number if isinstance(number, int) else f"{number.numerator}/{number.denominator}"


def _integer(fact: Fact, json: object) -> Value | None:
    number = exact(json)
    return number if isinstance(number, int) else None


def _read_number(fact: Fact, json: object) -> Value | None:
    return exact(json)


def _money(fact: Fact, json: object) -> Value | None:
    if not isinstance(json, Mapping) or set(json) != {"minor", "currency"}:
        return None
    minor, currency = exact(json["minor"]), json["currency"]
    if minor is None or not isinstance(currency, str) or not is_currency(currency):
        return None
    return Amount(minor, currency)


def _duration(fact: Fact, json: object) -> Value | None:
    return read_iso_duration(json) if isinstance(json, str) else None


def _date(fact: Fact, json: object) -> Value | None:
    return read_date(json) if isinstance(json, str) else None


def _time(fact: Fact, json: object) -> Value | None:
    return read_clock(json) if isinstance(json, str) else None


def _truth(fact: Fact, json: object) -> Value | None:
    return json if isinstance(json, bool) else None


def _claim(fact: Fact, json: object) -> Value | None:
    if isinstance(json, bool):
        return Claim(json)
    if not isinstance(json, Mapping) or not {"value"} <= set(json) <= {"value", "attested_by"}:
        return None
    value, attested_by = json["value"], _members(json.get("attested_by", []))
    return Claim(value, attested_by) if isinstance(value, bool) and attested_by is not None else None


def _text(fact: Fact, json: object) -> Value | None:
    return json if isinstance(json, str) and len(json) <= MAX_TEXT else None


def _choice(fact: Fact, json: object) -> Value | None:
    return json if isinstance(json, str) and json in fact.choices else None


def _set(fact: Fact, json: object) -> Value | None:
    return _members(json)


def _members(json: object) -> frozenset[str] | None:
    if not isinstance(json, list | tuple) or len(json) > MAX_MEMBERS:
        return None
    fits = all(isinstance(member, str) and len(member) <= MAX_TEXT for member in json)
    return frozenset(json) if fits else None


_WRITTEN: Final[Mapping[type, Callable[[Any], JsonValue]]] = {
    Fraction: _number,
    Amount: lambda value: {"minor": _number(value.minor), "currency": value.currency},
    frozenset: sorted,
    Claim: lambda value: {"value": value.value, "attested_by": sorted(value.attested_by)},
    Duration: iso_duration,
    date: date.isoformat,
}

_READ: Final[Mapping[FactType, Callable[[Fact, object], Value | None]]] = {
    FactType.INTEGER: _integer,
    FactType.NUMBER: _read_number,
    FactType.MONEY: _money,
    FactType.DURATION: _duration,
    FactType.DATE: _date,
    FactType.TIME: _time,
    FactType.TRUTH: _truth,
    FactType.CLAIM: _claim,
    FactType.TEXT: _text,
    FactType.CHOICE: _choice,
    FactType.CATEGORY: _text,
    FactType.PURPOSES: _set,
    FactType.PERSONAL_DATA: _set,
    FactType.TEXTS: _set,
}
