"""A draft of rules tried on a long past, and the lists of it: `python -m benchmarks.trying`.

A vault of 100,000 decisions is made: 500 requests, as an offer with and without a rate, a renewal and a price change, are
really decided by the rules of a pack, and their rows are then copied with ids of their own until there are enough. The
measured parts read every one of them, decrypt it and decide it anew; only making the vault is spared.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle, islice

from benchmarks.measuring import PASSPHRASE, Figure, folder, median, seconds, show
from vault import keyring
from vault.butler import decisions, market, rulebook
from vault.butler.decisions import Butler
from vault.butler.trying import tried
from vault.policy.packs import pack, text
from vault.policy.requests import Request, of_json
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store.connection import transaction

PAST, SEED, RUNS = 100_000, 500, 3
# Seconds for a draft over the whole past; milliseconds that a person waits without noticing.
TRY_SECONDS, PAGE_MS = 5, 50
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
PAGE = 50
# More than the ids of one moment are apart (`vault.ids`).
BLOCK = 1 << 21


def _requests() -> list[Request]:
    """Offers of every price, of four categories, half of them with all that a rule may want to know."""
    categories = cycle(("energy.electricity", "telecom.mobile", "insurance.car", "shopping.home"))
    return [
        of_json(
            {
                "kind": "offer",
                "vendor": f"https://shop-{number % 40}.example",
                "offer": {
                    "title": f"Offer {number}",
                    "category": category,
                    "price": {"minor": 500 + number * 17, "currency": "EUR", "period": "P1M"},
                    **({"contract": {"minimum_term": f"P{1 + number % 24}M", "notice": "P1M"}} if number % 2 else {}),
                    "returns": {"days": number % 60},
                    "warranty": {"months": 24},
                    "binding": True,
                },
            }
        )
        for number, category in zip(range(SEED), islice(categories, SEED), strict=True)
    ]


def fill(vault: Vault, past: int) -> None:
    """`past` decisions, each with its offer."""
    butler = Butler(vault, now=vault.now)
    with vault.transaction():
        for request in _requests():
            butler.keep(request, butler.considered(request), source="file")
    connection = vault.connection
    columns = {
        table: [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        for table in ("request", "decision")
    }
    with transaction(connection):
        for copy in range(1, past // SEED):
            step = copy * BLOCK
            for table, names in columns.items():
                chosen = ", ".join(f"{name} + {step}" if name in ("id", "request") else name for name in names)
                limit = f"(SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET {SEED - 1})"
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} WHERE id <= {limit}"
                )
        connection.execute("INSERT INTO offer SELECT id, NULL, 'stands', received_at FROM request")


def figures() -> list[Figure]:
    draft = pack("privacy-strict")
    with folder() as home, Vault.create(home / "vault", PASSPHRASE, keyring.new_recovery_key(), now=NOW) as vault:
        rulebook.install(vault, text("price-hunter"), "price-hunter")
        fill(vault, PAST)
        count = tried(vault.connection, draft).requests
        taken = median([seconds(lambda: tried(vault.connection, draft)) for _ in range(RUNS)])
        pages = {
            "decisions": lambda: list(decisions.decisions(vault, limit=PAGE)),
            "decisions --verdict accept": lambda: list(decisions.decisions(vault, verdict=Verdict.ACCEPT, limit=PAGE)),
            "offers": lambda: market.offers(vault, limit=PAGE),
        }
        listed = {name: median([seconds(page) * 1_000 for _ in range(RUNS)]) for name, page in pages.items()}
    name = f"rules try over {count:,} past requests"
    return [
        Figure(name, f"{taken:.1f} s", f"≤ {TRY_SECONDS} s", taken <= TRY_SECONDS),
        *(
            Figure(f"{name}: a page of {PAST:,}", f"{taken:.1f} ms", f"≤ {PAGE_MS} ms", taken <= PAGE_MS)
            for name, taken in listed.items()
        ),
    ]


if __name__ == "__main__":
    show(figures())
