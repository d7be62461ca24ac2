"""What is no contract: shopping, fuel, coffee, canteen, cash, the hairdresser, salary, own transfers, people, taxes."""

from datetime import date, timedelta
from random import Random

from benchmarks.evening.banking_days import due_days, in_months, moved
from benchmarks.evening.merchants import GERMAN_SHOPS, US_SHOPS, plain_upper
from benchmarks.evening.printed import Printer, digits, reference
from benchmarks.evening.truth import CASH, INCOME, NEUTRAL, OWN, PERSON, BankAccount, Line, Merchant, Person

DAY = timedelta(days=1)
_PEOPLE = ("Mia Example", "Jonas Weber", "Lena Vogt", "Dr. Petra Kessler")


def _spender(person: Person, rng: Random) -> BankAccount:
    return person.accounts[-1] if person.country == "DE" and rng.random() < 0.5 else person.accounts[0]


def shop_at(person: Person, rng: Random, merchant: Merchant, per_month: float) -> None:
    """Irregular purchases of irregular amounts."""
    account = _spender(person, rng)
    printer = Printer(merchant, account, "card", rng)
    day = person.start
    while True:
        day += max(1, round(rng.expovariate(per_month / 30))) * DAY
        if day > person.until - 3 * DAY:
            break
        _card(person, account, printer, rng, day, round(rng.lognormvariate(3.2, 0.7) * 100))
    person.merchants.setdefault(merchant.key, merchant)
    if rng.random() < 0.4 and merchant not in person.logins:
        person.logins.append(merchant)


def _card(person: Person, account: BankAccount, printer: Printer, rng: Random, day: date, minor: int) -> None:
    booked = moved(day + rng.choice((0, 1, 1, 2)) * DAY, "next")
    if not person.start <= booked <= person.until:
        return
    imprint = printer.printed(booked)
    account.lines.append(
        Line(booked, min(day, booked), -minor, imprint.payee, imprint.purpose, "card", printer.merchant.key)
    )


def live(person: Person, rng: Random) -> None:
    shops = GERMAN_SHOPS if person.country == "DE" else US_SHOPS
    for merchant in rng.sample(shops, rng.randint(6, len(shops))):
        shop_at(person, rng, merchant, rng.choice((0.4, 1, 2, 4, 6)))
    _local(person, rng)
    _income(person, rng)
    _people(person, rng)
    _own(person, rng)
    _cash(person, rng)
    _instalments(person, rng)
    if person.country == "DE":
        _taxes(person, rng)


def _place(person: Person, name: str) -> Merchant:
    german = person.country == "DE"
    card = plain_upper(name)
    key = f"local:{card.lower()}"
    return Merchant(key, name, key, name, card, "Musterstadt" if german else "BROOKLYN NY", person.country)


# Regular places with rhythms that come near to a contract's, and are none: German and American name, days between two
# visits, amounts, how it is paid.
_RHYTHMS = (
    ("Salon Haargenau", "CLIPPER BARBER", 35, 49, (3200, 3200, 3500, 3200), "card"),
    ("Kantine Werk 3", "COMPASS CAFETERIA", 1, 4, range(480, 890), "card"),
    ("Cafe Mokka", "MOKKA COFFEE", 1, 8, (320, 340, 380, 450), "sumup"),
    ("Lichtspielhaus", "RIALTO CINEMA", 12, 70, (1100, 1250, 2200), "card"),
    ("Apotheke am Markt", "CORNER PHARMACY", 9, 60, range(500, 4200), "card"),
    ("Trattoria Lucia", "LUCIA TRATTORIA", 8, 45, range(2200, 7800), "sumup"),
    ("Baeckerei Kruste", "CRUST BAKERY", 5, 9, range(380, 1450), "card"),
    ("Verkehrsbetriebe Musterstadt", "PATH TAPP PAYGO", 1, 9, (350,), "card"),
    ("Aufladung Prepaid", "PREPAID REFILL", 22, 61, (1500,), "card"),
    ("Parkhaus Rathaus", "PARKMOBILE LOT", 2, 24, (200, 200, 400), "card"),
    ("Tankhof Lindner", "KWIK FUEL", 8, 22, (5000, 5000, 6000), "card"),
)


def _local(person: Person, rng: Random) -> None:
    german = person.country == "DE"
    account = _spender(person, rng)
    for german_name, american_name, low, high, amounts, way in _RHYTHMS:
        if rng.random() < 0.2:
            continue
        merchant = _place(person, german_name if german else american_name)
        printer = Printer(merchant, account, way, rng)
        day = person.start + rng.randint(0, high) * DAY
        while day < person.until - 2 * DAY:
            _card(person, account, printer, rng, day, rng.choice(amounts))
            day += rng.randint(low, high) * DAY
        person.merchants.setdefault(merchant.key, merchant)


def _plain(account: BankAccount, day: date, minor: int, payee: str, purpose: str, kind: str, who: str) -> None:
    shown = payee if account.clean else plain_upper(payee)
    account.lines.append(Line(day, day, minor, shown, purpose, kind, who))


def _monthly(person: Person, day: int, how: str = "next") -> list[date]:
    days = due_days(in_months(person.start, 0, day), "P1M", person.until)
    return [booked for due in days if person.start <= (booked := moved(due, how)) <= person.until]


def _giro(person: Person) -> BankAccount:
    usual = [a for a in person.accounts if a.german or a.style in {"chase_checking", "ofx1"}]
    return usual[0] if usual else person.accounts[0]


