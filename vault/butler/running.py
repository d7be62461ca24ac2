"""One round of the butler: what is new is found, decided and told in a line.

New are the renewals and price rises that the analysis found since the last round (`watching`), and those that vendors
announced by themselves, which were judged when they came (`announced`). Intentions that have come to
their last day are closed on the way. Everything is decided by the same rules and stored like every other decision.

What is told is worth a look: what a rule of the owner questions; and of what no rule decides, a renewal that binds for long,
a price that is up, and what is hardly used. The rest is on record (`firstparty decisions`) and is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import msgspec

from vault.butler import market
from vault.butler.announced import Announced, announced
from vault.butler.decisions import Butler, Decision
from vault.butler.watching import Occasion, occasions
from vault.money import Money
from vault.policy.deciding import Decided
from vault.policy.effects import SHOWN, Effect
from vault.policy.facts import Facts
from vault.policy.values import Amount, Number
from vault.policy.writing import decimals

# Somebody who used a thing this often in a year may not need it.
HARDLY_USED = 2
# Percent, by which hardly any price rises in a year with all others.
STEEP = 10
_TIMES = {0: "not used this year", 1: "used once this year", 2: "used twice this year"}


class Told(msgspec.Struct, frozen=True):
    """A decision that the owner should see; `sentence` says in one line what it is and what to do, `cancel_by` until when,
    and `stake` what is at stake until then."""

    decision: Decision
    sentence: str
    cancel_by: date | None = None
    stake: Money | None = None


class Round(msgspec.Struct, frozen=True):
    """`read` counts what was new, `told` is what is shown of it, soonest first and of one day the dearest."""

    read: int
    told: tuple[Told, ...]
    closed: int

    @property
    def summary(self) -> str:
        return f"{self.read} read, {len(self.told)} shown"


def run(butler: Butler, *, each: Callable[[int, int], object] = lambda done, of: None) -> Round:
    """Judge what is new; `each` is called after every one of them with how many are done, and of how many."""
    closed = market.expire_due(butler.vault)
    told: list[Told] = []
    new = list(occasions(butler.present))
    for place, occasion in enumerate(new, start=1):
        found = butler.considered(occasion.request, vendor=occasion.vendor)
        with butler.vault.transaction():
            made = butler.keep(
                occasion.request, found, source="analysis", vendor=occasion.vendor, occasion=occasion.key
            )
        if is_worth_telling(found, occasion):
            told.append(Told(made, sentence(found, occasion), occasion.cancel_by, occasion.stake))
        each(place, len(new))
    said = list(announced(butler))
    told += map(_told, said)
    return Round(len(new) + len(said), tuple(sorted(told, key=_urgency)), closed)


def _told(one: Announced) -> Told:
    """What a vendor announced: `Power: announces 54.90 EUR per month from 1 May 2026, up 10 %: look at it by 3 April 2026`."""
    facts = one.facts
    price, since, rise = (facts.get(f"change.{name}") for name in ("price.new.per_month", "effective", "rise"))
    last = facts.get("contract.last_cancel_day")
    cancel_by = last if isinstance(last, date) else None
    parts = [f"announces {Money(round(price.minor), price.currency)} per month"] if isinstance(price, Amount) else []
    parts += [f"from {_day(since)}"] if isinstance(since, date) else []
    risen = rise if isinstance(rise, int | Fraction) and rise > 0 else 0
    up = f", up {_percent(risen)} %" if risen else ""
    against = one.decision.effect == Effect.TO_BE_CANCELLED or risen >= STEEP
    advice = "consider cancelling" if against else "look at it"
    until = f" by {_day(cancel_by)}" if cancel_by else ""
    return Told(one.decision, f"{one.about}: {' '.join(parts) or 'announces a change'}{up}: {advice}{until}", cancel_by)


def _urgency(one: Told) -> tuple[date, int]:
    return one.cancel_by or date.max, -(one.stake.minor if one.stake else 0)


def is_worth_telling(found: Decided, occasion: Occasion) -> bool:
    if found.effect not in SHOWN:
        return False
    return not found.outcome.by_default or occasion.lasting or _is_questionable(found.facts, occasion)


def _is_questionable(facts: Facts, occasion: Occasion) -> bool:
    """Whether something speaks against it, by itself."""
    return bool(_rise(facts, occasion)) or _is_hardly_used(facts, occasion)


def _is_hardly_used(facts: Facts, occasion: Occasion) -> bool:
    used = facts.get("contract.used_this_year")
    return occasion.contract.row.unused_since is not None or (isinstance(used, int) and used <= HARDLY_USED)


def _rise(facts: Facts, occasion: Occasion) -> Number:
    """In percent: what is announced, else what happened within a year."""
    announced = facts.get("change.rise")
    return announced if isinstance(announced, int | Fraction) and announced > 0 else occasion.risen


def sentence(found: Decided, occasion: Occasion) -> str:
    """`Fitness Club: price up 18 %, used twice this year: consider cancelling by 3 March 2027`."""
    facts = found.facts
    parts = [_price(facts, occasion), _use(facts, occasion)]
    return f"{occasion.contract.row.title}: {', '.join(part for part in parts if part)}: {_advice(found, occasion)}"


def _price(facts: Facts, occasion: Occasion) -> str:
    rise, price = _rise(facts, occasion), facts.get("change.price.new.per_month")
    parts = [f"price up {_percent(rise)} %"] if rise else []
    if occasion.lasting and occasion.stake:
        parts.append(f"renews for {occasion.stake}")
    elif isinstance(price, Amount) and not rise:
        parts.append(f"{Money(round(price.minor), price.currency)} per month")
    return ", ".join(parts)


def _percent(rise: Number) -> str:
    """Whole percent, and what is less than one with its tenths."""
    return str(round(rise)) if rise >= 1 else decimals(max(round(rise * 10), 1), 1)


def _use(facts: Facts, occasion: Occasion) -> str:
    used, unused = facts.get("contract.used_this_year"), occasion.contract.row.unused_since
    if unused:
        return f"not used since {_day(date.fromisoformat(unused))}"
    return _TIMES.get(used, f"used {used} times this year") if isinstance(used, int) else ""


def _advice(found: Decided, occasion: Occasion) -> str:
    facts, refused = found.facts, found.effect is Effect.TO_BE_CANCELLED
    against = refused or _is_hardly_used(facts, occasion) or _rise(facts, occasion) >= STEEP
    said = "consider cancelling" if against else "look at it"
    return f"{said} by {_day(occasion.cancel_by)}" if occasion.cancel_by else said


def _day(day: date) -> str:
    """`3 March 2027`, in whatever language the machine is set to."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = "January February March April May June July August September October November December".split()
