"""The money of a row: which cells hold it, which sign it has, and in which currency it is.

Functions are made once per table. Amounts with two decimals and no grouping, which is nearly all of them, are read
without a `Decimal`; everything else takes the exact path of `amounts`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from connectors.readers.bank_csv import amounts, shapes
from connectors.readers.bank_csv.columns import Columns
from connectors.readers.bank_csv.layout import Layout
from vault.money import AmountError, exponent, is_currency, minor_of

Money = tuple[int, str]
"""Minor units and currency; the currency is empty where nothing names it."""
MoneyOf = Callable[[list[str]], Money | None]

# There are under two hundred currencies; a column with more different cells is not remembered whole.
MAX_CACHED_CURRENCIES = 1_000
# A sign, eleven digits and two decimals stay below `MAX_MINOR` without a check.
MAX_PLAIN_CHARS = 15


def money_of_row(layout: Layout) -> MoneyOf:
    """The function that reads the money of a row; none for a row without an amount."""
    columns = layout.columns
    currency_of = _currency_of(layout)
    read = _amount_reader(layout.mark)

    def at(place: int) -> MoneyOf:
        return lambda cells: read(cells[place], currency_of(cells))

    single = at(columns["amount"][0]) if "amount" in columns else None
    split = _debit_or_credit(columns, at)
    assert single or split, "a layout has an amount"
    money = single or split
    if single and split:
        money = _either(single, split)
    assert money is not None
    if single and not layout.signed and "direction" in columns:
        money = _directed(money, columns["direction"][0])
    if layout.inverted:
        money = _inverted(money)
    if layout.fee_apart and "fee" in columns:
        money = _with_fee(money, at(columns["fee"][0]))
    return money


def _debit_or_credit(columns: Columns, at: Callable[[int], MoneyOf]) -> MoneyOf | None:
    debit = at(columns["debit"][0]) if "debit" in columns else None
    credit = at(columns["credit"][0]) if "credit" in columns else None
    if debit is None and credit is None:
        return None

    def money_of(cells: list[str]) -> Money | None:
        out = debit(cells) if debit else None
        into = credit(cells) if credit else None
        if out and (out[0] or not into):
            return -abs(out[0]) + (into[0] if into else 0), out[1]
        return into

    return money_of


def _either(single: MoneyOf, split: MoneyOf) -> MoneyOf:
    return lambda cells: single(cells) or split(cells)


def _inverted(money_of: MoneyOf) -> MoneyOf:
    def turned(cells: list[str]) -> Money | None:
        money = money_of(cells)
        return (-money[0], money[1]) if money else None

    return turned


def _directed(money_of: MoneyOf, place: int) -> MoneyOf:
    def directed(cells: list[str]) -> Money | None:
        money, sign = money_of(cells), shapes.direction_of(cells[place])
        return (sign * abs(money[0]), money[1]) if money and sign else None

    return directed


def _with_fee(money_of: MoneyOf, fee_of: MoneyOf) -> MoneyOf:
    def with_fee(cells: list[str]) -> Money | None:
        money, fee = money_of(cells), fee_of(cells)
        return (money[0] - abs(fee[0]), money[1]) if money and fee and fee[0] else money

    return with_fee


def _currency_of(layout: Layout) -> Callable[[list[str]], str]:
    place = layout.columns.get("currency", (-1,))[0]
    default = layout.currency
    known = {"": default}
    if place < 0:
        return lambda cells: default

    def learn(cell: str) -> str:
        text = cell.strip()
        code = amounts.SYMBOLS.get(text, text.upper())
        found = code if is_currency(code) else "" if text else default
        if len(known) < MAX_CACHED_CURRENCIES:
            known[cell] = found
        return found

    def currency_of(cells: list[str]) -> str:
        cell = cells[place] if place < len(cells) else ""
        found = known.get(cell)
        return learn(cell) if found is None else found

    return currency_of


def _amount_reader(mark: str) -> Callable[[str, str], Money | None]:
    has_cents: dict[str, bool] = {}

    def exact(text: str, currency: str) -> Money | None:
        if currency not in has_cents and len(has_cents) < MAX_CACHED_CURRENCIES:
            has_cents[currency] = exponent(currency) == 2
        printed = amounts.take_apart(text)
        value = amounts.decimal_of(printed.number, mark) if printed else None
        if printed is None or value is None:
            return None
        return _minor(value * printed.sign, printed.unit if is_currency(printed.unit) else currency)

    def read(text: str, currency: str) -> Money | None:
        text = text.strip()
        cents = text[-2:]
        if text[-3:-2] == mark and cents.isdigit() and len(text) < MAX_PLAIN_CHARS and has_cents.get(currency):
            try:
                return (int(text[:-3] + cents), currency) if "_" not in text else None
            except ValueError:
                pass
        return exact(text, currency)

    return read


def _minor(value: Decimal, code: str) -> Money | None:
    try:
        return minor_of(value, code), code
    except AmountError:
        return None
