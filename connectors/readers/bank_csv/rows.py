"""One row of a table into one charge: a function made once per table, so that each row costs little.

A row is a charge, is *left out* (`None`: declined, reverted, only held back, or pending without a date, which the
bank's next export has with one), is *aside* (`ASIDE`: a blank, total or balance line, a title, a header), or is
at *fault*.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from connectors.own_ids import OwnIds
from connectors.printed import folded
from connectors.readers.bank_csv import amounts, dates, labels, shapes
from connectors.readers.bank_csv.headings import fold
from connectors.readers.bank_csv.layout import Layout
from vault.findings import MAX_ID, MAX_NAME, MAX_TEXT, FoundCharge
from vault.money import AmountError, exponent, is_currency, minor_of

# Days of a century twice over; a file with more different date cells prints times, which are cut off before.
MAX_CACHED_DAYS = 80_000
# Footers have a label and a sum or two; a row with more filled cells was meant as a booking.
MAX_ASIDE_CELLS = 4


class Fault(NamedTuple):
    code: str
    message: str


ASIDE = Fault("", "")
# What banks print where there is nothing.
_NOTHING = frozenset({"", "-", "--", "null", "NULL", "NaN"})
Row = list[str]
ReadRow = Callable[[Row], FoundCharge | Fault | None]
MoneyOf = Callable[[Row], tuple[int, str] | None]

_BALANCE_WORDS = tuple(
    fold(word)
    for word in """Saldo | Balance | Kontostand | Anfangssaldo | Endsaldo | Schlusssaldo | Total | Totals | Summe |
        Beginning balance | Ending balance | Opening balance | Closing balance | Neuer Kontostand | Alter Kontostand |
        Letzter Kontostand | Solde | Totaal | Totale | Beginsaldo | Eindsaldo | Saldo końcowe | Saldo początkowe |
        Tagessaldo | Ingående saldo | Utgående saldo | Gesamtsaldo | Zwischensumme""".replace("\n", " ").split("|")
)


def clean(text: str, limit: int) -> str:
    """Folded text, or nothing where the bank prints a sign for nothing."""
    text = folded(text, limit)
    return "" if text in _NOTHING else text


def compile_row(layout: Layout) -> ReadRow:
    """The function that reads the rows of this table."""
    columns = layout.columns
    booked_at = columns["booked"][0]
    value_at = columns.get("value_on", (-1,))[0]
    money_of, texts_of, keys_of = _money(layout), _texts(layout), _keys(layout)
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
        if not counterparty and _is_balance(purpose):
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
    """Booked (0), pending or dropped, by the state columns and, where exports list holds, by the kind."""
    places = layout.columns.get("state", ())
    kinds = layout.columns.get("kind", ()) if layout.holds else ()
    booked_at = layout.columns["booked"][0]
    known: dict[str, int] = {}

    def learn(cell: str, is_kind: bool) -> int:
        word = fold(cell)
        state = shapes.DROPPED if is_kind and word in shapes.HOLDS else shapes.STATES.get(word, 0)
        if len(known) < 1000:
            known[cell] = state
        return state

    def state_of(cells: Row) -> int:
        state = 0
        for place in (*places, *kinds):
            if place < len(cells):
                cell = cells[place]
                state = max(state, known[cell] if cell in known else learn(cell, place in kinds))
        return state

    def by_date(cells: Row) -> int:
        """Some banks write the state where the date will be."""
        cell = cells[booked_at] if booked_at < len(cells) else ""
        return shapes.PENDING if cell[:1].isalpha() and shapes.STATES.get(fold(cell)) == shapes.PENDING else 0

    return (lambda cells: state_of(cells) or by_date(cells)) if places or kinds else by_date


def _money(layout: Layout) -> MoneyOf:
    """Minor units and currency of a row; none without an amount, an empty currency when it is not known."""
    columns = layout.columns
    currency_of = _currencies(layout)
    read = _amounts(layout.mark)

    def at(place: int) -> MoneyOf:
        return lambda cells: read(cells[place], currency_of(cells))

    amount = at(columns["amount"][0]) if "amount" in columns else None
    split = _debit_credit(columns, at)
    money = _first(amount, split) if amount and split else amount or split
    assert money is not None, "a layout has an amount"
    if amount and not layout.signed:
        money = _directed(money, columns["direction"][0])
    if layout.inverted:
        money = _inverted(money)
    if layout.fee_apart and "fee" in columns:
        money = _with_fee(money, at(columns["fee"][0]))
    return money


def _debit_credit(columns: dict[str, tuple[int, ...]], at: Callable[[int], MoneyOf]) -> MoneyOf | None:
    debit = at(columns["debit"][0]) if "debit" in columns else None
    credit = at(columns["credit"][0]) if "credit" in columns else None
    if debit is None and credit is None:
        return None

    def money_of(cells: Row) -> tuple[int, str] | None:
        out = debit(cells) if debit else None
        into = credit(cells) if credit else None
        if out and (out[0] or not into):
            return -abs(out[0]) + (into[0] if into else 0), out[1]
        return into

    return money_of


def _first(amount: MoneyOf, split: MoneyOf) -> MoneyOf:
    return lambda cells: amount(cells) or split(cells)


def _inverted(money_of: MoneyOf) -> MoneyOf:
    def turned(cells: Row) -> tuple[int, str] | None:
        money = money_of(cells)
        return (-money[0], money[1]) if money else None

    return turned


def _directed(money_of: MoneyOf, place: int) -> MoneyOf:
    def directed(cells: Row) -> tuple[int, str] | None:
        money = money_of(cells)
        sign = shapes.direction_of(cells[place])
        return (sign * money[0], money[1]) if money and sign else None

    return directed


def _with_fee(money_of: MoneyOf, fee_of: MoneyOf) -> MoneyOf:
    def with_fee(cells: Row) -> tuple[int, str] | None:
        money, fee = money_of(cells), fee_of(cells)
        return (money[0] - abs(fee[0]), money[1]) if money and fee and fee[0] else money

    return with_fee


def _currencies(layout: Layout) -> Callable[[Row], str]:
    place = layout.columns.get("currency", (-1,))[0]
    default = layout.currency
    known = {"": default}
    if place < 0:
        return lambda cells: default

    def currency_of(cells: Row) -> str:
        cell = cells[place] if place < len(cells) else ""
        if cell not in known and len(known) < 1000:
            text = cell.strip()
            code = amounts.SYMBOLS.get(text, text.upper())
            known[cell] = code if is_currency(code) else default
        return known.get(cell, "")

    return currency_of


def _amounts(mark: str) -> Callable[[str, str], tuple[int, str] | None]:
    two_digits: dict[str, bool] = {}

    def slow(text: str, currency: str) -> tuple[int, str] | None:
        printed = amounts.take_apart(text)
        value = amounts.decimal_of(printed.number, mark) if printed else None
        if printed is None or value is None:
            return None
        code = printed.unit if is_currency(printed.unit) else currency
        return _minor(value * printed.sign, code)

    def read(text: str, currency: str) -> tuple[int, str] | None:
        text = text.strip()
        if text[-3:-2] == mark and len(text) < 15 and text[-2:].isdigit() and "_" not in text:
            plain = two_digits.get(currency)
            if plain is None and len(two_digits) < 1000:
                plain = two_digits[currency] = exponent(currency) == 2
            if plain:
                try:
                    return int(text[:-3] + text[-2:]), currency
                except ValueError:
                    pass
        return slow(text, currency)

    return read


def _minor(value: Decimal, code: str) -> tuple[int, str] | None:
    try:
        return minor_of(value, code), code
    except AmountError:
        return None


TextsOf = Callable[[Row, int], tuple[str, str, labels.Named | None]]


def _texts(layout: Layout) -> TextsOf:
    """Counterparty, purpose, and what labels inside the purpose name."""
    columns = layout.columns
    names, texts, kinds = columns.get("counterparty", ()), columns.get("purpose", ()), columns.get("kind", ())
    described = columns.get("description", ())
    payer, payee = columns.get("payer", (-1,))[0], columns.get("payee", (-1,))[0]
    constant = layout.constants.get("counterparty", "")
    purposes = (*texts, *described)
    if not names and payer < 0 and payee < 0 and not constant:
        ordered = (*described, *texts)
        names, purposes = ordered[:1], ordered[1:]

    def first(cells: Row, places: tuple[int, ...], limit: int) -> str:
        for place in places:
            if 0 <= place < len(cells) and (text := clean(cells[place], limit)):
                return text
        return ""

    def texts_of(cells: Row, minor: int) -> tuple[str, str, labels.Named | None]:
        sides = (payee, payer) if minor < 0 else (payer, payee)
        counterparty = constant or first(cells, (*sides, *names) if payer >= 0 or payee >= 0 else names, MAX_TEXT)
        parts = [clean(cells[place], MAX_TEXT) for place in purposes if place < len(cells)]
        purpose = parts[0] if len(parts) == 1 else " ".join(dict.fromkeys(filter(None, parts)))
        purpose = purpose or first(cells, kinds, MAX_TEXT)
        named = labels.read(purpose) or labels.read(counterparty)
        if named:
            counterparty, purpose = _by_labels(named, counterparty, purpose)
        elif len(counterparty) > MAX_NAME and not purpose:
            purpose = counterparty
        return counterparty[:MAX_NAME], purpose[:MAX_TEXT], named

    return texts_of


def _by_labels(named: labels.Named, counterparty: str, purpose: str) -> tuple[str, str]:
    """Labelled text is split into its name and its purpose; without a name it stays where it was."""
    unlabelled = not purpose or labels.read(counterparty) is not None
    if named.name and (unlabelled or not counterparty):
        counterparty = named.name
    return counterparty, named.purpose or purpose


KeysOf = Callable[[Row], tuple[str, str, str, str, str]]


def _keys(layout: Layout) -> KeysOf:
    """Own id, own account, the other's account, creditor id and mandate."""
    columns = layout.columns
    places = [columns.get(role, (-1,))[0] for role in ("counterparty_account", "creditor_id", "mandate")]
    id_at, account_at = columns.get("own_id", (-1,))[0], columns.get("bank_account", (-1,))[0]
    default = clean(layout.constants.get("bank_account", "") or layout.bank_account, MAX_ID)
    tidy: dict[str, str] = {"": default}

    def cell(cells: Row, place: int) -> str:
        text = cells[place] if 0 <= place < len(cells) else ""
        return "".join(text.split()).strip("'\"")[:MAX_ID] if text else ""

    def account_of(cells: Row) -> str:
        text = cells[account_at] if 0 <= account_at < len(cells) else ""
        if text not in tidy and len(tidy) < 1000:
            tidy[text] = clean(text.replace(" ", "") if _is_iban(text) else text, MAX_ID) or default
        return tidy.get(text) or clean(text, MAX_ID)

    other_at, creditor_at, mandate_at = places

    def keys_of(cells: Row) -> tuple[str, str, str, str, str]:
        return (
            cell(cells, id_at) if id_at >= 0 else "",
            account_of(cells) if account_at >= 0 else default,
            cell(cells, other_at) if other_at >= 0 else "",
            cell(cells, creditor_at) if creditor_at >= 0 else "",
            cell(cells, mandate_at) if mandate_at >= 0 else "",
        )

    return keys_of


