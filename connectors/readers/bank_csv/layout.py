"""How one file is laid out: where its table begins, which column is what, and how dates and amounts are written.

`arrange` looks at the first bytes and gives a `Draft`; a draft whose columns leave a style open (all days under 13,
all amounts whole) is fed the rest of the column by the caller; `settle` then gives the `Layout` that rows are read
by. What the file cannot tell is taken, in this order, from the owner's mapping, the shape of the bank, the language
of the headings and the country of the account; what nobody tells is a `ReadError` that says how to say it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator

import msgspec

from connectors.frame import ReadError
from connectors.readers.bank_csv import columns as column_choice
from connectors.readers.bank_csv import owner_mapping, preamble, shapes
from connectors.readers.bank_csv.amounts import AmountEvidence, is_amount
from connectors.readers.bank_csv.columns import Columns
from connectors.readers.bank_csv.dates import DateEvidence, is_date
from connectors.readers.bank_csv.headings import fold, split_currency
from connectors.readers.bank_csv.owner_mapping import OwnerMapping
from terms.phrases import phrase
from vault.money import exponent, is_currency

DELIMITERS = (";", ",", "\t", "|")
# The longest preamble seen is mBank's with 38 lines; more lines than this before a header is not a preamble.
MAX_PREAMBLE_LINES = 120
# Rows looked at to choose columns and styles: enough to meet a day above 12, cheap to look at.
SAMPLE_ROWS = 400
# Headings of real exports are under 60 characters; PayPal's longest header has 41 columns.
MAX_HEADING, MAX_COLUMNS = 80, 200


class Table(msgspec.Struct, frozen=True):
    """A table found in the first bytes: `skip` physical lines stand before its first row."""

    delimiter: str
    header: tuple[str, ...]
    skip: int
    above: list[list[str]]
    sample: list[list[str]]
    score: int = 0


class Layout(msgspec.Struct, frozen=True):
    """Everything needed to read the rows of one table."""

    delimiter: str
    header: tuple[str, ...]
    skip: int
    columns: Columns
    constants: dict[str, str]
    date_style: str
    mark: str
    currency: str
    bank_account: str
    inverted: bool
    signed: bool
    fee_apart: bool
    holds: bool


def split_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of `text`, each with the number of physical lines up to its end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            for row in reader:
                yield reader.line_num, row
            return
        except csv.Error:
            continue


def whole_lines(text: str, is_all: bool) -> str:
    """`text` without the line that the end of the sniffed bytes may have cut."""
    return text if is_all else text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def find_table(text: str, owner: OwnerMapping) -> Table | None:
    """The table with the best known header over all delimiters, or the one that the mapping describes."""
    declared = _declared_delimiter(text)
    candidates = (owner.delimiter or declared,) if owner.delimiter or declared else DELIMITERS
    tables = [table for delimiter in candidates if delimiter in text and (table := _find(text, delimiter, owner))]
    return max(tables, key=lambda table: (table.score, len(table.header)), default=None)


def _declared_delimiter(text: str) -> str:
    """The delimiter in a first line `sep=;`, which spreadsheets write."""
    first = text[:7].strip('"').strip()
    return first[4] if first[:4].lower() == "sep=" and len(first) > 4 and first[4] in DELIMITERS else ""


def _find(text: str, delimiter: str, owner: OwnerMapping) -> Table | None:
    above: list[list[str]] = []
    best: tuple[int, int, list[str], list[list[str]]] | None = None
    sample: list[list[str]] = []
    if owner.header_line == 0:
        rows = [row for _, row in split_rows(text, delimiter)][:SAMPLE_ROWS]
        return Table(delimiter, (), 0, [], rows, 1)
    for line, row in split_rows(text, delimiter):
        score = _score(row, line, owner) if line <= MAX_PREAMBLE_LINES else 0
        if score and (best is None or score > 2 * best[0]):
            best, sample = (score, line, row, list(above)), []
        elif best and score > 1:
            break  # the header of a second section
        elif best:
            sample.append(row)
        above.append(row)
        if len(sample) >= SAMPLE_ROWS or (best is None and line > MAX_PREAMBLE_LINES):
            break
    return Table(delimiter, tuple(best[2]), best[1], best[3], sample, best[0]) if best else None


def _score(row: list[str], line: int, owner: OwnerMapping) -> int:
    if owner.header_line:
        return int(line == owner.header_line)
    if not 2 <= len(row) <= MAX_COLUMNS or any(len(cell) > MAX_HEADING for cell in row):
        return 0
    if wanted := owner_mapping.names(owner):
        return int(wanted <= {fold(cell) for cell in row})
    return column_choice.header_score(row)


class Draft(msgspec.Struct):
    """A layout whose styles may still be open."""

    table: Table
    columns: Columns
    owner: OwnerMapping
    shape: shapes.Shape | None
    dates: DateEvidence
    amounts: AmountEvidence

    def feed(self, row: list[str]) -> None:
        for place in self.columns.get("booked", ())[:1]:
            if place < len(row):
                self.dates.feed(row[place])
        for role in ("amount", "debit", "credit"):
            for place in self.columns.get(role, ()):
                if place < len(row):
                    self.amounts.feed(row[place])

    @property
    def decided(self) -> bool:
        """Whether more rows could not change anything that matters."""
        dates = self.owner.date_style or (self.shape and self.shape.date_style) or self.dates.decided
        return bool(dates) and bool(self.owner.decimal or self.amounts.decided)


def arrange(text: str, mapping: dict[str, str] | None) -> Draft:
    """The draft layout of a file that begins with `text`; `ReadError` where the columns cannot be told."""
    owner = owner_mapping.parse(mapping)
    table = find_table(text, owner)
    if table is None:
        raise _unmapped(text, owner)
    width = max((len(row) for row in table.sample), default=len(table.header))
    chosen = column_choice.choose(table.header, table.sample) if table.header else {}
    explicit = owner_mapping.resolve(owner, table.header, max(width, len(table.header)))
    columns = _overlay(chosen, explicit, owner.constants)
    if not column_choice.is_complete(columns):
        raise _unmapped(text, owner)
    draft = Draft(table, columns, owner, shapes.shape_of(table.header), DateEvidence(), AmountEvidence())
    for row in table.sample:
        draft.feed(row)
    return draft


def _overlay(chosen: Columns, explicit: Columns, constants: dict[str, str]) -> Columns:
    """The owner's columns over the detected ones; a column that the owner names plays no other role."""
    taken = {place for places in explicit.values() for place in places}
    columns = {role: tuple(place for place in places if place not in taken) for role, places in chosen.items()}
    if "amount" in explicit:
        columns = {role: places for role, places in columns.items() if role not in ("debit", "credit", "direction")}
    elif explicit.keys() & {"debit", "credit"}:
        columns.pop("amount", None)
    if "counterparty" in explicit or "counterparty" in constants:
        columns = {role: places for role, places in columns.items() if role not in ("payer", "payee")}
    merged = {role: places for role, places in columns.items() if places and role not in constants}
    return {**merged, **explicit}


