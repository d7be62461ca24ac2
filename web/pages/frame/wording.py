"""How a page says times, days and terms; one place, so that two pages say them alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup, escape

from terms import dpv
from terms.errors import FirstpartyError
from terms.phrases import AgreementId, CategoryId, Length, Phrase, Say, Term
from terms.roster import OffRosterError, find
from vault import categories, ids
from vault.money import Money, decimal_of
from vault.periods import Period
from web.pages.frame import language


def mark(words: str) -> str:
    """Marks words for translation where they stand in code; a template translates them where it shows them: `_(words)`."""
    return words


def said(message: str | Phrase, /, **values: object) -> str:
    """Ours, in the language of the page, with what is in its places."""
    if isinstance(message, Phrase):
        values, message = dict(message.values), message.form
    return language.gettext(message, **{name: _placed(value) for name, value in values.items()})


def saying(name: str) -> Say:
    """What words sentences in a language, wherever that is: in a mail, a calendar, a letter."""

    def say(message: Phrase) -> str:
        with language.speaking(name):
            return said(message)

    return say


def _placed(value: object) -> object:
    """A value in the words of the language; text stays as it is."""
    return _PLACED[type(value)](value) if type(value) in _PLACED else value


def _agreement(id: str) -> str:
    """`“Service only”` of SD-BASE; what the roster does not have stays as it is."""
    try:
        return f"“{language.gettext(find(id).agreement.name)}”"
    except OffRosterError:
        return id


def shown(value: object) -> object:
    """Whatever a template puts out: a phrase in the language of the page."""
    return said(value) if isinstance(value, Phrase) else value


def begun(words: object) -> str:
    """With a capital to begin with, and the rest as it is: German has capitals within."""
    written = str(shown(words))
    return written[:1].upper() + written[1:]


def told(words: str | Phrase) -> Markup:
    """A sentence to begin with, such as an error's. One that comes in English only says so of itself (WCAG 3.1.2)."""
    written = begun(words)
    return escape(written if isinstance(words, Phrase) or not written else _foreign(written))


def fault(error: FirstpartyError) -> Markup:
    """An error in one line: what is wrong, and what helps."""
    if not error.helps:
        return told(error.said)
    helps = shown(error.helps) if isinstance(error.helps, Phrase) else _foreign(error.helps)
    return Markup("{}: {}").format(told(error.said), helps)


def _foreign(written: str) -> str | Markup:
    if language.spoken() == language.SOURCE:
        return written
    return Markup('<span lang="{}">{}</span>').format(language.SOURCE, written)


MONTHS: Final = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip

_SHORT_MONTHS: Final = (
    mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"),
    mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"),
)  # fmt: skip


def day(written: str | date) -> str:
    """`3 March 2026` of a date or of an RFC 3339 text."""
    found = date.fromisoformat(written[:10]) if isinstance(written, str) else written
    month = language.gettext(MONTHS[found.month - 1])
    return language.gettext("%(day)s %(month)s %(year)s", day=found.day, month=month, year=found.year)


def short_day(written: str | date) -> str:
    """`3 Mar 2026`, for tables."""
    found = date.fromisoformat(written[:10]) if isinstance(written, str) else written
    month = language.gettext(_SHORT_MONTHS[found.month - 1])
    return language.gettext("%(day)s %(month)s %(year)s", day=found.day, month=month, year=found.year)


def month_name(number: int) -> str:
    """`Mar`: three letters in every language, for charts."""
    return language.gettext(_SHORT_MONTHS[number - 1])[:3]


def month(written: str) -> str:
    """`March 2026` of `2026-03`."""
    return f"{language.gettext(MONTHS[int(written[5:7]) - 1])} {written[:4]}"


def short_month(written: str) -> str:
    """`Mar` of `2026-03`, with the year in January."""
    name = month_name(int(written[5:7]))
    return f"{name} {written[:4]}" if written[5:7] == "01" else name


def moment(written: str | datetime) -> str:
    """`3 March 2026, 14:05` (UTC)."""
    found = datetime.fromisoformat(written) if isinstance(written, str) else written
    return f"{day(found.date())}, {found:%H:%M}"


# `EmailAddress`, `DNACode`, `UID`
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def term(id: str) -> str:
    """A DPV term in words: `pd:EmailAddress` → `email address`; what DPV does not know stays as it is."""
    is_known = any(one.known(id) is not None for one in (dpv.personal_data(), dpv.purposes()))
    return language.gettext(words_of_term(id)) if is_known else id


def words_of_term(id: str) -> str:
    """In English, from the words that its name is made of; letters that stand for words stay together (`GPS coordinate`)."""
    parts = _WORD.findall(id.rpartition(":")[2])
    return " ".join(one if len(one) > 1 and one.isupper() else one.lower() for one in parts)


# Words of a vendor's stage and of a grant's or an agreement's state, so that catalogues have them.
STAGES: Final = (
    mark("prospect"), mark("new"), mark("active"), mark("unused"), mark("price rising"), mark("renewal due"),
    mark("leaving"), mark("ended"),
)  # fmt: skip
STATES: Final = (
    mark("revoked"), mark("expired"), mark("proposed"), mark("accepted"), mark("declined"), mark("terminated"),
    mark("superseded"), mark("countered"), mark("withdrawn"), mark("breached"), mark("allowed"), mark("requested"),
    mark("denied"), mark("cancelled"),
)  # fmt: skip