def _is_iban(text: str) -> bool:
    return text[:2].isalpha() and text[2:4].isdigit()


def _explain(layout: Layout) -> Callable[[Row, date | None, tuple[int, str] | None], Fault | None]:
    """Why a row is no charge."""
    columns = layout.columns
    booked_at = columns["booked"][0]
    amount_at = next(columns[role][0] for role in ("amount", "debit", "credit") if role in columns)

    def name(place: int) -> str:
        return f"`{layout.header[place].strip()[:40]}`" if place < len(layout.header) else f"#{place + 1}"

    def shown(cells: Row, place: int) -> str:
        return clean(cells[place], 30) if place < len(cells) else ""

    def explain(cells: Row, booked: date | None, money: tuple[int, str] | None) -> Fault | None:
        filled = [cell for cell in cells if cell.strip()]
        if any(map(_is_balance, filled)) or (booked is None and money is None and len(filled) <= MAX_ASIDE_CELLS):
            return ASIDE
        if booked is None and shapes.STATES.get(fold(shown(cells, booked_at))) == shapes.PENDING:
            return None
        if len(cells) <= min(booked_at, amount_at):
            return Fault("short-row", f"the row has only {len(cells)} of {len(layout.header)} columns")
        if booked is None and money is None:
            return Fault("unreadable-row", f"neither a date in {name(booked_at)} nor an amount in {name(amount_at)}")
        if booked is None:
            wrong = shown(cells, booked_at)
            return Fault("bad-date", f"`{wrong}` in {name(booked_at)} is not a date written {layout.date_style}")
        if money is None:
            wrong = shown(cells, amount_at)
            return Fault("bad-amount", f"`{wrong}` in {name(amount_at)} is not an amount with the mark `{layout.mark}`")
        return Fault("unknown-currency", 'no currency is given; give --map FILE with {"currency": "=EUR"}')

    return explain


def _is_balance(text: str) -> bool:
    return fold(text[:60]).startswith(_BALANCE_WORDS) if text and len(text) < 60 else False