def _unmapped(text: str, owner: OwnerMapping) -> ReadError:
    """What to tell when the columns cannot be told: the headings found, and how to map them."""
    header = guess_header(text)
    example = phrase("give --map FILE with a mapping like %(example)s", example=owner_mapping.EXAMPLE)
    if header and (wanted := owner_mapping.names(owner) - {fold(cell) for cell in header}):
        return ReadError(
            phrase(
                "the mapping names columns that are not in the file: %(listed)s; it has %(header)s",
                listed=", ".join(sorted(wanted))[:200],
                header=_quoted(header),
            ),
            hint=example,
            code="bad-mapping",
        )
    if header:
        form = phrase("cannot tell which of the columns %(header)s are the booking date and the amount")
        sentence = form.of(header=_quoted(header))
        return ReadError(sentence, hint=example, code="unmapped-columns")
    sentence = phrase("this table has no line of headings that could be understood")
    hint = phrase(
        '%(example)s, or with "header_line": "0" and columns by number such as "booked": "#1"', example=example
    )
    return ReadError(sentence, hint=hint, code="unmapped-columns")


def _quoted(header: tuple[str, ...]) -> str:
    return ", ".join(f"`{heading.strip()[:40]}`" for heading in header[:40])


def guess_header(text: str) -> tuple[str, ...]:
    """The row that most looks like headings although the table of headings does not know them: the first of the
    commonest width without a number or a date in it; empty when there is none."""
    wordy = [rows for rows in _evenly_wide(text) if _is_wordy(rows[0])]
    return tuple(max(wordy, key=_cells_in)[0]) if wordy else ()


