"""Amounts, numbers, durations and days of rules, in the language of the page and back. `rule_values` says when.

Each `read_…` gives on as it is what it does not know. A number whose one point or comma may stand for thousands, in the language
of the page, or before decimals, in that of rules, is a `Fault`: 1.200 is twelve hundred to Germans.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.fact import Fact
from vault.policy.language.currencies import CURRENCIES, SIGNS
from vault.policy.language.errors import Fault
from web.pages.frame.language import gettext, points, spoken
from web.pages.frame.wording import MONTHS, mark

Reading = Callable[[Fact, str], str]

_NUMBER: Final = r"-?[0-9](?:[0-9.,/'_\s]*[0-9])?"
_SPACES: Final = re.compile(r"[\s'_]+")
_SIGN: Final = "|".join(map(re.escape, (sign for sign, code in SIGNS.items() if code)))
_AMOUNT: Final = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<number>{_NUMBER})\s*(?P<code>{_SIGN}|[^\W\d_]{{3}})?(?:\s*(?P<per>/|\b[^\W\d_]+)\s*(?P<unit>[^\W\d_]+))?"
)
_OWN_AMOUNT: Final = re.compile(r"(?P<number>[-0-9./]+) (?P<code>[A-Z]{3})(?: per (?P<unit>\w+))?")
_WITH_UNIT: Final = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>.*)")
# Prices per these; each as it stands behind an amount, and the word by which it is known.
_PER: Final = {
    "day": (mark("per day"), mark("day")),
    "week": (mark("per week"), mark("week")),
    "month": (mark("per month"), mark("month")),
    "quarter": (mark("per quarter"), mark("quarter")),
    "year": (mark("per year"), mark("year")),
}
_LENGTH: Final = re.compile(r"([0-9]+) ((?:day|week|month|year)s?)\b")
_PART: Final = re.compile(r"([0-9]{1,9})\s*([^\W\d_]+)")
# A plural adds up to two letters: Monaten.
_ENDING: Final = 2
_DAY: Final = mark("%(year)s-%(month)s-%(day)s")
_OWN_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_PARTS: Final = {"year": "(?P<year>[0-9]{4})", "month": "(?P<month>[0-9]{1,2})", "day": "(?P<day>[0-9]{1,2})"}
_NAMED_DAY: Final = re.compile(r"(?P<day>[0-9]{1,2})\.?\s+(?P<month>[^\W\d_]+)\.?\s+(?P<year>[0-9]{4})")


# --- numbers ------------------------------------------------------------------------------------------------------------


def number(own: str) -> str:
    """With the decimal sign of the language; without one for thousands, so that it can be read one way only."""
    return own.replace(".", points()[1])


def read_number(typed: str) -> str:
    thousands, decimals = points()
    bare = _SPACES.sub("", typed)
    grouped = rf"-?[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})"
    if re.fullmatch(rf"(?:{grouped}+|-?[0-9]+){re.escape(decimals)}[0-9]+%?", bare):
        return bare.replace(thousands, "").replace(decimals, ".")
    if re.fullmatch(rf"{grouped}{{2,}}%?", bare):
        return bare.replace(thousands, "")
    if re.fullmatch(rf"{grouped}%?", bare) and not bare.lstrip("-").startswith("0"):
        either = {"number": bare.replace(thousands, ""), "other": bare.replace(thousands, decimals)}
        raise Fault(
            phrase("%(text)s can be read two ways", text=quoted(typed)),
            phrase("write `%(number)s` or `%(other)s`", **either),
        )
    return bare if re.fullmatch(r"-?[0-9]+%?", bare) else typed


def amount(_: Fact, own: str) -> str:
    return number(own)


def read_amount(fact: Fact, typed: str) -> str:
    """With the fact's own unit behind it, in either language, or without."""
    found = _WITH_UNIT.fullmatch(typed)
    if found is None:
        return typed
    plain, unit = read_number(found["number"]), found["unit"].strip()
    if fact.unit and unit.casefold() in (fact.unit.casefold(), gettext(fact.unit).casefold()):
        return plain + ("%" if fact.unit == "percent" else "")
    if unit in ("", "%"):
        return plain + ("%" if fact.unit == "percent" else unit)
    return f"{plain} {unit}"


# --- money --------------------------------------------------------------------------------------------------------------


def money(_: Fact, own: str) -> str:
    found = _OWN_AMOUNT.fullmatch(own)
    if found is None or (found["unit"] and found["unit"] not in _PER):
        return own
    per = f" {gettext(_PER[found['unit']][0])}" if found["unit"] else ""
    return f"{number(found['number'])} {found['code']}{per}"


def read_money(_: Fact, typed: str) -> str:
    found = _AMOUNT.fullmatch(typed)
    code = _code((found["before"] or found["code"] or "") if found else "")
    unit = _unit(found["unit"]) if found and found["unit"] else ""
    if found is None or not code or (found["before"] and found["code"]) or unit is None:
        return typed
    return f"{read_number(found['number'])} {code}" + (f" per {unit}" if unit else "")


def _code(word: str) -> str:
    return SIGNS.get(word) or (word.upper() if word.upper() in CURRENCIES else "")


def _unit(word: str) -> str | None:
    """What a price is per: `Monat`, `month`."""
    for unit, (_, name) in _PER.items():
        if word.casefold() in (unit, gettext(name).casefold()):
            return unit
    return None


# --- time ---------------------------------------------------------------------------------------------------------------


def length(_: Fact, own: str) -> str:
    return _LENGTH.sub(lambda found: gettext(f"%(num)s {found[2]}", num=found[1]), own)


def read_length(_: Fact, typed: str) -> str:
    rest = re.sub(rf"\s+(?:and|{re.escape(gettext(mark('and')))})\s+", " ", typed)
    parts = [(int(count), _unit_of_time(word)) for count, word in _PART.findall(rest)]
    if not parts or _PART.sub("", rest).strip() or not all(unit for _, unit in parts):
        return typed
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts)


def _unit_of_time(word: str) -> str:
    word = word.casefold()
    for unit, (_, name) in _PER.items():
        for stem in (unit, gettext(name).casefold()):
            if word.startswith(stem) and len(word) <= len(stem) + _ENDING:
                return unit
    return ""


def day(_: Fact, own: str) -> str:
    found = _OWN_DAY.fullmatch(own)
    return gettext(_DAY, year=found[1], month=found[2], day=found[3]) if found else own


def read_day(_: Fact, typed: str) -> str:
    found = _day_pattern(gettext(_DAY)).fullmatch(typed)
    if found:
        return f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    found = _NAMED_DAY.fullmatch(typed)
    month = _months(spoken()).get(found["month"].casefold()) if found else None
    return f"{found['year']}-{month:02}-{int(found['day']):02}" if found and month else typed


@cache
def _day_pattern(form: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", lambda place: _DAY_PARTS[place[1]], re.escape(form)))


@cache
def _months(language: str) -> dict[str, int]:
    """Their numbers by their names in the language being spoken."""
    return {gettext(name).casefold(): number for number, name in enumerate(MONTHS, 1)}
