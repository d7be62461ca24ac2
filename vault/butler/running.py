"""One round of the butler: what is new is found, decided and told in a line.

New are the renewals and price rises that the analysis found since the last round (`watching`). Intentions that have come to
their last day are closed on the way. Everything is decided by the same rules and stored like every other decision.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import msgspec

from vault.butler import market
from vault.butler.decisions import Butler, Decision
from vault.butler.watching import Occasion, occasions
from vault.money import Money
from vault.policy.deciding import Decided
from vault.policy.effects import SHOWN
from vault.policy.facts import Facts
from vault.policy.values import Amount, Number
from vault.policy.writing import decimals


class Told(msgspec.Struct, frozen=True):
    """A decision that the owner should see; `sentence` says in one line what it is and what to do."""

    decision: Decision
    sentence: str


class Round(msgspec.Struct, frozen=True):
    """`read` counts what was new, `told` is what is shown of it."""

    read: int
    told: tuple[Told, ...]
    closed: int

    @property
    def summary(self) -> str:
        return f"{self.read} read, {len(self.told)} shown"


def run(butler: Butler, *, each: Callable[[Occasion], object] = lambda occasion: None) -> Round:
    """Judge what is new; `each` is called before every one of them."""
    closed = market.expire_due(butler.vault)
    told: list[Told] = []
    read = 0
    for occasion in occasions(butler.present):
        each(occasion)
        read += 1
        found = butler.considered(occasion.request, vendor=occasion.vendor)
        with butler.vault.transaction():
            made = butler.keep(
                occasion.request, found, source="analysis", vendor=occasion.vendor, occasion=occasion.key
            )
        if found.effect in SHOWN:
            told.append(Told(made, sentence(found)))
    return Round(read, tuple(told), closed)


def sentence(found: Decided) -> str:
    """`Fitness Club: price up 18 %, used twice this year: consider cancelling by 3 March 2027`."""
    facts = found.facts
    title = facts.get("contract.title") or facts.get("vendor.domain") or found.kind
    parts = [part for part in (_price(facts), _use(facts)) if part]
    said = f"{title}: {', '.join(parts)}" if parts else f"{title}: {found.kind.replace('-', ' ')}"
    return f"{said}: {_advice(found)}"


def _price(facts: Facts) -> str:
    rise, price = facts.get("change.rise"), facts.get("change.price.new.per_month")
    if isinstance(rise, int | Fraction) and rise > 0:
        return f"price up {_percent(rise)} %"
    return f"{Money(round(price.minor), price.currency)} per month" if isinstance(price, Amount) else ""


def _percent(number: Number) -> str:
    return decimals(round(number), 0)


def _use(facts: Facts) -> str:
    used = facts.get("contract.used_this_year")
    if not isinstance(used, int):
        return ""
    return {0: "not used this year", 1: "used once this year", 2: "used twice this year"}.get(
        used, f"used {used} times this year"
    )


def _advice(found: Decided) -> str:
    last = found.facts.get("contract.last_cancel_day")
    by = f" by {last.day} {last:%B %Y}" if isinstance(last, date) else ""
    word = str(found.effect)
    if word == "to be questioned":
        return f"look at it{by}"
    return f"consider cancelling{by}" if word == "consider cancelling" else word