def glimpse(text: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """The headings of a table, empty where it has none, and its rows, as far as they can be told without its columns."""
    if table := find_table(text, OwnerMapping()):
        return table.header, table.sample
    several = _evenly_wide(text)
    wordy = [rows for rows in several if _is_wordy(rows[0])]
    if wordy:
        header, *rows = max(wordy, key=_cells_in)
        return tuple(header), rows
    return (), max(several, key=_cells_in, default=[])


def _evenly_wide(text: str) -> list[list[list[str]]]:
    """The rows of the commonest width, for each delimiter that gives any."""
    found = []
    for delimiter in DELIMITERS:
        rows = [row for line, row in split_rows(text, delimiter) if line <= MAX_PREAMBLE_LINES and len(row) > 1]
        if len(rows) >= 2:
            widths = [len(row) for row in rows]
            width = max(sorted(set(widths), reverse=True), key=widths.count)
            found.append([row for row in rows if len(row) == width])
    return found


def _cells_in(rows: list[list[str]]) -> int:
    return len(rows) * len(rows[0])


def _is_wordy(row: list[str]) -> bool:
    named = [cell for cell in row if cell.strip()]
    readable = all(len(cell) <= MAX_HEADING and not is_date(cell) and not is_amount(cell) for cell in named)
    return bool(named) and readable and len(named) * 2 > len(row) and not any(map(preamble.iban_in, named))


def fingerprint(text: str) -> str:
    """A key for the header of a table, so that a mapping can be remembered for it; empty when there is none."""
    table = find_table(text, OwnerMapping())
    header = table.header if table else guess_header(text)
    if not header:
        return ""
    folded = "\x1f".join(fold(heading) for heading in header)
    return hashlib.sha256(folded.encode()).hexdigest()[:32]


def settle(draft: Draft) -> Layout:
    """The layout; `ReadError` when the order of day and month cannot be told."""
    table, owner, shape = draft.table, draft.owner, draft.shape
    account = owner.constants.get("bank_account", "") or preamble.account_of(table.above)
    amount_evidence = draft.amounts
    style = owner.date_style or draft.dates.style() or _spoken_style(draft)
    currency = _currency(draft, account, style)
    if not currency and "currency" not in draft.columns and not any(map(is_currency, amount_evidence.units)):
        raise _unknown_currency()
    signed = amount_evidence.negatives > 0 or "direction" not in draft.columns
    return Layout(
        delimiter=table.delimiter,
        header=table.header,
        skip=table.skip,
        columns=draft.columns,
        constants=owner.constants,
        date_style=style or _ask_for_style(),
        mark=owner.decimal or amount_evidence.mark(exponent(currency)),
        currency=currency,
        bank_account=account,
        inverted=owner.inverted or bool(shape and shape.charges_positive),
        signed=signed,
        fee_apart=bool(shape and shape.fee_apart) or "fee" in owner.columns,
        holds=bool(shape and shape.holds),
    )


def _spoken_style(draft: Draft) -> str:
    """The order of day and month from what stands beside an undecided column."""
    if draft.shape and draft.shape.date_style:
        return draft.shape.date_style
    units = [unit for unit, _ in draft.amounts.units.most_common(1) if is_currency(unit)]
    currency = _heading_currency(draft) or _column_currency(draft) or "".join(units)
    comma = draft.amounts.decided and draft.amounts.mark() == ","
    if comma or draft.table.delimiter == ";" or shapes.national_currency(draft.table.header):
        return "DMY"  # no country writes a decimal comma, or needs the semicolon, and puts the month first
    return {"USD": "MDY", "EUR": "DMY", "GBP": "DMY", "AUD": "DMY", "NZD": "DMY", "INR": "DMY"}.get(currency, "")


def _ask_for_style() -> str:
    raise ReadError(
        phrase("cannot tell whether dates such as `03/04/2024` in this file put the day or the month first"),
        hint=phrase('give --map FILE with {"date_style": "DMY"} or {"date_style": "MDY"}'),
        code="ambiguous-dates",
    )


def _unknown_currency() -> ReadError:
    return ReadError(
        phrase("this file does not say in which currency its amounts are"),
        hint=phrase('give --map FILE with {"currency": "=EUR"}, or the currency it is'),
        code="unknown-currency",
    )


def _heading_currency(draft: Draft) -> str:
    places = [place for role in ("amount", "debit", "credit") for place in draft.columns.get(role, ())]
    headings = [draft.table.header[place] for place in places if place < len(draft.table.header)]
    found = [split_currency(heading)[1] for heading in headings]
    return next((currency for currency in found if len(currency) == 3), "")


def _column_currency(draft: Draft) -> str:
    """The currency of the first row that names one in its currency column."""
    place = draft.columns.get("currency", (-1,))[0]
    cells = (row[place].strip().upper() for row in draft.table.sample if 0 <= place < len(row))
    return next((cell for cell in cells if len(cell) == 3), "")


def _currency(draft: Draft, account: str, style: str) -> str:
    """The currency of rows that name none; empty when nothing tells."""
    units = draft.amounts.units
    unit = units.most_common(1)[0][0] if units else ""
    dollar = "USD" if unit == "$" and style == "MDY" else ""
    iban = account or _own_iban(draft)
    return (
        draft.owner.constants.get("currency", "")
        or _heading_currency(draft)
        or (unit if len(unit) == 3 and unit.isalpha() else "")
        or preamble.currency_of(draft.table.above)
        or (draft.shape.currency if draft.shape else "")
        or dollar
        or shapes.national_currency(draft.table.header)
        or shapes.currency_of_iban(iban)
    )


def _own_iban(draft: Draft) -> str:
    place = draft.columns.get("bank_account", (-1,))[0]
    row = next((row for row in draft.table.sample if 0 <= place < len(row)), [])
    return preamble.iban_in(row[place]) if row else ""


def looks_like_bookings(text: str) -> bool:
    """Whether most lines split into cells of which one is a date and another an amount, headings or not."""
    for delimiter in DELIMITERS:
        rows = [row for line, row in split_rows(text, delimiter) if line <= MAX_PREAMBLE_LINES and len(row) > 2]
        dated = [row for row in rows if any(map(is_date, row)) and any(is_amount(c) and not is_date(c) for c in row)]
        if len(rows) >= 2 and 2 * len(dated) >= len(rows):
            return True
    return False
