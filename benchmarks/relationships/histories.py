"""Labelled bank histories: payees with contracts, habits, shopping and mixtures, from a seed.

Each *payee* is a list of payments and the contracts truly among them. Nothing here knows how the analysis works;
the regimes are meant to be harsher than a real account.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import pi, sin
from random import Random

from vault.relationships.streams import Payment

PERIODS = {"P1W": 7, "P2W": 14, "P4W": 28, "P1M": 30, "P2M": 61, "P3M": 91, "P6M": 182, "P1Y": 365}
MONTHS = {"P1M": 1, "P2M": 2, "P3M": 3, "P6M": 6, "P1Y": 12}
PRICES = (299, 499, 599, 799, 899, 999, 1099, 1299, 1499, 1799, 1999, 2490, 2999, 3495, 3999, 4990, 5500, 7900, 8999)


@dataclass(frozen=True)
class Regime:
    """How sloppy a world is. `jitter` is the most days either way; `shift` what a weekend does to a due date."""

    name: str
    jitter: int = 0
    shift: str = "forward"
    skip: float = 0.0
    late: float = 0.0
    months: int = 24
    double: float = 0.0
    refund: float = 0.0
    one_off: float = 0.0
    rise: float = 0.35
    mandate: float = 0.3


REGIMES = (
    Regime("tidy", months=24),
    Regime("weekends", shift="backward", skip=0.02, late=0.02, months=36, double=0.01, refund=0.01, rise=0.5),
    Regime("usual", jitter=1, skip=0.03, late=0.02, months=24, double=0.01, refund=0.01, one_off=0.01, rise=0.5),
    Regime("short", jitter=1, skip=0.02, late=0.02, months=12, double=0.01, refund=0.02, one_off=0.01),
    Regime("sloppy", jitter=3, skip=0.05, late=0.03, months=36, double=0.02, refund=0.02, one_off=0.02, rise=0.6),
    Regime("wild", jitter=5, shift="none", skip=0.08, late=0.03, months=30, double=0.03, refund=0.03, one_off=0.02),
)


@dataclass
class Contract:
    """What is true of one contract: the refs of its charges, its period, when its price changed, whether it ended (`unsure` when
    too late for anyone to tell)."""

    period: str
    charges: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    changes: list[tuple[date, int, int]] = field(default_factory=list)
    variable: bool = False
    ended: bool = False
    unsure: bool = False
    label: str = ""

    @property
    def findable(self) -> bool:
        """Three charges, or two a year apart."""
        return len(self.charges) >= (2 if self.period == "P1Y" else 3)


@dataclass
class Payee:
    kind: str
    payments: list[Payment] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)


@dataclass
class History:
    regime: Regime
    until: date
    payees: list[Payee]


class World:
    """Draws one history. Refs are unique within it."""

    def __init__(self, regime: Regime, seed: int) -> None:
        self.regime = regime
        self.rng = Random(f"{regime.name}/{seed}")
        self.begin = date(2022, 1, 1) + timedelta(days=self.rng.randrange(500))
        self.until = self.begin + timedelta(days=round(regime.months * 30.44))
        self.ref = 0

    def pay(self, payee: Payee, on: date, minor: int, text: str = "", mandate: str = "") -> int:
        self.ref += 1
        payee.payments.append(Payment(self.ref, on, minor, text, mandate))
        return self.ref

    def noise(self) -> str:
        words = ("INVOICE", "RG", "REF", "Danke", "BILL", "")
        return f"{self.rng.choice(words)} {self.rng.randrange(10**8)}"

    def day(self) -> date:
        return self.begin + timedelta(days=self.rng.randrange((self.until - self.begin).days))

    # Dates

    def booked(self, due: date, period_days: int) -> date:
        """The day a charge is booked; nobody is five days off with a weekly charge."""
        rng, regime = self.rng, self.regime
        jitter, late = min(regime.jitter, period_days // 7), min(10, period_days // 3)
        on = due
        if regime.shift == "forward":
            while on.weekday() >= 5 or (on.month, on.day) in HOLIDAYS:
                on += timedelta(days=1)
        elif regime.shift == "backward":
            while on.weekday() >= 5 or (on.month, on.day) in HOLIDAYS:
                on -= timedelta(days=1)
        if jitter:
            on += timedelta(days=rng.randint(-jitter, jitter))
        if rng.random() < regime.late:
            on += timedelta(days=rng.randint(2, late))
        return on

    def dues(self, period: str, first: date, until: date) -> list[date]:
        dues: list[date] = []
        k = 0
        while True:
            if period in MONTHS:
                months = first.year * 12 + first.month - 1 + k * MONTHS[period]
                year, month = divmod(months, 12)
                due = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
            else:
                due = first + timedelta(days=k * PERIODS[period])
            if due > until:
                return dues
            dues.append(due)
            k += 1

    # Contracts

    def contract(self, payee: Payee, period: str, price: int, **how: object) -> Contract:
        """One contract's charges. `how`: day (of month), amounts (fixed, rate, use, phone), begin, end, mandate,
        text, trial (charges), pause (a pair of dates)."""
        rng = self.rng
        begin = how.get("begin") or self.begin
        assert isinstance(begin, date)
        first = begin + timedelta(days=rng.randrange(PERIODS[period]))
        if how.get("day"):
            first = first.replace(day=min(int(str(how["day"])), monthrange(first.year, first.month)[1]))
        elif period in MONTHS and rng.random() < 0.12:
            first = first.replace(day=monthrange(first.year, first.month)[1])
        end = how.get("end") or self.until
        assert isinstance(end, date)
        style = str(how.get("amounts", "fixed"))
        made = Contract(period, variable=style in ("use", "phone", "gas"), label=str(how.get("label", style)))
        made.ended = end < self.until
        dues = self.dues(period, first, self.until)
        made.unsure = made.ended and not any(end < due < self.until - timedelta(days=35) for due in dues)
        self._charge(payee, made, [due for due in dues if due <= end], price, style, how)
        payee.contracts.append(made)
        return made

    def _charge(
        self, payee: Payee, made: Contract, dues: list[date], price: int, style: str, how: dict[str, object]
    ) -> None:
        rng, regime = self.rng, self.regime
        rises = self._rises(len(dues), made.period) if style in ("fixed", "rate") and how.get("rises", True) else set()
        trial = int(str(how.get("trial", 0)))
        pause = how.get("pause")
        rate, used, last, booked_price = 1.0, price, None, 0
        for k, due in enumerate(dues):
            if k in rises and k > trial:
                price = self._raised(price, 1.1 if style == "rate" else 1.03)
            if isinstance(pause, tuple) and pause[0] <= due < pause[1]:
                continue
            if k and rng.random() < regime.skip:
                continue
            on = self.booked(due, PERIODS[made.period])
            if on > self.until or on < self.begin or (last and on <= last):
                continue
            rate = min(max(rate * (1 + rng.uniform(-0.015, 0.015)), 0.97), 1.03)
            used, regular = self._amount(style, price, rate, due, k < trial)
            text = str(how.get("text", "")) or self.noise()
            ref = self.pay(payee, on, -used, text, str(how.get("mandate", "")))
            made.charges.append(ref)
            if regular and booked_price and price != booked_price:
                made.changes.append((on, booked_price, price))
            booked_price = price if regular else booked_price
            last = on
            self._mishaps(payee, made, on, used, how)

    def _mishaps(self, payee: Payee, made: Contract, on: date, used: int, how: dict[str, object]) -> None:
        rng, regime, mandate = self.rng, self.regime, str(how.get("mandate", ""))
        if rng.random() < regime.double:
            made.extra.append(self.pay(payee, on + timedelta(days=rng.randint(0, 3)), -used, self.noise(), mandate))
            if rng.random() < 0.6:
                self.pay(payee, on + timedelta(days=rng.randint(3, 12)), used, "refund", mandate)
        elif rng.random() < regime.refund:
            self.pay(payee, on + timedelta(days=rng.randint(1, 20)), used, "refund", mandate)

    def _rises(self, count: int, period: str) -> set[int]:
        """The places of new prices, not closer than three charges (or a year)."""
        if count < 3 or self.rng.random() > self.regime.rise:
            return set()
        apart = 1 if period == "P1Y" else 3
        rises: set[int] = set()
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            place = self.rng.randrange(1, count)
            if all(abs(place - other) >= apart for other in rises):
                rises.add(place)
        return rises

    def _raised(self, price: int, least: float) -> int:
        """A new price: mostly a rise; a price ends as prices do, or anyhow."""
        factor = self.rng.uniform(least, 1.3) if self.rng.random() < 0.85 else self.rng.uniform(0.75, 0.9)
        raised = round(price * factor)
        tidy = raised // 100 * 100 + self.rng.choice((99, 49, 0, 90))
        return tidy if self.rng.random() < 0.6 and abs(tidy / price - 1) > least - 1 else raised

    def _amount(self, style: str, price: int, rate: float, due: date, trial: bool) -> tuple[int, bool]:
        """The amount charged, and whether it is the price (and not a trial's or a one-off)."""
        rng = self.rng
        if trial:
            return (max(round(price * 0.5), 1) if price % 2 else 100), False
        if style == "rate":
            return round(price * rate * (1 + rng.uniform(-0.01, 0.01))), True
        if style == "use":
            season = 1 + 0.25 * sin(2 * pi * due.timetuple().tm_yday / 365)
            amount = price * season * rng.uniform(0.88, 1.12) * (rng.uniform(1.5, 3) if rng.random() < 0.03 else 1)
            return round(amount), True
        if style == "gas":
            season = 1 + 0.45 * sin(2 * pi * (due.timetuple().tm_yday + 80) / 365)
            return round(price * season * rng.uniform(0.98, 1.02)), True
        if style == "phone":
            return price + (rng.randint(20, 1500) if rng.random() < 0.45 else 0), True
        if rng.random() < self.regime.one_off:
            return round(price * rng.choice((0.5, 0.7, 1.5, 2.0, 1.25))), False
        return price, True


HOLIDAYS = {(1, 1), (5, 1), (12, 25), (12, 26)}
