"""Today: at most three things that need the owner, what the butler did, the next deadlines, and this month against the usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from vault import access, ids
from vault.butler import decisions
from vault.butler.watching import binds_for_long
from vault.money import Money
from vault.overview import Contract, Overview
from vault.policy.effects import Effect
from vault.relationships.deadlines import Deadline
from vault.session import Vault
from vault.store import settings, spending
from web.pages.frame.guard import WHOLE, Visit, guarded
from web.pages.frame.language import gettext
from web.pages.frame.responses import goes_to
from web.pages.frame.steps import WELCOMED, steps
from web.pages.frame.wording import day, mark, money
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "today/page.html"
# One glance.
MAX_CARDS: Final = 3
_DEADLINES: Final = 5
# How far ahead something needs the owner now: time to think, write and post a letter.
_SOON: Final = timedelta(days=30)
_LATELY: Final = timedelta(days=90)
_AHEAD: Final = timedelta(days=365)
_SINCE: Final = timedelta(days=7)
# Fewer months have nothing usual about them.
_USUAL_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Need:
    """One card: a verb and a date."""

    title: str
    text: str
    href: str
    verb: str
    on: date


def _shown(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    overview = Overview(vault.connection, today)
    if not overview.vendors and not settings.get(vault.connection, WELCOMED):
        return goes_to("/welcome")
    needs = sorted(_needs(vault, overview, today), key=lambda one: (one.on, one.title))
    return visit.shows(
        _TEMPLATE,
        needs=needs[:MAX_CARDS],
        more=len(needs) - MAX_CARDS,
        deadlines=overview.deadlines(today + _AHEAD)[:_DEADLINES],
        butler=_butler(vault),
        months=_months(vault, today),
        is_empty=not overview.vendors,
        steps=() if visit.sample == WHOLE else steps(vault),
    )


def _needs(vault: Vault, overview: Overview, today: date) -> Iterator[Need]:
    for asked in access.waiting(vault):
        who = asked.client_name or asked.client_url
        yield Need(
            who,
            mark("asks to see some of your details"),
            f"/consent/{asked.id}",
            mark("Look at it"),
            date.fromisoformat(asked.expires[:10]),
        )
    for contract, deadline in overview.deadlines(today + _SOON):
        if deadline.kind == "cancel_by" and _matters(contract, deadline, today):
            yield _cancel(contract, deadline)


def _matters(contract: Contract, deadline: Deadline, today: date) -> bool:
    """Whether it binds for long, or something speaks against it: what runs on from month to month can be left next month."""
    rose = any(
        change.to_minor > change.from_minor and change.on > today - _LATELY for change in contract.row.price_changes
    )
    return rose or contract.row.unused_since is not None or binds_for_long(contract, deadline)


def _cancel(contract: Contract, deadline: Deadline) -> Need:
    row = contract.row
    stake, on = deadline.money_at_stake, day(deadline.on)
    if stake:
        words = gettext("Cancel by %(day)s, or it runs on for %(money)s", day=on, money=money(stake))
    else:
        words = gettext("Cancel by %(day)s, or it runs on", day=on)
    return Need(row.title, words, f"/vendors/{ids.text('vendor', row.vendor)}", mark("Decide"), deadline.on)


def _butler(vault: Vault) -> dict[str, int]:
    """How many requests of the last days were settled without the owner, and how many wait."""
    since = (vault.now - _SINCE).isoformat()
    found = list(decisions.decisions(vault, since=since, limit=500))
    asks = sum(one.effect in (Effect.OWNER_ASKED, Effect.SCREENED) for one in found)
    return {"settled": len(found) - asks, "asks": asks, "days": _SINCE.days}


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was paid this month up to today, and what is usual by this day of a month: the median of those before."""

    paid: Money
    usual: Money | None

    @property
    def percent(self) -> int:
        """Of the usual, at most twice as much: for a bar."""
        return min(200, round(100 * self.paid.minor / self.usual.minor)) if self.usual and self.usual.minor > 0 else 0


def _months(vault: Vault, today: date) -> list[SoFar]:
    """By currency, the one with most paid first."""
    this, found = f"{today:%Y-%m}", dict[str, dict[str, int]]()
    for month, currency, minor in spending.months(
        vault.connection, f"{today.year - 1}-{today:%m}-01", up_to_day=today.day
    ):
        found.setdefault(currency, {})[month] = minor
    rows = [_so_far(currency, by_month, this) for currency, by_month in found.items() if by_month.get(this)]
    return sorted(rows, key=lambda one: -one.paid.minor)


def _so_far(currency: str, by_month: dict[str, int], this: str) -> SoFar:
    before = [minor for month, minor in by_month.items() if month != this]
    usual = Money(round(median(before)), currency) if len(before) >= _USUAL_MONTHS else None
    return SoFar(Money(by_month[this], currency), usual)


ROUTES: tuple[Route, ...] = (guarded("GET", "/", _shown, "What needs the owner today"),)
