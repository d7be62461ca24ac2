"""One made-up person: accounts, contracts, habits and logins, all from one seed."""

from datetime import date
from random import Random

from benchmarks.evening import contracts, habits
from benchmarks.evening.banking_days import in_months
from benchmarks.evening.merchants import GERMAN_MIXED, GERMAN_SUBSCRIPTIONS, US_MIXED, US_SUBSCRIPTIONS, invented
from benchmarks.evening.schedule import DAY, Plan
from benchmarks.evening.truth import BankAccount, Merchant, Person

_FIRST_UNTIL = date(2026, 3, 1)


def draw(seed: int) -> Person:
    rng = Random(seed)
    country = "US" if seed % 3 == 2 else "DE"
    until = _FIRST_UNTIL + rng.randint(0, 200) * DAY
    start = in_months(until, -rng.choice((12, 18, 24, 24, 30, 36)), until.day) + DAY
    owner = "Alex Example" if country == "DE" else "JORDAN EXAMPLE"
    person = Person(seed, country, owner, start, until)
    _open_accounts(person, rng)
    _draw_contracts(person, rng)
    habits.live(person, rng)
    for account in person.accounts:
        account.lines.sort(key=lambda line: line.booked)
    return person


def _open_accounts(person: Person, rng: Random) -> None:
    count = rng.choice((1, 2, 2, 3))
    if person.country == "DE":
        giro = [rng.choice(("sparkasse_camt", "sparkasse_old", "camt2", "camt8")) for _ in range(2)]
        styles = [*giro, rng.choice(("ofx1", "ofx2"))][:count]
    else:
        styles = ["chase_card", rng.choice(("chase_checking", "ofx1")), "ofx2"][:count]
    numbers = ("DE89370400440532013000", "DE02120300000000202051", "4111111111111111")
    currency = "EUR" if person.country == "DE" else "USD"
    for style, number in zip(styles, numbers, strict=False):
        person.accounts.append(BankAccount(style, number, currency, clean=rng.random() < 0.6))


def _draw_contracts(person: Person, rng: Random) -> None:
    german = person.country == "DE"
    known = list(GERMAN_SUBSCRIPTIONS if german else US_SUBSCRIPTIONS)
    rng.shuffle(known)
    wanted = rng.randint(15, 36)
    for merchant in known[: round(wanted * 0.55)]:
        _several(person, rng, merchant, "")
    while len(person.contracts) < wanted - 2:
        kind, merchant = invented(rng, person.country)
        if merchant.key not in person.merchants:
            _several(person, rng, merchant, kind)
    for merchant in rng.sample(GERMAN_MIXED if german else US_MIXED, 3):
        contracts.add(person, rng, merchant, "", {"mixed"})
        habits.shop_at(person, rng, merchant, rng.uniform(0.5, 4))


def _several(person: Person, rng: Random, merchant: Merchant, kind: str) -> None:
    """Usually one contract with a merchant, sometimes two or three under one descriptor."""
    luck = rng.random()
    count = 1 if luck < 0.86 or kind in {"rent", "energy", "box"} else 2 if luck < 0.97 else 3
    tags = {"several"} if count > 1 else set()
    account = contracts.account_for(person, rng, merchant)
    if count == 2 and rng.random() < 0.25 and merchant.currency == person.accounts[0].currency:
        _twins(person, rng, merchant, kind, account)
        return
    for _ in range(count):
        contracts.add(person, rng, merchant, kind, set(tags), account)


def _twins(person: Person, rng: Random, merchant: Merchant, kind: str, account: int) -> None:
    """Two contracts of one price due on one day (two telephones): told apart by mandate, or by being charged twice."""
    plan = Plan("P1M", rng.choice((799, 999, 1499)), person.start - rng.randint(0, 200) * DAY)
    for _ in range(2):
        contracts.add(person, rng, merchant, kind, {"several", "twins"}, account, plan)
