"""One row of a table into one charge: a function made once per table, so that each row costs little.

A row is a charge, is *left out* (`None`: declined, reverted, only held back, or pending without a date, which the
bank's next export has with one), is *aside* (`ASIDE`: a blank, total or balance line, a title, a header), or is
at *fault*.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from connectors.own_ids import OwnIds
from connectors.readers.bank_csv import dates, shapes
from connectors.readers.bank_csv.headings import fold
from connectors.readers.bank_csv.layout import Layout
from connectors.readers.bank_csv.money_cells import Money, money_of_row
from connectors.readers.bank_csv.text_cells import clean, keys_of_row, texts_of_row
from terms.phrases import phrase
from vault.findings import FoundCharge

# Days of a century twice over; a file with more different date cells prints times, which are cut off before.
MAX_CACHED_DAYS = 80_000
# State columns have a handful of words; one with more is no state column and is not remembered whole.
MAX_CACHED_STATES = 1_000
# A date or an amount is shorter; the message need not repeat more of the owner's file.
MAX_SHOWN_CHARS = 30
# `Beginning balance as of 01/01/2024` and its like are shorter; longer text is a booking's.
MAX_BALANCE_CHARS = 60
# Footers have a label and a sum or two; a row with more filled cells was meant as a booking.
MAX_ASIDE_CELLS = 4


class Fault(NamedTuple):
    code: str
    message: str


ASIDE = Fault("", "")
_NO_DATE = phrase("`%(cell)s` in %(column)s is not a date written %(style)s")
_NO_AMOUNT = phrase("`%(cell)s` in %(column)s is not an amount with the decimal mark `%(mark)s`")
_SHORT = phrase("the row has only %(count)s of %(all)s columns")
Row = list[str]
ReadRow = Callable[[Row], FoundCharge | Fault | None]

_BALANCE_WORDS = frozenset(
    fold(word)
    for word in """Saldo | Balance | Kontostand | Anfangssaldo | Endsaldo | Schlusssaldo | Total | Totals | Summe |
        Beginning balance | Ending balance | Opening balance | Closing balance | Neuer Kontostand | Alter Kontostand |
        Letzter Kontostand | Solde | Totaal | Totale | Beginsaldo | Eindsaldo | Saldo końcowe | Saldo początkowe |
        Tagessaldo | Total credits | Total debits | Ingående saldo | Utgående saldo | Gesamtsaldo | Zwischensumme""".replace(
        "\n", " "
    ).split("|")
)
_OF = frozenset("vom am as of per zum au le op na den der i pr".split())


def compile_row(layout: Layout) -> ReadRow:
    """The function that reads the rows of this table."""
    columns = layout.columns
    booked_at = columns["booked"][0]
    value_at = columns.get("value_on", (-1,))[0]
    money_of, texts_of, keys_of = money_of_row(layout), texts_of_row(layout), keys_of_row(layout)
    state_of = _states(layout)
    day_of = _days(layout.date_style)
    explain = _explain(layout)
    told_apart = OwnIds().told_apart

    def read_row(cells: Row) -> FoundCharge | Fault | None:
        state = state_of(cells)
        if state == shapes.DROPPED:
            return None
        try:
            booked = day_of(cells[booked_at]) or _other_day(cells)
            money = money_of(cells)
        except IndexError:
            booked = money = None
        if booked is None or money is None or not money[1]:
            return explain(cells, booked, money)
        minor, currency = money
        counterparty, purpose, named = texts_of(cells, minor)
        if not counterparty and (_is_balance(purpose) or (not purpose and any(map(_is_balance, cells)))):
            return ASIDE
        own_id, account, other, creditor, mandate = keys_of(cells)
        value_on = day_of(cells[value_at]) if 0 <= value_at < len(cells) else None
        if named:
            other, creditor, mandate = other or named.account, creditor or named.creditor_id, mandate or named.mandate
        found = FoundCharge(
            booked, minor, currency, counterparty, purpose, own_id, account, value_on, other, creditor, mandate,
            state == shapes.PENDING,
        )  # fmt: skip
        return told_apart(found) if own_id else found

    def _other_day(cells: Row) -> date | None:
        days = (day_of(cells[place]) for place in (*columns["booked"][1:], value_at) if 0 <= place < len(cells))
        return next(filter(None, days), None)

    return read_row


def _days(style: str) -> Callable[[str], date | None]:
    known: dict[str, date] = {}

    def slow(text: str) -> date | None:
        timed = text[10:11] in (" ", "T") and text[11:13].isdigit()
        short = text[:10] if timed else text
        day = known.get(short) or dates.read(short, style) or (dates.read(text, style) if timed else None)
        if day is not None:
            if len(known) >= MAX_CACHED_DAYS:
                known.clear()
            known[short] = day
        return day

    def day_of(text: str) -> date | None:
        return known.get(text) or slow(text)

    return day_of


def _states(layout: Layout) -> Callable[[Row], int]:
    """Booked (0), pending or dropped: by the state columns, where exports list holds by the kind, and where a bank
    writes the state in place of the date, by that."""
    booked_at = layout.columns["booked"][0]
    words = [(place, _state_word) for place in layout.columns.get("state", ())]
    holds = [(place, _hold_word) for place in layout.columns.get("kind", ()) if layout.holds]
    columns = [(place, word, dict[str, int]()) for place, word in (*words, *holds)]

    def state_of(cells: Row) -> int:
        state = 0
        for place, word, known in columns:
            if place < len(cells):
                cell = cells[place]
                found = known.get(cell)
                if found is None:
                    found = word(cell)
                    if len(known) < MAX_CACHED_STATES:
                        known[cell] = found
                state = found if found > state else state
        return state or (_date_word(cells[booked_at]) if booked_at < len(cells) else 0)

    return state_of


def _state_word(cell: str) -> int:
    return shapes.STATES.get(fold(cell), 0)


def _hold_word(cell: str) -> int:
    return shapes.DROPPED if fold(cell) in shapes.HOLDS else 0


def _date_word(cell: str) -> int:
    return shapes.PENDING if cell[:1].isalpha() and _state_word(cell) == shapes.PENDING else 0


def _explain(layout: Layout) -> Callable[[Row, date | None, Money | None], Fault | None]:
    """Why a row is no charge."""
    columns = layout.columns
    booked_at = columns["booked"][0]
    amount_at = next(columns[role][0] for role in ("amount", "debit", "credit") if role in columns)

    def explain(cells: Row, booked: date | None, money: Money | None) -> Fault | None:
        date_cell, amount_cell = _shown(cells, booked_at), _shown(cells, amount_at)
        if _is_aside(cells, booked, money) or (booked is None and not date_cell and not _has_text(cells, layout)):
            return ASIDE
        if booked is None and _date_word(date_cell):
            return None
        if len(cells) <= min(booked_at, amount_at):
            return Fault(
                "short-row",
                str(_SHORT.of(count=len(cells), all=len(layout.header))),
            )
        return _fault(
            str(_NO_DATE.of(cell=date_cell, column=_named(layout, booked_at), style=layout.date_style))
            if booked is None
            else "",
            str(_NO_AMOUNT.of(cell=amount_cell, column=_named(layout, amount_at), mark=layout.mark))
            if money is None
            else "",
        )

    return explain


def _fault(date_fault: str, amount_fault: str) -> Fault:
    if date_fault and amount_fault:
        return Fault(
            "unreadable-row",
            str(phrase("%(date)s, and %(amount)s", date=date_fault, amount=amount_fault)),
        )
    if date_fault:
        return Fault("bad-date", date_fault)
    if amount_fault:
        return Fault("bad-amount", amount_fault)
    return Fault(
        "unknown-currency", str(phrase('the row names no currency; give --map FILE with {"currency": "=EUR"}'))
    )


def _named(layout: Layout, place: int) -> str:
    return (
        f"`{layout.header[place].strip()[:40]}`"
        if place < len(layout.header)
        else str(phrase("column %(place)s", place=place + 1))
    )


def _shown(cells: Row, place: int) -> str:
    return clean(cells[place], MAX_SHOWN_CHARS) if place < len(cells) else ""


def _is_aside(cells: Row, booked: date | None, money: Money | None) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return any(map(_is_balance, filled)) or (booked is None and money is None and len(filled) <= MAX_ASIDE_CELLS)


def _has_text(cells: Row, layout: Layout) -> bool:
    """Whether a row says what it is about; a sum under the table does not."""
    roles = ("counterparty", "payer", "payee", "purpose", "description", "kind")
    return any(clean(cells[place]) for role in roles for place in layout.columns.get(role, ()) if place < len(cells))


def _is_balance(text: str) -> bool:
    """Whether `text` is a word for a balance or total and a date at most: `Total Energies` is neither."""
    if not text or len(text) > MAX_BALANCE_CHARS:
        return False
    words = [word for word in fold(text).split() if not word.isdigit() and word not in _OF]
    return " ".join(words) in _BALANCE_WORDS
