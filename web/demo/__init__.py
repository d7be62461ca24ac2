"""The sample person of `make demo`: files as banks and password managers give them, the same bytes on every run.

`write_sample` writes them, `story` says what a reader should find in them, `secrets` what it must never keep.
Statements overlap on purpose (the last two CAMT and QFX files, the two of Sparkasse), so that importing them shows
duplicates being recognised. No clock, no network: `until` is the day on which Alex fetches the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from vault.money import minor_of
from vault.periods import Period, add
from web.demo import camt, card, passwords, tables
from web.demo.bookings import Booking, bookings, first_month
from web.demo.passwords import secrets
from web.demo.person import ACCOUNTS, MONTHS, Key
from web.demo.truth import Truth, story

__all__ = ["SAMPLE_DAY", "Truth", "secrets", "story", "write_sample"]

# The demonstration's today: fixed, so that every run reads the same files and tells the same story.
SAMPLE_DAY = date(2026, 10, 31)
RECENT_DAYS = 60  # what online banking shows at a click; overlaps the last quarterly statement
LAST_V2 = 12  # the first year of statements is CAMT.053.001.02, then the bank changes to .08


def write_sample(folder: Path, *, until: date) -> list[Path]:
    """Write the sample files into `folder` (made if missing), each readable by the owner only; returns their paths."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [_write(folder / name, content) for name, content in _files(until)]


def _write(path: Path, content: bytes) -> Path:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(content)
    return path


def _files(until: date) -> Iterator[tuple[str, bytes]]:
    booked = bookings(until)
    yield from _current_account(booked, until)
    for start, end in _two_halves(until):
        yield f"{end:%Y%m%d}-137075030-umsatz.CSV", tables.sparkasse(_between(booked, "daily", start, end))
        balance = _balance(booked, "usa", end)
        yield (
            f"Card1111_Activity{end:%Y%m%d}.QFX",
            card.statement(_between(booked, "usa", start, end), balance, start, end),
        )
    savings = _of(booked, "savings")
    yield (
        f"Umsatzliste_Tagesgeld_{ACCOUNTS['savings'].number}.csv",
        tables.dkb(savings, _balance(booked, "savings", until)),
    )
    yield "barclays_data.csv", tables.barclays(_of(booked, "london"))
    yield "PayPal_Download.CSV", tables.paypal(_of(booked, "paypal"))
    yield f"bitwarden_export_{until:%Y%m%d}193000.json", passwords.bitwarden(until)
    yield "firefox_logins.csv", passwords.firefox(until)


def _current_account(booked: list[Booking], until: date) -> Iterator[tuple[str, bytes]]:
    begin, day = first_month(until), timedelta(days=1)
    for month in range(0, MONTHS + 1, 3):
        start = add(begin, Period(1, "M"), month)
        end, version = min(add(start, Period(3, "M")) - day, until), 2 if month < LAST_V2 else 8
        yield f"Beispielbank_{start:%Y-%m}_camt053v{version}.xml", _statement(booked, start, end, version)
    recent = until - RECENT_DAYS * day
    yield f"Beispielbank_letzte{RECENT_DAYS}Tage_camt053v8.xml", _statement(booked, recent, until, 8)


def _statement(booked: list[Booking], start: date, end: date, version: int) -> bytes:
    opening = _balance(booked, "giro", start - timedelta(days=1))
    return camt.statement(_between(booked, "giro", start, end), opening, start, end, version)


def _two_halves(until: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The two years in two files that share a month."""
    begin, month = first_month(until), Period(1, "M")
    return (begin, add(begin, month, 13) - timedelta(days=1)), (add(begin, month, 12), until)


def _of(booked: list[Booking], account: Key) -> list[Booking]:
    return [line for line in booked if line.account == account]


def _between(booked: list[Booking], account: Key, start: date, end: date) -> list[Booking]:
    return [line for line in _of(booked, account) if start <= line.on <= end]


def _balance(booked: list[Booking], account: Key, on: date) -> int:
    opening = minor_of(ACCOUNTS[account].opening, ACCOUNTS[account].currency)
    return opening + sum(line.minor for line in _of(booked, account) if line.on <= on)
