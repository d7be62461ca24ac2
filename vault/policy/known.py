"""What the vault knows that facts may hang on, as plain values behind one interface.

The vault implements `Known` and looks a thing up only when it is asked for; `NothingKnown` is what is known without a
vault. Neither raises: what is not known is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Literal, Protocol

from msgspec import Struct, field

from terms.choice import Choice
from terms.effective import Effective, effective
from vault.categories import ancestors
from vault.policy.intention_life import State
from vault.policy.intentions import Intention
from vault.policy.offers import Attestation
from vault.policy.values import Amount, Duration, Number, Value

# `missing` where the request carries none; whether one is needed is for the rules.
Signature = Literal["valid", "invalid", "missing"]


class Vendor(Struct, frozen=True):
    """The vendor who asks, as the vault knows it. `also` are its other domains; `contact_limit` is how often I let it write in a month; None: no limit."""

    domain: str
    verified: bool = False
    known_since: date | None = None
    category: str | None = None
    paid: bool = False
    offers_this_week: int = 0
    contacts_this_month: int = 0
    contact_limit: int | None = None
    breaches: int = 0
    also: frozenset[str] = frozenset()


class Agreed(Struct, frozen=True):
    """The terms that hold for this vendor; `in_force` is the id of the agreement that both have signed, if one binds."""

    effective: Effective
    in_force: str | None = None


class Held(Struct, frozen=True):
    """A running contract of mine. `vendor` is a domain, `use` units a year by meter register."""

    id: str
    vendor: str = ""
    title: str = ""
    category: str = ""
    price_per_month: Amount | None = None
    started: date | None = None
    ends: date | None = None
    last_cancel_day: date | None = None
    used_this_year: int | None = None
    use: Mapping[str, Number] = field(default_factory=dict)


class Contracts(tuple[Held, ...]):
    """Contracts of mine, with what they come to reckoned once: there may be many, and each offer is held against them."""

    @cached_property
    def cost(self) -> Amount | None:
        """A month; None where a price is not known, the currencies differ, or there is none."""
        prices = [one.price_per_month for one in self]
        known = [price for price in prices if price is not None]
        currencies = {price.currency for price in known}
        if len(known) < len(prices) or len(currencies) != 1:
            return None
        return Amount(sum(price.minor for price in known), currencies.pop())

    def under(self, category: str) -> Contracts:
        """Those of a category and of those under it."""
        return self._by_category.get(category, _NONE)

    @cached_property
    def _by_category(self) -> dict[str, Contracts]:
        found: dict[str, list[Held]] = {}
        for one in self:
            for category in ancestors(one.category):
                found.setdefault(category, []).append(one)
        return {category: Contracts(held) for category, held in found.items()}


_NONE = Contracts()


class Budget(Struct, frozen=True):
    """A cap of mine: on what a category (with all under it; none for everything) costs a month, or on what one deal may
    commit me to."""

    limit: Amount
    measure: Literal["per month", "commitment"] = "per month"
    category: str = ""


class QuietHours(Struct, frozen=True):
    """Minutes since midnight, the end not included; past midnight where the end is not after the start."""

    start: int
    end: int

    def covers(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class Wanted(Struct, frozen=True):
    """An intention with its state; `offers_from_vendor` counts those of the vendor who asks, without this one."""

    intention: Intention
    state: State
    offers_from_vendor: int = 0


class Granted(Struct, frozen=True):
    """What a grant allows; terms of DPV. `retention` None: no limit was set."""

    purposes: frozenset[str]
    data: frozenset[str]
    actions: frozenset[str]
    recipients: frozenset[str] = frozenset()
    retention: Duration | None = None
    ai_training: bool = False
    expires: date | None = None
    revoked: bool = False


class Known(Protocol):
    """Each is asked at most once in a decision, and only if a rule needs it."""

    def signature(self) -> Signature: ...

    def vendor(self) -> Vendor | None: ...

    def agreed(self) -> Agreed | None: ...

    def contracts(self) -> Sequence[Held] | None:
        """Every running contract; None where that is not known."""
        ...

    def budgets(self) -> Sequence[Budget]: ...

    def quiet_hours(self) -> Sequence[QuietHours]: ...

    def wanted(self, intent: str) -> Wanted | None:
        """The intention of that id, if there is one that this vendor may see."""
        ...

    def grant(self, id: str) -> Granted | None:
        """The grant of that id, if this vendor has it."""
        ...

    def country(self) -> str | None: ...

    def mine(self, field: str) -> Value | None:
        """What is so of me, by the name of a category's field that is under the owner's influence (`mileage`)."""
        ...

    def proven(self, attestation: Attestation) -> bool:
        """Whether its proof holds."""
        ...

    def wrote_in(self, thread: str) -> bool:
        """Whether I have written in that thread."""
        ...


@cache
def _by_default() -> Agreed:
    """What holds for somebody who has chosen nothing."""
    return Agreed(effective(Choice()))


class NothingKnown:
    """Without a vault: nobody is known, nothing is set, and no proof was checked."""

    def signature(self) -> Signature:
        return "missing"

    def vendor(self) -> Vendor | None:
        return None

    def agreed(self) -> Agreed | None:
        return _by_default()

    def contracts(self) -> Sequence[Held] | None:
        return None

    def budgets(self) -> Sequence[Budget]:
        return ()

    def quiet_hours(self) -> Sequence[QuietHours]:
        return ()

    def wanted(self, intent: str) -> Wanted | None:
        return None

    def grant(self, id: str) -> Granted | None:
        return None

    def country(self) -> str | None:
        return None

    def mine(self, field: str) -> Value | None:
        return None

    def proven(self, attestation: Attestation) -> bool:
        return False

    def wrote_in(self, thread: str) -> bool:
        return False
