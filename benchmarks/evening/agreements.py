"""What is agreed, and what goes wrong: the plan of one contract, drawn with its difficulties, each told by a tag."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from benchmarks.evening.banking_days import in_months
from benchmarks.evening.schedule import DAY, Plan
from benchmarks.evening.truth import Merchant, Person

# Usual prices (minor units) and rhythms by kind of made-up merchant.
_TYPICAL = {
    "energy": (4500, 16000),
    "rent": (62000, 140000),
    "insurance": (1900, 28000),
    "box": (1800, 3900),
    "internet": (2499, 5999),
}
_PERIODS = {
    "energy": ("P1M",),
    "rent": ("P1M",),
    "box": ("P1W", "P2W", "P1W"),
    "care": ("P2W", "P4W", "P1M"),
    "gym": ("P1M", "P2W", "P4W"),
    "insurance": ("P1M", "P3M", "P6M", "P1Y"),
    "paper": ("P1M", "P3M", "P4W"),
    "school": ("P1M", "P3M"),
    "club": ("P3M", "P6M", "P1Y"),
    "water": ("P2M", "P3M"),
    "garage": ("P1M", "P4W"),
}
_OTHERS = ("P1M", "P1M", "P1M", "P1M", "P1Y", "P3M", "P4W", "P6M")
_TELEPHONE = frozenset({"Deutsche Telekom", "Vodafone", "o2", "1&1", "Verizon", "AT&T"})
_DAYS = {"W": 7, "M": 30, "Y": 365}


def period_days(period: str) -> int:
    return _DAYS[period[-1]] * int(period[1:-1])


def drawn(person: Person, rng: Random, merchant: Merchant, kind: str, tags: set[str], way: str) -> Plan:
    period = "P3M" if merchant.key.startswith("rundfunk") else rng.choice(_PERIODS.get(kind, _OTHERS))
    low, high = _TYPICAL.get(kind, (299, 5999))
    price = rng.choice((round(rng.randint(low, high), -2) - 1, rng.randint(low, high) // 50 * 50))
    price *= rng.choice((1, 3, 5)) if period == "P1Y" else 1
    start = person.start - rng.randint(0, 400) * DAY
    if rng.random() < 0.3:
        start = person.start + rng.randint(0, max(1, (person.until - person.start).days - 150)) * DAY
        tags.add("late start")
    if period.endswith("W"):
        start -= start.weekday() * DAY - rng.randint(0, 4) * DAY if rng.random() < 0.8 else timedelta()
    elif rng.random() < 0.25:
        start = start.replace(day=28)
    elif rng.random() < 0.2:
        start = in_months(start, 0, 31)
        tags.add("month end")
    moving = "card" if way == "card" else rng.choice(("next", "next", "previous", "none"))
    plan = Plan(period, max(price, 199), start, moving=moving)
    span = _Span.of(person, plan)
    _end(rng, plan, tags, span)
    _vary(rng, plan, tags, kind, merchant)
    _trial(rng, plan, tags)
    _mishaps(rng, plan, tags, span)
    return plan


@dataclass
class _Span:
    """The indexes of the charges inside the statement."""

    first: int
    last: int
    days: int

    @classmethod
    def of(cls, person: Person, plan: Plan) -> "_Span":
        days = period_days(plan.period)
        first = max(0, -(-(person.start - plan.start).days // days))
        return cls(first, (person.until - plan.start).days // days, days)

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def _end(rng: Random, plan: Plan, tags: set[str], span: _Span) -> None:
    if rng.random() < 0.25 and span.count >= 5:
        index = rng.randint(span.first + 3, span.last)
        plan.end = plan.start + index * span.days * DAY - rng.randint(1, max(2, span.days // 2)) * DAY
        span.last = index - 1
        tags.add("ended")


def _vary(rng: Random, plan: Plan, tags: set[str], kind: str, merchant: Merchant) -> None:
    if kind == "energy":
        plan.variable, plan.settlement = rng.choice((("", True), ("season", False), ("usage", False)))
        tags.add("variable" if plan.variable else "settlement")
    elif kind in {"water", "box"} and "several" not in tags and rng.random() < 0.5:
        plan.variable = "usage" if kind == "water" else "extras"
        tags.add("variable")
    elif merchant.name in _TELEPHONE and rng.random() < 0.5 and plan.period == "P1M":
        plan.variable = "extras"
        tags.add("extras")


def _trial(rng: Random, plan: Plan, tags: set[str]) -> None:
    if rng.random() < 0.14 and "late start" in tags and plan.period in {"P1M", "P4W"} and not plan.variable:
        plan.trial = rng.choice(("free", "one", "half"))
        tags.add("trial")


def _mishaps(rng: Random, plan: Plan, tags: set[str], span: _Span) -> None:
    # Nothing goes wrong with the first two charges, those in or just after a trial, and the last.
    inner = [i for i in range(span.first + 2, span.last) if i >= (6 if plan.trial else 1)]
    if not inner:
        return
    if not plan.variable and rng.random() < 0.45:
        _rise(rng, plan, tags, inner)
    if span.count > 6 and rng.random() < 0.15 and "ended" not in tags:
        plan.skipped.add(rng.choice(inner))
        tags.add("skipped")
    elif span.count > 12 and rng.random() < 0.04:
        at = rng.choice(inner[3:-5])
        plan.skipped |= {at, at + 1, at + 2}
        tags.add("pause")
    if rng.random() < 0.15:
        plan.late[rng.choice(inner)] = rng.randint(2, max(3, min(9, span.days // 4)))
        tags.add("late")
    draw, at = rng.random(), rng.choice(inner)
    if draw < 0.08:
        plan.doubled, plan.double_returned = at, rng.random() < 0.7
        tags.add("double")
    elif draw < 0.14:
        plan.refunded = at
        tags.add("refund")
    elif draw < 0.17 and span.days >= 28:
        plan.bounced = at
        tags.add("bounced")


def _rise(rng: Random, plan: Plan, tags: set[str], inner: list[int]) -> None:
    price = plan.price
    for index in sorted(rng.sample(inner, min(len(inner), rng.choice((1, 1, 2, 3))))):
        step = rng.choice((1.06, 1.1, 1.15, 1.2, 1.3, 0.85))
        after = round(price * step / 10) * 10
        price = max(price + 50, after) if step > 1 else max(99, after)
        plan.rises.append((index, price))
    tags.add("rise" if len(plan.rises) == 1 else "rises")
