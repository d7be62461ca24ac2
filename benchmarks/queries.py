"""What encryption costs a reading command: `python -m benchmarks.queries`.

A vault of 200,000 charges and 50,000 accounts is made by importing files. Then the functions behind the commands run on
it and on a decrypted copy of it (`sqlcipher_export`, gone with the temporary folder), in turns: *warm* on a connection
that has been used, *cold* on one that was just opened and has no page in its own cache.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import sqlcipher3.dbapi2 as sqlcipher

from benchmarks.measuring import PASSPHRASE, Figure, Home, folder, median, seconds, show, side_by_side
from benchmarks.statements import write_accounts, write_ofx
from vault import keyring
from vault.overview import Overview
from vault.store import connection as database
from vault.store import entries, vendors
from vault.store.connection import Connection
from web import shapes

CHARGES, ACCOUNTS, HOSTS = 200_000, 50_000, 2_000
PAGE, TODAY = 50, date(2026, 1, 5)
RUNS = 15
WORDS = "gartenladen musterstadt"
# Milliseconds that a person waits without noticing.
PAGE_MS, SEARCH_MS, RATIO = 20, 50, 2


def _vendors(connection: Connection) -> object:
    overview = Overview(connection, TODAY)
    return [shapes.vendor(row, overview) for row in overview.vendors]


def _vendors_page(connection: Connection) -> object:
    overview = Overview(connection, TODAY)
    return [shapes.vendor(row, overview) for row in vendors.vendors(connection, limit=PAGE)]


def _contracts(connection: Connection) -> object:
    return [shapes.contract(one) for one in Overview(connection, TODAY).contracts]


def _contracts_page(connection: Connection) -> object:
    return [shapes.contract(one) for one in Overview(connection, TODAY).contracts[:PAGE]]


def _charges_page(connection: Connection) -> object:
    return [shapes.charge(row) for row in vendors.charges(connection, limit=PAGE)]


def _search(connection: Connection) -> object:
    found = entries.search(connection, WORDS, limit=100)
    assert found
    return [shapes.hit(hit, WORDS.split()) for hit in found]


# Name, what runs, and the most milliseconds it may take.
_QUERIES: tuple[tuple[str, Callable[[Connection], object], float | None], ...] = (
    ("vendors, first page", _vendors_page, PAGE_MS),
    ("vendors, all", _vendors, None),
    ("contracts, first page", _contracts_page, PAGE_MS),
    ("contracts, all", _contracts, None),
    ("charges, first page", _charges_page, PAGE_MS),
    ("search, two words", _search, SEARCH_MS),
)


def _filled(place: Path) -> Home:
    home = Home(place)
    write_ofx(place / "statement.ofx", CHARGES)
    write_accounts(place / "accounts.csv", ACCOUNTS, hosts=HOSTS)
    home.run("import", "--json", str(place / "statement.ofx"), str(place / "accounts.csv"))
    home.run("imports", "--json")  # so many charges are analysed when the vault is next opened
    return home


def _export(encrypted: Connection, plain: Path) -> None:
    encrypted.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    encrypted.execute("SELECT sqlcipher_export('plain')").fetchall()
    encrypted.execute("DETACH DATABASE plain")


def _open_plain(path: Path) -> Connection:
    opened = cast(Connection, sqlcipher.connect(str(path), isolation_level=None))
    database.set_pragmas(opened)
    return opened


def _cold(opener: Callable[[], Connection], query: Callable[[Connection], object]) -> float:
    opened = opener()
    try:
        return seconds(lambda: query(opened))
    finally:
        opened.close()


def _figure(
    name: str,
    query: Callable[[Connection], object],
    most_ms: float | None,
    openers: tuple[Callable[[], Connection], Callable[[], Connection]],
    *,
    warm: bool,
) -> Figure:
    if warm:
        used = [opener() for opener in openers]
        for opened in used:
            query(opened)
        times = side_by_side(RUNS, *(lambda one=one: seconds(lambda: query(one)) for one in used))
        for opened in used:
            opened.close()
    else:
        times = side_by_side(RUNS, *(lambda opener=opener: _cold(opener, query) for opener in openers))
    ours, bare = (median(taken) * 1000 for taken in times)
    ratio = ours / bare
    target = f"≤ {RATIO}" + (f", < {most_ms:.0f} ms" if most_ms else "")
    holds = ratio <= RATIO and (most_ms is None or ours < most_ms)
    label = f"{name}, {'warm' if warm else 'cold'}"
    return Figure(label, f"{ours:.1f} ms, unencrypted {bare:.1f} ms: {ratio:.2f} times", target, holds)


def figures() -> list[Figure]:
    with folder() as place:
        home = _filled(place)
        keys, _ = keyring.unlock(keyring.load(home.path), PASSPHRASE)
        path, plain = home.path / database.FILE_NAME, place / "plain.db"

        def encrypted() -> Connection:
            return database.connect(path, keys.database)

        exporting = encrypted()
        _export(exporting, plain)
        exporting.close()
        openers = (encrypted, lambda: _open_plain(plain))
        return [
            _figure(name, query, most_ms, openers, warm=warm)
            for name, query, most_ms in _QUERIES
            for warm in (True, False)
        ]


if __name__ == "__main__":
    show(figures())
