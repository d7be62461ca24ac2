"""Which column of a table is what: headings propose, the cells below decide.

A column plays one role. Roles are given out in a fixed order, each to the best heading whose cells fit: dates
must look like dates, currencies like codes, directions only hold known words. A role without a fitting column is
not given out. `booked`, `counterparty`, `purpose` and `state` may have several columns, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.readers.bank_csv import amounts, dates, shapes
from connectors.readers.bank_csv.headings import meanings, spoken
from vault.money import is_currency

Columns = dict[str, tuple[int, ...]]

# Dates first, since a column of dates is never anything else; `kind` last, since it takes what is left.
_ORDER = (
    "booked value_on direction currency amount debit credit creditor_id mandate own_id fee counterparty_account "
    "bank_account some_account payer payee counterparty purpose description kind state balance"
).split()
_SEVERAL = frozenset({"booked", "counterparty", "purpose", "state"})
# The shortest account numbers have six digits, names hardly ever five.
MIN_ACCOUNT_DIGITS = 5
# Half the filled cells: totals, balances and pending words stand among the dates and amounts of honest files.
_ENOUGH = 0.5


def is_currency_cell(cell: str) -> bool:
    return is_currency(cell.strip().upper()) or cell.strip() in amounts.SYMBOLS


def _is_direction(cell: str) -> bool:
    return shapes.direction_of(cell) != 0


def _is_account(cell: str) -> bool:
    """Whether a cell holds the number of an account rather than a name."""
    return sum(letter.isdigit() for letter in cell) >= MIN_ACCOUNT_DIGITS


_FITS: dict[str, Callable[[str], bool]] = {
    "booked": dates.is_date,
    "value_on": dates.is_date,
    "amount": amounts.is_amount,
    "debit": amounts.is_amount,
    "credit": amounts.is_amount,
    "fee": amounts.is_amount,
    "currency": is_currency_cell,
    "counterparty_account": _is_account,
}


def _fits(role: str, cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip(" '\"")]
    if role == "direction":
        return bool(filled) and all(map(_is_direction, filled))
    if role == "counterparty" and filled and sum(map(_is_account, filled)) > _ENOUGH * len(filled):
        return False  # some banks head the other party's account number with `Counterparty`
    if role == "own_id":
        return not filled or 2 * len(set(filled)) > len(
            filled
        )  # an id may stand twice (a payment and its fee), not always
    fits = _FITS.get(role)
    return not filled or fits is None or sum(map(fits, filled)) >= _ENOUGH * len(filled)


def _candidates(header: tuple[str, ...], rows: list[list[str]]) -> dict[str, list[tuple[bool, int, int]]]:
    """By role: (has no cells, rank of the heading, column), best first. Short rows are titles and footers."""
    rows = [row for row in rows if 2 * len(row) > len(header)]
    found: dict[str, list[tuple[bool, int, int]]] = {}
    for place, heading in enumerate(header):
        cells = [row[place] for row in rows if len(row) > place]
        empty = not any(cell.strip() for cell in cells)
        for role, rank in _proposals(heading):
            if _fits(role, cells):
                found.setdefault(role, []).append((empty and bool(rows), rank, place))
    return {role: sorted(places) for role, places in found.items()}


def _proposals(heading: str) -> tuple[tuple[str, int], ...]:
    if not heading.strip():
        return (("direction", 0),)  # some banks print S or H in a column without a heading
    return meanings(heading) or spoken(heading)


def choose(header: tuple[str, ...], rows: list[list[str]]) -> Columns:
    """The columns by role; `rows` are the first rows below the header (none: headings alone decide)."""
    candidates = _candidates(header, rows)
    taken: set[int] = set()
    columns: Columns = {}
    for role in _ORDER:
        places = [place for _, _, place in candidates.get(role, ()) if place not in taken]
        if not places or (role == "amount" and _both(columns, candidates, places)):
            continue
        if role == "currency":
            places = _nearest(places, candidates.get("amount", []))
        kept = places if role in _SEVERAL else places[:1]
        columns[role] = tuple(kept)
        taken.update(kept)
    return _settle_accounts(_settle_texts(columns, header), rows)


def _both(columns: Columns, candidates: dict[str, list[tuple[bool, int, int]]], places: list[int]) -> bool:
    """Whether an empty or guessed amount column stands beside real debit and credit columns."""
    best = candidates["amount"][0]
    return (best[0] or best[1] >= 1_000) and "debit" in candidates and "credit" in candidates


def _nearest(places: list[int], amount: list[tuple[bool, int, int]]) -> list[int]:
    """The currency column beside the amount; right of it before left."""
    if not amount:
        return places
    target = amount[0][2]
    return sorted(places, key=lambda place: (abs(place - target), place < target))


def _settle_texts(columns: Columns, header: tuple[str, ...]) -> Columns:
    """`Buchungstext` beside `Verwendungszweck` is the kind of booking, not its text."""
    description = columns.get("description")
    if description and "purpose" in columns:
        roles = {role for role, _ in meanings(header[description[0]])}
        if "kind" in roles:
            return {**{role: at for role, at in columns.items() if role != "description"}, "kind": description}
    return columns


def _settle_accounts(columns: Columns, rows: list[list[str]]) -> Columns:
    """An account column that always holds the same is the owner's, one that changes the other party's."""
    place = columns.pop("some_account", (-1,))[0]
    if place < 0:
        return columns
    cells = {row[place].strip() for row in rows if len(row) > place}
    has_names = any(role in columns for role in ("counterparty", "payer", "payee"))
    own = len(cells) == 1 and "" not in cells and (len(rows) > 1 or not has_names)
    role = "bank_account" if own else "counterparty_account"
    columns.setdefault(role, (place,))
    return columns


def is_header(cells: Iterable[str]) -> bool:
    """Whether these cells head a table of bookings: a known date heading and a known amount heading."""
    return header_score(cells) > 1


def header_score(cells: Iterable[str]) -> int:
    """How many headings are known, if they name at least a date and an amount; else 0. A header that only speaks
    of them (`Order date`) scores 1."""
    known = 0
    roles: set[str] = set()
    guessed: set[str] = set()
    for cell in cells:
        found = meanings(cell)
        known += bool(found)
        roles.update(role for role, _ in found)
        guessed.update(role for role, _ in found or spoken(cell))
    if _complete(roles):
        return known + 1
    return 1 if _complete(guessed) else 0


def is_complete(columns: Columns) -> bool:
    """Whether these columns are enough to read bookings by."""
    return "booked" in columns and not columns.keys().isdisjoint(("amount", "debit", "credit"))


def _complete(roles: set[str]) -> bool:
    return "booked" in roles and ("amount" in roles or {"debit", "credit"} <= roles)
