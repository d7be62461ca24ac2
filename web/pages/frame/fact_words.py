"""Values of facts, and reasons that came with a rule, in the language of a page.

Amounts, durations and days are said as everywhere on the pages; a choice by its name. What an owner or a vendor wrote stays as it is.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from terms.phrases import Phrase, phrase
from vault.money import exponent
from vault.policy import packs
from vault.policy.fact import Fact
from vault.policy.values import Amount, Claim, Duration, FactType, Number, Value
from vault.policy.writing import clock, finite_places, fixed
from web.pages.frame.language import gettext, number
from web.pages.frame.wording import category, day, mark, said, term

_BUILTIN = "builtin"
# Contracts speak of months up to two years, then of years.
_MONTHS = 24


def worded(value: Value | None, fact: Fact) -> str:
    """Empty where it is not known."""
    if value is None:
        return ""
    if isinstance(value, Claim):
        return _claimed(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(named(one, fact) for one in value)) or gettext(mark("none"))
    if isinstance(value, bool):
        return gettext(mark("yes")) if value else gettext(mark("no"))
    return _single(value, fact)


def _single(value: Number | Amount | Duration | date | str, fact: Fact) -> str:
    if isinstance(value, Amount):
        return _with_unit(f"{_figure(value.minor, exponent(value.currency))}\u00a0{value.currency}", fact)
    if isinstance(value, Duration):
        return duration(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return named(value, fact)
    return clock(int(value)) if fact.type is FactType.TIME else _with_unit(_figure(value, 0), fact)


def named(written: str, fact: Fact) -> str:
    """A word of a vocabulary, of the market's tree or of a choice by its name; any other as it is."""
    if fact.type in (FactType.PURPOSES, FactType.PERSONAL_DATA):
        return term(written)
    if fact.type is FactType.CATEGORY:
        return category(written)
    return gettext(written) if written in fact.choices else written


def _figure(value: Number, shift: int) -> str:
    scaled = Fraction(value) / 10**shift
    places = finite_places(scaled)
    if places is None:
        return said(phrase("about %(figure)s", figure=number(fixed(scaled, max(shift, 2)))))
    return number(fixed(scaled, places and max(shift, places)))


def _with_unit(written: str, fact: Fact) -> str:
    return f"{written} {gettext(fact.unit)}" if fact.unit else written


def duration(value: Duration) -> str:
    """`12 months`, `5 years`, `1 month 3 days`."""
    is_years = value.months % 12 == 0 and abs(value.months) > _MONTHS
    parts = [_years(value.months // 12) if is_years else _months(value.months), _days(value.days)]
    return " ".join(said(one) for one in parts if one) or said(phrase("%(num)s days", num=0))


def _years(count: int) -> Phrase:
    return phrase("%(num)s years", num=count)


def _months(count: int) -> Phrase | None:
    if not count:
        return None
    return phrase("%(num)s month", num=1) if count == 1 else phrase("%(num)s months", num=count)


def _days(count: int) -> Phrase | None:
    if not count:
        return None
    return phrase("%(num)s day", num=1) if count == 1 else phrase("%(num)s days", num=count)


def _claimed(value: Claim) -> str:
    yes = gettext(mark("yes")) if value.value else gettext(mark("no"))
    if not value.attested_by:
        return said(phrase("%(yes)s, only claimed", yes=yes))
    return said(phrase("%(yes)s, vouched for by %(who)s", yes=yes, who=tuple(sorted(value.attested_by))))


def in_short(pack: str) -> str:
    """The sentence that the file of a pack begins with."""
    return packs.text(pack).splitlines()[0].lstrip("# ").partition(": ")[2]


def because(rule: str, written: str) -> str:
    """Why a rule is there, in its own words; those of ours, in a pack or built in, are in the catalogues."""
    owner = rule.partition("/")[0]
    return gettext(written) if owner == _BUILTIN or owner in packs.names() else written
