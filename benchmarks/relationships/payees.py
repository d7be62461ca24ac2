"""The payees of a history: who is paid by contract, by habit, by chance, or by several of these at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from benchmarks.relationships.histories import PERIODS, PRICES, History, Payee, Regime, World


def history(regime: Regime, seed: int) -> History:
    """One person's account: every kind of payee a few times."""
    world = World(regime, seed)
    payees = []
    for kind, times in CONTRACTS.items():
        payees += [_made(world, kind) for _ in range(times)]
    for kind in HABITS:
        payees.append(_made(world, kind))
    for payee in payees:
        payee.payments = [payment for payment in payee.payments if payment.on <= world.until]
        world.rng.shuffle(payee.payments)
    return History(regime, world.until, payees)


def _made(world: World, kind: str) -> Payee:
    payee = Payee(kind)
    MAKERS[kind](world, payee)
    return payee


def _mandate(world: World) -> str:
    return f"M-{world.rng.randrange(10**9)}" if world.rng.random() < world.regime.mandate else ""


def _midway(world: World, period: str) -> date:
    """A start that leaves three to five charges to come."""
    days = round(PERIODS[period] * world.rng.uniform(3.2, 5))
    return max(world.begin, world.until - timedelta(days=days))


def _end(world: World) -> date:
    return world.begin + timedelta(days=round((world.until - world.begin).days * world.rng.uniform(0.4, 0.85)))


# Contracts


def _single(period: str, amounts: str = "fixed") -> Callable[[World, Payee], None]:
    def make(world: World, payee: Payee) -> None:
        how: dict[str, object] = {"amounts": amounts, "mandate": _mandate(world)}
        if world.rng.random() < 0.25:
            how["end"] = _end(world)
        elif world.rng.random() < 0.2:
            how["begin"] = _midway(world, period)
        world.contract(payee, period, world.rng.choice(PRICES), **how)

    return make


def _trial(world: World, payee: Payee) -> None:
    trial = world.rng.choice((1, 1, 2, 3))
    world.contract(payee, "P1M", world.rng.choice(PRICES), trial=trial, mandate=_mandate(world), label="trial")


