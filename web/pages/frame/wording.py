"""How a page says times, days and terms; one place, so that two pages say them alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from terms import dpv
from vault import ids
from vault.money import Money, decimal_of

MONTHS: Final = "January February March April May June July August September October November December".split()


def mark(words: str) -> str:
    """Marks words for translation where they stand in code; a template translates them where it shows them: `_(words)`."""
    return words


def day(written: str | date) -> str:
    """`3 March 2026` of a date or of an RFC 3339 text."""
    found = date.fromisoformat(written[:10]) if isinstance(written, str) else written
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


def short_day(written: str | date) -> str:
    """`3 Mar 2026`, for tables."""
    found = date.fromisoformat(written[:10]) if isinstance(written, str) else written
    return f"{found.day} {MONTHS[found.month - 1][:3]} {found.year}"


def moment(written: str | datetime) -> str:
    """`3 March 2026, 14:05` (UTC)."""
    found = datetime.fromisoformat(written) if isinstance(written, str) else written
    return f"{day(found.date())}, {found:%H:%M}"


def term(id: str) -> str:
    """A DPV term in words: `pd:EmailAddress` → `email address`; what DPV does not know stays as it is."""
    name = id.rpartition(":")[2]
    for vocabulary in (dpv.personal_data(), dpv.purposes()):
        if vocabulary.known(id) is not None:
            return "".join(f" {one.lower()}" if one.isupper() else one for one in name).strip()
    return id


def host(url: str) -> str:
    """The host of an address, for people."""
    return url.partition("://")[2].partition("/")[0] or url


_UNITS: Final = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_DURATION: Final = re.compile(r"P(\d+)([YMWD])")


def duration(written: str) -> str:
    """`P30D` → `30 days`; one of several units stays as it is."""
    found = _DURATION.fullmatch(written)
    if found is None:
        return written
    count, unit = int(found[1]), _UNITS[found[2]]
    return f"{count} {unit}{'' if count == 1 else 's'}"


def lines(value: object) -> str:
    """A value that has lines, as one."""
    return ", ".join(value) if isinstance(value, tuple | list) else str(value)


_KINDS: Final = {
    "cancel_by": "last day to cancel", "renews": "renews", "trial_ends": "trial ends", "return_by": "return by",
    "warranty_ends": "warranty ends", "leave_until": "special right to leave ends",
}  # fmt: skip


def deadline(kind: str) -> str:
    return _KINDS.get(kind, kind)


def money(value: object) -> str:
    """`1,234.50 EUR` of Money; nothing for none."""
    if not isinstance(value, Money):
        return ""
    number = str(decimal_of(value.minor, value.currency))
    whole, point, part = number.lstrip("-").partition(".")
    sign = "\u2212" if number.startswith("-") else ""
    return f"{sign}{int(whole):,}{point}{part}\u00a0{value.currency}"


def plain_money(value: Money) -> str:
    """Without the currency, for tables of one."""
    return money(value).partition("\u00a0")[0]


def minor(value: int, currency: str) -> str:
    """The same of minor units."""
    return money(Money(value, currency))


def every(period: str) -> str:
    """`every month` for P1M."""
    found = _DURATION.fullmatch(period)
    if found is None:
        return period
    return f"every {_UNITS[found[2]]}" if found[1] == "1" else f"every {duration(period)}"


def id(number: int, kind: str) -> str:
    """The id of a thing, as addresses have it."""
    return ids.text(kind, number)


def cell(value: object) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula (OWASP, "CSV injection")."""
    written = str(value)
    return f"'{written}" if written.startswith(("=", "+", "-", "@", "\t", "\r")) else written


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "day": day,
    "short_day": short_day,
    "moment": moment,
    "term": term,
    "host": host,
    "lines": lines,
    "duration": duration,
    "deadline": deadline,
    "money": money,
    "plain_money": plain_money,
    "minor": minor,
    "every": every,
    "id": id,
}


def _one_or_many(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


def _gettext(message: str, **values: object) -> str:
    return message % values if values else message


def _ngettext(one: str, many: str, n: int, **values: object) -> str:
    return _gettext(_one_or_many(one, many, n), **{"num": n, **values})


# The words as they stand in the templates.
PLAIN: Final[Mapping[str, object]] = {"gettext": _gettext, "ngettext": _ngettext, "_": _gettext}
