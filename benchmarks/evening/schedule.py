"""When a contract charges and how much, before any bank prints it.

A plan says what was agreed and what goes wrong; `payments` plays it: due days, price changes, trials, skipped, late and
double charges, refunds, yearly settlements. Amounts are in the contract's own currency.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from benchmarks.evening.banking_days import due_days, moved

DAY = timedelta(days=1)


@dataclass
class Plan:
    period: str
    price: int
    start: date
    end: date | None = None  # no charge from here on
    variable: str = ""  # "", usage, season, extras
    settlement: bool = False
    trial: str = ""  # "", free, one, half
    rises: list[tuple[int, int]] = field(default_factory=list)  # (index of the first charge at it, new price)
    skipped: set[int] = field(default_factory=set)
    late: dict[int, int] = field(default_factory=dict)
    doubled: int | None = None
    double_returned: bool = True
    refunded: int | None = None
    bounced: int | None = None  # the debit came back and was drawn again
    moving: str = "next"  # next, previous, none, card


@dataclass(frozen=True)
class Payment:
    due: date
    booked: date
    minor: int  # positive: paid; negative: given back
    role: str
    index: int


@dataclass(frozen=True)
class Played:
    payments: list[Payment]
    changes: list[tuple[date, int, int, str]]  # booked, before, after, why (rise, trial)
    next_due: date


def _price(plan: Plan, index: int, due: date, rng: Random) -> int:
    price = plan.price
    for first, after in plan.rises:
        if index >= first:
            price = after
    if plan.variable == "usage":
        return round(price * rng.uniform(0.62, 1.45))
    if plan.variable == "season":
        cold = (1.5, 1.45, 1.25, 1.0, 0.8, 0.7, 0.65, 0.7, 0.8, 1.0, 1.2, 1.4)[due.month - 1]
        return round(price * cold * rng.uniform(0.92, 1.08))
    if plan.variable == "extras" and rng.random() < 0.3:
        return price + rng.randint(9, 790)
    return price


def _trial_price(plan: Plan, index: int, price: int) -> int | None:
    """The price in a trial (`None`: nothing was charged), else the price itself."""
    if plan.trial == "free" and index < 1:
        return None
    if plan.trial == "one" and index < 1:
        return 100
    if plan.trial == "half" and index < 3:
        return price // 2
    return price


def _booking(plan: Plan, due: date, index: int, rng: Random) -> date:
    due += plan.late.get(index, 0) * DAY
    if plan.moving == "card":
        return moved(due + rng.choice((0, 1, 1, 2)) * DAY, "next")
    return moved(due, plan.moving)


def payments(plan: Plan, until: date, rng: Random) -> Played:
    days = due_days(plan.start, plan.period, until + 800 * DAY)
    last = min(until, plan.end - DAY if plan.end else until)
    made: list[Payment] = []
    changes: list[tuple[date, int, int, str]] = []
    before: int | None = None
    for index, due in enumerate(days):
        if due > last:
            break
        agreed = _price(plan, index, due, rng)
        amount = _trial_price(plan, index, agreed)
        if amount is None or index in plan.skipped:
            continue
        booked = _booking(plan, due, index, rng)
        if booked > until:
            break
        if before is not None and amount != before and not plan.variable:
            trial = bool(plan.trial) and index <= 3
            changes.append((booked, before, amount, "trial" if trial else "rise"))
        before = amount
        made.append(Payment(due, booked, amount, "trial" if amount < agreed else "regular", index))
        made += _mishaps(plan, index, due, booked, amount, rng)
        if plan.settlement and due.month == 2:
            made.append(_settled(due, rng, plan.price))
    made = [payment for payment in made if payment.booked <= until]
    seen = max((p.index for p in made if p.role in {"regular", "trial"}), default=-1)
    return Played(made, changes, days[seen + 1])


def _mishaps(plan: Plan, index: int, due: date, booked: date, amount: int, rng: Random) -> list[Payment]:
    found = []
    if index == plan.doubled:
        again = moved(booked + rng.choice((0, 1, 2)) * DAY, "next")
        found.append(Payment(due, again, amount, "double", index))
        if plan.double_returned:
            found.append(Payment(due, moved(again + rng.randint(2, 9) * DAY, "next"), -amount, "refund", index))
    if index == plan.bounced:
        back = moved(booked + 2 * DAY, "next")
        found.append(Payment(due, back, -amount, "refund", index))
        found.append(Payment(due, moved(back + rng.randint(4, 9) * DAY, "next"), amount, "double", index))
    if index == plan.refunded:
        found.append(Payment(due, moved(booked + rng.randint(3, 14) * DAY, "next"), -amount, "refund", index))
    return found


def _settled(due: date, rng: Random, price: int) -> Payment:
    booked = moved(due + rng.randint(5, 12) * DAY, "next")
    return Payment(due, booked, round(price * rng.uniform(-1.6, 2.2)) or 1, "settlement", -1)
