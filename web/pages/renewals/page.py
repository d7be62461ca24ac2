"""Dates by which something has to be done: listed by day and as a month, with what each rests on and what is at stake."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from vault.overview import Contract
from vault.relationships.deadlines import Deadline
from vault.reminding import calendar, keeping
from vault.session import Vault
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import MONTHS, mark
from web.pages.renewals import feed
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/renewals"
_TEMPLATE: Final = "renewals/page.html"
_AHEAD: Final = timedelta(days=366)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
# So far one may turn the pages.
_YEARS: Final = 3
KINDS: Final = {
    "": mark("all dates"),
    "cancel_by": mark("last days to cancel"),
    "renews": mark("renewals"),
    "trial_ends": mark("trials that end"),
}
# What a day rests on, in a word or two; nothing where it is certain.
BASES: Final = {"stated": "", "owner": mark("as you said"), "law": mark("by law"), "unknown": mark("a guess")}
_QUERY: Final = {"month": "a month, as 2026-11", "kind": "one kind of date"}


class Day(Struct, frozen=True):
    """One field of the month."""

    on: date
    is_inside: bool
    is_today: bool
    dates: tuple[tuple[Contract, Deadline], ...]


class Month(Struct, frozen=True):
    year: int
    month: int
    weeks: tuple[tuple[Day, ...], ...]
    before: str
    after: str

    @property
    def name(self) -> str:
        return MONTHS[self.month - 1]


def _shown(vault: Vault, visit: Visit) -> Answer:
    zone = ZoneInfo(visit.preferences.zone)
    today = vault.now.astimezone(zone).date()
    kind = visit.asked.query.get("kind", "")
    chosen = kind if kind in KINDS else ""
    overview = overview_of(vault, today)
    first = _first(visit.asked.query.get("month", ""), today)
    found = [one for one in overview.deadlines(max(today, first) + _AHEAD) if not chosen or one[1].kind == chosen]
    secret = calendar.secret(vault)
    return visit.shows(
        _TEMPLATE,
        dates=[(name, list(part)) for name, part in groupby(_within(found, today), key=_month_of)],
        month=_month(first, found, today),
        kinds=KINDS,
        kind=chosen,
        bases=BASES,
        today=today,
        feed=feed.address(visit.serving.settings.base_url, secret) if secret else "",
        runs=[(moment.astimezone(zone), part) for moment, part in keeping.coming(vault, 3)],
        channels=len(keeping.channels(vault)),
        zone=zone.key,
        is_empty=not overview.contracts,
    )


def _within(found: list[tuple[Contract, Deadline]], today: date) -> Iterator[tuple[Contract, Deadline]]:
    return (one for one in found if one[1].on <= today + _AHEAD)


def _month_of(one: tuple[Contract, Deadline]) -> str:
    return f"{one[1].on:%Y-%m}"


def _first(written: str, today: date) -> date:
    """The first day of the month that is asked for; of this one for any that is not shown."""
    found = _MONTH.fullmatch(written)
    if found and 1 <= int(found[2]) <= 12 and abs(int(found[1]) - today.year) <= _YEARS:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def _month(first: date, found: list[tuple[Contract, Deadline]], today: date) -> Month:
    by_day: dict[date, list[tuple[Contract, Deadline]]] = {}
    for one in found:
        by_day.setdefault(one[1].on, []).append(one)
    weeks = tuple(
        tuple(Day(day, day.month == first.month, day == today, tuple(by_day.get(day, ()))) for day in week)
        for week in Calendar().monthdatescalendar(first.year, first.month)
    )
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return Month(first.year, first.month, weeks, _named(before, today), _named(after, today))


def _named(day: date, today: date) -> str:
    return f"{day:%Y-%m}" if abs(day.year - today.year) <= _YEARS else ""


def _linked(vault: Vault, visit: Visit) -> Answer:
    """Make, replace or end the link."""
    if visit.form.get("do") == "off":
        calendar.turn_off(vault)
        return goes_to(f"{PATH}?said=link-off#calendar-link")
    calendar.turn_on(vault)
    return goes_to(f"{PATH}?said=link-made#calendar-link")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Dates ahead", query=_QUERY),
    guarded("POST", f"{PATH}/link", _linked, "Make, replace or end the calendar link"),
    feed.ROUTE,
)