def category(id: str) -> str:
    """The name of a category of vendors: `energy.electricity` → `Electricity`."""
    found = categories.category(id)
    return found.names.get(language.spoken(), found.names[language.SOURCE]) if found else id


# How far a day is from another: so many, one, and many.
_DISTANCES: Final = {
    "today": mark("today"), "tomorrow": mark("tomorrow"), "yesterday": mark("yesterday"),
    "ahead": mark("in %(num)s days"), "ago": mark("%(num)s days ago"),
    "months ahead": mark("in %(num)s months"), "months ago": mark("%(num)s months ago"),
}  # fmt: skip
# More days are easier to grasp as months.
_MANY_DAYS: Final = 60


def ahead(on: date, today: date) -> str:
    """`in 8 days`, `tomorrow`: how far a day is from today."""
    days = (on - today).days
    one = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if one:
        return language.gettext(_DISTANCES[one])
    number, unit = (abs(days), "") if abs(days) <= _MANY_DAYS else (round(abs(days) / 30.44), "months ")
    return language.gettext(_DISTANCES[f"{unit}{'ahead' if days > 0 else 'ago'}"], num=number)


def host(url: str) -> str:
    """The host of an address, for people."""
    return url.partition("://")[2].partition("/")[0] or url


# One and many of each; then *every* one and *every* so many.
_UNITS: Final = {
    "Y": (mark("%(num)s year"), mark("%(num)s years"), mark("every year"), mark("every %(num)s years")),
    "M": (mark("%(num)s month"), mark("%(num)s months"), mark("every month"), mark("every %(num)s months")),
    "W": (mark("%(num)s week"), mark("%(num)s weeks"), mark("every week"), mark("every %(num)s weeks")),
    "D": (mark("%(num)s day"), mark("%(num)s days"), mark("every day"), mark("every %(num)s days")),
}
_DURATION: Final = re.compile(r"P(\d+)([YMWD])")


def duration(written: str) -> str:
    """`P30D` → `30 days`; one of several units stays as it is."""
    found = _DURATION.fullmatch(written)
    if found is None:
        return written
    return language.gettext(_UNITS[found[2]][found[1] != "1"], num=found[1])


def lines(value: object) -> str:
    """A value that has lines, as one."""
    return ", ".join(value) if isinstance(value, tuple | list) else str(value)


_KINDS: Final = {
    "cancel_by": mark("last day to cancel"), "renews": mark("renews"), "trial_ends": mark("trial ends"),
    "return_by": mark("return by"), "warranty_ends": mark("warranty ends"),
    "leave_until": mark("special right to leave ends"),
}  # fmt: skip


def deadline(kind: str) -> str:
    return _KINDS.get(kind, kind)


_BASES: Final = {
    "stated": mark("the vendor or a document says so"),
    "owner": mark("you said so"),
    "law": mark("assumed from the law, not checked"),
    "unknown": mark("only a guess from your payments"),
}


def basis(word: str) -> str:
    """What a date rests on; to be translated where it is shown."""
    return _BASES.get(word, word)


def money(value: object) -> str:
    """`1,234.50 EUR` of Money; nothing for none."""
    if not isinstance(value, Money):
        return ""
    return f"{language.number(str(decimal_of(value.minor, value.currency)))}\u00a0{value.currency}"


def plain_money(value: Money) -> str:
    """Without the currency, for tables of one."""
    return money(value).partition("\u00a0")[0]


def figure(value: int) -> str:
    """`2,053`."""
    return language.number(str(value))


def whole_money(value: Money) -> str:
    """Without the currency and its parts, for tables of many."""
    return language.number(str(round(decimal_of(value.minor, value.currency))))


def minor(value: int, currency: str) -> str:
    """The same of minor units."""
    return money(Money(value, currency))


def every(period: str) -> str:
    """`every month` for P1M."""
    found = _DURATION.fullmatch(period)
    if found is None:
        return period
    one, many = _UNITS[found[2]][2:]
    return language.gettext(one) if found[1] == "1" else language.gettext(many, num=found[1])


def id(number: int, kind: str) -> str:
    """The id of a thing, as addresses have it."""
    return ids.text(kind, number)


def cell(value: object) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula (OWASP, "CSV injection")."""
    written = str(value)
    return f"'{written}" if written.startswith(("=", "+", "-", "@", "\t", "\r")) else written


# How a value of a phrase is said, by what it is.
_PLACED: Final[Mapping[type, Callable[[Any], str]]] = {
    Phrase: said,
    Term: term,
    AgreementId: _agreement,
    CategoryId: category,
    Length: duration,
    Period: lambda value: duration(str(value)),
    Money: money,
    datetime: moment,
    date: day,
    tuple: lambda value: ", ".join(str(_placed(one)) for one in value),
}

# What templates say their words by.
WORDS: Final[Mapping[str, object]] = {
    "gettext": said,
    "ngettext": language.ngettext,
    "_": said,
    "page_language": language.spoken,
}