def _half_marked(world: World, payee: Payee) -> None:
    """A contract whose mandate only the newer file states."""
    world.contract(payee, "P1M", world.rng.choice(PRICES), label="half marked")
    since = world.begin + timedelta(days=(world.until - world.begin).days // 2)
    payee.payments = [p._replace(mandate="M-1") if p.on >= since else p for p in payee.payments]


def _paused(world: World, payee: Payee) -> None:
    begin = world.begin + timedelta(days=round((world.until - world.begin).days * world.rng.uniform(0.3, 0.5)))
    pause = (begin, begin + timedelta(days=world.rng.randint(60, 200)))
    world.contract(payee, "P1M", world.rng.choice(PRICES), pause=pause, rises=False, label="paused")


def _prepaid_energy(world: World, payee: Payee) -> None:
    made = world.contract(payee, "P1M", world.rng.randint(40, 180) * 100, mandate=_mandate(world), label="prepaid")
    mandate = payee.payments[0].mandate if payee.payments else ""
    day = world.begin + timedelta(days=world.rng.randrange(365))
    while day < world.until:
        minor = world.rng.randint(2000, 30000) * world.rng.choice((-1, 1))
        ref = world.pay(payee, day, minor, "Jahresabrechnung", mandate)
        made.extra.append(ref)
        day += timedelta(days=world.rng.randint(358, 372))


def _several(world: World, payee: Payee) -> None:
    """Two or three contracts of one payee, told apart by amount and perhaps by day."""
    count = world.rng.choice((2, 2, 3))
    prices = world.rng.sample(PRICES, count)
    day = world.rng.randint(1, 28) if world.rng.random() < 0.5 else 0
    marked = world.rng.random() < 0.3
    for price in prices:
        period = world.rng.choice(("P1M", "P1M", "P1M", "P3M", "P1Y"))
        mandate = f"M-{world.rng.randrange(10**9)}" if marked else ""
        how: dict[str, object] = {"day": day, "mandate": mandate, "rises": world.rng.random() < 0.5}
        if world.rng.random() < 0.2:
            how["end"] = _end(world)
        world.contract(payee, period, price, label="several", **how)


def _same_price(world: World, payee: Payee) -> None:
    """Two contracts of the same price on different days of the month."""
    price, day = world.rng.choice(PRICES), world.rng.randint(1, 12)
    for one in (day, day + 14):
        world.contract(payee, "P1M", price, day=one, rises=False, label="same price")


def _fixed_and_use(world: World, payee: Payee) -> None:
    day = world.rng.randint(1, 10)
    world.contract(payee, "P1M", world.rng.choice(PRICES), day=day, rises=False, label="fixed beside use")
    world.contract(
        payee, "P1M", world.rng.randint(60, 150) * 100, day=day + 12, amounts="use", label="use beside fixed"
    )


def _shop(world: World, payee: Payee, count: int) -> None:
    points = (999, 1499, 1999, 2499, 2999, 4999)
    for _ in range(count):
        amount = round(world.rng.lognormvariate(7.8, 0.8)) if world.rng.random() < 0.6 else world.rng.choice(points)
        world.pay(payee, world.day(), -max(amount, 99), world.noise())


def _member_of_shop(world: World, payee: Payee) -> None:
    _shop(world, payee, world.rng.randint(10, 140))
    period = world.rng.choice(("P1M", "P1M", "P1M", "P1Y"))
    world.contract(payee, period, world.rng.choice((499, 799, 899, 1299, 8990)), label="among shopping")


CONTRACTS = {
    "weekly": 1,
    "two-weekly": 1,
    "four-weekly": 2,
    "monthly": 8,
    "two-monthly": 1,
    "quarterly": 2,
    "half-yearly": 1,
    "yearly": 3,
    "foreign": 2,
    "energy": 1,
    "telephone": 1,
    "gas": 1,
    "half marked": 1,
    "quarterly use": 1,
    "trial": 2,
    "paused": 1,
    "prepaid energy": 1,
    "several": 3,
    "same price": 1,
    "fixed and use": 1,
    "member of shop": 3,
}


# Habits


def _walk(low: int, high: int, amounts: Callable[[World], int]) -> Callable[[World, Payee], None]:
    """Purchases with gaps drawn evenly from `low` to `high` days."""

    def make(world: World, payee: Payee) -> None:
        day = world.begin + timedelta(days=world.rng.randrange(high))
        while day < world.until:
            world.pay(payee, day, -amounts(world), world.noise())
            day += timedelta(days=world.rng.randint(low, high))

    return make


def _spread(low: int, high: int) -> Callable[[World], int]:
    return lambda world: world.rng.randint(low, high)


def _price_of(payee_prices: tuple[int, ...]) -> Callable[[World], int]:
    return lambda world: world.rng.choice(payee_prices)


def _groceries(world: World, payee: Payee) -> None:
    day = world.begin + timedelta(days=world.rng.randrange(7))
    while day < world.until:
        if world.rng.random() < 0.93:
            world.pay(payee, day + timedelta(days=world.rng.choice((-1, 0, 0, 0, 1))), -world.rng.randint(3500, 14000))
        day += timedelta(days=7)


def _coffee(world: World, payee: Payee) -> None:
    price, often = world.rng.choice((280, 320, 390)), world.rng.uniform(0.2, 0.7)
    for k in range((world.until - world.begin).days):
        day = world.begin + timedelta(days=k)
        if day.weekday() < 5 and world.rng.random() < often:
            world.pay(payee, day, -price)


def _canteen(world: World, payee: Payee) -> None:
    for k in range((world.until - world.begin).days):
        day = world.begin + timedelta(days=k)
        if day.weekday() < 5 and world.rng.random() < 0.6:
            world.pay(payee, day, -world.rng.choice((450, 520, 590, 680, 745)))


def _pharmacy(world: World, payee: Payee) -> None:
    for due in world.dues("P1M", world.begin, world.until):
        if world.rng.random() < 0.9:
            world.pay(payee, due + timedelta(days=world.rng.randint(-8, 8)), -world.rng.randint(400, 6000))


def _drop_in(world: World, payee: Payee) -> None:
    """A class of the same price on any day of the week, most weeks."""
    price = world.rng.choice((1200, 1500))
    for week in range((world.until - world.begin).days // 7):
        if world.rng.random() < 0.7:
            world.pay(payee, world.begin + timedelta(days=7 * week + world.rng.randrange(7)), -price)


def _hairdresser(world: World, payee: Payee) -> None:
    price = world.rng.choice((2500, 3800, 5200))
    _walk(35, 49, lambda _: price)(world, payee)


def _barber(world: World, payee: Payee) -> None:
    price = world.rng.choice((1800, 2200, 2600))
    _walk(22, 36, lambda _: price)(world, payee)


def _shopping(world: World, payee: Payee) -> None:
    _shop(world, payee, world.rng.choice((2, 3, 4, 6, 10, 25, 60, 150)))


def _few_equal(world: World, payee: Payee) -> None:
    """A few visits at the same price at any time: a museum, a car wash."""
    price = world.rng.choice((900, 1200, 1299, 1500))
    for _ in range(world.rng.randint(2, 5)):
        world.pay(payee, world.day(), -price)


def _december(world: World, payee: Payee) -> None:
    for year in range(world.begin.year, world.until.year + 1):
        day = date(year, 12, world.rng.randint(1, 23))
        if day > world.begin:
            world.pay(payee, day, -world.rng.randint(2000, 12000))


HABITS: dict[str, Callable[[World, Payee], None]] = {
    "groceries": _groceries,
    "market": _groceries,
    "coffee": _coffee,
    "canteen": _canteen,
    "fuel": _walk(7, 18, _spread(3800, 8200)),
    "cash": _walk(5, 28, _price_of((5000, 10000, 20000))),
    "monthly cash": _walk(26, 35, _price_of((20000, 20000, 30000))),
    "cinema": _walk(12, 45, _price_of((1200, 1350))),
    "hairdresser": _hairdresser,
    "barber": _barber,
    "drop-in": _drop_in,
    "pharmacy": _pharmacy,
    "pharmacy again": _walk(22, 40, _spread(500, 5000)),
    "parking": _walk(2, 20, _price_of((200, 250, 400))),
    "car wash": _walk(20, 60, _price_of((1299,))),
    "restaurant": _walk(10, 60, _spread(2200, 9000)),
    "museum": _few_equal,
    "swimming": _few_equal,
    "presents": _december,
    **{f"shop {k}": _shopping for k in range(10)},
}

MAKERS: dict[str, Callable[[World, Payee], None]] = {
    "weekly": _single("P1W"),
    "two-weekly": _single("P2W"),
    "four-weekly": _single("P4W"),
    "monthly": _single("P1M"),
    "two-monthly": _single("P2M"),
    "quarterly": _single("P3M"),
    "half-yearly": _single("P6M"),
    "yearly": _single("P1Y"),
    "foreign": _single("P1M", "rate"),
    "energy": _single("P1M", "use"),
    "telephone": _single("P1M", "phone"),
    "gas": _single("P1M", "gas"),
    "half marked": _half_marked,
    "quarterly use": _single("P3M", "use"),
    "trial": _trial,
    "paused": _paused,
    "prepaid energy": _prepaid_energy,
    "several": _several,
    "same price": _same_price,
    "fixed and use": _fixed_and_use,
    "member of shop": _member_of_shop,
    **HABITS,
}
