"""What the banks book of Alex's story, up to a day: the tables of `person`, played through a calendar.

Rules: direct debits and transfers move to the next banking day; cards in America post up to two days later; a
PayPal payment is booked twice in real life, on the PayPal account with the merchant's name and a banking day later
on the current account as a direct debit by PayPal. The same `until` gives the same bookings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from vault.money import minor_of
from vault.periods import Period, add, parse
from web.demo.numbers import Chance, creditor, iban, number
from web.demo.person import (
    ABROAD,
    ACCOUNTS,
    CONTRACTS,
    FLOWS,
    HABITS,
    MONTHS,
    PAYPAL_ID,
    TERMINAL,
    Habit,
    Key,
    Kind,
    Regular,
)

Part = Literal["charge", "double", "refund", "settlement", "funding", ""]
MONTH = Period(1, "M")
# The German bank holidays with a fixed date; Easter and what hangs on it is left out of the story.
HOLIDAYS = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
# Dollars for a euro, by month of the story: a slow drift, so that a fixed price in dollars varies in euro.
RATES = ("1.0512", "1.0433", "1.0388", "1.0521", "1.0812", "1.1240", "1.1298", "1.1493", "1.1682", "1.1604")


class Booking(msgspec.Struct, frozen=True):
    """One line of a statement; `minor` is negative for money out. `contract` and `part` are the truth behind it,
    which no file says. `original` is the amount in dollars of a charge made in dollars."""

    account: Key
    on: date
    minor: int
    printed: str
    purpose: str
    kind: Kind
    creditor: str = ""
    mandate: str = ""
    iban: str = ""
    contract: str = ""
    part: Part = ""
    own_id: str = ""


def bookings(until: date) -> list[Booking]:
    """Everything booked in the 24 months up to and with `until`, in the order of booking, each with its own id."""
    begin = first_month(until)
    booked = [line for regular in (*CONTRACTS, *FLOWS) for line in _regular(regular, begin, until)]
    booked += [line for place, habit in enumerate(HABITS) for line in _habit(habit, place, begin, until)]
    booked += [_by_direct_debit(line) for line in booked if line.account == "paypal"]
    return _numbered(sorted((line for line in booked if line.on <= until), key=lambda line: line.on))


def first_month(until: date) -> date:
    """The first day of month 0."""
    return add(until.replace(day=1), MONTH, -MONTHS)


def banking_day(day: date) -> date:
    """`day`, or the next day on which banks book."""
    while day.weekday() > 4 or (day.month, day.day) in HOLIDAYS:
        day += timedelta(days=1)
    return day


def label(line: Regular) -> str:
    return f"{line.vendor}: {line.title}"


def _month(day: date, begin: date) -> int:
    return (day.year - begin.year) * 12 + day.month - begin.month


def _due(line: Regular, begin: date, until: date) -> Iterator[date]:
    """The days that were agreed, before banks and accidents move them."""
    period, count = parse(line.every), 0
    anchor = 0 if period.unit == "W" else line.day
    day = first = add(begin, MONTH, line.start, anchor_day=line.day)
    while day <= until and _month(day, begin) < line.end:
        if _month(day, begin) not in line.skip:
            yield day
        count += 1
        day = add(first, period, count, anchor_day=anchor)


def _regular(line: Regular, begin: date, until: date) -> Iterator[Booking]:
    chance = Chance(f"{label(line)} {line.account}")
    for due in _due(line, begin, until):
        month = _month(due, begin)
        on = _booked(line.account, line.kind, due + timedelta(days=line.late.get(month, 0)), chance)
        price = _price(line, month, chance)
        charge = _line(line, on, -price, chance, month, "charge")
        yield charge
        if line.to:
            yield msgspec.structs.replace(
                charge, account=line.to, minor=price, kind="credit", iban=_iban_of(line.account)
            )
        if month in line.twice:
            yield from _charged_twice(line, charge, line.twice[month])
        if month in line.also:
            amount, text = line.also[month]
            extra = _line(
                line, banking_day(on + timedelta(days=6)), -minor_of(amount, "EUR"), chance, month, "settlement"
            )
            yield msgspec.structs.replace(extra, purpose=text.format(ref=_ref(line)))


def _charged_twice(line: Regular, charge: Booking, days: int) -> Iterator[Booking]:
    again = banking_day(charge.on + timedelta(days=1))
    yield msgspec.structs.replace(charge, on=again, part="double")
    if days:
        back, text = banking_day(again + timedelta(days=days)), f"Erstattung Doppelabbuchung {_ref(line)}"
        yield msgspec.structs.replace(
            charge, on=back, minor=-charge.minor, purpose=text, kind="credit", part="refund", creditor="", mandate=""
        )


def _booked(account: Key, kind: Kind, day: date, chance: Chance) -> date:
    if account == "paypal":
        return day
    if account == "usa":
        return day + timedelta(days=chance.below(3))
    return banking_day(day + timedelta(days=1 if kind == "card" else 0))


def _price(line: Regular, month: int, chance: Chance) -> int:
    """Positive for money out, in minor units of the account's currency."""
    agreed = line.prices[max((at for at in line.prices if at <= month), default=min(line.prices))]
    amount = Decimal(agreed) / _rate(month) if line.dollars else Decimal(agreed)
    if line.spread:
        amount *= Decimal(str(round(chance.between(1 - line.spread, 1 + line.spread), 4)))
    return minor_of(amount, ACCOUNTS[line.account].currency)


