"""Puts a contract into a person's life: draws its plan, plays it, prints it on an account, and keeps what is true of it."""

from dataclasses import replace
from datetime import date
from random import Random

from benchmarks.evening import agreements
from benchmarks.evening.currencies import Rate
from benchmarks.evening.printed import Printer
from benchmarks.evening.schedule import Payment, Plan, Played, payments
from benchmarks.evening.truth import BankAccount, Line, Merchant, Person, PriceChange, TrueContract

# How a subscription is printed where the merchant also prints purchases; half of the time it is printed just like them.
_APART = {
    "amazon.de": "Amazon Prime*{ref}",
    "amazon.com": "Amazon Prime*{ref}",
    "bahn.de": "DB BAHNCARD",
    "uber.com": "UBER *ONE MEMBERSHIP",
    "costco.com": "COSTCO *MEMBERSHIP RENEWAL",
    "cineplex.de": "CINEPLEX UNLIMITED ABO",
    "amctheatres.com": "AMC STUBS A-LIST",
}
_LINE_KINDS = {"paypal": "debit", "klarna": "debit"}


def account_for(person: Person, rng: Random, merchant: Merchant) -> int:
    if merchant.country == "US" and person.country == "US" and len(person.accounts) > 1 and rng.random() < 0.35:
        return 1
    return 0 if rng.random() < 0.6 else rng.randrange(len(person.accounts))


def _way(person: Person, rng: Random, account: BankAccount, merchant: Merchant, kind: str, tags: set[str]) -> str:
    if kind == "rent":
        return "standing"
    checking = account.german or (account.style in {"chase_checking", "ofx1"} and person.country == "US")
    if "mixed" in tags or not checking or merchant.currency != account.currency:
        return "paypal" if rng.random() < 0.12 and "mixed" not in tags else "card"
    draw = rng.random()
    if draw < 0.10:
        return "paypal"
    if draw < 0.14:
        return "klarna"
    return "card" if draw < 0.36 and not kind else "debit"


def add(
    person: Person,
    rng: Random,
    merchant: Merchant,
    kind: str,
    tags: set[str],
    at: int | None = None,
    plan: Plan | None = None,
) -> None:
    at = account_for(person, rng, merchant) if at is None else at
    account = person.accounts[at]
    way = _way(person, rng, account, merchant, kind, tags)
    plan = plan or agreements.drawn(person, rng, merchant, kind, tags, way)
    played = payments(plan, person.until, rng)
    inside = sorted((p for p in played.payments if p.booked >= person.start), key=lambda p: p.booked)
    if not inside:
        return
    tags |= {way, plan.period, "clean" if account.clean else "sloppy"}
    if merchant.currency != account.currency:
        tags.add("foreign")
    key = f"{merchant.key}#{len(person.contracts)}"
    contract = TrueContract(key, merchant, plan.period, tags, currency=account.currency, account=at)
    printers = _printers(person, rng, contract, account, way)
    rate = Rate(merchant.currency, account.currency, person)
    paid = {payment.booked: rate.converted(payment.minor, payment.booked) for payment in inside}
    for payment in inside:
        printer = next(p for since, p in reversed(printers) if since <= payment.booked)
        minor = rate.converted(payment.minor, payment.booked)
        printer.account.lines.append(_line(contract, printer, payment, minor))
    contract.regular = sum(p.role == "regular" for p in inside)
    contract.ended = _ended(person, plan, played)
    contract.changes = _changes(person, played, paid, contract)
    person.contracts[key] = contract
    person.merchants[merchant.key] = merchant
    if rng.random() < 0.6 and merchant not in person.logins and "GOOGLE" not in merchant.card:
        person.logins.append(merchant)


def _line(contract: TrueContract, printer: Printer, payment: Payment, minor: int) -> Line:
    imprint = printer.printed(payment.due)
    paid = minor > 0
    return Line(
        booked=payment.booked,
        made=min(payment.due, payment.booked),
        minor=-minor,
        payee=imprint.payee,
        purpose=imprint.purpose,
        kind=_LINE_KINDS.get(printer.way, printer.way) if paid else "credit",
        who=contract.merchant.key,
        contract=contract.key,
        role=payment.role,
        creditor_id=imprint.creditor_id if paid else "",
        mandate=imprint.mandate if paid else "",
    )


def _printers(
    person: Person, rng: Random, contract: TrueContract, account: BankAccount, way: str
) -> list[tuple[date, Printer]]:
    """How it is printed, and since when: from some day another bank, another way of payment, or a new legal name."""
    apart = _APART.get(contract.merchant.key, "") if "mixed" in contract.tags and rng.random() < 0.5 else ""
    contract.tags |= {"printed apart"} if apart else set()
    title = rng.choice(("Beitrag", "Vertrag", "Abo", "Kunde"))
    first = Printer(contract.merchant, account, way, rng, title, rng.random() < 0.8, apart)
    printers = [(date.min, first)]
    if contract.currency != contract.merchant.currency or contract.tags & {"mixed", "several"}:
        return printers
    day = person.start + (person.until - person.start) * rng.uniform(0.3, 0.75)
    draw = rng.random()
    others = [a for a in person.accounts if a is not account and a.german and account.german]
    if draw < 0.06 and others:
        later, tag = replace(first, account=rng.choice(others)), "moved bank"
    elif draw < 0.08 and account.german and way in {"debit", "paypal"}:
        later, tag = replace(first, way="debit" if way == "paypal" else "paypal"), "changed way"
    elif draw < 0.12 and account.german and way == "debit" and account.clean:
        later, tag = replace(first, merchant=replace(first.merchant, payee=_renamed(first.merchant.payee))), "renamed"
    else:
        return printers
    later.mandate, later.customer, later.store = first.mandate, first.customer, first.store
    contract.tags.add(tag)
    return [*printers, (day, later)]


def _renamed(payee: str) -> str:
    words = payee.split()
    return " ".join([*words[:-1], "Service", words[-1]]) if len(words) > 1 else f"{payee} Service"


def _ended(person: Person, plan: Plan, played: Played) -> bool | None:
    """Whether it is over, or `None` where the last charge is too recent for the statement to tell."""
    overdue = (person.until - played.next_due).days
    if plan.end and plan.end <= person.until:
        enough = max(14, min(agreements.period_days(plan.period) * 1.2, 60))
        return True if overdue > enough else None
    return False if overdue <= 3 else None


def _changes(person: Person, played: Played, paid: dict[date, int], contract: TrueContract) -> list[PriceChange]:
    """Counted are those that a person would be sure of: held for two charges (three where the rate also moves)."""
    days = sorted(p.booked for p in played.payments if p.role in {"regular", "trial"} and p.booked >= person.start)
    indexes = {p.index for p in played.payments if p.role == "refund"}
    given_back = {p.booked for p in played.payments if p.role == "regular" and p.index in indexes}
    found = []
    for number, (on, before, after, why) in enumerate(played.changes):
        if on not in paid or on == days[0]:
            continue
        until = next((later[0] for later in played.changes[number + 1 :]), date.max)
        held = sum(on <= day < until for day in days)
        last = until == date.max and not contract.ended and on not in given_back
        sure = why == "rise" and (held >= 2 or last)
        if "foreign" in contract.tags:
            sure = sure and held >= 3 and abs(after - before) / before >= 0.1
            before, after = round(paid[on] * before / after), paid[on]
        found.append(PriceChange(on, before, after, sure))
    return found