def _income(person: Person, rng: Random) -> None:
    account = _giro(person)
    if account.style == "chase_card":
        return
    net = rng.randint(220000, 460000)
    for day in _monthly(person, rng.choice((15, 27, 28, 30)), "previous"):
        if person.country == "DE":
            _plain(
                account,
                day,
                net + rng.choice((0, 0, 12345)),
                "Musterwerk GmbH",
                f"LOHN / GEHALT {day:%m/%y}",
                "credit",
                INCOME,
            )
        else:
            _plain(account, day, net, "ACME WIDGETS INC PAYROLL", f"PPD ID: 9{digits(rng, 9)}", "credit", INCOME)


def _people(person: Person, rng: Random) -> None:
    account = _giro(person)
    if account.style == "chase_card":
        return
    german = person.country == "DE"
    for day in _monthly(person, rng.choice((1, 3, 15))):
        payee, purpose = (_PEOPLE[0], "Taschengeld") if german else ("Zelle payment to Mia Example", reference(rng, 11))
        _plain(account, day, -rng.choice((3000, 3000)), payee, purpose, "standing", PERSON)
    day = person.start
    while (day := day + rng.randint(9, 60) * DAY) < person.until - 3 * DAY:
        who = rng.choice(_PEOPLE[1:])
        payee = who if german else f"Zelle payment to {who}"
        purpose = (
            rng.choice(("Danke fürs Essen", "Geburtstag", "Ausflug", "Konzertkarten")) if german else reference(rng, 11)
        )
        sign = rng.choice((-1, -1, 1))
        if sign > 0 and not german:
            payee = f"Zelle payment from {who}"
        _plain(account, moved(day, "next"), sign * rng.randint(800, 9000), payee, purpose, "transfer", PERSON)


def _own(person: Person, rng: Random) -> None:
    """A monthly savings transfer, and transfers between the accounts in the files."""
    giro = _giro(person)
    german = person.country == "DE"
    if giro.style != "chase_card":
        saved = rng.choice((10000, 25000, 50000))
        for day in _monthly(person, rng.choice((1, 2, 28))):
            payee = person.owner if german else "Online Transfer to SAV ...4821"
            purpose = "Sparen" if german else f"transaction#: {digits(rng, 10)} {day:%m/%d}"
            _plain(giro, day, -saved, payee, purpose, "standing", OWN)
    for other in person.accounts:
        if other is giro:
            continue
        for day in _monthly(person, rng.choice((4, 18, 26))):
            minor = rng.randint(20000, 90000) if "card" in other.style or other.style == "ofx2" else 40000
            if german:
                _plain(giro, day, -minor, person.owner, "Haushalt", "transfer", OWN)
                _plain(other, day, minor, person.owner, "Haushalt", "credit", OWN)
            else:
                _plain(
                    giro,
                    day,
                    -minor,
                    f"Payment to Chase card ending in {other.number[-4:]}",
                    f"{day:%m/%d}",
                    "transfer",
                    OWN,
                )
                _plain(other, day, minor, "Payment Thank You-Mobile", "", "credit", OWN)


def _cash(person: Person, rng: Random) -> None:
    account = _giro(person)
    if account.style == "chase_card":
        return
    day = person.start
    while (day := day + rng.randint(5, 26) * DAY) < person.until - 3 * DAY:
        minor = -rng.choice((5000, 10000, 10000, 15000, 20000))
        if person.country == "DE":
            stamp = f"{day.isoformat()}T{rng.randint(8, 21):02}:15 Debitk.11 2028-12"
            _plain(account, moved(day, "next"), minor, "GA NR00002365 BLZ12030000 0", stamp, "cash", CASH)
        else:
            _plain(
                account,
                moved(day, "next"),
                minor,
                f"ATM WITHDRAWAL 00{digits(rng, 4)} {day:%m/%d}500 BRO",
                "",
                "cash",
                CASH,
            )


def _instalments(person: Person, rng: Random) -> None:
    """A purchase paid in a few equal parts: nobody is to say whether that is a contract."""
    account = _giro(person)
    if not account.german:
        return
    for _ in range(rng.randint(0, 2)):
        first = person.start + rng.randint(0, 250) * DAY
        part, count = rng.randint(2000, 9000), rng.choice((3, 3, 6))
        for due in due_days(first, "P1M", min(person.until, in_months(first, count - 1, 31))):
            text = f"{reference(rng, 15)} Ratenkauf"
            if (day := moved(due, "next")) <= person.until:
                _plain(account, day, -part, "Klarna Bank AB (publ)", text, "debit", NEUTRAL)


def _taxes(person: Person, rng: Random) -> None:
    account = _giro(person)
    for due in due_days(in_months(person.start, 1, 15), rng.choice(("P3M", "P1Y")), person.until):
        day = moved(due, "next")
        if day <= person.until:
            _plain(
                account,
                day,
                -rng.choice((13200, 13200)),
                "Bundeskasse in Weiden",
                "KFZ-STEUER fuer B-XX 123",
                "debit",
                NEUTRAL,
            )
    for due in due_days(in_months(person.start, 2, 30), "P3M", person.until):
        day = moved(due, "previous")
        if person.start <= day <= person.until:
            _plain(account, day, -rng.randint(300, 1900), "", "Entgeltabrechnung siehe Anlage", "fee", NEUTRAL)
