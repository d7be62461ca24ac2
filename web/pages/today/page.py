"""Today: at most three things that need the owner, what the butler did, the next deadlines, and this month against the usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from msgspec import Struct

from vault import sessions
from vault.butler import decisions
from vault.butler.decisions import Decision
from vault.money import Money
from vault.questions import questions
from vault.session import Vault
from vault.store import settings, spending
from vault.times import stamp
from web.pages.frame.guard import WHOLE, Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.steps import WELCOMED, steps
from web.pages.today.needs import keeping, needs
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "today/page.html"
# One glance; the others are folded below.
MAX_CARDS: Final = 3
_MAX_MORE: Final = 20
_DEADLINES: Final = 5
_AHEAD: Final = timedelta(days=365)
# What the butler did is told since the last visit, or of so long where there was none; the list of decisions goes back 90 days.
_SINCE: Final = timedelta(days=7)
_FARTHEST: Final = timedelta(days=90)
_DECISIONS: Final = 500
# Fewer months have nothing usual about them.
_USUAL_MONTHS: Final = 3


def _shown(vault: Vault, visit: Visit) -> Answer:
    today = vault.now.date()
    overview = overview_of(vault, today)
    if not overview.vendors and not settings.get(vault.connection, WELCOMED):
        return goes_to("/welcome")
    found = needs(vault, overview, today)
    return visit.shows(
        _TEMPLATE,
        needs=found[:MAX_CARDS],
        more=found[MAX_CARDS:][:_MAX_MORE],
        kept=keeping(vault, overview, today),
        today=today,
        deadlines=overview.deadlines(today + _AHEAD)[:_DEADLINES],
        butler=_butler(vault),
        months=_months(vault, today),
        questions=len(questions(vault.connection, today, overview=overview)),
        is_empty=not overview.vendors,
        steps=() if visit.sample == WHOLE else steps(vault),
    )


class Did(Struct, frozen=True):
    """What the butler did since a moment: the last visit, or a week ago where `visit` is none. `days` has it all."""

    visit: datetime | None
    accepted: int
    declined: int
    asks: int
    days: int


def _butler(vault: Vault) -> Did:
    seen = sessions.last_visit(vault)
    visit = datetime.fromisoformat(seen) if seen > stamp(vault.now - _FARTHEST) else None
    since = visit or vault.now - _SINCE
    found = list(decisions.decisions(vault, since=stamp(since), limit=_DECISIONS))
    ago = vault.now - since
    days = next(days for days in (7, 30, 90) if ago <= timedelta(days=days))
    return Did(visit, _count(found, "accept"), _count(found, "refuse"), _count(found, "ask"), days)


def _count(found: Sequence[Decision], verdict: str) -> int:
    """As the rules said: what the owner decided is not the butler's."""
    return sum(one.decided == verdict for one in found)


class SoFar(Struct, frozen=True):
    """What was paid this month up to today, and what is usual by this day of a month: the median of those before."""

    paid: Money
    usual: Money | None

    @property
    def beyond(self) -> Money | None:
        """How much more than usual; negative for less."""
        return Money(self.paid.minor - self.usual.minor, self.paid.currency) if self.usual else None

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
