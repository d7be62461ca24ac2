"""A vault with more in it than anybody's: 2,000 vendors, 500 of them with a contract of two years, offers, and a long log.

Charges and accounts come in by the importing command, as files; all names are made of parts. Vendors with a contract are charged
each month up to today; the others come from accounts. Offers are made as for `benchmarks.trying`: 500 are really decided, and copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks import trying
from benchmarks.measuring import PASSPHRASE, Home
from benchmarks.statements import ACCOUNTS, Row, payees, write_accounts, write_ofx_rows
from vault.butler import rulebook
from vault.policy.packs import text
from vault.session import Vault

# Some hosts and payees turn out to be one vendor; with so many of both it is 2,000 vendors that are found.
VENDORS, WITH_CONTRACT, HOSTS = 2_000, 500, 1_800
MONTHS = 24
OFFERS, LEAVES = 5_000, 20_000
# Of 240 in all, every so many months a price goes up by an eighth, so that there is something to tell.
_RISES_EVERY, _MONTH_DAYS = 20, 30


def make(place: Path, now: datetime) -> Home:
    home = Home(place)
    write_ofx_rows(place / "statement.ofx", _charges(now.date()))
    write_accounts(place / "accounts.csv", 2 * HOSTS, hosts=HOSTS)
    home.run("import", "--json", str(place / "statement.ofx"), str(place / "accounts.csv"))
    with Vault.open(home.path, PASSPHRASE, now=now, by="benchmark") as vault:
        rulebook.install(vault, text("price-hunter"), "price-hunter")
        trying.fill(vault, OFFERS)
        with vault.transaction():
            for number in range(LEAVES):
                vault.log("contract.stated", {"contract": f"contract_{number}", "fact": "notice"})
    return home


def _charges(today: date) -> Iterator[Row]:
    number = 0
    for place, payee in enumerate(payees(WITH_CONTRACT)):
        first = today - timedelta(days=_MONTH_DAYS * MONTHS + place % _MONTH_DAYS)
        minor = payee.minor
        for month in range(MONTHS):
            number += 1
            rises = place % _RISES_EVERY == 0 and month == MONTHS - 4
            minor += minor // 8 if rises else 0
            yield Row(number, ACCOUNTS[0], _month_later(first, month), -minor, payee, payee.purpose)


def _month_later(first: date, months: int) -> date:
    """The same day of a later month, the 28th at most."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, min(first.day, 28))