def _rate(month: int) -> Decimal:
    return Decimal(RATES[month * len(RATES) // (MONTHS + 1)])


def _line(line: Regular, on: date, minor: int, chance: Chance, month: int, part: Part) -> Booking:
    debit = line.kind == "debit" and minor < 0 and line.account in ("giro", "daily")
    usd = line.prices[min(line.prices)] if line.purpose == ABROAD else ""
    said = on - timedelta(days=1) if line.kind == "card" else on  # the terminal prints the day of the purchase
    purpose = line.purpose.format(on=said, ref=_ref(line), usd=usd, rate=_rate(month), **_variety(chance))
    return Booking(
        account=line.account,
        on=on,
        minor=minor,
        printed=line.printed,
        purpose=purpose,
        kind="credit" if minor > 0 and line.kind == "debit" else line.kind,
        creditor=creditor(line.printed) if debit else "",
        mandate=f"M{_ref(line)}" if debit else "",
        iban=_iban_of(line.to) if line.to else _counter_iban(line.printed, line.kind),
        contract=label(line) if line.vendor else "",
        part=part if line.vendor else "",
    )


def _ref(line: Regular) -> str:
    return number(label(line))


def _variety(chance: Chance) -> dict[str, str]:
    time = f"{8 + chance.below(13):02d}:{chance.below(60):02d}"
    return {
        "time": time,
        "code": f"{300 + chance.below(8)}-{chance.code(7, '0123456789')}-{chance.code(7, '0123456789')}",
    }


def _iban_of(account: Key | Literal[""]) -> str:
    return ACCOUNTS[account].number if account else ""


def _counter_iban(name: str, kind: Kind) -> str:
    return "" if kind in ("card", "cash", "fee") or not name else iban("DE", f"99999999{number(name, 10)}")


def _habit(habit: Habit, place: int, begin: date, until: date) -> Iterator[Booking]:
    chance = Chance(f"habit {place}")
    for month in range(MONTHS + 1):
        start = add(begin, MONTH, month)
        for _ in range(int(habit.often + chance.between(0, 1))):
            bought = start + timedelta(days=chance.below(28))
            yield from _bought(habit, bought, chance)


def _bought(habit: Habit, day: date, chance: Chance) -> Iterator[Booking]:
    shop, on = chance.pick(habit.shops.split("|")), _booked(habit.account, habit.kind, day, chance)
    text = {"on": day, "ref": number(shop + str(day)), **_variety(chance)}
    debit, town = habit.kind == "debit", TERMINAL if habit.account == "daily" and "//" not in shop else ""
    bought = Booking(
        account=habit.account,
        on=on,
        minor=-_spent(habit, chance),
        printed=shop.format(code=chance.code(9)) + town,
        purpose=habit.purpose.format(**text),
        kind=habit.kind,
        creditor=creditor(shop) if debit else "",
        mandate=f"M{number(shop)}" if debit else "",
        iban=_counter_iban(shop, habit.kind) if habit.account == "giro" else "",
    )
    yield bought
    if chance.happens(habit.returned):
        back = banking_day(on + timedelta(days=5 + chance.below(12)))
        yield msgspec.structs.replace(bought, on=back, minor=-bought.minor, kind="credit", creditor="", mandate="")


def _spent(habit: Habit, chance: Chance) -> int:
    """Small sums are more frequent than large ones; cash comes in tens."""
    if habit.kind == "cash":
        return 1000 * (habit.low + chance.below(habit.high - habit.low))
    return int(habit.low + (habit.high - habit.low) * chance.between(0, 1) ** 2)


def _by_direct_debit(line: Booking) -> Booking:
    """How the current account shows a PayPal payment (or a refund of one)."""
    code = number(f"{line.on}{line.minor}{line.printed}", 13)
    shop = line.printed.upper()
    purpose = f"{code} PP.4823.PP . {shop}, Ihr Einkauf bei {shop}"
    return Booking(
        account="giro",
        on=banking_day(line.on + timedelta(days=1)),
        minor=line.minor,
        printed="PayPal Europe S.a.r.l. et Cie S.C.A",
        purpose=purpose if line.minor < 0 else f"{code} PP.4823.PP . {shop}, Erstattung",
        kind="debit" if line.minor < 0 else "credit",
        creditor=PAYPAL_ID if line.minor < 0 else "",
        mandate="5KXJ224ALEXEX" if line.minor < 0 else "",
        iban=_counter_iban("PayPal", "debit"),
        contract=line.contract,
        part="funding" if line.contract else "",
    )


def _numbered(lines: list[Booking]) -> list[Booking]:
    """Each with an id such as a bank gives: the day and a running number that overlapping statements share."""
    count: dict[tuple[Key, date], int] = {}
    numbered = []
    for line in lines:
        place = count[line.account, line.on] = count.get((line.account, line.on), 0) + 1
        numbered.append(msgspec.structs.replace(line, own_id=f"{line.on:%Y%m%d}{number(line.account, 6)}{place:04d}"))
    return numbered
