"""What templates write values by: the words of `wording`, and what depends on the preferences of whoever looks.

Imported with the first page that is rendered, as Jinja is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from vault.money import Money
from web.pages.frame import wording
from web.pages.frame.retelling import retold


@pass_context
def here(context: Context, written: str | datetime) -> str:
    """`3 March 2026, 15:05` where the owner is."""
    found = datetime.fromisoformat(written) if isinstance(written, str) else written
    return wording.moment(found.astimezone(ZoneInfo(context["preferences"].zone)))


# Of currencies whose sign is nobody else's; a dollar is the United States' only by its code.
_SYMBOLS: Final = {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "US$", "CHF": "Fr.", "PLN": "zł", "INR": "₹"}


@pass_context
def shown_money(context: Context, value: object) -> str:
    """As `money`, with the currency as the owner likes it."""
    written, kept = wording.money(value), context.get("preferences")
    if isinstance(value, Money) and kept is not None and kept.money == "symbol":
        return written.replace(value.currency, _SYMBOLS.get(value.currency, value.currency))
    return written


@pass_context
def shown_minor(context: Context, value: int, currency: str) -> str:
    return shown_money(context, Money(value, currency))


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "day": wording.day,
    "short_day": wording.short_day,
    "moment": wording.moment,
    "term": wording.term,
    "category": wording.category,
    "ahead": wording.ahead,
    "host": wording.host,
    "lines": wording.lines,
    "duration": wording.duration,
    "deadline": wording.deadline,
    "basis": wording.basis,
    "money": shown_money,
    "here": here,
    "plain_money": wording.plain_money,
    "whole_money": wording.whole_money,
    "figure": wording.figure,
    "month": wording.month,
    "short_month": wording.short_month,
    "minor": shown_minor,
    "every": wording.every,
    "id": wording.id,
    "told": wording.told,
    "retold": retold,
    "fault": wording.fault,
    "capitalize": wording.begun,
}
